// Leader changes and departures: questions like any other where a scenario has room for them, and
// bounds of their own of an exploration.
#include <gmock/gmock.h>

#include <set>

#include "model/juju.h"
#include "sim/search/exploration.h"
#include "tests/sim/search/searched.h"

namespace sim {
namespace {

using testing::IsSubsetOf;
using testing::SizeIs;
using testing::UnorderedElementsAreArray;

constexpr std::string_view two_units =
    R"("quantum_ms": 1000, "world": {"units": 2}, "leader_changes": 1)";
constexpr std::string_view two_and_one_goes =
    R"("quantum_ms": 1000, "world": {"units": 2}, "departures": 1)";

Deviations one_of(Question question, std::uint32_t nth, std::uint32_t option = 1) {
  return {{{{}, question}, nth, option}};
}

// The keys of the worlds of runs that are played one by one, and of their ends.
struct Played {
  std::set<std::uint64_t> worlds;
  std::set<std::uint64_t> ends;
};
// False: that question was not asked so often.
bool play(Simulation& simulation, const Deviations& deviations, Played& played) {
  ListChoices choices(deviations);
  simulation.begin(choices);
  played.worlds.insert(simulation.state_key());
  while (simulation.advance()) played.worlds.insert(simulation.state_key());
  played.ends.insert(simulation.state_key());
  return choices.unused().empty();
}

// --- a run ---

// With room for it and nothing chosen, a run is what it is without.
TEST(Changes, ThatDoNotComeAboutChangeNothing) {
  constexpr std::string_view plain = R"("world": {"units": 3})";
  constexpr std::string_view roomy =
      R"("world": {"units": 3}, "leader_changes": 2, "departures": 2)";
  EXPECT_EQ(given::numbers_of(given::run_calm(given::scenario_with(plain), given::postgresql())),
            given::numbers_of(given::run_calm(given::scenario_with(roomy), given::postgresql())));
}

// Each renewal can be the one that fails, and each other unit the next leader.
TEST(Changes, TheNamedUnitLeadsNextAndNotBeforeTheLeaseHasRunOut) {
  const Scenario scenario =
      given::scenario_with(R"("world": {"units": 3}, "leader_changes": 1, "horizon_s": 3600)");
  Simulation simulation(scenario, given::postgresql(), {});
  for (std::uint32_t option = 1; option <= 2; ++option) {
    ListChoices choices(one_of(leader_change_question, 0, option));
    simulation.begin(choices);
    charm::MaybeUnit first;
    charm::MaybeUnit last;
    charm::Instant failed;
    charm::Instant taken;
    while (simulation.advance()) {
      const auto& application = simulation.world().shared().application;
      if (!first) first = application.lease_holder;
      if (application.renewals_fail && failed == charm::Instant{}) {
        failed = simulation.world().now();
      }
      const bool is_new = application.lease_holder && !(application.lease_holder == first);
      if (is_new && !last) taken = simulation.world().now();
      if (is_new) last = application.lease_holder;
    }
    ASSERT_TRUE(last) << option;
    charm::UnitSet others{{0}, {1}, {2}};
    others.erase(*first);
    std::uint32_t place = 1;
    for (const charm::UnitName other : others) {
      const bool is_named = place++ == option;
      EXPECT_EQ(last == other, is_named);
    }
    EXPECT_GE(taken - failed, std::chrono::seconds(30));
    EXPECT_LE(taken - failed, std::chrono::seconds(33));
    EXPECT_TRUE(simulation.end().ok());
  }
}

TEST(Changes, TheHighestUnitDepartsAndTheRunHolds) {
  const Scenario scenario = given::scenario_with(R"("world": {"units": 3}, "departures": 2)");
  Simulation simulation(scenario, given::postgresql(), {});
  Deviations both = one_of(departure_question, 40);
  both.push_back({{{}, departure_question}, 150, 1});
  ListChoices choices(both);
  const Verdict verdict = simulation.run(choices);
  EXPECT_TRUE(verdict.ok());
  EXPECT_THAT(choices.unused(), SizeIs(0));
  EXPECT_EQ(simulation.world().existing(), (charm::UnitSet{{0}}));
}

// Neither the last one, nor one that the story still names or takes away.
TEST(Changes, NobodyDepartsWhomTheStoryNeeds) {
  const auto asked = [](std::string_view members) {
    Simulation simulation(given::scenario_with(members), given::postgresql(), {});
    ListChoices choices(one_of(departure_question, 0));
    simulation.begin(choices);
    for (int step = 0; step < 100 && simulation.advance(); ++step) {
    }
    return choices.unused().empty();
  };
  EXPECT_TRUE(asked(R"("world": {"units": 2}, "departures": 1)"));
  EXPECT_FALSE(asked(R"("world": {"units": 1}, "departures": 1)"));
  EXPECT_FALSE(asked(R"("world": {"units": 2}, "departures": 1,
                        "story": [{"when": "settled", "kill_pod": "postgresql-k8s/1"}])"));
  EXPECT_TRUE(asked(R"("world": {"units": 2}, "departures": 1,
                       "story": [{"when": "settled", "kill_pod": "postgresql-k8s/0"}])"));
  EXPECT_FALSE(asked(R"("world": {"units": 2}, "departures": 1,
                        "story": [{"when": "settled", "remove_units": 1}])"));
}

TEST(Changes, RandomRunsDrawThemAndAreTheSameForTheSameSeed) {
  const Scenario scenario =
      given::scenario_with(R"("world": {"units": 3}, "leader_changes": 2, "departures": 1)");
  Simulation simulation(scenario, given::postgresql(), {});
  RandomChoices choices(0);
  std::set<Question> drawn;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    choices.restart(seed);
    const Verdict first = simulation.run(choices);
    std::uint32_t leaders = 0;
    for (const Deviation& one : choices.taken()) {
      drawn.insert(one.label.question);
      leaders += one.label.question == leader_change_question ? 1U : 0U;
    }
    EXPECT_LE(leaders, 2U);
    Deviations taken = choices.taken();
    std::ranges::sort(taken);
    ListChoices list(taken);
    EXPECT_EQ(given::numbers_of(simulation.run(list)), given::numbers_of(first)) << seed;
  }
  EXPECT_TRUE(drawn.contains(leader_change_question));
  EXPECT_TRUE(drawn.contains(departure_question));
}

// --- bounds of an exploration ---

TEST(Changes, WithOneLeaderChangeAllRunsWithOneAreCovered) {
  const Scenario scenario = given::scenario_with(two_units);
  Simulation simulation(scenario, given::postgresql(), {});
  Played played;
  std::uint32_t runs = 0;
  play(simulation, {}, played);
  while (play(simulation, one_of(leader_change_question, runs), played)) ++runs;
  ASSERT_GT(runs, 2U);
  const Exploration found = explore(scenario, given::postgresql(),
                                    {.allowance = {.leader_changes = 1}, .keep_ends = true});
  EXPECT_EQ(found.end, ExplorationEnd::covered);
  EXPECT_THAT(found.ends_found, UnorderedElementsAreArray(played.ends));
  std::set<std::uint64_t> looked_at = played.worlds;
  for (const std::uint64_t end : played.ends) looked_at.erase(end);
  EXPECT_EQ(found.worlds, looked_at.size());
}

TEST(Changes, WithNoneOfThemTheCalmRunsWorldsAreAll) {
  const Scenario scenario = given::scenario_with(two_units);
  Simulation simulation(scenario, given::postgresql(), {});
  Played played;
  play(simulation, {}, played);
  const Exploration found = explore(scenario, given::postgresql(), {.allowance = {}});
  EXPECT_EQ(found.end, ExplorationEnd::covered);
  EXPECT_EQ(found.worlds, played.worlds.size());
}

// There are too many to play them all.
TEST(Changes, WithOneDepartureTheEndsOfRunsWithOneAreFound) {
  const Scenario scenario = given::scenario_with(two_and_one_goes);
  Simulation simulation(scenario, given::postgresql(), {});
  Played played;
  std::uint32_t nth = 0;
  while (play(simulation, one_of(departure_question, nth), played)) nth += 97;
  ASSERT_GT(nth, 97U * 10);
  const Exploration found =
      explore(scenario, given::postgresql(), {.allowance = {.departures = 1}, .keep_ends = true});
  EXPECT_EQ(found.end, ExplorationEnd::covered);
  EXPECT_THAT(played.ends, IsSubsetOf(found.ends_found));
  EXPECT_GT(found.worlds, played.worlds.size());
}

// A leader that takes itself for the first one: in a deployment it is.
charm::Outcome begin_anew(charm::Unit& unit, const charm::Event& event) {
  charm::HostList own;
  for (const charm::HostName host : unit.juju.endpoints()) {
    if (unit_of(host) == unit.name) own.push_back(host);
  }
  if (own.size() == unit.juju.endpoints().size()) return on_leader_elected(unit, event);
  (void)unit.juju.set_endpoints(own);
  return unit.path.done("end", "the list begins anew");
}

TEST(Changes, ALeaderChangeAloneShowsWhatTheNextLeaderMustNotDo) {
  const Scenario scenario = given::scenario_with(two_units);
  const given::WithBox box("leader-elected", begin_anew);
  const CharmUnderTest charm = box.charm();
  EXPECT_EQ(explore(scenario, charm, {.allowance = {}}).end, ExplorationEnd::covered);
  const Exploration found = explore(scenario, charm, {.allowance = {.leader_changes = 1}});
  ASSERT_TRUE(found.failing);
  ASSERT_THAT(*found.failing, SizeIs(1));
  EXPECT_EQ(found.failing->front().label.question, leader_change_question);
  ListChoices choices(*found.failing);
  const Verdict verdict = given::run(scenario, charm, choices);
  ASSERT_FALSE(verdict.ok());
  EXPECT_EQ(verdict.violations[0].property, given::dropped);
}

charm::Outcome forget_nobody(charm::Unit& unit, const charm::Event& /*event*/) {
  return unit.path.done("end", "whoever departs stays where it is written");
}

TEST(Changes, ADepartureAloneShowsThatWhoDepartsIsNotForgotten) {
  const Scenario scenario = given::scenario_with(two_and_one_goes);
  const given::WithBox box("peer-relation-departed", forget_nobody, "update-status");
  const CharmUnderTest charm = box.charm();
  EXPECT_EQ(explore(scenario, charm, {.allowance = {}}).end, ExplorationEnd::covered);
  const Exploration found = explore(scenario, charm, {.allowance = {.departures = 1}});
  ASSERT_TRUE(found.failing);
  ASSERT_THAT(*found.failing, SizeIs(1));
  EXPECT_EQ(found.failing->front().label.question, departure_question);
  ListChoices choices(*found.failing);
  EXPECT_FALSE(given::run(scenario, charm, choices).ok());
}

}  // namespace
}  // namespace sim
