// A run: how it ends, what it counts, and what its clock, its gate and its world promise to hooks.
#include "sim/simulation.h"

#include <gmock/gmock.h>

#include <atomic>
#include <set>

#include "sim/properties/bounds.h"
#include "tests/support/runs.h"

namespace sim {
namespace {

using charm::Event;
using charm::EventKind;
using charm::Outcome;
using charm::Unit;
using charm::UnitName;
using testing::IsEmpty;
using testing::SizeIs;
using namespace std::chrono_literals;

constexpr const char* one_unit = R"("world": {"units": 1})";

TEST(Simulation, TheCalmBringUpOfThreeUnitsHoldsAll) {
  const Verdict verdict =
      given::run_calm(given::scenario_of("scenarios/deploy-three-units.json"), given::postgresql());
  EXPECT_EQ(verdict.end, RunEnd::settled);
  EXPECT_THAT(verdict.violations, IsEmpty());
  EXPECT_GT(verdict.dispatches, 20U);
  EXPECT_GT(verdict.calls, 100U);
  EXPECT_GT(verdict.preemptions, 0U);
}

// Three pods are started, and the client writes, at the same moment: by index in the calm run, in
// any order otherwise.
TEST(Simulation, OfWhatIsDueAtTheSameMomentAnythingMayComeFirst) {
  std::set<std::uint16_t> first;
  for (std::uint32_t option = 0; option < 4; ++option) {
    Simulation simulation(given::scenario_of("scenarios/deploy-three-units.json"),
                          given::postgresql(), {});
    Deviations deviations;
    if (option > 0) deviations.push_back({{{}, tie_question}, 0, option});
    given::Events events;
    simulation.trace().listen(&events);
    ListChoices list(deviations);
    EXPECT_TRUE(simulation.run(list).ok());
    for (const given::Events::Item& item : events.of(TraceKind::fact)) {
      if (item.fact != model::FactKind::pod_started) continue;
      first.insert(UnitName(*item.unit).ordinal);
      break;
    }
  }
  EXPECT_THAT(first, SizeIs(3));
}

// With room for all that the charm's handlers can defer, which is more than a world has by itself.
TEST(Simulation, OfThreeUnitsCopiesAtMostEightKibibytesAndOfNineTwentyFour) {
  const auto bytes = [](int units) {
    const std::string world = R"("world": {"units": )" + std::to_string(units) + "}";
    return Simulation(given::scenario_with(world), given::postgresql(), {}).world().bytes().size();
  };
  EXPECT_LE(bytes(3), 8U * 1024);
  EXPECT_LE(bytes(9), 24U * 1024);
}

TEST(Simulation, EndsWithAWorldInWhichEveryUnitWorks) {
  Simulation simulation(given::scenario_of("scenarios/deploy-three-units.json"),
                        given::postgresql(), {});
  ListChoices calm;
  simulation.run(calm);
  EXPECT_EQ(simulation.world().endpoints().size(), 3U);
  EXPECT_TRUE(simulation.world().shared().application.initialised);
  EXPECT_EQ(simulation.world().unit(UnitName{2}).status, charm::StatusKind::active);
  EXPECT_GT(simulation.world().shared().client.acknowledged, 10U);
}

TEST(Simulation, OfAUnitThatIsNotTrustedTellsWhatIsMissing) {
  const Scenario scenario =
      given::scenario_with(R"("world": {"units": 1, "trusted": false}, "horizon_s": 900)");
  const Verdict verdict = given::run_calm(scenario, given::postgresql());
  EXPECT_EQ(verdict.end, RunEnd::horizon);
  ASSERT_THAT(verdict.violations, SizeIs(1));
  EXPECT_EQ(verdict.violations[0].property, "every planned unit is Active, listed and streaming");
  EXPECT_THAT(verdict.violations[0].what, testing::HasSubstr("juju trust"));
}

TEST(Simulation, HasRoomForTheUnitsThatItsStoryAdds) {
  Simulation simulation(given::scenario_of("scenarios/unit-added-without-primary.json"),
                        given::postgresql(), {});
  EXPECT_EQ(simulation.world().unit_count(), 4);
}

TEST(Simulation, TakesTheApplicationsNameFromItsScenario) {
  const Scenario scenario = given::scenario_with(
      R"("world": {"units": 1, "app": "pg", "trusted": false}, "horizon_s": 300)");
  const Verdict verdict = given::run_calm(scenario, given::postgresql());
  ASSERT_THAT(verdict.violations, SizeIs(1));
  EXPECT_THAT(verdict.violations[0].what, testing::StartsWith("pg/0 "));
}

TEST(Simulation, InterruptedEndsWithWhatItHas) {
  const std::atomic<bool> interrupted = true;
  Simulation simulation(given::scenario_of("scenarios/deploy-three-units.json"),
                        given::postgresql(), {.interrupted = &interrupted});
  ListChoices calm;
  const Verdict verdict = simulation.run(calm);
  EXPECT_EQ(verdict.end, RunEnd::interrupted);
  EXPECT_TRUE(verdict.ok());
}

TEST(Simulation, ContainersAreNotReachableBeforeTheirTime) {
  given::Events events;
  given::run_calm(given::scenario_of("scenarios/container-not-reachable.json"), given::postgresql(),
                  &events);
  for (const auto& item : events.of(TraceKind::fact)) {
    if (item.fact != model::FactKind::container_reachable) continue;
    EXPECT_EQ(item.unit == UnitName{0}, item.at >= charm::Instant{90'000'000});
  }
}

TEST(Simulation, ThePrimaryServiceDoesNotRouteBeforeItsTime) {
  given::Events events;
  given::run_calm(given::scenario_of("scenarios/service-does-not-route.json"), given::postgresql(),
                  &events);
  std::size_t routes = 0;
  for (const auto& item : events.of(TraceKind::fact)) {
    if (item.fact != model::FactKind::route_changed) continue;
    ++routes;
    EXPECT_GE(item.at, charm::Instant{120'000'000});
  }
  EXPECT_GE(routes, 1U);
}

// --- what hooks see ---

// Says how many seconds have passed, by an answer of the world that changes with time.
Outcome wait_for_a_deadline(Unit& unit, const Event& /*event*/) {
  unit.clock.set_deadline(10s);
  unit.clock.sleep(9s);
  const bool early = unit.clock.deadline_passed();
  unit.clock.sleep(2s);
  const bool late = unit.clock.deadline_passed();
  unit.juju.set_unit_status({charm::StatusKind::active, early  ? "early"
                                                        : late ? "in time"
                                                               : "never"});
  return {};
}

std::vector<std::string> statuses(EventKind on, given::TinyCharm::Run hook,
                                  const char* members = one_unit, const char* choices = "") {
  const given::TinyCharm charm(on, hook);
  given::Events events;
  ListChoices list(given::deviations(choices));
  given::run(given::scenario_with(members), charm.with(), list, default_executor(), &events);
  std::vector<std::string> texts;
  for (const auto& item : events.of(TraceKind::status)) texts.push_back(item.text);
  return texts;
}

TEST(HookInARun, SeesItsDeadlinePassWhileItSleeps) {
  EXPECT_THAT(statuses(EventKind::start, wait_for_a_deadline), testing::ElementsAre("in time"));
}

Outcome read_own_writes(Unit& unit, const Event& /*event*/) {
  const bool before = unit.juju.cluster_initialised();
  (void)unit.juju.set_cluster_initialised();
  (void)unit.juju.set_endpoints({{0}});
  const bool after = unit.juju.cluster_initialised() && unit.juju.endpoints().size() == 1;
  unit.juju.set_unit_status(
      {charm::StatusKind::active, !before && after ? "sees them" : "does not"});
  return {};
}

TEST(HookInARun, SeesItsOwnWritesBeforeTheyAreCommitted) {
  EXPECT_THAT(statuses(EventKind::leader_elected, read_own_writes),
              testing::ElementsAre("sees them"));
}

Outcome write_as_a_follower(Unit& unit, const Event& /*event*/) {
  const bool refused = !unit.juju.set_endpoints({{0}}) && !unit.juju.set_cluster_initialised() &&
                       !unit.juju.set_password(charm::SystemUser::rewind, charm::Secret("x"));
  unit.juju.set_unit_status({charm::StatusKind::active, refused ? "refused" : "written"});
  return {};
}

TEST(HookInARun, OfAFollowerCannotWriteApplicationData) {
  EXPECT_THAT(statuses(EventKind::relation_joined, write_as_a_follower, R"("world": {"units": 2})"),
              testing::Contains("refused"));
}

// A false is-leader is sticky to the end of the hook, whatever the lease does.
Outcome ask_for_leadership_for_long(Unit& unit, const Event& /*event*/) {
  const bool before = unit.juju.is_leader();
  unit.clock.sleep(120s);
  const bool after = unit.juju.is_leader();
  unit.juju.set_unit_status({charm::StatusKind::active, before  ? "led"
                                                        : after ? "forgot"
                                                                : "remembered"});
  return {};
}

TEST(HookInARun, ThatWasToldOnceItDoesNotLeadIsToldSoToItsEnd) {
  EXPECT_THAT(statuses(EventKind::install, ask_for_leadership_for_long,
                       R"("world": {"units": 1}, "story": [{"at_s": 150, "set_trust": true}])",
                       "0.lease.0=15"),
              testing::Contains("remembered"));
}

Outcome defer_once(Unit& unit, const Event& event) {
  if (event.kind == EventKind::start &&
      unit.juju.unit_status().kind == charm::StatusKind::unknown) {
    unit.juju.set_unit_status({charm::StatusKind::waiting, "deferred"});
    return {Outcome::Kind::deferred, "not yet"};
  }
  unit.juju.set_unit_status({charm::StatusKind::active, "done"});
  return {};
}

TEST(HookInARun, ThatDefersRunsAgainAtTheNextDispatch) {
  EXPECT_THAT(statuses(EventKind::start, defer_once), testing::ElementsAre("deferred", "done"));
}

// The calm runs of directed scenarios judge what they are about.
TEST(DirectedScenarios, JudgeTheirBounds) {
  const auto times = [](const char* file, Bound bound) {
    const Verdict verdict = given::run_calm(given::scenario_of(file), given::postgresql());
    EXPECT_THAT(verdict.violations, IsEmpty());
    return verdict.bounds[static_cast<std::size_t>(bound)].times;
  };
  EXPECT_GT(times("scenarios/primary-node-lost.json", Bound::primary_after_loss), 0U);
  EXPECT_GT(times("scenarios/primary-pod-deleted.json", Bound::primary_after_release), 0U);
  EXPECT_GT(times("scenarios/primary-pod-deleted.json", Bound::planned_removal), 0U);
  EXPECT_GT(times("scenarios/primary-pod-deleted.json", Bound::rejoined), 0U);
}

}  // namespace
}  // namespace sim
