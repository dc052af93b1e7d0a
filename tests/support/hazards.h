// A box as upstream has it, put back into the charm: what it breaks in a run, which the charm as it
// is does not.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <ostream>
#include <span>
#include <string_view>
#include <vector>

#include "tests/support/boxes.h"
#include "tests/support/runs.h"

namespace sim::given {

struct Hazard {
  const char* name;
  std::string_view handler;
  TinyCharm::Run box;
  // What stands in a scenario's file beside its version and title, or the file's path.
  std::string_view scenario;
  // What breaks first in the calm run, or in the run of the first seed that breaks.
  std::string_view property;
  std::uint64_t seeds = 0;  // 0: the calm run breaks
  // Which handler would make up for it at update-status; upstream's does not look then.
  std::string_view deaf = {};
  std::vector<Box> also = {};
  charm::Duplicates duplicates = charm::Duplicates::merged;
  // What is judged, where it is none of the charm's own properties.
  std::span<const Property> judged = {};

  friend std::ostream& operator<<(std::ostream& out, const Hazard& hazard) {
    return out << hazard.name;
  }
};

// The first violation, in the calm run or the run of one of the seeds.
inline std::optional<Violation> first_violation(const Scenario& scenario,
                                                const CharmUnderTest& charm, std::uint64_t seeds) {
  Simulation simulation(scenario, charm, {});
  ListChoices calm;
  const Verdict verdict = simulation.run(calm);
  if (!verdict.ok()) return verdict.violations.front();
  RandomChoices random(0);
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    random.restart(seed);
    const Verdict one = simulation.run(random);
    if (!one.ok()) return one.violations.front();
  }
  return std::nullopt;
}

inline void expect_only_upstream_breaks(const Hazard& hazard) {
  const Scenario scenario = hazard.scenario.starts_with("scenarios/")
                                ? scenario_of(std::string(hazard.scenario))
                                : scenario_with(hazard.scenario);
  std::vector<Box> boxes = hazard.also;
  if (hazard.box != nullptr) boxes.push_back({hazard.handler, hazard.box});
  const WithBox literal(boxes, hazard.deaf, hazard.duplicates);
  const std::span<const Property> judged =
      hazard.judged.empty() ? postgresql_properties() : hazard.judged;
  const auto broken = first_violation(scenario, literal.charm(judged), hazard.seeds);
  ASSERT_TRUE(broken.has_value()) << "the hazard was not met";
  EXPECT_EQ(broken->property, hazard.property) << broken->what;
  const auto ours =
      first_violation(scenario, {&charm::postgresql_k8s(), judged, nullptr}, hazard.seeds);
  EXPECT_FALSE(ours.has_value()) << ours->property << ": " << ours->what;
}

}  // namespace sim::given
