// Time as everybody here counts it: integer microseconds.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>

namespace charm {

// A length of time. `std::chrono` literals (10s, 250ms) convert to it.
using Duration = std::chrono::duration<std::int64_t, std::micro>;

// A point on the clock of a run, in microseconds since its start.
struct Instant {
  std::int64_t micros = 0;

  friend auto operator<=>(const Instant&, const Instant&) = default;
};

constexpr Instant operator+(Instant at, Duration by) { return {at.micros + by.count()}; }
constexpr Duration operator-(Instant later, Instant earlier) {
  return Duration{later.micros - earlier.micros};
}

// Later than anything that happens.
inline constexpr Instant never{INT64_MAX};

}  // namespace charm
