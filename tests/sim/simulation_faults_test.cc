// Faults: each kind can strike, within its budget, where it is meant to, and not after the
// off-switch.
#include <gmock/gmock.h>

#include <map>

#include "charm/options/options.h"
#include "sim/choices/list.h"
#include "sim/scenario/read.h"
#include "tests/support/runs.h"

namespace sim {
namespace {

using charm::Event;
using charm::EventKind;
using charm::Outcome;
using charm::Unit;
using testing::Each;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::Le;
using testing::SizeIs;
using namespace std::chrono_literals;

// How often each kind struck, by its name.
std::map<std::string, std::size_t> strikes(const given::Events& events) {
  std::map<std::string, std::size_t> count;
  for (const auto& item : events.of(TraceKind::fault)) ++count[item.text];
  return count;
}

class EveryFault : public testing::TestWithParam<int> {};

TEST_P(EveryFault, StrikesInSomeRunAndNeverMoreOftenThanItsBudget) {
  const auto kind = static_cast<FaultKind>(GetParam());
  const std::string name(to_text(kind));
  Scenario scenario;
  std::size_t budget = 0;
  for (const char* file : {"faults-while-running", "faults-of-the-database", "faults-while-scaling",
                           "faults-while-deploying", "faults-of-the-network"}) {
    const Scenario candidate = given::scenario_of(std::string("scenarios/") + file + ".json");
    const std::size_t allowed = candidate.faults.budget[static_cast<std::size_t>(kind)];
    if (allowed == 0) continue;
    scenario = candidate;
    budget = allowed;
  }
  std::size_t most = 0;
  // Some kinds have few moments to strike at: that the budget is used up may take long.
  for (std::uint64_t seed = 1; seed <= 400 || (most < budget && seed <= 8000); ++seed) {
    given::Events events;
    RandomChoices random(seed);
    given::run(scenario, given::postgresql(), random, default_executor(), &events);
    most = std::max(most, strikes(events)[name]);
  }
  EXPECT_GT(budget, 0U);
  EXPECT_EQ(most, budget);
}

INSTANTIATE_TEST_SUITE_P(Faults, EveryFault, testing::Range(0, static_cast<int>(fault_kind_count)),
                         [](const auto& kind) {
                           return std::string(to_text(static_cast<FaultKind>(kind.param)));
                         });

TEST(Faults, DoNotStrikeAfterTheirOffSwitch) {
  Scenario scenario = given::scenario_of("scenarios/faults-while-deploying.json");
  scenario.faults.until = 5s;
  std::size_t struck = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    given::Events events;
    RandomChoices random(seed);
    given::run(scenario, given::postgresql(), random, default_executor(), &events);
    struck += events.of(TraceKind::fault).size();
    EXPECT_THAT(events.of(TraceKind::fault),
                Each(Field(&given::Events::Item::at, Le(charm::Instant{5'000'000}))));
  }
  EXPECT_GT(struck, 10U);
}

TEST(Faults, DoNotStrikeInTheCalmRun) {
  given::Events events;
  given::run_calm(given::scenario_of("scenarios/faults-while-deploying.json"), given::postgresql(),
                  &events);
  EXPECT_THAT(strikes(events), IsEmpty());
}

TEST(Faults, DoNotStrikeWhereTheScenarioGivesThemNoBudget) {
  const Scenario scenario = given::scenario_of("scenarios/deploy-three-units.json");
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    given::Events events;
    RandomChoices random(seed);
    given::run(scenario, given::postgresql(), random, default_executor(), &events);
    EXPECT_THAT(strikes(events), IsEmpty());
  }
}

// --- one fault, at one call of a tiny charm's hook ---

struct Struck {
  std::vector<std::string> statuses;
  std::vector<std::string> faults;
  std::vector<HookEnd> bad_ends;
};

constexpr int most_draws = 40;

Struck run_with_fault(given::TinyCharm::Run hook, const Scenario& scenario, FaultKind kind,
                      int draw) {
  const given::TinyCharm charm(EventKind::start, hook);
  const auto option = static_cast<std::uint32_t>(kind) + 1;
  given::Events events;
  ListChoices list(
      {{{charm::UnitName{0}, fault_question}, static_cast<std::uint32_t>(draw), option}});
  given::run(scenario, charm.with(), list, default_executor(), &events);
  Struck struck;
  for (const auto& item : events.of(TraceKind::status)) struck.statuses.push_back(item.text);
  for (const auto& item : events.of(TraceKind::fault)) {
    struck.faults.push_back(item.text + " at " + item.detail);
  }
  for (const auto& item : events.of(TraceKind::hook_ended)) {
    if (item.end != HookEnd::ok) struck.bad_ends.push_back(item.end);
  }
  return struck;
}

// The scenario allows a kind once. Every draw of the unit is tried until one strikes as wanted.
Struck strike(given::TinyCharm::Run hook, FaultKind kind, const std::string& wanted) {
  Scenario scenario = given::scenario_with(R"("world": {"units": 1})");
  scenario.faults.until = 60s;
  scenario.faults.budget[static_cast<std::size_t>(kind)] = 1;
  for (int draw = 0; draw < most_draws; ++draw) {
    Struck struck = run_with_fault(hook, scenario, kind, draw);
    if (struck.faults == std::vector<std::string>{wanted}) return struck;
  }
  ADD_FAILURE() << "never: " << wanted;
  return {};
}

// Whether any draw of a kind strikes at all.
bool ever_strikes(given::TinyCharm::Run hook, FaultKind kind, std::uint16_t budget) {
  Scenario scenario = given::scenario_with(R"("world": {"units": 1})");
  scenario.faults.until = 60s;
  scenario.faults.budget = {};
  scenario.faults.budget[static_cast<std::size_t>(kind)] = budget;
  scenario.faults.budget[static_cast<std::size_t>(FaultKind::kill_after_flush)] = 1;
  for (int draw = 0; draw < most_draws; ++draw) {
    if (!run_with_fault(hook, scenario, kind, draw).faults.empty()) return true;
  }
  return false;
}

Outcome label_the_pod(Unit& unit, const Event& /*event*/) {
  const auto labelled = unit.kubernetes.label_pod_as_member(charm::pod_of(unit.name));
  const bool now = unit.kubernetes.is_labelled_as_member(charm::pod_of(unit.name)).value_or(false);
  unit.juju.set_unit_status({charm::StatusKind::active, labelled ? "labelled"
                                                        : now    ? "lost"
                                                                 : "refused"});
  return {};
}

Outcome start_patroni(Unit& unit, const Event& /*event*/) {
  (void)unit.workload.write_patroni_configuration({.options = &charm::default_options()});
  (void)unit.workload.update_and_restart_service({});
  unit.clock.sleep(20s);
  const auto health = unit.patroni.own_health();
  unit.juju.set_unit_status({charm::StatusKind::active, health ? "answers" : "does not answer"});
  return {};
}

Outcome start_the_service(Unit& unit, const Event& /*event*/) {
  unit.clock.sleep(20s);
  if (!unit.workload.can_connect()) {
    unit.juju.set_unit_status({charm::StatusKind::waiting, "no connection"});
    return {};
  }
  const auto started = unit.workload.update_and_restart_service({});
  const bool runs = unit.workload.is_service_running().value_or(false);
  unit.juju.set_unit_status({charm::StatusKind::active, started ? "started"
                                                        : runs  ? "lost"
                                                                : "refused"});
  return {};
}

Outcome go_through_a_b_c(Unit& unit, const Event& /*event*/) {
  unit.juju.set_unit_status({charm::StatusKind::active, "a"});
  unit.juju.set_unit_status({charm::StatusKind::active, "b"});
  unit.clock.sleep(1s);
  unit.juju.set_unit_status({charm::StatusKind::active, "c"});
  return {};
}

TEST(OneFault, ARefusedCallHasNoEffect) {
  EXPECT_THAT(strike(label_the_pod, FaultKind::refuse_kubernetes,
                     "refuse_kubernetes at kubernetes.label_pod_as_member")
                  .statuses,
              ElementsAre("refused"));
}

TEST(OneFault, ALostReplyStillHasItsEffect) {
  EXPECT_THAT(strike(label_the_pod, FaultKind::lose_kubernetes,
                     "lose_kubernetes at kubernetes.label_pod_as_member")
                  .statuses,
              ElementsAre("lost"));
}

// Two faults of seed 2111 of faults-while-refreshing: the API server answers 403, and the hook of
// unit 0 is not told, which says what it says where it is not reached.
TEST(OneFault, OfA403WhoseReplyIsLostTheHookIsNotTold) {
  const auto scenario = read_scenario(R"({
      "schema_version": 1, "title": "A 403 whose reply is lost", "world": {"units": 2},
      "faults": {"from_s": 200, "until_s": 1800, "lose_kubernetes": 1, "forbid_api": 1},
      "horizon_s": 28800})",
                                      "lost.json");
  ASSERT_TRUE(scenario) << to_text(scenario.error());
  DeviationsError error;
  const auto choices = parse_deviations(
      "0.lease.0=1,0.fault.11=6,1.container.0=1,w.mishap-kind.4=16,w.mishap-length.0=3", error);
  ASSERT_TRUE(choices);
  ListChoices list(*choices);
  given::Events events;
  const Verdict verdict =
      given::run(*scenario, given::postgresql(), list, default_executor(), &events);
  EXPECT_EQ(strikes(events)["forbid_api"], 1U);
  EXPECT_EQ(strikes(events)["lose_kubernetes"], 1U);
  EXPECT_TRUE(verdict.ok()) << verdict.violations.front().what;
}

TEST(OneFault, ALostAnswerOfPatroniIsNoAnswer) {
  EXPECT_THAT(
      strike(start_patroni, FaultKind::lose_patroni, "lose_patroni at patroni.own_health").statuses,
      ElementsAre("does not answer"));
}

TEST(OneFault, OfPatroniStrikesAtItsCallsOnly) {
  EXPECT_TRUE(ever_strikes(start_patroni, FaultKind::refuse_patroni, 1));
  EXPECT_FALSE(ever_strikes(label_the_pod, FaultKind::refuse_patroni, 1));
}

TEST(OneFault, ALostAnswerOfPebbleStillHasItsEffectAndARefusalHasNone) {
  const std::string at = " at workload.update_and_restart_service";
  EXPECT_THAT(strike(start_the_service, FaultKind::lose_workload, "lose_workload" + at).statuses,
              testing::Contains("lost"));
  EXPECT_THAT(
      strike(start_the_service, FaultKind::refuse_workload, "refuse_workload" + at).statuses,
      testing::Contains("refused"));
}

TEST(OneFault, APebbleThatRefusesIsOneThatCannotBeConnectedTo) {
  EXPECT_THAT(strike(start_the_service, FaultKind::refuse_workload,
                     "refuse_workload at workload.can_connect")
                  .statuses,
              testing::Contains("no connection"));
}

TEST(OneFault, OfTheWorkloadStrikesAtItsCallsOnly) {
  EXPECT_TRUE(ever_strikes(start_the_service, FaultKind::refuse_workload, 1));
  EXPECT_FALSE(ever_strikes(label_the_pod, FaultKind::refuse_workload, 1));
}

TEST(OneFault, OfKubernetesStrikesAtItsCallsOnly) {
  EXPECT_TRUE(ever_strikes(label_the_pod, FaultKind::refuse_kubernetes, 1));
  EXPECT_FALSE(ever_strikes(go_through_a_b_c, FaultKind::refuse_kubernetes, 1));
}

TEST(OneFault, WithoutABudgetDoesNotStrike) {
  EXPECT_TRUE(ever_strikes(label_the_pod, FaultKind::kill_hook, 1));
  EXPECT_FALSE(ever_strikes(label_the_pod, FaultKind::kill_hook, 0));
}

TEST(OneFault, AKilledHookRunsAgain) {
  const Struck struck = strike(go_through_a_b_c, FaultKind::kill_hook, "kill_hook at clock.sleep");
  EXPECT_THAT(struck.bad_ends, ElementsAre(HookEnd::killed));
  EXPECT_THAT(struck.statuses, ElementsAre("a", "b", "a", "b", "c"));
}

TEST(OneFault, AHookWhosePodWasKilledRunsAgainInTheNewPod) {
  const Struck struck = strike(go_through_a_b_c, FaultKind::kill_pod, "kill_pod at clock.sleep");
  EXPECT_THAT(struck.bad_ends, ElementsAre(HookEnd::killed));
  EXPECT_THAT(struck.statuses, ElementsAre("a", "b", "a", "b", "c"));
}

// The lease runs out within a minute, and nobody else is there: the unit wins it again, and is
// told.
Outcome write_for_long(Unit& unit, const Event& /*event*/) {
  if (unit.juju.unit_status().kind == charm::StatusKind::active) return {};
  (void)unit.juju.set_endpoints({{0}});
  unit.juju.set_unit_status({charm::StatusKind::active, "written"});
  unit.clock.sleep(100s);
  return {};
}

TEST(OneFault, ALeaseThatRanOutHasTheFlushRefused) {
  Scenario scenario =
      given::scenario_with(R"("world": {"units": 2}, "story": [{"at_s": 500, "set_trust": true}])");
  scenario.faults.until = 60s;
  scenario.faults.budget[static_cast<std::size_t>(FaultKind::move_leadership)] = 1;
  std::size_t refused = 0;
  const given::TinyCharm charm(EventKind::leader_elected, write_for_long);
  for (std::uint32_t draw = 0; draw < most_draws; ++draw) {
    given::Events events;
    ListChoices list({{{charm::UnitName{0}, fault_question},
                       draw,
                       static_cast<std::uint32_t>(FaultKind::move_leadership) + 1}});
    given::run(scenario, charm.with(), list, default_executor(), &events);
    for (const auto& item : events.of(TraceKind::hook_ended)) {
      refused += item.end == HookEnd::refused ? 1U : 0U;
    }
  }
  EXPECT_GT(refused, 0U);
}

TEST(Faults, HaveANameEachThatNoOtherHas) {
  std::map<std::string_view, int> names;
  for (std::size_t kind = 0; kind < fault_kind_count; ++kind) {
    ++names[to_text(static_cast<FaultKind>(kind))];
  }
  EXPECT_THAT(names, SizeIs(fault_kind_count));
}

}  // namespace
}  // namespace sim
