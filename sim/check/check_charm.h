// The front door for whoever tests a charm in C++: a GoogleTest that includes this looks, with
// RapidCheck, for a world, a story, faults and an order in which a property breaks.
//
//   TEST(MyCharm, KeepsItsPromises) {
//     const auto scenario = sim::scenario_text_of("scenarios/deploy-three-units.json");
//     EXPECT_TRUE(sim::check_charm(scenario, sim::postgresql_properties(), {.cases = 200}));
//   }
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "charm/postgresql_k8s.h"
#include "sim/check/generators.h"
#include "sim/check/story_deed.h"
#include "sim/flow/charts.h"
#include "sim/properties/property.h"
#include "sim/search/shrink.h"

namespace sim {

// A scenario's file: cases are drawn around it. Its world and its story stay, as far as CaseRange
// does not vary them; the kinds of faults that it names are those that are drawn (none: all).
struct ScenarioText {
  std::string file;  // for messages
  std::string text;
};
// Throws std::runtime_error, which says why, if it cannot be read: the test fails with it.
ScenarioText scenario_text_of(const std::string& file);

struct CheckOptions {
  const charm::CharmDefinition* charm = &charm::postgresql_k8s();
  const ChartSet* charts = nullptr;  // if they are there, each path is checked to be a walk of them
  int cases = 100;
  // Absent: RapidCheck's own, which RC_PARAMS can give: `RC_PARAMS="seed=7"`.
  std::optional<std::uint64_t> seed;
  CaseRange range{.deeds = known_deeds(), .faults = {}};
  std::uint64_t most_tries = 20'000;  // runs, to make what fails small
  // Where what fails is saved; empty: the folder for temporary files.
  std::string folder;
  // What plays a saved run of this charm: `./run replay FILE`. Empty: the charm is in this test
  // alone, and the test itself plays what CHARM_CHECK_REPLAY names, instead of looking.
  std::string program = "./run";
};

// What was found, made small.
struct CheckedFinding {
  std::string scenario;  // as a file
  Deviations choices;    // sorted
  Violation violation;
  // No step, unit, kind of fault or choice can be left out, and no choice be made calmer.
  bool is_minimal = false;
  CheckedCase drawn;        // as it was found
  std::uint64_t tries = 0;  // runs, to make it small
};

struct CheckResult {
  int cases = 0;                        // that were played before it ended
  std::optional<CheckedFinding> found;  // nothing: all held
  std::string problem;                  // why nothing was looked for; empty: it was
};

// Deterministic, with a seed: it depends on the arguments alone.
CheckResult find_counterexample(const ScenarioText& scenario, std::span<const Property> properties,
                                const CheckOptions& options);

// The same, told to a GoogleTest: on failure with the small scenario, the end of its story, and one
// line to paste that plays it again.
testing::AssertionResult check_charm(const ScenarioText& scenario,
                                     std::span<const Property> properties,
                                     const CheckOptions& options = {});

}  // namespace sim
