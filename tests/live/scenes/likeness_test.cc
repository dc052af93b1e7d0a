// The comparison of a live run with the simulator (likeness.h), without a live run: a simulated one
// in its place, whose Patroni goes its own way, is found again; and one that no simulated run is
// like is not, whatever small thing has been changed in its record.
#include "tests/live/scenes/likeness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "charm/postgresql_k8s.h"
#include "sim/choices/list.h"
#include "sim/properties/property.h"
#include "sim/scenario/read.h"
#include "sim/simulation.h"
#include "tests/live/scenes/ending.h"
#include "tests/live/scenes/stage.h"
#include "tests/support/places.h"

namespace scenes {
namespace {

constexpr std::uint64_t most_runs = 2000;

struct Likenesses : testing::Test {
  sim::Scenario scenario =
      sim::read_scenario_file(tests::in_repository("scenarios/deploy-three-units.json")).value();
  Live live = run_with("0.job.0=9,1.call.7=12,1.ha.0=11,2.job.0=15,2.call.30=15,2.ha.0=4");

  std::uint64_t few_runs = 0;

  Live run_with(std::string_view choices) const {
    sim::Scenario played = scenario;
    played.world.update_status_interval = Stage::update_status_interval;
    sim::Simulation simulation(played,
                               {.definition = &charm::postgresql_k8s(),
                                .properties = sim::postgresql_properties(),
                                .flow = nullptr},
                               {});
    SimulatedRecord record(charm::postgresql_k8s());
    simulation.trace().listen(&record);
    sim::DeviationsError error;
    sim::ListChoices list(sim::parse_deviations(choices, error).value());
    (void)simulation.run(list);
    EXPECT_THAT(list.unused(), testing::IsEmpty());
    Live told{.record = record.record(),
              .ending = ending_of(simulation.world(), simulation.texts()),
              .deeds_us = {},
              .ended_us = simulation.world().now().micros,
              .seen = {}};
    return told;
  }
  // As it is, it is found; so what is changed then is why it is not, after twice as many runs.
  void be_found() {
    const Found found = look_for(scenario, live, most_runs);
    ASSERT_TRUE(found.alike) << found.difference;
    few_runs = 2 * found.runs + 20;
  }
  [[nodiscard]] RunHook& last_hook(std::uint16_t ordinal) {
    return live.record.at({ordinal}).back();
  }
};

TEST_F(Likenesses, ARunWhosePatroniIsSlowIsFound) {
  EXPECT_NE(live.record, run_with("").record);
  const Found found = look_for(scenario, live, most_runs);
  EXPECT_TRUE(found.alike) << found.difference;
}

TEST_F(Likenesses, OneIsFoundFromWhatIsKeptInAFile) {
  const Live kept = live_in(to_json(live));
  EXPECT_EQ(kept.record, live.record);
  EXPECT_TRUE(look_for(scenario, kept, most_runs).alike);
}

TEST_F(Likenesses, HooksThatComeLaterThanTheModelsWindowsAreFoundAndTold) {
  constexpr std::int64_t later_us = 5'000'000;
  live.ended_us += later_us;
  for (auto& [unit, hooks] : live.record) {
    for (RunHook& hook : hooks) {
      if (hook.name != "update-status") continue;
      hook.began_us += later_us;
      hook.ended_us += later_us;
      for (std::int64_t& at : hook.handled_us) at += later_us;
    }
  }
  const Found found = look_for(scenario, live, most_runs);
  EXPECT_TRUE(found.alike) << found.difference;
  EXPECT_THAT(found.outside, testing::HasSubstr("agent"));
}

// As a charm's process does, which ends a while after it has said so of its last handler; only then
// others hear of what it has written.
TEST_F(Likenesses, HooksThatEndLongAfterTheirLastHandlerAreFound) {
  for (auto& [unit, hooks] : live.record) {
    for (RunHook& hook : hooks) {
      if (hook.handled_us.empty()) continue;
      const std::int64_t before =
          hook.handled_us.size() == 1 ? hook.began_us : *(hook.handled_us.end() - 2);
      hook.handled_us.back() = before + (hook.handled_us.back() - before) / 10;
    }
  }
  const Found found = look_for(scenario, live, most_runs);
  EXPECT_TRUE(found.alike) << found.difference;
}

TEST_F(Likenesses, AnotherWayThroughAChartIsNot) {
  be_found();
  ASSERT_FALSE(last_hook(2).handlers.empty());
  last_hook(2).handlers.back() += " -> somewhere";
  const Found found = look_for(scenario, live, few_runs);
  EXPECT_FALSE(found.alike);
  EXPECT_THAT(found.difference, testing::HasSubstr("-> somewhere"));
}

TEST_F(Likenesses, AnotherEndOfAHookIsNot) {
  be_found();
  last_hook(0).end = "failed";
  EXPECT_FALSE(look_for(scenario, live, few_runs).alike);
}

TEST_F(Likenesses, OneHookMoreIsNot) {
  be_found();
  live.record.at({1}).insert(live.record.at({1}).begin() + 5, live.record.at({1})[4]);
  EXPECT_FALSE(look_for(scenario, live, few_runs).alike);
}

TEST_F(Likenesses, TwoHooksTheOtherWayRoundAreNot) {
  be_found();
  std::vector<RunHook>& hooks = live.record.at({1});
  std::swap(hooks[4].name, hooks[5].name);
  std::swap(hooks[4].handlers, hooks[5].handlers);
  ASSERT_NE(hooks[4], hooks[5]);
  EXPECT_FALSE(look_for(scenario, live, few_runs).alike);
}

TEST_F(Likenesses, AnotherLabelAtTheEndIsNot) {
  be_found();
  const std::string was = labels({1}, true, "replica");
  ASSERT_THAT(live.ending, testing::Contains(was));
  std::ranges::replace(live.ending, was, labels({1}, true, "primary"));
  const Found found = look_for(scenario, live, few_runs);
  EXPECT_FALSE(found.alike);
}

}  // namespace
}  // namespace scenes
