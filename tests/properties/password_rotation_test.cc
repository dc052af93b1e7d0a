// Each fault at each call of a set-password: whatever ends it where, what is announced is what is
// served in the end. Every run has one fault, directed at the leader's n-th call from the moment
// the action is asked for.
#include <gmock/gmock.h>

#include <algorithm>
#include <set>
#include <string>

#include "sim/properties/passwords.h"
#include "tests/support/runs.h"

namespace sim {
namespace {

using testing::IsEmpty;

// The leader is unit 0; so is the primary, unless it was asked to hand over.
Scenario rotation_of(std::string_view user, bool leader_is_primary) {
  const std::string switchover =
      leader_is_primary ? "" : R"({"at_s": 150, "switchover": "another member"},)";
  return given::scenario_with(
      R"("world": {"units": 3}, "horizon_s": 7200, "story": [)" + switchover +
      R"({"at_s": 250, "run_action": "set-password", "unit": 0, "parameters": {"username": ")" +
      std::string(user) + R"("}}],
      "faults": {"from_s": 250, "until_s": 251, "kill_hook": 1, "kill_after_flush": 1,
                 "crash_agent": 1, "kill_pod": 1, "move_leadership": 1, "refuse_workload": 1,
                 "lose_workload": 1, "refuse_patroni": 1, "lose_patroni": 1, "freeze_charm": 1,
                 "restart_workload": 1, "kill_postgresql": 1, "kill_patroni": 1})");
}

constexpr std::array kinds{
    FaultKind::kill_hook,     FaultKind::kill_after_flush, FaultKind::crash_agent,
    FaultKind::kill_pod,      FaultKind::move_leadership,  FaultKind::refuse_workload,
    FaultKind::lose_workload, FaultKind::refuse_patroni,   FaultKind::lose_patroni,
    FaultKind::freeze_charm,  FaultKind::restart_workload, FaultKind::kill_postgresql,
    FaultKind::kill_patroni};

// In how many of the runs the database had to be told again.
int strike_everywhere(const Scenario& scenario) {
  int restored = 0;
  Simulation simulation(scenario, given::postgresql(), {});
  ListChoices choices;
  for (const FaultKind kind : kinds) {
    const auto option = 1 + static_cast<std::uint32_t>(kind);
    choices.restart({});
    for (std::uint32_t nth = 0; choices.unused().empty(); ++nth) {
      choices.restart({{{charm::UnitName{0}, fault_question}, nth, option}});
      const Verdict verdict = simulation.run(choices);
      for (const Violation& violation : verdict.violations) {
        ADD_FAILURE() << to_text(kind) << " at call " << nth << ": " << violation.property << ": "
                      << violation.what;
      }
      const auto& seen = verdict.witnesses;
      restored += std::ranges::count(seen, properties::passwords_restored.name) > 0 ? 1 : 0;
    }
  }
  return restored;
}

class Rotation : public testing::TestWithParam<std::string> {};

TEST_P(Rotation, SurvivesEachFaultWhereTheLeadersMemberIsThePrimary) {
  EXPECT_GT(strike_everywhere(rotation_of(GetParam(), true)), 0);
}

TEST_P(Rotation, SurvivesEachFaultWhereThePrimaryIsAnother) {
  EXPECT_GT(strike_everywhere(rotation_of(GetParam(), false)), 0);
}

INSTANTIATE_TEST_SUITE_P(Users, Rotation,
                         testing::Values("operator", "replication", "rewind", "monitoring"));

}  // namespace
}  // namespace sim
