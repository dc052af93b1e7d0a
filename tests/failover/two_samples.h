// Whether two samples may come from one distribution: the two-sided test of Kolmogorov and Smirnov,
// and Holm's correction for several of them.
#pragma once

#include <vector>

namespace sim::failover {

// The largest distance between the two samples' distribution functions, and how probable one as
// large is, if they come from one continuous distribution: exactly, by counting the orders in which
// the two can be mixed. With ties it is too large, never too small. Source: J. L. Hodges, The
// significance probability of the Smirnov two-sample test, Arkiv för Matematik 3 (1958).
struct Distance {
  double value = 0;
  double probability = 1;
};
// CHECKs that neither is empty.
Distance distance_between(std::vector<double> first, std::vector<double> second);

// The probability of a distance of at least `steps` / (first * second).
double probability_of(std::size_t first, std::size_t second, std::size_t steps);

// Of each test the least level at which it is rejected, if all of them are to be right together.
// Source: S. Holm, A simple sequentially rejective multiple test procedure, Scandinavian Journal of
// Statistics 6 (1979).
std::vector<double> holm(const std::vector<double>& probabilities);

// Half of them are not above it, half not below: of an even number the mean of the two in the
// middle. CHECKs that there is one.
double median_of(std::vector<double> values);

}  // namespace sim::failover
