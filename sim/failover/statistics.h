// What samples say, and how sure that is: without any assumption about how they are distributed.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace sim::failover {

// Every band holds with at least this probability.
inline constexpr double confidence = 0.95;

// A quantile with its band of order statistics; without a bound where there are too few samples for
// one.
struct Quantile {
  std::int64_t value = 0;
  std::optional<std::int64_t> low;
  std::optional<std::int64_t> high;
};
// The smallest sample that at least this share of them does not exceed (0 < share < 1). CHECKs that
// there is a sample; they must be in ascending order.
Quantile quantile_of(std::span<const std::int64_t> ascending, double share);

// How often something happens, with the band of Clopper and Pearson: shares of 1.
struct Share {
  double value = 0;
  double low = 0;
  double high = 1;
};
// CHECKs that there is a sample.
Share share_of(std::uint64_t times, std::uint64_t samples);
// The longest of so many samples has no band, but of all that could be drawn no greater share than
// this is longer (about 3 / samples). CHECKs that there is a sample.
double longer_than_longest(std::uint64_t samples);

}  // namespace sim::failover
