// The explorer of the charm's worlds: what it claims to have looked at is held against runs, and
// its reductions against the search without them.
#include "sim/search/exploration.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <set>

#include "model/hash.h"
#include "sim/run_state.h"
#include "sim/search/odometer.h"
#include "tests/sim/search/searched.h"

namespace sim {
namespace {

using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAreArray;

constexpr std::string_view one_unit =
    R"("quantum_ms": 1000, "world": {"units": 1},
       "story": [{"when": "settled", "set_trust": true}])";
constexpr std::string_view two_units =
    R"("quantum_ms": 1000, "world": {"units": 2},
       "story": [{"when": "settled", "move_leadership": "another unit"}],
       "faults": {"until_s": 60, "kill_hook": 1})";

Exploration explored(std::string_view members, const ExplorationOptions& options,
                     const CharmUnderTest& charm = given::postgresql()) {
  return explore(given::scenario_with(members), charm, options);
}

// Answers that depend on a number alone: that of the step which is about to be made.
class ByStep final : public Choices {
 public:
  explicit ByStep(std::uint64_t one_in = 64) : one_in_(one_in) {}  // so often it deviates
  void at(std::uint64_t step) {
    step_ = step;
    asked_ = 0;
    options.clear();
  }
  std::vector<std::uint32_t> options;  // that the questions of this step had

 private:
  std::uint32_t choose(std::uint32_t count, Label label, std::uint32_t /*nth*/) override {
    options.push_back(count);
    const std::uint64_t drawn = model::mix(step_, ++asked_);
    // Of the orders of queues there are few, and what they leave behind is soon the same.
    const std::uint64_t one_in = label.question == deferral_order_question ? 2 : one_in_;
    return drawn % one_in == 0 ? static_cast<std::uint32_t>(drawn / one_in % count) : 0;
  }
  const std::uint64_t one_in_;
  std::uint64_t step_ = 0;
  std::uint64_t asked_ = 0;
};

// --- a run with a quantum ---

TEST(Orders, ARunWithAQuantumIsTheSameForEitherWayToStopAHook) {
  const Scenario scenario = given::scenario_with(two_units);
  Simulation fibers(scenario, given::postgresql(), {.executor = ExecutorKind::fiber});
  Simulation again(scenario, given::postgresql(), {.executor = ExecutorKind::reexecution});
  RandomChoices choices(0);
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    choices.restart(seed);
    const Verdict first = fibers.run(choices);
    choices.restart(seed);
    const Verdict second = again.run(choices);
    EXPECT_EQ(given::numbers_of(first), given::numbers_of(second)) << seed;
  }
}

TEST(Orders, TimeMovesInWholeSteps) {
  Simulation simulation(given::scenario_with(two_units), given::postgresql(), {});
  RandomChoices choices(7);
  simulation.begin(choices);
  while (simulation.advance()) {
    ASSERT_EQ(simulation.world().now().micros % 1'000'000, 0);
  }
}

// Every order that windows permit can be chosen, and no other.
TEST(Orders, NothingComesAfterTheEndOfAnothersWindow) {
  Simulation simulation(given::scenario_with(two_units), given::postgresql(), {});
  RandomChoices choices(11);
  simulation.begin(choices);
  do {
    ASSERT_GE(simulation.world().first_end(), simulation.world().now());
  } while (simulation.advance());
}

// --- a run as a value ---

// Saved and brought back at each of its steps, with other steps played in between, a run is what it
// was.
TEST(RunStates, BroughtBackARunGoesOnAsItWas) {
  Simulation simulation(given::scenario_with(two_units), given::postgresql(), {});
  ByStep choices;
  const auto advance = [&](std::uint64_t step) {
    choices.at(step);
    return simulation.advance();
  };
  std::vector<std::uint64_t> keys;
  simulation.begin(choices);
  for (std::uint64_t step = 0; step < 2000 && advance(step); ++step) {
    keys.push_back(simulation.state_key());
  }
  ASSERT_GT(keys.size(), 300U);

  RunState state;
  std::size_t stopped = 0;
  simulation.begin(choices);
  for (std::uint64_t step = 0; step < keys.size(); ++step) {
    ASSERT_TRUE(advance(step));
    ASSERT_EQ(simulation.state_key(), keys[step]) << step;
    stopped += simulation.has_stopped_hook() ? 1U : 0U;
    simulation.save(state);
    for (std::uint64_t other = 1; other <= 4 && advance(step + 5000 * other); ++other) {
    }
    simulation.restore(state);
    ASSERT_EQ(simulation.state_key(), keys[step]) << step;
  }
  EXPECT_GT(stopped, 50U);
}

// Of worlds that are not the same bytes, and have the same key: what they claim to have in common.
class Twins {
 public:
  Twins(std::string_view members, std::uint64_t one_in)
      : simulation_(given::scenario_with(members), given::postgresql(), {}), choices_(one_in) {}

  // Walks through the scenario, now this way, now that, and compares each world with the first one
  // that had its key.
  void walk(std::uint64_t number, std::uint64_t most_steps) {
    simulation_.begin(choices_);
    RunState state;
    for (std::uint64_t step = 0; step < most_steps; ++step) {
      choices_.at(number * 10'000 + step);
      if (!simulation_.advance()) return;
      simulation_.save(state);
      const auto [known, is_new] = met_.try_emplace(simulation_.state_key(), state);
      if (is_new || known->second.world == state.world) continue;
      ++compared;
      with_hooks += simulation_.has_stopped_hook() ? 1U : 0U;
      for (std::uint64_t other = 0; other < 3; ++other) {
        const auto expected = future(known->second, 77 * other + 1);
        const auto found = future(state, 77 * other + 1);
        ASSERT_EQ(expected, found) << "walk " << number << ", step " << step;
      }
      simulation_.restore(state);
    }
  }
  std::size_t compared = 0;
  std::size_t with_hooks = 0;  // of these, with a stopped hook

 private:
  // The questions that it has to answer next, and for some answers the keys that follow.
  std::vector<std::uint64_t> future(const RunState& state, std::uint64_t step) {
    simulation_.restore(state);
    choices_.at(step);
    std::vector<std::uint64_t> told;
    RunState after;
    for (int steps = 0; steps < 16 && simulation_.advance(); ++steps) {
      // Told apart by numbers that go on for ever, which is more than is needed.
      simulation_.save(after);
      const auto holds_numbers = [](const StoppedHook& hook) {
        return hook.active && hook.log.is_measured();
      };
      if (std::ranges::any_of(after.hooks, holds_numbers)) break;
      told.push_back(simulation_.state_key());
      choices_.at(step + told.size());
    }
    told.insert(told.end(), choices_.options.begin(), choices_.options.end());
    return told;
  }

  Simulation simulation_;
  ByStep choices_;
  std::map<std::uint64_t, RunState> met_;
};

struct Walked {
  std::string_view what;
  std::string_view members;
  std::uint64_t walks = 0;
  std::uint64_t steps = 0;     // of each, at most
  std::uint64_t one_in = 64;   // questions is answered otherwise than calmly
  std::size_t with_hooks = 0;  // at least so many with stopped hooks are compared
};

class RunStatesOf : public testing::TestWithParam<Walked> {};

// What the fingerprint of worlds claims: two of them that are not the same bytes, and have the same
// key, have the same questions to answer next, and for the same answers the same next key.
TEST_P(RunStatesOf, OneKeyHaveTheSameFutures) {
  Twins twins(GetParam().members, GetParam().one_in);
  for (std::uint64_t walk = 0; walk < GetParam().walks && !HasFatalFailure(); ++walk) {
    twins.walk(walk, GetParam().steps);
  }
  EXPECT_GT(twins.compared, 1000U);
  EXPECT_GT(twins.with_hooks, GetParam().with_hooks);
}

constexpr Walked walked[] = {
    {.what = "TwoUnits", .members = two_units, .walks = 60, .steps = 1500, .with_hooks = 200},
    // Queues fill, and hooks that do nothing but queue more.
    {.what = "ForeignState",
     .members = R"("quantum_ms": 1000, "world": {"units": 2},
                   "story": [{"at_s": 100, "write_foreign_state": "endpoints in database-peers"},
                             {"after_s": 120, "add_units": 1},
                             {"after_s": 100, "mend_state": true}])",
     .walks = 30,
     .steps = 3000,
     .with_hooks = 200},
    // Queues whose handlers run, and defer again.
    {.what = "TrustWithdrawn",
     .members = R"("quantum_ms": 1000, "world": {"units": 2},
                   "story": [{"at_s": 60, "set_trust": false},
                             {"after_s": 100, "move_leadership": "another unit"},
                             {"after_s": 300, "set_trust": true}])",
     .walks = 30,
     .steps = 3000,
     .with_hooks = 200},
    // A failover, and statements that wait for a standby.
    {.what = "PrimaryKilled",
     .members = R"("quantum_ms": 1000, "world": {"units": 2},
                   "story": [{"when": "initialised", "relate": "shop", "database": "orders"},
                             {"when": "settled", "kill_pod": "primary"}])",
     .walks = 20,
     .steps = 4000,
     .one_in = 500,
     .with_hooks = 200},
};

INSTANTIATE_TEST_SUITE_P(Scenarios, RunStatesOf, testing::ValuesIn(walked),
                         [](const auto& tested) { return std::string(tested.param.what); });

// --- the exploration ---

// By another way: the runs with no deviation and with one are played one by one.
TEST(Explorations, EndWhereTheRunsWithinTheBoundsEnd) {
  const Scenario scenario = given::scenario_with(one_unit);
  std::set<std::uint64_t> ends;
  std::set<std::uint64_t> worlds;
  Simulation simulation(scenario, given::postgresql(), {});
  PlacedChoices choices;
  const auto play = [&](const PlacedOptions& options) {
    choices.restart(options, 100'000);
    simulation.begin(choices);
    worlds.insert(simulation.state_key());
    while (simulation.advance()) worlds.insert(simulation.state_key());
    ends.insert(simulation.state_key());
    return choices.option_counts();
  };
  const auto counts = play({});
  for (std::uint32_t place = 0; place < counts.size(); ++place) {
    for (std::uint32_t option = 1; option < counts[place]; ++option) play({{place, option}});
  }
  const Exploration found =
      explored(one_unit, {.allowance = {.deviations = 1, .faults = 0}, .keep_ends = true});
  EXPECT_EQ(found.end, ExplorationEnd::covered);
  EXPECT_THAT(found.ends_found, UnorderedElementsAreArray(ends));
  // The last world of a run is not looked at again.
  std::set<std::uint64_t> looked_at = worlds;
  for (const std::uint64_t end : ends) looked_at.erase(end);
  EXPECT_EQ(found.worlds, looked_at.size());
}

TEST(Explorations, AreTheSameEachTime) {
  constexpr std::string_view faulty =
      R"("quantum_ms": 1000, "world": {"units": 1}, "faults": {"until_s": 30, "kill_hook": 1})";
  const ExplorationOptions options{.allowance = {.deviations = 1, .faults = 1}};
  const Exploration first = explored(faulty, options);
  const Exploration second = explored(faulty, options);
  EXPECT_EQ(first.end, ExplorationEnd::covered);
  EXPECT_EQ(first.worlds, second.worlds);
  EXPECT_EQ(first.generated, second.generated);
  EXPECT_EQ(first.samples, second.samples);
  EXPECT_GT(first.with_hooks, 1000U);
}

TEST(Explorations, FindTheFewestDeviationsThatBreakAPropertyAndTheRunShowsIt) {
  const std::array properties{given::the_first_starts_first};
  const CharmUnderTest charm{&charm::postgresql_k8s(), properties, nullptr};
  EXPECT_EQ(explored(two_units, {.allowance = {.deviations = 0, .faults = 0}}, charm).end,
            ExplorationEnd::covered);
  const Exploration found =
      explored(two_units, {.allowance = {.deviations = 1, .faults = 0}}, charm);
  EXPECT_EQ(found.end, ExplorationEnd::violated);
  ASSERT_TRUE(found.failing);
  EXPECT_FALSE(found.is_livelock());
  EXPECT_THAT(*found.failing, SizeIs(1));
  ListChoices choices(*found.failing);
  const Verdict verdict = given::run(given::scenario_with(two_units), charm, choices);
  ASSERT_FALSE(verdict.ok());
  EXPECT_EQ(verdict.violations[0].property, properties[0].name);
}

charm::Outcome always_put_off(charm::Unit& unit, const charm::Event& /*event*/) {
  return unit.path.deferred("defer", "not now");
}

// Nobody ever starts the database: hooks are run, deferred and run again, and nothing becomes of
// it. No bound is judged here, which would break before.
TEST(Explorations, FindALivelockInTheCalmRun) {
  const given::WithBox broken("postgresql-pebble-ready", always_put_off);
  std::vector<Property> goals;
  std::ranges::copy_if(postgresql_properties(), std::back_inserter(goals),
                       [](const Property& one) { return one.form == Form::eventually; });
  const CharmUnderTest charm{broken.charm().definition, goals, nullptr};
  const Exploration found =
      explored(one_unit, {.allowance = {.deviations = 0, .faults = 0}}, charm);
  ASSERT_TRUE(found.failing);
  EXPECT_EQ(found.round, ExplorationRound::livelock);
  EXPECT_THAT(*found.failing, IsEmpty());
  // A run of it comes to its horizon, many times as long.
  const Verdict verdict = given::run_calm(given::scenario_with(one_unit), charm);
  EXPECT_EQ(verdict.end, RunEnd::horizon);
  EXPECT_LT(found.depth, verdict.actions / 2);
}

// Settled, and its story waits for what never comes: how long it has been settled is no difference.
TEST(Explorations, FindADeadEndWhereTheStoryOfASettledRunIsNotOver) {
  constexpr std::string_view waiting =
      R"("quantum_ms": 1000, "world": {"units": 1},
         "story": [{"when": "removed", "kill_pod": "primary"}])";
  const Exploration found = explored(waiting, {.allowance = {.deviations = 0, .faults = 0}});
  EXPECT_EQ(found.round, ExplorationRound::dead_end);
  EXPECT_LT(found.worlds, 10'000U);
}

TEST(Explorations, HaveASampleWhoseWorldsAreThere) {
  const Exploration found = explored(one_unit, {.samples = 20});
  ASSERT_THAT(found.samples, SizeIs(20));
  Simulation simulation(given::scenario_with(one_unit), given::postgresql(), {});
  for (const SampledWorld& world : found.samples) {
    EXPECT_EQ(key_of(simulation, world), world.key);
    SampledWorld other = world;
    ++other.steps;
    EXPECT_NE(key_of(simulation, other), world.key);
  }
}

TEST(Explorations, SayWhenTheyDidNotComeToTheirEnd) {
  const Exploration cut = explored(one_unit, {.most_bytes = std::size_t{1} << 17U});
  EXPECT_EQ(cut.end, ExplorationEnd::memory);
  EXPECT_THAT(cut.samples, IsEmpty());  // of nothing that could be certified
  std::atomic<bool> interrupted{true};
  EXPECT_EQ(explored(two_units, {.interrupted = &interrupted}).end, ExplorationEnd::interrupted);
  EXPECT_EQ(explored(two_units, {.most_time = std::chrono::nanoseconds(1)}).end,
            ExplorationEnd::time);
}

// A way that is long has a frame for each of its steps, and few worlds.
TEST(Explorations, HaveRoomForTheWorldsToComeBackTo) {
  const Exploration whole = explored(one_unit, {});
  EXPECT_EQ(whole.end, ExplorationEnd::covered);
  EXPECT_EQ(explored(one_unit, {.most_bytes = whole.bytes / 2}).end, ExplorationEnd::memory);
}

// --- what has been seen ---

TEST(SeenWorlds, WhoComesWithMoreLooksAgainAndWithLessDoesNot) {
  SeenWorlds seen(std::size_t{1} << 24U, {.deviations = 2, .faults = 1});
  using Meeting = SeenWorlds::Meeting;
  EXPECT_EQ(seen.meet(5, {1, 1}).how, Meeting::added);
  EXPECT_EQ(seen.meet(5, {1, 1}).how, Meeting::known);
  EXPECT_EQ(seen.meet(5, {0, 1}).how, Meeting::known);
  EXPECT_EQ(seen.meet(5, {2, 0}).how, Meeting::richer);
  EXPECT_EQ(seen.meet(5, {2, 1}).how, Meeting::richer);
  EXPECT_EQ(seen.meet(5, {2, 0}).how, Meeting::known);
  EXPECT_EQ(seen.size(), 1U);
}

TEST(SeenWorlds, MoreOfOneKindMakesUpForNoneOfAnother) {
  SeenWorlds seen(std::size_t{1} << 24U,
                  {.deviations = 1, .faults = 1, .leader_changes = 3, .departures = 1});
  using Meeting = SeenWorlds::Meeting;
  EXPECT_EQ(seen.meet(5, {.leader_changes = 2}).how, Meeting::added);
  EXPECT_EQ(seen.meet(5, {.leader_changes = 1}).how, Meeting::known);
  EXPECT_EQ(seen.meet(5, {.leader_changes = 3}).how, Meeting::richer);
  EXPECT_EQ(seen.meet(5, {.departures = 1}).how, Meeting::richer);
  EXPECT_EQ(seen.meet(5, {.leader_changes = 1, .departures = 1}).how, Meeting::richer);
  EXPECT_EQ(seen.meet(5, {.deviations = 1, .faults = 1}).how, Meeting::richer);
  EXPECT_EQ(seen.meet(5, {.faults = 1}).how, Meeting::known);
  EXPECT_EQ(seen.meet(5, {.faults = 1, .departures = 1}).how, Meeting::richer);
}

TEST(SeenWorlds, GrowAndForgetNothing) {
  SeenWorlds seen(std::size_t{1} << 26U, {});
  for (std::uint64_t key = 1; key <= 300'000; ++key) seen.meet(key * 0x10001, {0, 0});
  EXPECT_EQ(seen.size(), 300'000U);
  for (std::uint64_t key = 1; key <= 300'000; ++key) {
    ASSERT_EQ(seen.meet(key * 0x10001, {0, 0}).how, SeenWorlds::Meeting::known);
  }
}

}  // namespace
}  // namespace sim
