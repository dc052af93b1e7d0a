// check_consistency judges scenarios that come from anywhere, not only from files.
#include "sim/scenario/consistency.h"

#include <gtest/gtest.h>

#include <string>

namespace {

using charm::UnitName;
using namespace std::chrono_literals;

sim::Scenario with_app(const std::string& name) {
  sim::Scenario scenario;
  scenario.world.app.text = name;
  return scenario;
}

TEST(ScenarioConsistency, TheDefaultWorldCanBe) {
  EXPECT_FALSE(check_consistency(sim::Scenario{}));
}

TEST(ScenarioConsistency, ApplicationsAreNamedAsJujuNamesThem) {
  for (const char* name : {"a", "postgresql-k8s", "db2", "a-b1-c", "a-1b", "a--b"}) {
    const bool accepted = !check_consistency(with_app(name));
    EXPECT_EQ(accepted, std::string(name) != "a--b") << name;
  }
  for (const char* name : {"", "1a", "-a", "a-", "a-1", "A", "a_b", "a.b", "a b", "\xc3\xa9"}) {
    EXPECT_TRUE(check_consistency(with_app(name))) << name;
  }
}

TEST(ScenarioConsistency, TheLongestNameLeavesRoomForItsServices) {
  EXPECT_FALSE(check_consistency(with_app(std::string(48, 'a'))));
  EXPECT_TRUE(check_consistency(with_app(std::string(49, 'a'))));
}

TEST(ScenarioConsistency, PatroniKeepsItsRule) {
  sim::Scenario scenario;
  scenario.world.patroni = {.ttl = 20s, .loop_wait = 1s, .retry_timeout = 3s};
  EXPECT_FALSE(check_consistency(scenario));
  scenario.world.patroni = {.ttl = 20s, .loop_wait = 14s, .retry_timeout = 3s};
  EXPECT_FALSE(check_consistency(scenario));
  scenario.world.patroni = {.ttl = 20s, .loop_wait = 14s + 1us, .retry_timeout = 3s};
  EXPECT_EQ(
      to_text(*check_consistency(scenario)),
      "/world/patroni: has loop_wait + 2 * retry_timeout = 20000001 us and ttl = 20 s; must keep "
      "Patroni's rule: loop_wait + 2 * retry_timeout <= ttl");
  scenario.world.patroni = {.ttl = 30s, .loop_wait = 0s, .retry_timeout = 3s};
  EXPECT_EQ(check_consistency(scenario)->pointer, "/world/patroni/loop_wait_s");
  scenario.world.patroni = {.ttl = 30s, .loop_wait = 1s, .retry_timeout = 2s};
  EXPECT_EQ(check_consistency(scenario)->pointer, "/world/patroni/retry_timeout_s");
}

TEST(ScenarioConsistency, AnAddedUnitCanBeNamedAfterwards) {
  sim::Scenario scenario;
  const auto step = [](const sim::Deed& deed) { return sim::StoryStep{{}, {}, {}, deed, {}}; };
  scenario.story = {step(sim::AddUnits{2}), step(sim::KillPod{UnitName{4}})};
  EXPECT_FALSE(check_consistency(scenario));
  scenario.story = {step(sim::KillPod{UnitName{4}}), step(sim::AddUnits{2})};
  EXPECT_TRUE(check_consistency(scenario));
}

sim::StoryStep step_of(const sim::Deed& deed) { return {{}, {}, {}, deed, {}}; }

std::string refusal(std::vector<sim::StoryStep> story) {
  sim::Scenario scenario;
  scenario.story = std::move(story);
  const auto wrong = check_consistency(scenario);
  return wrong ? to_text(*wrong) : "";
}

TEST(ScenarioConsistency, ARemovedUnitCannotBeNamedUntilItIsAddedAgain) {
  const auto kill = step_of(sim::KillPod{UnitName{2}});
  EXPECT_EQ(refusal({step_of(sim::ScaleTo{2}), kill}),
            "/story/1/kill_pod: is postgresql-k8s/2, which does not exist then; must be one of the "
            "2 units at that point: Juju counts from 0");
  EXPECT_EQ(refusal({step_of(sim::RemoveUnits{2}), step_of(sim::ScaleTo{3}), kill}), "");
}

TEST(ScenarioConsistency, NoMoreRefreshesThanThereAreNumbersFor) {
  const std::vector<sim::StoryStep> most(model::max_refreshes, step_of(sim::Refresh{}));
  EXPECT_EQ(refusal(most), "");
  std::vector<sim::StoryStep> more = most;
  more.push_back(step_of(sim::Refresh{}));
  EXPECT_EQ(refusal(more),
            "/story/15/refresh: is one more than a story can ask for; must be one of at most 15");
}

TEST(ScenarioConsistency, NoMoreUnitsAreRemovedThanThereAre) {
  EXPECT_EQ(refusal({step_of(sim::RemoveUnits{3})}), "");
  EXPECT_EQ(refusal({step_of(sim::RemoveUnits{4})}),
            "/story/0/remove_units: is 4 of 3; must be at most as many units as there are then");
}

TEST(ScenarioConsistency, AStoryAsksForAsManyActionsAsAUnitCanKeep) {
  std::vector<sim::StoryStep> story(model::max_actions,
                                    step_of(sim::RunAction{"get-primary", UnitName{0}, {}}));
  EXPECT_EQ(refusal(story), "");
  story.push_back(story.front());
  EXPECT_EQ(refusal(story),
            "/story/32/run_action: is one more than a story can ask for; must be one of at most 32 "
            "actions");
}

TEST(ScenarioConsistency, AStoryHasAsManyClientsAsAWorldCanKeep) {
  std::vector<sim::StoryStep> story;
  for (const char* client : {"a", "b", "c", "d"}) {
    story.push_back(step_of(sim::Relate{client, {.database = charm::RequestText("orders")}}));
  }
  EXPECT_EQ(refusal(story), "");
  story.push_back(step_of(sim::Relate{"e", {.database = charm::RequestText("orders")}}));
  EXPECT_EQ(refusal(story),
            "/story/4/relate: is one more than a story can have; must be one of at most 4 clients");
}

TEST(ScenarioConsistency, NothingIsDoneToAUnitWhereThereIsNone) {
  EXPECT_EQ(refusal({step_of(sim::ScaleTo{0}), step_of(sim::DeletePod{sim::Role::primary})}),
            "/story/1/delete_pod: needs a unit where there is none; must come when there is one");
}

TEST(ScenarioConsistency, AUnitOnALostNodeIsNeverRemoved) {
  EXPECT_EQ(
      refusal({step_of(sim::LoseNode{UnitName{2}}), step_of(sim::ScaleTo{1})}),
      "/story/1/scale_to: removes postgresql-k8s/2, whose node is lost; must keep it: nothing "
      "runs its teardown, so Juju would never be done");
  EXPECT_EQ(refusal({step_of(sim::LoseNode{UnitName{0}}), step_of(sim::ScaleTo{1})}), "");
  EXPECT_NE(refusal({step_of(sim::LoseNode{sim::Role::primary}), step_of(sim::ScaleTo{0})}), "");
}

TEST(ScenarioConsistency, TheUpdateStatusIntervalIsOneThatJujuAccepts) {
  sim::Scenario scenario;
  scenario.world.update_status_interval = 60min;
  EXPECT_FALSE(check_consistency(scenario));
  scenario.world.update_status_interval = 59s;
  EXPECT_EQ(to_text(*check_consistency(scenario)),
            "/world/update_status_interval_s: is 59 s; must be 60 s to 3600 s, as Juju asks");
}

TEST(ScenarioConsistency, HugeCountsDoNotWrapAround) {
  sim::Scenario scenario;
  for (int i = 0; i < 3; ++i) scenario.story.push_back({{}, {}, {}, sim::AddUnits{65'535}, {}});
  EXPECT_EQ(check_consistency(scenario)->pointer, "/story/0/add_units");
}

}  // namespace
