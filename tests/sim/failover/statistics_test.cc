// Quantiles with their bands, and shares with theirs, against counts that can be checked by hand.
#include "sim/failover/statistics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include "sim/choices/random.h"

namespace sim::failover {
namespace {

std::vector<std::int64_t> numbers_to(std::int64_t last) {
  std::vector<std::int64_t> numbers(static_cast<std::size_t>(last));
  std::iota(numbers.begin(), numbers.end(), 1);
  return numbers;
}

// Of ten samples at most one lies below the median with a chance of 11/1024, at most two with one
// of 56/1024: the band is from the second to the ninth.
TEST(Statistics, ABandOfTheMedianIsThatOfTheSignTest) {
  const Quantile median = quantile_of(numbers_to(10), 0.5);
  EXPECT_EQ(median.value, 5);
  EXPECT_EQ(median.low, 2);
  EXPECT_EQ(median.high, 9);
}

TEST(Statistics, TooFewSamplesHaveNoBound) {
  const Quantile one = quantile_of(numbers_to(1), 0.5);
  EXPECT_EQ(one.value, 1);
  EXPECT_FALSE(one.low.has_value());
  EXPECT_FALSE(one.high.has_value());
  const Quantile rare = quantile_of(numbers_to(100), 0.99);
  EXPECT_EQ(rare.value, 99);
  EXPECT_TRUE(rare.low.has_value());
  EXPECT_FALSE(rare.high.has_value());
}

// How often the band has the true quantile in it, of numbers that are drawn evenly below 2^32.
TEST(Statistics, ABandHoldsAsOftenAsItSays) {
  constexpr std::uint64_t trials = 400;
  constexpr std::size_t samples = 60;
  std::uint64_t held = 0;
  for (std::uint64_t trial = 0; trial < trials; ++trial) {
    std::vector<std::int64_t> drawn;
    for (std::uint32_t nth = 0; nth < samples; ++nth) {
      drawn.push_back(static_cast<std::int64_t>(draw(trial, {}, nth) >> 32U));
    }
    std::ranges::sort(drawn);
    const Quantile quantile = quantile_of(drawn, 0.9);
    constexpr auto truly = static_cast<std::int64_t>(0.9 * 4294967296.0);
    if (quantile.low.value_or(INT64_MIN) <= truly && truly <= quantile.high.value_or(INT64_MAX)) {
      ++held;
    }
  }
  EXPECT_GE(held, trials * 93 / 100);
  EXPECT_LT(held, trials);  // a band that always holds says nothing
}

TEST(Statistics, OfWhatNeverHappenedTheShareIsBoundedAllTheSame) {
  const Share none = share_of(0, 100);
  EXPECT_EQ(none.value, 0);
  EXPECT_EQ(none.low, 0);
  EXPECT_NEAR(none.high, 0.0362, 0.0001);  // 1 - 0.025^(1/100)
  const Share half = share_of(50, 100);
  EXPECT_NEAR(half.low, 0.398, 0.001);
  EXPECT_NEAR(half.high, 0.602, 0.001);
  EXPECT_EQ(share_of(3, 3).high, 1);
}

}  // namespace
}  // namespace sim::failover
