// Bands by the binomial distribution: how many of the samples lie below a quantile is drawn by it.
#include "sim/failover/statistics.h"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <cmath>

#include "charm/types/check.h"

namespace sim::failover {
namespace {

// In double precision alone: long double is another type on other machines, and valgrind has none.
using Double = boost::math::policies::policy<boost::math::policies::promote_double<false>>;
using Binomial = boost::math::binomial_distribution<double, Double>;

constexpr double tail = (1 - confidence) / 2;

// The smallest count that is exceeded with no more than this probability.
std::uint64_t count_at(const Binomial& below, double probability) {
  std::uint64_t low = 0;
  auto high = static_cast<std::uint64_t>(below.trials());
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    if (boost::math::cdf(below, static_cast<double>(middle)) >= probability) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

}  // namespace

Quantile quantile_of(std::span<const std::int64_t> ascending, double share) {
  CHECK(!ascending.empty() && share > 0 && share < 1);
  const auto count = static_cast<double>(ascending.size());
  const auto rank = static_cast<std::size_t>(std::ceil(share * count));
  Quantile quantile{.value = ascending[std::clamp<std::size_t>(rank, 1, ascending.size()) - 1]};
  // The kth sample in order is not above the quantile if at least k samples are below it.
  const Binomial below(count, share);
  const std::uint64_t least = count_at(below, tail);
  const std::uint64_t most = count_at(below, 1 - tail) + 1;
  if (least >= 1) quantile.low = ascending[least - 1];
  if (most <= ascending.size()) quantile.high = ascending[most - 1];
  return quantile;
}

Share share_of(std::uint64_t times, std::uint64_t samples) {
  CHECK(samples > 0 && times <= samples);
  const auto trials = static_cast<double>(samples);
  const auto successes = static_cast<double>(times);
  Share share{.value = successes / trials};
  if (times > 0) share.low = Binomial::find_lower_bound_on_p(trials, successes, tail);
  if (times < samples) share.high = Binomial::find_upper_bound_on_p(trials, successes, tail);
  return share;
}

double longer_than_longest(std::uint64_t samples) {
  CHECK(samples > 0);
  // One-sided: that none of them was longer happens with this probability.
  return Binomial::find_upper_bound_on_p(static_cast<double>(samples), 0, 1 - confidence);
}

}  // namespace sim::failover
