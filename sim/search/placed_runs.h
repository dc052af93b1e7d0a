// What searches through worlds have in common. Their ways are kept by the places of the questions
// that were answered otherwise than calmly; what is told of them are the names.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/charm_under_test.h"
#include "sim/scenario/scenario.h"
#include "sim/search/exploration.h"
#include "sim/search/odometer.h"

namespace sim {

// The places of questions become their names: the run is played once for that.
Deviations named(const Scenario& scenario, const CharmUnderTest& charm, const PlacedOptions& path);

// What is missing at the horizon is judged by the run's end alone.
bool breaks_something(const Scenario& scenario, const CharmUnderTest& charm,
                      const PlacedOptions& path);

// Of the worlds that were met so many, those with the smallest keys: a fair sample, by key.
class WorldSample {
 public:
  explicit WorldSample(std::size_t most) : most_(most) {}

  void meet(std::uint64_t key, std::uint64_t steps, const PlacedOptions& path);
  // By key.
  [[nodiscard]] std::vector<SampledWorld> named(const Scenario& scenario,
                                                const CharmUnderTest& charm) const;

 private:
  struct Placed {
    std::uint64_t key = 0;
    std::uint64_t steps = 0;
    PlacedOptions path;
  };

  std::size_t most_;
  std::vector<Placed> worlds_;  // a heap, the largest key first
};

// That this thread has had so far, of the processor.
std::chrono::nanoseconds cpu_time();

// The search could get no more memory, before all is covered, or before what it found was named.
void end_without_memory(Exploration& result);

// What ends a search that began then, before all is covered; nothing: it may go on. Of the options
// of either.
template <class Options>
std::optional<ExplorationEnd> limit_reached(const Options& options,
                                            std::chrono::steady_clock::time_point began) {
  if (options.interrupted != nullptr && *options.interrupted) return ExplorationEnd::interrupted;
  if (options.most_time && std::chrono::steady_clock::now() - began > *options.most_time) {
    return ExplorationEnd::time;
  }
  return std::nullopt;
}

}  // namespace sim
