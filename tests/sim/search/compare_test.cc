// Runs that are branched and compared: the point of no return, where two runs part, and hooks that
// depend on chance.
#include <gmock/gmock.h>

#include "sim/search/difference.h"
#include "sim/search/lockstep.h"
#include "sim/search/no_return.h"
#include "sim/search/shrink.h"
#include "tests/sim/search/searched.h"

namespace sim {
namespace {

using charm::Event;
using charm::EventKind;
using charm::Outcome;
using charm::Unit;
using charm::UnitName;
using testing::AnyOf;
using testing::HasSubstr;

CharmUnderTest dropping() { return given::charm_that_drops_units().charm(); }

const Deviations& small() {
  static const Deviations choices = [] {
    const auto shrunk = shrink_choices(given::dropping_scenario(), dropping(),
                                       given::dropping_choices(), given::dropped, {});
    EXPECT_TRUE(shrunk);
    return shrunk ? shrunk->choices : Deviations{};
  }();
  return choices;
}

// --- branches ---

TEST(ABranch, FollowsTheRunAndThenGoesItsOwnWay) {
  Simulation simulation(given::dropping_scenario(), dropping(), {});
  BranchChoices choices;
  choices.record(&simulation);
  choices.restart(given::dropping_choices());
  const Verdict whole = simulation.run(choices);
  const std::vector<Asked> all = choices.asked_so_far();
  ListChoices list(given::dropping_choices());
  EXPECT_EQ(simulation.run(list).fingerprint, whole.fingerprint);

  const std::size_t half = all.size() / 2;
  choices.restart(given::dropping_choices(), half, {.kind = Rest::Kind::random, .seed = 5});
  simulation.run(choices);
  const std::vector<Asked>& branch = choices.asked_so_far();
  ASSERT_GT(branch.size(), half);
  for (std::size_t at = 0; at < half; ++at) {
    EXPECT_EQ(branch[at].label, all[at].label);
    EXPECT_EQ(branch[at].option, all[at].option);
    EXPECT_EQ(branch[at].at, all[at].at);
  }
}

// --- the point of no return ---

TEST(ThePointOfNoReturn, IsAChoiceBeforeWhichABranchHoldsAndAfterWhichNoneDoes) {
  const NoReturn found =
      point_of_no_return(given::dropping_scenario(), dropping(), small(), {.window = 16});
  ASSERT_TRUE(found.choice);
  EXPECT_FALSE(found.is_cut);
  EXPECT_GT(found.after, 0U);
  EXPECT_LT(found.question, found.questions);

  // The branch that it names holds, and those from the next question on do not: tried here anew.
  Simulation simulation(given::dropping_scenario(), dropping(), {});
  BranchChoices choices;
  choices.restart(small(), found.question, found.rest);
  EXPECT_TRUE(simulation.run(choices).ok());
  for (std::size_t at = found.question + 1; at < found.questions; ++at) {
    choices.restart(small(), at, {.kind = Rest::Kind::calm});
    EXPECT_FALSE(simulation.run(choices).ok()) << "from question " << at;
  }
}

TEST(ThePointOfNoReturn, IsTheSameEachTime) {
  const NoReturn first = point_of_no_return(given::dropping_scenario(), dropping(), small(), {});
  const NoReturn second = point_of_no_return(given::dropping_scenario(), dropping(), small(), {});
  EXPECT_EQ(first.question, second.question);
  EXPECT_EQ(first.branches, second.branches);
}

TEST(ThePointOfNoReturn, OfARunThatCannotEndWellIsNotThere) {
  const Scenario scenario = given::scenario_with(R"("world": {"units": 1}, "horizon_s": 1)");
  const NoReturn found = point_of_no_return(scenario, given::postgresql(), {}, {});
  EXPECT_FALSE(found.choice);
  EXPECT_GT(found.branches, 0U);
}

TEST(ThePointOfNoReturn, SaysThatItWasCutWhenItsBranchesAreUsedUp) {
  const NoReturn found =
      point_of_no_return(given::dropping_scenario(), dropping(), small(), {.most_branches = 5});
  EXPECT_EQ(found.branches, 5U);
  EXPECT_TRUE(found.is_cut);
}

TEST(ThePointOfNoReturn, IsCutBeforeAnythingWasTriedIfItIsInterruptedAtOnce) {
  const std::atomic<bool> interrupted{true};
  const NoReturn found = point_of_no_return(given::dropping_scenario(), dropping(), small(),
                                            {.interrupted = &interrupted});
  EXPECT_TRUE(found.is_cut);
  EXPECT_FALSE(found.choice);
  EXPECT_EQ(found.branches, 0U);
}

// --- in words ---

TEST(AQuestion, IsToldWithWhatItsAnswerMeans) {
  const charm::AppName app{"pg"};
  EXPECT_EQ(to_text(Asked{.label = {UnitName{1}, question_of(model::UnitTimer::call)},
                          .nth = 17,
                          .options = 16,
                          .option = 3},
                    app),
            "pg/1 call, for the 18th time: option 3 of 16 (later, by 3/15 of what is possible)");
  EXPECT_EQ(to_text(Asked{.label = {UnitName{0}, fault_question},
                          .nth = 1,
                          .options = 19,
                          .option = 1 + static_cast<std::uint32_t>(FaultKind::kill_pod)},
                    app),
            "pg/0 fault, for the 2nd time: option 3 of 19 (kill_pod strikes)");
  EXPECT_EQ(to_text(Asked{.label = {{}, tie_question}, .nth = 10, .options = 3, .option = 2}, app),
            "the world tie, for the 11th time: option 2 of 3");
}

// --- two runs ---

TEST(TwoRuns, PartAtTheirFirstChoiceAndTheirFirstEvent) {
  const Scenario scenario = given::scenario_of("scenarios/deploy-three-units.json");
  const Deviations calm;
  const Deviations late = given::deviations("1.agent.3=15");
  const OfRun a{scenario, calm};
  const OfRun b{scenario, late};
  const RunsApart apart = compare_runs(a, b, given::postgresql());
  ASSERT_TRUE(apart.choice_a);
  ASSERT_TRUE(apart.choice_b);
  EXPECT_EQ(apart.choice_a->label, late[0].label);
  EXPECT_EQ(apart.choice_a->nth, 3U);
  EXPECT_EQ(apart.choice_a->option, 0U);
  EXPECT_EQ(apart.choice_b->option, 15U);
  EXPECT_TRUE(apart.is_event);
  EXPECT_GE(apart.same_events, apart.choice_a->events) << "no event can differ before a choice";
  const RunsApart same = compare_runs(b, b, given::postgresql());
  EXPECT_FALSE(same.is_choice());
  EXPECT_FALSE(same.is_event);
}

TEST(TwoRuns, OneOfWhichEndsBeforePartThere) {
  const Scenario one = given::scenario_with(R"("world": {"units": 1}, "horizon_s": 5)");
  const Scenario other = given::scenario_with(R"("world": {"units": 1}, "horizon_s": 60)");
  const RunsApart apart = compare_runs({one, {}}, {other, {}}, given::postgresql());
  EXPECT_FALSE(apart.choice_a);
  EXPECT_TRUE(apart.choice_b);
}

TEST(TheNearestPassingRun, IsOneChoiceCalmerAndHolds) {
  const Scenario scenario = given::dropping_scenario();
  const auto passing = nearest_passing({scenario, small()}, dropping());
  ASSERT_TRUE(passing);
  ListChoices list(*passing);
  EXPECT_TRUE(given::run(scenario, dropping(), list).ok());
  EXPECT_LE(passing->size(), small().size());
  EXPECT_GE(passing->size() + 1, small().size());
}

TEST(TheNearestPassingRun, IsNotThereIfTheSearchIsInterrupted) {
  const std::atomic<bool> interrupted{true};
  const Scenario scenario = given::dropping_scenario();
  EXPECT_FALSE(nearest_passing({scenario, given::dropping_choices()}, dropping(), &interrupted));
}

// --- a hook that depends on chance ---

int times_called = 0;

// As if it kept something in a static: the second run is told another message.
Outcome count_its_calls(Unit& unit, const Event& /*event*/) {
  (void)unit.juju.is_leader();
  ++times_called;
  unit.juju.set_unit_status({charm::StatusKind::active, times_called > 1 ? "again" : "first"});
  return {};
}
// As if it looked at a clock: the second run asks something else.
Outcome ask_something_else(Unit& unit, const Event& /*event*/) {
  (void)unit.juju.is_leader();
  if (++times_called > 1) {
    (void)unit.juju.peers();
  } else {
    (void)unit.juju.planned_units();
  }
  return {};
}
Outcome ask_with_something_else(Unit& unit, const Event& /*event*/) {
  ++times_called;
  (void)unit.workload.is_service_running();
  unit.clock.sleep(std::chrono::seconds(times_called > 1 ? 2 : 1));
  (void)unit.juju.is_leader();
  return {};
}
Outcome depend_on_nothing(Unit& unit, const Event& /*event*/) {
  (void)unit.juju.is_leader();
  unit.juju.set_unit_status({charm::StatusKind::active, "first"});
  return {};
}

std::optional<Apart> twice(given::TinyCharm::Run hook) {
  const Scenario scenario = given::scenario_with(R"("world": {"units": 1}, "horizon_s": 60)");
  const given::TinyCharm charm(EventKind::leader_elected, hook);
  times_called = 0;
  ListChoices first;
  ListChoices second;
  return run_twice(scenario, charm.with(), first, second);
}

TEST(AHook, ThatSaysSomethingElseTheSecondTimeIsFoundWithTheMessage) {
  const auto apart = twice(count_its_calls);
  ASSERT_TRUE(apart);
  EXPECT_EQ(apart->unit, charm::MaybeUnit(UnitName{0}));
  EXPECT_EQ(apart->hook, "leader-elected");
  EXPECT_EQ(apart->call, "juju.set_unit_status");
  EXPECT_EQ(apart->field, "the status message");
  EXPECT_EQ(apart->first, "first");
  EXPECT_EQ(apart->second, "again");
}

TEST(AHook, ThatAsksSomethingElseTheSecondTimeIsFoundWithTheCall) {
  const auto apart = twice(ask_something_else);
  ASSERT_TRUE(apart);
  EXPECT_EQ(apart->hook, "leader-elected");
  EXPECT_EQ(apart->field, "the call");
  EXPECT_EQ(apart->first, "juju.planned_units");
  EXPECT_EQ(apart->second, "juju.peers");
}

TEST(AHook, ThatAsksWithSomethingElseTheSecondTimeIsFound) {
  const auto apart = twice(ask_with_something_else);
  ASSERT_TRUE(apart);
  EXPECT_EQ(apart->hook, "leader-elected");
  EXPECT_EQ(apart->unit, charm::MaybeUnit(UnitName{0}));
}

TEST(AHook, ThatDependsOnNothingElseIsTheSameTwice) { EXPECT_FALSE(twice(depend_on_nothing)); }

TEST(TheCharm, IsTheSameTwiceInRandomRuns) {
  const Scenario scenario = given::scenario_of("scenarios/faults-while-running.json");
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    RandomChoices first(seed);
    RandomChoices second(seed);
    const auto apart = run_twice(scenario, given::postgresql(), first, second);
    EXPECT_FALSE(apart) << apart->field << ": " << apart->first << " / " << apart->second;
  }
}

TEST(TwoRuns, OfOtherChoicesAreFoundApartAtTheQuestion) {
  const Scenario scenario = given::scenario_with(R"("world": {"units": 1}, "horizon_s": 60)");
  ListChoices first;
  ListChoices second(given::deviations("0.pod.0=3"));
  const auto apart = run_twice(scenario, given::postgresql(), first, second);
  ASSERT_TRUE(apart);
  EXPECT_EQ(apart->field, "the option");
  EXPECT_EQ(apart->first, "0");
  EXPECT_EQ(apart->second, "3");
}

}  // namespace
}  // namespace sim
