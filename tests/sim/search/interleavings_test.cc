// All orders of what comes at the same moment: the search that takes steps alone is held against
// the one that does not, and what counts as independent against both orders of it.
#include "sim/search/interleavings.h"

#include <gmock/gmock.h>

#include <array>

#include "sim/run_state.h"
#include "sim/search/independence.h"
#include "sim/search/one_order.h"
#include "tests/support/boxes.h"
#include "tests/support/runs.h"

namespace sim {
namespace {

using std::chrono::milliseconds;
using testing::IsEmpty;
using testing::Not;

constexpr std::string_view three_units = R"("quantum_ms": 5, "world": {"units": 3})";
constexpr std::string_view two_that_come = R"("quantum_ms": 5, "world": {"units": 2})";

charm::Instant at_ms(std::int64_t ms) { return {ms * 1000}; }

Exploration interleaved(std::string_view members, InterleavingOptions options,
                        const CharmUnderTest& charm = given::postgresql()) {
  options.samples = 0;
  options.keep_ends = true;
  return interleave(given::scenario_with(members), charm, options);
}

struct Counts {
  std::uint64_t whole = 0;
  std::uint64_t reduced = 0;
};

Counts expect_the_same(std::string_view members, const InterleavingOptions& options,
                       std::uint64_t at_least_fewer) {
  InterleavingOptions each = options;
  each.reduces = false;
  const Exploration whole = interleaved(members, each);
  const Exploration reduced = interleaved(members, options);
  EXPECT_EQ(whole.end, ExplorationEnd::covered);
  EXPECT_EQ(reduced.end, ExplorationEnd::covered);
  EXPECT_EQ(reduced.ends_found, whole.ends_found);
  EXPECT_EQ(reduced.orders->moments_found, whole.orders->moments_found);
  EXPECT_THAT(whole.orders->moments_found, Not(IsEmpty()));
  EXPECT_LT(at_least_fewer * reduced.worlds, whole.worlds);
  EXPECT_EQ(whole.orders->alone, 0U);
  EXPECT_GT(reduced.orders->alone, 0U);
  return {.whole = whole.worlds, .reduced = reduced.worlds};
}

// --- the search ---

TEST(Interleavings, ReducedAThreeUnitDeploymentComesToTheSameMoments) {
  expect_the_same(three_units, {.until = at_ms(4000)}, 60);
}

TEST(Interleavings, ReducedAWholeDeploymentComesToTheSameEnds) {
  const Counts counts = expect_the_same(three_units, {}, 20);
  EXPECT_EQ(counts.whole, 66'071U);
  EXPECT_EQ(counts.reduced, 2'697U);
}

TEST(Interleavings, ReducedATwoUnitDeploymentComesToTheSameEnds) {
  expect_the_same(two_that_come, {}, 2);
}

TEST(Interleavings, ReducedFromAMomentOnTheyComeToTheSameMoments) {
  expect_the_same(three_units, {.from = at_ms(1050), .until = at_ms(1100)}, 8);
}

TEST(Interleavings, ReducedTheyComeToTheSameMomentsWhereAStoryIsTold) {
  expect_the_same(
      R"("quantum_ms": 5, "world": {"units": 2},
         "story": [{"when": "settled", "move_leadership": "another unit"}])",
      {}, 1);
}

// What a hook asks about those is independent only while they stand still.
TEST(Interleavings, ReducedTheyComeToTheSameMomentsWhereAClientOrAProviderComes) {
  expect_the_same(
      R"("quantum_ms": 5, "world": {"units": 2},
         "story": [{"at_s": 1, "relate": "shop", "database": "orders"}])",
      {}, 6);
  expect_the_same(
      R"("quantum_ms": 5, "world": {"units": 2}, "story": [{"at_s": 1, "relate_provider": "ca"}])",
      {}, 7);
}

// Without the primary's data nobody settles; what is broken is broken in each order.
charm::Outcome fail(charm::Unit& /*unit*/, const charm::Event& /*event*/) {
  throw charm::HookFailed("not today");
}

TEST(Interleavings, ReducedOrNotTheyFindWhatBreaksAndTheRunShowsIt) {
  const given::WithBox broken("leader-elected", fail);
  for (const bool reduces : {false, true}) {
    const Exploration found =
        interleaved(two_that_come, {.reduces = reduces, .until = at_ms(1100)}, broken.charm());
    EXPECT_EQ(found.end, ExplorationEnd::violated) << reduces;
    ASSERT_TRUE(found.failing) << reduces;
    ListChoices choices(*found.failing);
    const Verdict verdict =
        given::run(given::scenario_with(two_that_come), broken.charm(), choices);
    ASSERT_FALSE(verdict.ok()) << reduces;
    EXPECT_EQ(verdict.violations[0].property, "no hook ends by an exception");
  }
}

TEST(Interleavings, AreTheSameEachTime) {
  const Exploration first = interleaved(three_units, {.until = at_ms(1060)});
  const Exploration second = interleaved(three_units, {.until = at_ms(1060)});
  EXPECT_EQ(first.worlds, second.worlds);
  EXPECT_EQ(first.generated, second.generated);
  EXPECT_EQ(first.ends_found, second.ends_found);
}

TEST(Interleavings, SayWhenTheyDidNotComeToTheirEnd) {
  EXPECT_EQ(interleaved(three_units, {.reduces = false, .most_bytes = std::size_t{1} << 17U}).end,
            ExplorationEnd::memory);
  std::atomic<bool> interrupted{true};
  EXPECT_EQ(interleaved(three_units, {.interrupted = &interrupted}).end,
            ExplorationEnd::interrupted);
  EXPECT_EQ(interleaved(three_units, {.most_time = std::chrono::nanoseconds(1)}).end,
            ExplorationEnd::time);
}

// --- what counts as independent ---

bool is_of_hook_or_deadline(model::TimerId timer) {
  if (model::is_world_timer(timer)) return false;
  const model::UnitTimer which = model::unit_timer(timer);
  return which == model::UnitTimer::call || which == model::UnitTimer::deadline;
}

// Walks through random orders, and at each world makes each two steps in both orders.
class Pairs {
 public:
  explicit Pairs(const Scenario& scenario)
      : scenario_(scenario),
        simulation_(scenario, given::postgresql(),
                    {.stops_at_each_call = true, .footprint = &footprint_}),
        order_(simulation_),
        independence_(scenario_, given::postgresql().properties) {}

  // What others write is what is seen while the pair is made. Calm before `from`.
  void walk(std::uint64_t seed, int steps, charm::Instant from = {}) {
    order_.choose_next({});
    simulation_.begin(order_);
    while (simulation_.next_moment() < from) {
      order_.choose_next({});
      ASSERT_TRUE(simulation_.advance());
    }
    RunState here;
    for (int step = 0; step < steps; ++step) {
      simulation_.save(here);
      const std::vector<model::TimerId> due = find_due(here.world);
      for (const model::TimerId one : due) {
        for (const model::TimerId other : due) {
          if (one != other) compare(here, one, other);
        }
      }
      simulation_.restore(here);
      seed = model::mix(seed, 1);
      order_.choose_next(due[seed % due.size()]);
      if (!simulation_.advance()) return;
    }
  }

  std::uint64_t independent = 0;
  std::uint64_t wrong = 0;        // of these, that lead to different worlds
  std::uint64_t dependent = 0;    // others that do
  std::uint64_t of_one_unit = 0;  // independent: a hook's step and its deadline's
  StepFootprint touched;          // by independent steps: their calls

 private:
  std::vector<model::TimerId> find_due(const model::World& world) const {
    std::vector<model::TimerId> due;
    for (std::uint32_t at = 0; at < world.timer_count(); ++at) {
      const model::TimerId timer{at};
      const bool comes =
          world.is_armed(timer) && world.window(timer).earliest <= simulation_.next_moment();
      if (comes) due.push_back(timer);
    }
    return due;
  }

  bool make(model::TimerId timer) {
    if (!simulation_.world().is_armed(timer)) return false;
    before_ = simulation_.world();
    if (before_.window(timer).earliest > simulation_.next_moment()) return false;
    order_.choose_next(timer);
    const bool goes_on = simulation_.advance();
    writers_.note(before_, simulation_.world(), simulation_.last_fired());
    return goes_on;
  }

  void compare(const RunState& here, model::TimerId one, model::TimerId other) {
    writers_ = {};
    simulation_.restore(here);
    const charm::Instant moment = simulation_.next_moment();
    const bool is_other_made = make(other);
    if (!is_other_made || !make(one)) return;
    const std::uint64_t after_other = simulation_.state_key();
    simulation_.restore(here);
    if (!make(one)) return;
    RunState there;
    simulation_.save(there);
    const StepFootprint footprint = footprint_;
    const bool is_same = make(other) && simulation_.state_key() == after_other;
    if (keeps(here, there, one, footprint, moment)) {
      ++independent;
      wrong += is_same ? 0U : 1U;
      touched.calls |= footprint.calls;
      if (is_of_hook_or_deadline(other) && model::unit_of(other) == model::unit_of(one)) {
        ++of_one_unit;
      }
      return;
    }
    if (!is_same) ++dependent;
  }

  bool keeps(const RunState& here, const RunState& there, model::TimerId one,
             const StepFootprint& footprint, charm::Instant moment) {
    Reliance relied;
    return !model::is_world_timer(one) && independence_.is_quiet_around(here.world) &&
           independence_.keeps_to_its_unit(here.world, one, footprint,
                                           writers_.at(moment, here.world), relied) &&
           Independence::has_written_its_own(here, there, model::unit_of(one));
  }

  const Scenario scenario_;
  StepFootprint footprint_;
  Simulation simulation_;
  OneOrder order_;
  Independence independence_;
  SeenWriters writers_;
  model::World before_{1};
};

// Each pair in both orders: what counts as independent leads to the same world, among much that
// does not.
TEST(Independence, WhatKeepsToItsUnitCommutesWithAllElseOfItsMoment) {
  for (const std::string_view members :
       {three_units, two_that_come,
        std::string_view(R"("quantum_ms": 1000, "world": {"units": 3})"),
        std::string_view(R"("quantum_ms": 50, "world": {"units": 2},
                            "story": [{"when": "settled", "add_units": 1}])")}) {
    Pairs pairs(given::scenario_with(members));
    for (std::uint64_t seed = 1; seed <= 20; ++seed) pairs.walk(seed, 600);
    EXPECT_GT(pairs.independent, 500U) << members;
    EXPECT_GT(pairs.dependent, 100U) << members;
    EXPECT_EQ(pairs.wrong, 0U) << members;
  }
}

// Where a database is made, joined and waited for.
TEST(Independence, WhatWaitsForItsMemberCommutesWithAllElseOfItsMoment) {
  Pairs pairs(given::scenario_with(three_units));
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    for (const int from_ms : {8000, 18000, 22000, 24000}) pairs.walk(seed, 300, at_ms(from_ms));
  }
  EXPECT_GT(pairs.independent, 500U);
  EXPECT_GT(pairs.dependent, 100U);
  EXPECT_EQ(pairs.wrong, 0U);
  EXPECT_GT(pairs.of_one_unit, 0U);
  for (const Call call :
       {Call::own_health, Call::is_restart_pending, Call::sees_no_leader, Call::published_members,
        Call::client_relations, Call::set_workload_version, Call::tls, Call::database_version,
        Call::is_exporter_current, Call::is_plan_current, Call::is_service_running}) {
    EXPECT_TRUE(pairs.touched.calls.test(static_cast<std::size_t>(call))) << info(call).name;
  }
}

// Two standbys of unit 0 that stream, with WAL on its way to both.
RunState two_that_stream() {
  RunState state;
  state.world = model::World(3);
  for (std::uint16_t ordinal = 0; ordinal < 3; ++ordinal) {
    const charm::UnitName unit{ordinal};
    state.world.unit(unit).pod.phase = model::PodPhase::running;
    model::Postgres& postgres = state.world.unit(unit).postgres;
    postgres.database = model::Database::running;
    postgres.in_recovery = ordinal != 0;
    if (ordinal != 0) postgres.upstream = charm::UnitName{0};
  }
  state.may_have_settled = false;
  return state;
}

TEST(Independence, WalGoesToStandbysInAnyOrderWhereNothingElseComes) {
  const RunState state = two_that_stream();
  const auto timer = [](std::uint16_t unit, model::UnitTimer which) {
    return model::timer_id(charm::UnitName{unit}, which);
  };
  const model::TimerId first = timer(1, model::UnitTimer::replication);
  const model::TimerId second = timer(2, model::UnitTimer::replication);
  EXPECT_TRUE(Independence::streams_only(state, {0}, std::array{first, second}));
  for (const model::TimerId other :
       {timer(0, model::UnitTimer::ha), model::timer_id(model::WorldTimer::client)}) {
    EXPECT_FALSE(Independence::streams_only(state, {0}, std::array{first, other}));
  }
  RunState changed = state;
  changed.world.unit(charm::UnitName{2}).postgres.upstream = {};
  EXPECT_FALSE(Independence::streams_only(changed, {0}, std::array{first, second}));
  changed = state;
  changed.may_have_settled = true;
  EXPECT_FALSE(Independence::streams_only(changed, {0}, std::array{first, second}));
  changed = state;
  changed.memory.bounds.next_due_us = 1000;
  EXPECT_TRUE(Independence::streams_only(changed, {999}, std::array{first, second}));
  EXPECT_FALSE(Independence::streams_only(changed, {1000}, std::array{first, second}));
}

SharedParts only(SharedPart part) { return SharedParts{1U << static_cast<unsigned>(part)}; }

TEST(Independence, WhoeverWritesWhatWasRelyedOnRefutesIt) {
  const charm::UnitName first{0};
  const charm::UnitName other{1};
  const model::World before(2);
  model::World after = before;
  after.shared().application.initialised = true;
  const model::TimerId second = model::timer_id(other, model::UnitTimer::call);
  SeenWriters writers;
  writers.rely({0}, before, first, {.parts = only(SharedPart::secret)});
  writers.note(before, after, second);
  EXPECT_FALSE(writers.has_refuted());
  EXPECT_TRUE(writers.at({0}, before).is_written_by_others(SharedPart::bag, first));
  EXPECT_FALSE(writers.at({0}, before).is_written_by_others(SharedPart::bag, other));
  EXPECT_FALSE(writers.at({1}, before).is_written_by_others(SharedPart::bag, first));
  writers.rely({0}, before, other, {.parts = only(SharedPart::bag)});  // it is its own
  EXPECT_FALSE(writers.has_refuted());
  writers.rely({0}, before, first, {.parts = only(SharedPart::bag)});
  EXPECT_TRUE(writers.has_refuted());
  writers.begin_pass();
  EXPECT_FALSE(writers.has_refuted());
  EXPECT_TRUE(writers.at({0}, before).is_written_by_others(SharedPart::bag, first));
}

TEST(Independence, WhoeverHasEndedItsHookWritesNothingMoreOfIt) {
  const charm::UnitName first{0};
  const charm::UnitName other{1};
  const model::TimerId call = model::timer_id(other, model::UnitTimer::call);
  model::World running(2);
  running.unit(other).record.step = model::HookStep::running;
  model::World ended = running;
  ended.unit(other).record.step = model::HookStep::none;
  ended.shared().application.initialised = true;
  const auto is_shared = [first](const SeenWriters& writers, const model::World& from) {
    return writers.at({0}, from).is_written_by_others(SharedPart::bag, first);
  };
  SeenWriters writers;
  writers.rely({0}, ended, first, {.parts = only(SharedPart::bag)});
  writers.note(running, ended, call);
  EXPECT_FALSE(writers.has_refuted());
  EXPECT_TRUE(is_shared(writers, running));
  EXPECT_FALSE(is_shared(writers, ended));
  // If it begins another one that writes, it was to come.
  model::World next = ended;
  next.unit(other).record.step = model::HookStep::running;
  next.unit(other).record.hook.kind = charm::EventKind::start;
  writers.note(ended, next, model::timer_id(other, model::UnitTimer::agent));
  EXPECT_FALSE(writers.has_refuted());
  model::World unset = next;
  unset.shared().application.initialised = false;
  writers.note(next, unset, call);
  EXPECT_TRUE(is_shared(writers, ended));
  EXPECT_TRUE(writers.has_refuted());
  // What its timers bring about is for the whole moment.
  SeenWriters of_timers;
  of_timers.note(running, ended, model::timer_id(other, model::UnitTimer::ha));
  EXPECT_TRUE(is_shared(of_timers, ended));
}

TEST(Independence, WhoIsToldOrWokenByAnotherOneIsKnown) {
  const charm::UnitName first{0};
  const model::World before(2);
  model::World after = before;
  after.unit(first).member.rest_up = true;
  after.arm(model::timer_id(first, model::UnitTimer::ha), {});
  const auto seen_from = [&](charm::UnitName by) {
    SeenWriters writers;
    writers.note(before, after, model::timer_id(by, model::UnitTimer::startup));
    return writers.at({0}, before);
  };
  const Writers by_other = seen_from({1});
  EXPECT_TRUE(by_other.told.contains(first) && by_other.woken.contains(first));
  EXPECT_TRUE(by_other.moved.contains(first));
  const Writers by_itself = seen_from(first);
  EXPECT_FALSE(by_itself.told.contains(first) || by_itself.woken.contains(first));
  EXPECT_TRUE(by_itself.moved.contains(first));
  EXPECT_FALSE(by_other.moved.contains({1}));
}

TEST(Independence, WhatIsWrittenToAnotherUnitIsNotItsOwn) {
  RunState before;
  before.world = model::World(2);
  before.memory.queues.resize(2);
  RunState after = before;
  after.world.unit(charm::UnitName{0}).staged.notices = true;
  after.memory.queues[0].reemitted = 1;
  EXPECT_TRUE(Independence::has_written_its_own(before, after, charm::UnitName{0}));
  EXPECT_FALSE(Independence::has_written_its_own(before, after, charm::UnitName{1}));
  after.world.arm(model::timer_id(charm::UnitName{1}, model::UnitTimer::agent), {});
  EXPECT_FALSE(Independence::has_written_its_own(before, after, charm::UnitName{0}));
}

}  // namespace
}  // namespace sim
