// The unit agent's order of hooks, and what becomes of one that fails or is killed. Source:
// juju-and-pebble.md, sections 1.3, 1.5, 1.6, 4.4, 4.5.
#include "model/juju.h"

#include <gmock/gmock.h>

#include "tests/model/juju_fixture.h"

namespace model {
namespace {

using namespace given;
using testing::ElementsAre;

using FirstDeployment = JujuTest;

TEST_F(FirstDeployment, RunsTheHooksOfALeaderInJujusOrder) {
  start_unit(zero);
  make_leader(zero);
  EXPECT_THAT(run_hooks(zero), ElementsAre("install", "relation-created", "leader-elected",
                                           "storage-attached", "config-changed", "start"));
}

TEST_F(FirstDeployment, OfAUnitThatDoesNotLeadHasNoLeaderElected) {
  start_unit(zero);
  EXPECT_THAT(run_hooks(zero), ElementsAre("install", "relation-created", "storage-attached",
                                           "config-changed", "start"));
}

TEST_F(FirstDeployment, LeaderElectedComesAfterStartIfTheLeaseIsWonLater) {
  settle(zero);
  make_leader(zero);
  EXPECT_THAT(run_hooks(zero), ElementsAre("leader-elected"));
}

TEST_F(FirstDeployment, NothingComesBetweenConfigChangedAndStart) {
  parameters.has_storage = false;
  start_unit(zero);
  for (int hooks_run = 0; hooks_run < 2; ++hooks_run) run_hook(zero);
  ASSERT_EQ(begin_hook(zero), "config-changed");
  make_leader(zero);
  world.unit(zero).process.pebble_ready_due = true;
  ASSERT_TRUE(end_hook(zero));
  EXPECT_THAT(run_hooks(zero), ElementsAre("start", "leader-elected", "pebble-ready"));
}

TEST_F(FirstDeployment, PebbleReadyMayComeBeforeConfigChangedButNeverBeforeInstall) {
  start_unit(zero);
  world.unit(zero).process.pebble_ready_due = true;
  EXPECT_THAT(run_hooks(zero), ElementsAre("install", "relation-created", "pebble-ready",
                                           "storage-attached", "config-changed", "start"));
}

TEST_F(FirstDeployment, UpdateStatusWaitsForEverythingElse) {
  start_unit(zero);
  let_update_status_be_due(zero);
  EXPECT_EQ(run_hooks(zero).back(), "update-status");
}

TEST_F(FirstDeployment, RunsByItselfOnceThePodIsUp) {
  juju::add_unit(step, zero);
  kubernetes::schedule_pod(step, zero, exactly(1s));
  run_for(10s);
  EXPECT_THAT(hooks[0], ElementsAre("install", "relation-created", "leader-elected",
                                    "storage-attached", "config-changed", "start", "pebble-ready"));
}

// --- failing and killed hooks ---

using FailingHook = JujuTest;

TEST_F(FailingHook, IsTheOnlyOneThatIsDueUntilItSucceeds) {
  start_unit(zero);
  run_hook(zero);
  ASSERT_EQ(begin_hook(zero), "relation-created");
  fail_hook(zero);
  make_leader(zero);
  world.unit(zero).process.pebble_ready_due = true;
  EXPECT_EQ(run_hook(zero), "relation-created");
}

TEST_F(FailingHook, IsRetriedAfterFiveSecondsThenAfterTwiceAsLongUpToFiveMinutes) {
  start_unit(zero);
  for (const Duration wait : {5s, 10s, 20s, 40s, 80s, 160s, 300s, 300s}) {
    ASSERT_EQ(begin_hook(zero), "install");
    fail_hook(zero);
    EXPECT_LE(span(zero, UnitTimer::agent).least, wait);
    EXPECT_GE(span(zero, UnitTimer::agent).most, wait);
    EXPECT_LE(span(zero, UnitTimer::agent).most - span(zero, UnitTimer::agent).least, wait / 16);
  }
}

TEST_F(FailingHook, ThatSucceedsBeginsItsNextBackoffAnew) {
  start_unit(zero);
  begin_hook(zero);
  fail_hook(zero);
  begin_hook(zero);
  fail_hook(zero);
  run_hook(zero);
  begin_hook(zero);
  fail_hook(zero);
  EXPECT_LE(span(zero, UnitTimer::agent).least, 5s);
}

TEST_F(FailingHook, LosesWhatItHasStaged) {
  settle_two();
  let_update_status_be_due(zero);
  ASSERT_EQ(begin_hook(zero), "update-status");
  world.unit(zero).staged = {.endpoints = true, .notices = true};
  world.stage_endpoints(zero, charm::HostList{{0}});
  fail_hook(zero);
  ASSERT_EQ(run_hook(zero), "update-status");
  EXPECT_TRUE(world.endpoints().empty());
}

TEST_F(FailingHook, IsNotRetriedEarlierBecauseSomethingElseIsDue) {
  settle(zero);
  let_update_status_be_due(zero);
  begin_hook(zero);
  fail_hook(zero);
  const Window retry = window(zero, UnitTimer::agent);
  juju::wake_agent(step, zero);
  EXPECT_EQ(window(zero, UnitTimer::agent), retry);
}

TEST_F(FailingHook, OfPebbleReadyIsSkippedAndComesBackWithThePoll) {
  settle(zero);
  pebble::start(step, zero);
  run_for(10s);
  hooks[0].clear();
  world.unit(zero).process.pebble_ready_due = true;
  ASSERT_EQ(begin_hook(zero), "pebble-ready");
  fail_hook(zero);
  ASSERT_EQ(span(zero, UnitTimer::container).most, 5s);
  let_update_status_be_due(zero);
  EXPECT_EQ(run_hook(zero), "update-status");
  EXPECT_EQ(run_hook(zero), "");
  run_for(6s);
  EXPECT_THAT(hooks[0], ElementsAre("pebble-ready"));
}

TEST_F(FailingHook, KilledIsQueuedAgainWithoutABackoff) {
  settle(zero);
  let_update_status_be_due(zero);
  ASSERT_EQ(begin_hook(zero), "update-status");
  world.unit(zero).staged.notices = true;
  world.stage_notices(zero, {{.handler = 1, .event = {}}});
  juju::requeue_hook(step, zero);
  EXPECT_LE(span(zero, UnitTimer::agent).most, 1s);
  EXPECT_EQ(run_hook(zero), "update-status");
  EXPECT_EQ(world.notice_count(zero), 0U);
}

TEST_F(FailingHook, OfLeaderElectedIsSkippedOnceLeadershipIsGone) {
  settle_two();
  application().lease_holder = one;
  ASSERT_EQ(run_hook(zero), "");  // it resigns; no hook tells of it
  make_leader(zero);
  ASSERT_EQ(begin_hook(zero), "leader-elected");
  juju::requeue_hook(step, zero);
  application().lease_holder = one;
  EXPECT_EQ(run_hook(zero), "");
}

}  // namespace
}  // namespace model
