// A set of keys of a fixed width, which stores less than they are: the bucket that a key belongs to
// is its upper bits, and a slot holds the rest, and how many buckets were full before. So nothing
// is lost, and a key of 39 bits takes a slot of 32.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "charm/types/check.h"
#include "sim/explorer/zeroed_memory.h"

namespace sim::explorer {

enum class Insertion : std::uint8_t { known, added, full };

template <class Slot>
class KeyTable {
 public:
  // One cache line.
  static constexpr unsigned bucket_slots = 64 / sizeof(Slot);
  static constexpr unsigned displacement_bits = sizeof(Slot) == 4 ? 3 : 4;
  // A bit says that the slot is taken.
  static constexpr unsigned remainder_bits = 8 * sizeof(Slot) - 1 - displacement_bits;

  // The fewest buckets whose numbers, with what a slot holds, make a key of that width.
  static constexpr unsigned fewest_bucket_bits(unsigned key_bits) {
    return key_bits > remainder_bits ? key_bits - remainder_bits : 0;
  }

  // One of `sharers` tables that have the machine's memory together.
  explicit KeyTable(unsigned key_bits, std::size_t sharers = 1)
      : key_bits_(key_bits), bucket_bits_(fewest_bucket_bits(key_bits)), memory_(sharers) {
    memory_.take(bytes());
  }

  // Full: it would have to grow, and would then take more than `most_bytes`, with a copy of the old
  // one.
  Insertion insert(std::uint64_t key, std::size_t most_bytes) {
    for (;;) {
      const Place place = find(key);
      if (place.is_known) return Insertion::known;
      if (place.slot != nullptr && size_ < most_keys(bucket_bits_)) {
        *place.slot = place.content;
        ++size_;
        return Insertion::added;
      }
      if (!grow(most_bytes)) return Insertion::full;
    }
  }

  [[nodiscard]] bool contains(std::uint64_t key) const { return find(key).is_known; }
  void prefetch(std::uint64_t key) const { __builtin_prefetch(bucket(home_of(key))); }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::size_t bytes() const { return bytes_of(bucket_bits_); }
  // Of the copy that there was beside it when it grew last.
  [[nodiscard]] std::size_t old_bytes() const { return old_bytes_; }

 private:
  struct Place {
    bool is_known = false;
    Slot* slot = nullptr;  // free, if there is one near enough
    Slot content = 0;
  };

  static constexpr Slot taken = Slot{1} << (8 * sizeof(Slot) - 1);
  static constexpr std::uint64_t most_displaced = (1U << displacement_bits) - 1;

  static constexpr std::size_t bytes_of(unsigned bucket_bits) {
    return std::size_t{64} << bucket_bits;
  }
  static constexpr std::size_t most_keys(unsigned bucket_bits) {
    return (std::size_t{bucket_slots} << bucket_bits) * 7 / 8;
  }

  [[nodiscard]] unsigned stored_bits() const { return key_bits_ - bucket_bits_; }
  [[nodiscard]] std::uint64_t home_of(std::uint64_t key) const { return key >> stored_bits(); }
  [[nodiscard]] Slot* bucket(std::uint64_t number) const {
    return static_cast<Slot*>(memory_.data()) + number * bucket_slots;
  }

  // From bucket to bucket by a step of the key's own, or full ones would be found in rows. It is
  // odd, so it comes to every bucket, and follows from what is stored.
  static std::uint64_t step_of(std::uint64_t remainder) {
    return (remainder * 0x9e3779b97f4a7c15) >> 32 | 1;
  }

  [[nodiscard]] Place find(std::uint64_t key) const {
    const std::uint64_t last_bucket = (std::uint64_t{1} << bucket_bits_) - 1;
    const std::uint64_t remainder = key & ((std::uint64_t{1} << stored_bits()) - 1);
    const std::uint64_t reach = std::min(most_displaced, last_bucket);
    std::uint64_t number = home_of(key);
    for (std::uint64_t displaced = 0; displaced <= reach; ++displaced) {
      Slot* const slots = bucket(number);
      const Slot content = static_cast<Slot>(taken | displaced << remainder_bits | remainder);
      // Without a branch, so that each is a few vector instructions. Slots are filled in order.
      Slot matches = 0;
      for (unsigned i = 0; i < bucket_slots; ++i) {
        matches = static_cast<Slot>(matches + (slots[i] == content));
      }
      if (matches != 0) return {true, nullptr, content};
      Slot used = 0;
      for (unsigned i = 0; i < bucket_slots; ++i) used = static_cast<Slot>(used + (slots[i] != 0));
      if (used < bucket_slots) return {false, slots + used, content};
      number = (number + step_of(remainder)) & last_bucket;
    }
    return {};
  }

  // One bucket becomes two, until every key has a place.
  bool grow(std::size_t most_bytes) {
    thread_local std::vector<Slot> copy;  // of a worker, who has one table at a time
    const unsigned old_bits = bucket_bits_;
    const std::size_t old_bytes = bytes();
    if (old_bytes + bytes_of(old_bits + 1) > most_bytes) return false;
    const Slot* const slots = bucket(0);
    copy.assign(slots, slots + (std::size_t{bucket_slots} << old_bits));
    do {
      ++bucket_bits_;
      CHECK(bucket_bits_ <= key_bits_);
      memory_.take(bytes());
      std::memset(memory_.data(), 0, old_bytes << (bucket_bits_ - old_bits - 1));
    } while (!take(copy, old_bits));
    old_bytes_ = old_bytes;
    return true;
  }

  bool take(const std::vector<Slot>& copy, unsigned old_bits) {
    const std::uint64_t last_bucket = (std::uint64_t{1} << old_bits) - 1;
    const unsigned stored = key_bits_ - old_bits;
    const std::uint64_t remainder_mask = (std::uint64_t{1} << stored) - 1;
    for (std::uint64_t number = 0; number <= last_bucket; ++number) {
      const Slot* const slots = copy.data() + number * bucket_slots;
      for (unsigned i = 0; i < bucket_slots && slots[i] != 0; ++i) {
        const std::uint64_t displaced = (slots[i] & ~taken) >> remainder_bits;
        const std::uint64_t remainder = slots[i] & remainder_mask;
        const std::uint64_t home = (number - displaced * step_of(remainder)) & last_bucket;
        const Place place = find(home << stored | remainder);
        if (place.slot == nullptr) return false;
        *place.slot = place.content;
      }
    }
    return true;
  }

  unsigned key_bits_;
  unsigned bucket_bits_;
  std::size_t size_ = 0;
  std::size_t old_bytes_ = 0;
  ZeroedMemory memory_;
};

}  // namespace sim::explorer
