// Fibers and re-execution are the same run, every run is deterministic, and a hook that is not is
// found.
#include <gmock/gmock.h>

#include <array>

#include "sim/execution/executor.h"
#include "tests/support/runs.h"

namespace sim {
namespace {

using charm::Event;
using charm::EventKind;
using charm::Outcome;
using charm::Unit;
using namespace std::chrono_literals;
using given::numbers_of;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::uint64_t last_seed = SEEDS_OF_A_SCENARIO;

// --- all scenarios ---

// All runs that a scenario is tried with: the calm one, and some seeds.
template <class Check>
void for_each_run(Check check) {
  ListChoices calm;
  check(calm, [&calm] { calm.restart({}); }, std::string("calm"));
  for (std::uint64_t seed = 1; seed <= last_seed; ++seed) {
    RandomChoices random(seed);
    check(random, [&random, seed] { random.restart(seed); }, "seed " + std::to_string(seed));
  }
}

class Scenarios : public testing::TestWithParam<std::string> {};

TEST_P(Scenarios, AreTheSameOnFibersAndByRunningHooksAgain) {
  const Scenario scenario = given::scenario_of(GetParam());
  Simulation fibers(scenario, given::postgresql(), {.executor = ExecutorKind::fiber});
  Simulation again(scenario, given::postgresql(), {.executor = ExecutorKind::reexecution});
  for_each_run([&](Choices& choices, auto restart, const std::string& name) {
    const Verdict on_fibers = fibers.run(choices);
    restart();
    const Verdict run_again = again.run(choices);
    EXPECT_EQ(numbers_of(on_fibers), numbers_of(run_again)) << name;
    EXPECT_EQ(on_fibers.preemptions, run_again.preemptions) << name;
    EXPECT_EQ(on_fibers.actions, run_again.actions) << name;
  });
}

TEST_P(Scenarios, AreTheSameTwiceInOneSimulationAndInANewOne) {
  const Scenario scenario = given::scenario_of(GetParam());
  Simulation used(scenario, given::postgresql(), {});
  for_each_run([&](Choices& choices, auto restart, const std::string& name) {
    const auto first = numbers_of(used.run(choices));
    restart();
    const auto second = numbers_of(used.run(choices));
    restart();
    const auto fresh = numbers_of(given::run(scenario, given::postgresql(), choices));
    EXPECT_EQ(first, second) << name;
    EXPECT_EQ(first, fresh) << name;
  });
}

INSTANTIATE_TEST_SUITE_P(Execution, Scenarios, testing::ValuesIn(given::scenario_files()),
                         [](const auto& file) { return given::test_name(file.param); });

TEST(Execution, OfAnotherScenarioOrSeedIsAnotherRun) {
  const Scenario three = given::scenario_of("scenarios/deploy-three-units.json");
  const Scenario five = given::scenario_of("scenarios/deploy-five-units.json");
  RandomChoices random(2);
  const Verdict calm = given::run_calm(three, given::postgresql());
  EXPECT_NE(calm.fingerprint, given::run_calm(five, given::postgresql()).fingerprint);
  EXPECT_NE(calm.fingerprint, given::run(three, given::postgresql(), random).fingerprint);
}

// --- hooks that are stopped ---

// Waits often, and shows how far it is and what it has been told.
Outcome count_to_five(Unit& unit, const Event& /*event*/) {
  constexpr std::array<std::string_view, 5> steps{"one", "two", "three", "four", "five"};
  for (std::string_view step : steps) {
    unit.clock.sleep(1s);
    unit.juju.set_unit_status({charm::StatusKind::waiting, step});
    if (!unit.workload.can_connect()) unit.juju.set_unit_status({charm::StatusKind::blocked, {}});
  }
  return {};
}

struct Said {
  charm::Instant at;
  std::string text;

  friend bool operator==(const Said&, const Said&) = default;
};

std::vector<Said> statuses_of_first_unit(const given::Events& events) {
  std::vector<Said> said;
  for (const auto& item : events.of(TraceKind::status)) {
    if (item.unit == charm::UnitName{0}) said.push_back({item.at, item.text});
  }
  return said;
}

std::vector<Said> statuses(const char* members, ExecutorKind executor, std::uint64_t& preemptions) {
  const given::TinyCharm charm(EventKind::start, count_to_five);
  given::Events events;
  ListChoices calm;
  preemptions =
      given::run(given::scenario_with(members), charm.with(), calm, executor, &events).preemptions;
  return statuses_of_first_unit(events);
}

TEST(StoppedHook, DoesWhatAnUnstoppedOneDoes) {
  std::uint64_t never = 0;
  std::uint64_t often = 0;
  const auto alone = statuses(R"("world": {"units": 1})", ExecutorKind::reexecution, never);
  const auto among_others = statuses(R"("world": {"units": 3})", ExecutorKind::reexecution, often);
  EXPECT_THAT(alone, SizeIs(5));
  EXPECT_EQ(among_others, alone);
  EXPECT_EQ(never, 0U);
  EXPECT_GE(often, 15U);
}

TEST(StoppedHook, DoesTheSameOnFibers) {
  std::uint64_t on_fibers = 0;
  std::uint64_t run_again = 0;
  const char* world = R"("world": {"units": 3})";
  EXPECT_EQ(statuses(world, ExecutorKind::fiber, on_fibers),
            statuses(world, ExecutorKind::reexecution, run_again));
  EXPECT_EQ(on_fibers, run_again);
}

// --- hooks that are no function of their answers ---

Outcome asks_something_else(Unit& unit, const Event& /*event*/) {
  static int runs = 0;
  if (++runs % 2 == 1) {
    (void)unit.juju.is_leader();
  } else {
    (void)unit.juju.planned_units();
  }
  unit.clock.sleep(1s);
  return {};
}

Outcome asks_with_other_arguments(Unit& unit, const Event& /*event*/) {
  static int runs = 0;
  unit.clock.sleep(std::chrono::seconds(++runs));
  unit.clock.sleep(1s);
  return {};
}

Outcome ends_earlier(Unit& unit, const Event& /*event*/) {
  static int runs = 0;
  if (++runs > 3) return {};
  unit.clock.sleep(1s);
  unit.clock.sleep(1s);
  return {};
}

Verdict run_again(given::TinyCharm::Run hook, const char* members = R"("world": {"units": 3})") {
  const given::TinyCharm charm(EventKind::start, hook);
  ListChoices calm;
  return given::run(given::scenario_with(members), charm.with(), calm, ExecutorKind::reexecution);
}

TEST(NondeterministicHook, ThatAsksSomethingElseIsReported) {
  const Verdict verdict = run_again(asks_something_else);
  ASSERT_THAT(verdict.violations, SizeIs(1));
  EXPECT_EQ(verdict.violations[0].property, "hooks are deterministic");
  EXPECT_THAT(verdict.violations[0].what, HasSubstr("the hook of unit postgresql-k8s/"));
  EXPECT_THAT(verdict.violations[0].what,
              HasSubstr("asked juju.planned_units where it had asked juju.is_leader"));
  EXPECT_EQ(verdict.end, RunEnd::violated);
}

TEST(NondeterministicHook, ThatAsksWithOtherArgumentsIsReported) {
  const Verdict verdict = run_again(asks_with_other_arguments);
  ASSERT_THAT(verdict.violations, SizeIs(1));
  EXPECT_EQ(verdict.violations[0].property, "hooks are deterministic");
}

TEST(NondeterministicHook, ThatEndsEarlierIsReported) {
  const Verdict verdict = run_again(ends_earlier);
  ASSERT_THAT(verdict.violations, SizeIs(1));
  EXPECT_EQ(verdict.violations[0].property, "hooks are deterministic");
}

TEST(NondeterministicHook, IsReportedWhicheverPropertiesAScenarioAsksFor) {
  const Verdict verdict = run_again(
      asks_something_else, R"("world": {"units": 3}, "holds": ["no hook ends by an exception"])");
  ASSERT_THAT(verdict.violations, SizeIs(1));
  EXPECT_EQ(verdict.violations[0].property, "hooks are deterministic");
}

TEST(DeterministicHook, IsNotReported) {
  EXPECT_THAT(run_again(count_to_five).violations, IsEmpty());
}

TEST(Execution, HasANameForEachKind) {
  EXPECT_EQ(to_text(ExecutorKind::fiber), "fiber");
  EXPECT_EQ(to_text(ExecutorKind::reexecution), "reexecution");
}

}  // namespace
}  // namespace sim
