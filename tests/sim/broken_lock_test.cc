// A charm that names its own member the lock's holder, as any outsider might: much of what Patroni
// keeps goes by the lock, and is broken then, in a whole run.
#include <gmock/gmock.h>

#include <array>
#include <optional>
#include <string>

#include "sim/properties/dcs.h"
#include "sim/properties/postgresql.h"
#include "tests/support/boxes.h"
#include "tests/support/hazards.h"

namespace sim {
namespace {

using testing::HasSubstr;

constexpr std::string_view commits_wait_for_nobody =
    R"("world": {"units": 3, "synchronous_commit": "local", "update_status_interval_s": 60},
       "faults": {"from_s": 100, "until_s": 500, "lag_watch": 10, "silence_watch": 10},
       "story": [{"at_s": 600, "set_trust": true}])";
constexpr std::string_view commits_wait_for_standbys =
    R"("world": {"units": 3, "update_status_interval_s": 60},
       "faults": {"from_s": 100, "until_s": 250, "lose_packets": 5, "split_network": 5},
       "story": [{"at_s": 300, "set_trust": true}])";
constexpr std::uint64_t seeds = 100;

struct Case {
  const char* name;
  Property property;
  std::string_view scenario;
  const char* what;
};

// The other property holds all the time: the run goes on to the end of the story.
std::optional<Violation> first_violation(const Case& broken, const charm::CharmDefinition& charm) {
  const std::array both{broken.property, properties::scale_reached};
  return given::first_violation(given::scenario_with(broken.scenario), {&charm, both, nullptr},
                                seeds);
}

class ABrokenLock : public testing::TestWithParam<Case> {};

TEST_P(ABrokenLock, IsFound) {
  const given::WithBox outsider("update-status", given::name_the_own_member);
  const auto found = first_violation(GetParam(), *outsider.charm().definition);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->property, GetParam().property.name);
  EXPECT_THAT(found->what, HasSubstr(GetParam().what));
  EXPECT_FALSE(first_violation(GetParam(), charm::postgresql_k8s())) << "it is the charm's fault";
}

INSTANTIATE_TEST_SUITE_P(
    Section9, ABrokenLock,
    testing::Values(Case{"S3", properties::one_acknowledger, commits_wait_for_nobody,
                         "acknowledged a commit after another member had acknowledged one"},
                    Case{"S4", properties::no_confirmed_commit_lost, commits_wait_for_standbys,
                         "acknowledges commits, and lacks one of timeline"},
                    Case{"S8", properties::timelines_rise, commits_wait_for_standbys,
                         "and commits were acknowledged on another"},
                    Case{"S9", properties::streams_its_history, commits_wait_for_standbys,
                         "was rewound over commits that a standby had confirmed"},
                    Case{"S11", properties::one_answers_as_primary, commits_wait_for_nobody,
                         "both answer 200 to GET /primary"}),
    [](const auto& one) { return one.param.name; });

// --- S11 of a stepped clock ---

struct Steps final : TraceSink {
  void take(const TraceEvent& event) override {
    if (event.kind == TraceKind::fact && event.fact.kind == model::FactKind::clock_stepped) {
      stepped.insert(*event.fact.unit);
    }
  }
  charm::UnitSet stepped;
};

// All clocks are steady again, and all have read other records since: nobody is excused who was.
TEST(S11, IsAskedAgainOfThoseWhoseClockWasStepped) {
  const given::WithBox outsider("update-status", given::name_the_own_member);
  const Scenario scenario = given::scenario_with(
      R"("world": {"units": 3, "update_status_interval_s": 60},
         "faults": {"from_s": 20, "until_s": 50, "step_clock": 10},
         "story": [{"at_s": 900, "set_trust": true}])");
  const std::array both{properties::one_answers_as_primary, properties::scale_reached};
  Simulation simulation(scenario, outsider.charm(both), {});
  Steps steps;
  simulation.trace().listen(&steps);
  RandomChoices random(0);
  std::size_t found = 0;
  for (std::uint64_t seed = 1; seed <= 1500 && found == 0; ++seed) {
    steps.stepped.clear();
    random.restart(seed);
    const Verdict verdict = simulation.run(random);
    if (verdict.ok() || verdict.violations.front().at < charm::Instant{150'000'000}) continue;
    for (charm::UnitName unit : steps.stepped) {
      const std::string name = to_text(scenario.world.app, unit);
      found += verdict.violations.front().what.find(name) != std::string::npos ? 1U : 0U;
    }
  }
  EXPECT_GT(found, 0U);
}

}  // namespace
}  // namespace sim
