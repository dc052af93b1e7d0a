// The agent in a pod that ends and in the one that follows. Source: juju-and-pebble.md, sections
// 1.4, 4.7.
#include <gmock/gmock.h>

#include "tests/model/juju_fixture.h"

namespace model {
namespace {

using namespace given;
using testing::ElementsAre;
using testing::IsEmpty;

using PodChurn = JujuTest;

TEST_F(PodChurn, ARestartedPodRunsUpgradeCharmConfigChangedAndStart) {
  settle(zero);
  juju::stop_agent(step, zero);
  juju::start_agent(step, zero);
  EXPECT_THAT(run_hooks(zero), ElementsAre("upgrade-charm", "config-changed", "start"));
}

TEST_F(PodChurn, NothingThatWasAcceptedOnceIsRepeatedInTheNewPod) {
  settle_two();
  juju::stop_agent(step, zero);
  juju::start_agent(step, zero);
  run_hooks(zero);
  EXPECT_EQ(world.unit(zero).record.peers[database_peers].joined, (UnitSet{one}));
  EXPECT_THAT(run_hooks(zero), IsEmpty());
}

TEST_F(PodChurn, AnInterruptedHookRunsAgainInsteadOfUpgradeCharm) {
  settle(zero);
  let_update_status_be_due(zero);
  ASSERT_EQ(begin_hook(zero), "update-status");
  juju::stop_agent(step, zero);
  juju::start_agent(step, zero);
  EXPECT_THAT(run_hooks(zero), ElementsAre("update-status", "start"));
}

TEST_F(PodChurn, AnInterruptedHookCountsAsFailedAndIsRetriedAfterFiveSeconds) {
  settle(zero);
  let_update_status_be_due(zero);
  begin_hook(zero);
  juju::stop_agent(step, zero);
  juju::start_agent(step, zero);
  EXPECT_EQ(span(zero, UnitTimer::agent).least, 4850ms);
  EXPECT_EQ(span(zero, UnitTimer::agent).most, 5150ms);
}

TEST_F(PodChurn, AnInterruptedHookLosesWhatItHasStaged) {
  settle(zero);
  let_update_status_be_due(zero);
  begin_hook(zero);
  world.unit(zero).staged.notices = true;
  world.stage_notices(zero, {{.handler = 1, .event = {}}});
  juju::stop_agent(step, zero);
  EXPECT_FALSE(world.unit(zero).staged.notices);
  EXPECT_TRUE(world.staged_notices(zero).empty());
}

TEST_F(PodChurn, TheDeferralQueueSurvivesThePod) {
  settle(zero);
  world.set_notices(zero, {{.handler = 1, .event = {}}});
  juju::stop_agent(step, zero);
  juju::start_agent(step, zero);
  EXPECT_EQ(world.notice_count(zero), 1U);
}

TEST_F(PodChurn, AUnitInterruptedBeforeItWasInstalledInstallsAgain) {
  start_unit(zero);
  ASSERT_EQ(begin_hook(zero), "install");
  juju::stop_agent(step, zero);
  juju::start_agent(step, zero);
  EXPECT_EQ(run_hook(zero), "install");
}

TEST_F(PodChurn, TheBackoffOfAnInterruptedHookBeginsAnewInTheNewPod) {
  start_unit(zero);
  for (int failure = 0; failure < 4; ++failure) {
    begin_hook(zero);
    fail_hook(zero);
  }
  juju::stop_agent(step, zero);
  juju::start_agent(step, zero);
  begin_hook(zero);
  fail_hook(zero);
  EXPECT_LE(span(zero, UnitTimer::agent).least, 5s);
}

TEST_F(PodChurn, AShutDownRunsStopAfterTheCurrentHookAndNothingElse) {
  settle(zero);
  let_update_status_be_due(zero);
  ASSERT_EQ(begin_hook(zero), "update-status");
  juju::shut_agent_down(step, zero);
  ASSERT_TRUE(end_hook(zero));
  let_update_status_be_due(zero);
  EXPECT_THAT(run_hooks(zero), ElementsAre("stop"));
}

TEST_F(PodChurn, AShutDownOfAUnitThatHasNotStartedRunsNoStop) {
  start_unit(zero);
  for (int hooks_run = 0; hooks_run < 3; ++hooks_run) run_hook(zero);
  juju::shut_agent_down(step, zero);
  EXPECT_EQ(run_hook(zero), "");
}

TEST_F(PodChurn, AShutDownDiscardsAFailedHookAndItsCauseComesBackInTheNewPod) {
  settle_two();
  world.unit(zero).record.peers[database_peers].unit_data_due.insert(one);
  ASSERT_EQ(begin_hook(zero), "relation-changed 1");
  fail_hook(zero);
  juju::shut_agent_down(step, zero);
  ASSERT_THAT(run_hooks(zero), ElementsAre("stop"));
  juju::stop_agent(step, zero);
  juju::start_agent(step, zero);
  EXPECT_THAT(run_hooks(zero),
              ElementsAre("upgrade-charm", "config-changed", "start", "relation-changed 1"));
}

TEST_F(PodChurn, AShutDownDiscardsAQueuedChangeOfApplicationDataAndItComesBack) {
  settle_two();
  world.unit(one).record.peers[database_peers].app_data_due = true;
  ASSERT_EQ(begin_hook(one), "relation-changed");
  juju::requeue_hook(step, one);
  juju::shut_agent_down(step, one);
  ASSERT_THAT(run_hooks(one), ElementsAre("stop"));
  juju::stop_agent(step, one);
  juju::start_agent(step, one);
  EXPECT_EQ(run_hooks(one).back(), "relation-changed");
}

TEST_F(PodChurn, AShutDownLosesALeaderElectedThatWasWaiting) {
  settle(zero);
  make_leader(zero);
  ASSERT_EQ(begin_hook(zero), "leader-elected");
  fail_hook(zero);
  juju::shut_agent_down(step, zero);
  ASSERT_THAT(run_hooks(zero), ElementsAre("stop"));
  juju::stop_agent(step, zero);
  juju::start_agent(step, zero);
  EXPECT_THAT(run_hooks(zero), ElementsAre("upgrade-charm", "config-changed", "start"));
}

TEST_F(PodChurn, AStopThatWasInterruptedRunsInTheNewPod) {
  settle(zero);
  juju::shut_agent_down(step, zero);
  ASSERT_EQ(begin_hook(zero), "stop");
  juju::stop_agent(step, zero);
  juju::start_agent(step, zero);
  EXPECT_THAT(run_hooks(zero), ElementsAre("stop", "start"));
}

}  // namespace
}  // namespace model
