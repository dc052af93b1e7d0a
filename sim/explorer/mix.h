// A permutation of the numbers of so many bits that looks random, and back: it spreads packed
// states over a table, and the place in the table is then part of the state (Cleary's quotienting).
#pragma once

#include <cstdint>

#include "charm/types/check.h"

namespace sim::explorer {

class Mix {
 public:
  explicit constexpr Mix(unsigned bits)
      : shift_((bits + 1) / 2), mask_(bits == 64 ? ~0ULL : (1ULL << bits) - 1) {
    CHECK(bits >= 2);
    CHECK(bits <= 64);
  }

  [[nodiscard]] constexpr std::uint64_t mix(std::uint64_t x) const {
    x = ((x ^ (x >> shift_)) * first) & mask_;
    x = ((x ^ (x >> shift_)) * second) & mask_;
    return x ^ (x >> shift_);
  }

  // A shift by half the bits or more undoes itself.
  [[nodiscard]] constexpr std::uint64_t unmix(std::uint64_t x) const {
    x = ((x ^ (x >> shift_)) * inverse_of(second)) & mask_;
    x = ((x ^ (x >> shift_)) * inverse_of(first)) & mask_;
    return x ^ (x >> shift_);
  }

 private:
  // SplitMix64's multipliers. They are odd, so they have inverses modulo every power of two.
  static constexpr std::uint64_t first = 0xbf58476d1ce4e5b9;
  static constexpr std::uint64_t second = 0x94d049bb133111eb;

  // Newton's iteration: each step doubles the bits that are right, of three at first.
  static constexpr std::uint64_t inverse_of(std::uint64_t odd) {
    std::uint64_t inverse = odd;
    for (int step = 0; step < 5; ++step) inverse *= 2 - odd * inverse;
    return inverse;
  }

  unsigned shift_;
  std::uint64_t mask_;
};

}  // namespace sim::explorer
