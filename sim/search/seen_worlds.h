// The worlds that an exploration has met, each by 64 bits of fingerprint (hash-compact), with what
// was left to spend when it was met: who comes with more has to look again. (explorer/key_table.h
// keeps less than a key for each state, and nothing beside it.)
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "charm/types/check.h"

namespace sim {

// How much of each kind a run may still do.
struct Allowance {
  static constexpr std::uint32_t most_deviations = 7;
  static constexpr std::uint32_t most_faults = 3;

  std::uint32_t deviations = 0;  // at most most_deviations
  std::uint32_t faults = 0;      // at most most_faults

  [[nodiscard]] bool covers(const Allowance& cost) const {
    return deviations >= cost.deviations && faults >= cost.faults;
  }
  Allowance& operator-=(const Allowance& cost) {
    deviations -= cost.deviations;
    faults -= cost.faults;
    return *this;
  }
  [[nodiscard]] bool is_empty() const { return deviations == 0 && faults == 0; }
  friend bool operator==(const Allowance&, const Allowance&) = default;
};

class SeenWorlds {
 public:
  enum class Meeting : std::uint8_t {
    added,    // never met before
    richer,   // never with so much left
    known,    // all that can come of it has been looked at, or is being looked at
    is_full,  // there was no memory left to remember it
  };
  struct Met {
    Meeting how = Meeting::added;
    std::uint32_t serial = 0;  // when it was met so first, counted
  };

  static constexpr unsigned key_bits = 64;

  explicit SeenWorlds(std::size_t most_bytes) : most_bytes_(most_bytes) {
    slots_.resize(std::size_t{1} << first_bits);
  }

  Met meet(std::uint64_t key, const Allowance& left) {
    if (key == 0) key = 1;  // 0 is a free slot
    const std::uint32_t bit = bit_of(left);
    for (std::size_t at = home_of(key);; at = (at + 1) & (slots_.size() - 1)) {
      Slot& slot = slots_[at];
      if (slot.key == key) {
        if ((slot.met & not_poorer(left)) != 0) return {Meeting::known, slot.serial};
        slot.met |= bit;
        slot.serial = ++serial_;
        return {Meeting::richer, serial_};
      }
      if (slot.key != 0) continue;
      if (size_ + 1 > slots_.size() / 8 * 7) {
        if (!grow()) return {Meeting::is_full, 0};
        return meet(key, left);
      }
      slot = {key, bit, ++serial_};
      ++size_;
      return {Meeting::added, serial_};
    }
  }

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::uint32_t serial() const { return serial_; }
  [[nodiscard]] std::size_t bytes() const { return slots_.size() * sizeof(Slot); }

 private:
  struct Slot {
    std::uint64_t key = 0;
    std::uint32_t met = 0;  // a bit for each allowance that was left
    std::uint32_t serial = 0;
  };

  static constexpr unsigned first_bits = 12;

  static constexpr unsigned place_of(const Allowance& left) {
    return left.faults * (Allowance::most_deviations + 1) + left.deviations;
  }
  static std::uint32_t bit_of(const Allowance& left) {
    CHECK(left.deviations <= Allowance::most_deviations);
    CHECK(left.faults <= Allowance::most_faults);
    return std::uint32_t{1} << place_of(left);
  }
  // All allowances that have at least as much of each.
  static std::uint32_t not_poorer(const Allowance& left) {
    std::uint32_t bits = 0;
    for (std::uint32_t faults = left.faults; faults <= Allowance::most_faults; ++faults) {
      for (std::uint32_t deviations = left.deviations; deviations <= Allowance::most_deviations;
           ++deviations) {
        bits |= std::uint32_t{1} << place_of({deviations, faults});
      }
    }
    return bits;
  }
  [[nodiscard]] std::size_t home_of(std::uint64_t key) const {
    return static_cast<std::size_t>((key * 0x9E3779B97F4A7C15ULL) >> 20U) & (slots_.size() - 1);
  }

  bool grow() {
    if (3 * bytes() > most_bytes_) return false;  // the old one stands beside the new one
    std::vector<Slot> old(2 * slots_.size());
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.key == 0) continue;
      std::size_t at = home_of(slot.key);
      while (slots_[at].key != 0) at = (at + 1) & (slots_.size() - 1);
      slots_[at] = slot;
    }
    return true;
  }

  std::size_t most_bytes_;
  std::size_t size_ = 0;
  std::uint32_t serial_ = 0;
  std::vector<Slot> slots_;
};

}  // namespace sim
