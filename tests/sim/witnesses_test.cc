// Each witness is reached by some run, and those that a scenario asks for by its calm run.
#include <gmock/gmock.h>

#include "sim/choices/random.h"
#include "sim/properties/postgresql.h"
#include "tests/support/runs.h"

namespace sim {
namespace {

using testing::Contains;

// Which runs are enough to see every witness once.
TEST(Witnesses, AreAllReachedBySomeRun) {
  std::vector<std::string_view> reached;
  for (const char* file :
       {"scenarios/leader-dies-before-initialised.json", "scenarios/primary-node-lost.json",
        "scenarios/primary-pod-killed.json", "scenarios/action-get-primary.json",
        "scenarios/client-related.json", "scenarios/foreign-state.json",
        "scenarios/password-rotation.json", "scenarios/restart-for-an-option.json",
        "scenarios/tls-on-and-off.json", "scenarios/plugins-switched.json",
        "scenarios/refresh-three-units.json", "scenarios/refresh-fails-and-rolls-back.json",
        "scenarios/service-dies-while-an-option-is-bad.json", "scenarios/volume-fills-up.json",
        "scenarios/api-answers-403.json", "scenarios/refresh-while-nobody-leads.json"}) {
    const Verdict verdict = given::run_calm(given::scenario_of(file), given::postgresql());
    reached.insert(reached.end(), verdict.witnesses.begin(), verdict.witnesses.end());
  }
  for (const char* file : {"scenarios/faults-while-deploying.json",
                           "scenarios/faults-while-rotating-passwords.json"}) {
    Simulation simulation(given::scenario_of(file), given::postgresql(), {});
    RandomChoices random(0);
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
      random.restart(seed);
      const Verdict verdict = simulation.run(random);
      reached.insert(reached.end(), verdict.witnesses.begin(), verdict.witnesses.end());
    }
  }
  for (const Property& property : postgresql_properties()) {
    if (property.form != Form::sometimes) continue;
    EXPECT_THAT(reached, Contains(property.name));
  }
}

class CalmWitnesses : public testing::TestWithParam<std::string> {};

TEST_P(CalmWitnesses, ThatAScenarioAsksForAreReachedByItsCalmRun) {
  const Scenario scenario = given::scenario_of(GetParam());
  const Verdict verdict = given::run_calm(scenario, given::postgresql());
  for (const std::string& name : scenario.witnesses) EXPECT_THAT(verdict.witnesses, Contains(name));
  EXPECT_TRUE(verdict.ok());
}

INSTANTIATE_TEST_SUITE_P(Scenarios, CalmWitnesses, testing::ValuesIn(given::scenario_files()),
                         [](const auto& file) { return given::test_name(file.param); });

}  // namespace
}  // namespace sim
