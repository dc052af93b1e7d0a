#include "sim/search/placed_runs.h"

#include <algorithm>
#include <ctime>

#include "sim/simulation.h"

namespace sim {

Deviations named(const Scenario& scenario, const CharmUnderTest& charm, const PlacedOptions& path) {
  PlacedChoices choices;
  choices.restart(path, 0);
  Simulation simulation(scenario, charm, {});
  (void)simulation.run(choices);
  Deviations deviations = choices.taken();
  std::ranges::sort(deviations);
  return deviations;
}

bool breaks_something(const Scenario& scenario, const CharmUnderTest& charm,
                      const PlacedOptions& path) {
  PlacedChoices choices;
  choices.restart(path, 0);
  Simulation simulation(scenario, charm, {});
  return !simulation.run(choices).ok();
}

void WorldSample::meet(std::uint64_t key, std::uint64_t steps, const PlacedOptions& path) {
  if (most_ == 0) return;
  if (worlds_.size() == most_) {
    if (key >= worlds_.front().key) return;
    std::ranges::pop_heap(worlds_, {}, &Placed::key);
    worlds_.pop_back();
  }
  worlds_.push_back({key, steps, path});
  std::ranges::push_heap(worlds_, {}, &Placed::key);
}

std::vector<SampledWorld> WorldSample::named(const Scenario& scenario,
                                             const CharmUnderTest& charm) const {
  std::vector<SampledWorld> samples;
  samples.reserve(worlds_.size());
  for (const Placed& one : worlds_) {
    samples.push_back({one.key, one.steps, sim::named(scenario, charm, one.path)});
  }
  std::ranges::sort(samples, {}, &SampledWorld::key);
  return samples;
}

void end_without_memory(Exploration& result) {
  const bool is_known = result.end == ExplorationEnd::violated && result.failing;
  if (!is_known) result.end = ExplorationEnd::memory;
}

std::chrono::nanoseconds cpu_time() {
  timespec now{};
  CHECK(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) == 0);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

}  // namespace sim
