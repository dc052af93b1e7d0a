// The tests of two samples, against what can be counted, and against closed forms.
#include "tests/failover/two_samples.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace sim::failover {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;

double choose(int all, int some) {
  if (some < 0 || some > all) return 0;
  double ways = 1;
  for (int one = 1; one <= some; ++one) ways *= static_cast<double>(all - some + one) / one;
  return ways;
}

// Gnedenko and Koroljuk, 1951, for samples of one size: steps of 1 / size.
double closed_form(int size, int steps) {
  double sum = 0;
  for (int times = 1; times * steps <= size; ++times) {
    sum += (times % 2 == 1 ? 1 : -1) * choose(2 * size, size - times * steps);
  }
  return 2 * sum / choose(2 * size, size);
}

TEST(TwoSamples, OfOneSizeAreAsProbableAsTheClosedFormSays) {
  // Two in 252 for five and five that do not overlap; 20 in 252 for all but one.
  EXPECT_NEAR(probability_of(5, 5, 25), 2.0 / 252, 1e-12);
  EXPECT_NEAR(probability_of(5, 5, 20), 20.0 / 252, 1e-12);
  for (const int size : {1, 2, 7, 10, 24}) {
    for (int steps = 1; steps <= size; ++steps) {
      const auto whole = static_cast<std::size_t>(size);
      EXPECT_NEAR(probability_of(whole, whole, static_cast<std::size_t>(steps) * whole),
                  closed_form(size, steps), 1e-9)
          << size << ' ' << steps;
    }
  }
}

TEST(TwoSamples, OfDifferentSizesAreCountedOverAllOrders) {
  // Which places the first three of seven have.
  std::vector<int> is_first{0, 0, 0, 0, 1, 1, 1};
  std::vector<double> distances;
  do {
    std::vector<double> first;
    std::vector<double> second;
    for (std::size_t place = 0; place < is_first.size(); ++place) {
      (is_first[place] == 1 ? first : second).push_back(static_cast<double>(place));
    }
    distances.push_back(distance_between(first, second).value);
  } while (std::ranges::next_permutation(is_first).found);
  ASSERT_EQ(distances.size(), 35U);
  for (std::size_t steps = 1; steps <= 12; ++steps) {
    const double least = static_cast<double>(steps) / 12 - 1e-9;
    const auto as_large = std::ranges::count_if(distances, [&](double d) { return d >= least; });
    EXPECT_NEAR(probability_of(3, 4, steps), static_cast<double>(as_large) / 35, 1e-12) << steps;
  }
}

// Kolmogorov's limit: 5 % at 1.358.
TEST(TwoSamples, OfManyValuesComeNearTheLimit) {
  constexpr std::size_t size = 1500;
  const double scale = std::sqrt(size / 2.0);
  const auto steps = static_cast<std::size_t>(std::llround(1.358 / scale * size));
  EXPECT_NEAR(probability_of(size, size, steps * size), 0.05, 0.002);
}

TEST(TwoSamples, HaveTheLargestDistanceOfTheirDistributions) {
  EXPECT_DOUBLE_EQ(distance_between({1, 2, 3}, {1, 2, 3}).value, 0);
  EXPECT_DOUBLE_EQ(distance_between({1, 2, 3}, {1, 2, 3}).probability, 1);
  EXPECT_DOUBLE_EQ(distance_between({1, 2}, {3, 4, 5}).value, 1);
  EXPECT_NEAR(distance_between({1, 2}, {3, 4, 5}).probability, 0.2, 1e-12);
  // All four that are equal are passed at once.
  EXPECT_DOUBLE_EQ(distance_between({4, 1, 4}, {4, 4, 9, 0}).value, 1.0 / 4);
}

TEST(Holm, RejectsOneAfterTheOther) {
  EXPECT_THAT(holm({0.01, 0.04, 0.03, 0.005}),
              ElementsAre(DoubleNear(0.03, 1e-12), DoubleNear(0.06, 1e-12), DoubleNear(0.06, 1e-12),
                          DoubleNear(0.02, 1e-12)));
  EXPECT_THAT(holm({0.9, 0.6}), ElementsAre(1, 1));
}

TEST(Median, OfAnEvenNumberIsBetweenTheTwoInTheMiddle) {
  EXPECT_DOUBLE_EQ(median_of({5, 1, 3}), 3);
  EXPECT_DOUBLE_EQ(median_of({5, 1, 3, 4}), 3.5);
}

}  // namespace
}  // namespace sim::failover
