// An open table of what is known of a fingerprint: 64 bits of key, and beside it whatever the slot
// has. (explorer/key_table.h keeps less than a key for each state, and nothing beside it.)
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/search/huge_pages.h"

namespace sim {

// Slot{} is a free one: its member `key` is 0.
template <class Slot>
class KeySlots {
 public:
  KeySlots() : slots_(std::size_t{1} << first_bits) {}

  // The one of this key, or the free one where it belongs, whose key and content the caller sets.
  // It is good until the table grows.
  Slot& operator[](std::uint64_t key) {
    std::size_t at = home_of(key);
    while (slots_[at].key != key && slots_[at].key != 0) at = (at + 1) & (slots_.size() - 1);
    return slots_[at];
  }
  // No key is 0.
  static std::uint64_t key_of(std::uint64_t fingerprint) {
    return fingerprint == 0 ? 1 : fingerprint;
  }

  // With one more than these it had to search for long: it shall grow before.
  [[nodiscard]] bool is_crowded(std::size_t size) const { return size + 1 > slots_.size() / 8 * 7; }
  // To twice as many slots; meanwhile the old ones stand beside the new ones.
  void grow() {
    Slots old(2 * slots_.size());
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.key != 0) (*this)[slot.key] = slot;
    }
  }

  [[nodiscard]] std::size_t bytes() const { return slots_.size() * sizeof(Slot); }

 private:
  using Slots = std::vector<Slot, HugePageAllocator<Slot>>;
  static constexpr unsigned first_bits = 12;

  [[nodiscard]] std::size_t home_of(std::uint64_t key) const {
    return static_cast<std::size_t>((key * 0x9E3779B97F4A7C15ULL) >> 20U) & (slots_.size() - 1);
  }

  Slots slots_;
};

}  // namespace sim
