#include "tests/failover/two_samples.h"

#include <algorithm>
#include <numeric>

#include "charm/types/check.h"

namespace sim::failover {
namespace {

std::size_t apart(std::size_t a, std::size_t b) { return a > b ? a - b : b - a; }

// How many are not above a value, with the places of those before it.
void skip(const std::vector<double>& ascending, double value, std::size_t& place) {
  while (place < ascending.size() && ascending[place] <= value) ++place;
}

}  // namespace

// Each order in which the values of the two can be mixed is as probable: a path over a grid, step
// by step from its last one. What stays nearer than that all the way has a smaller distance.
double probability_of(std::size_t first, std::size_t second, std::size_t steps) {
  std::vector<double> stays(second + 1);
  for (std::size_t i = 0; i <= first; ++i) {
    for (std::size_t j = 0; j <= second; ++j) {
      if (apart(i * second, j * first) >= steps) {
        stays[j] = 0;
      } else if (i == 0 && j == 0) {
        stays[j] = 1;
      } else {
        const auto from_first = static_cast<double>(i) / static_cast<double>(i + j);
        const double before = j == 0 ? 0 : stays[j - 1] * (1 - from_first);
        stays[j] = stays[j] * from_first + before;  // there it is still that of i - 1
      }
    }
  }
  return 1 - stays[second];
}

Distance distance_between(std::vector<double> first, std::vector<double> second) {
  CHECK(!first.empty() && !second.empty());
  std::ranges::sort(first);
  std::ranges::sort(second);
  std::size_t most = 0;
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < first.size() && j < second.size()) {
    const double value = std::min(first[i], second[j]);
    skip(first, value, i);
    skip(second, value, j);
    most = std::max(most, apart(i * second.size(), j * first.size()));
  }
  const auto whole = static_cast<double>(first.size() * second.size());
  return {.value = static_cast<double>(most) / whole,
          .probability = probability_of(first.size(), second.size(), most)};
}

std::vector<double> holm(const std::vector<double>& probabilities) {
  std::vector<std::size_t> order(probabilities.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t place) { return probabilities[place]; });
  std::vector<double> levels(probabilities.size());
  double level = 0;
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    const auto left = static_cast<double>(order.size() - rank);
    level = std::min(1.0, std::max(level, left * probabilities[order[rank]]));
    levels[order[rank]] = level;
  }
  return levels;
}

double median_of(std::vector<double> values) {
  CHECK(!values.empty());
  std::ranges::sort(values);
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

}  // namespace sim::failover
