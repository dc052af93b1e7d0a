// Actions between hooks, before the retry of a failed one, and across the end of their agent.
// Source: juju-and-pebble.md, sections 1.7 and 4.4.
#include <gmock/gmock.h>

#include "tests/model/juju_fixture.h"

namespace model {
namespace {

using namespace given;
using juju::ActionEnd;
using testing::ElementsAre;

struct Actions : JujuTest {
  Actions() {
    parameters.actions[0] = 3;
    parameters.actions[1] = 5;
  }
  ActionEnd last_end() { return static_cast<ActionEnd>(last(FactKind::action_ended).fact.value); }
  void fail_a_hook() {
    settle(zero);
    let_update_status_be_due(zero);
    ASSERT_EQ(begin_hook(zero), "update-status");
    juju::fail_hook(step, zero);
  }
};

TEST_F(Actions, RunInTheOrderInWhichTheyWereAskedFor) {
  settle(zero);
  EXPECT_TRUE(juju::request_action(step, zero, 0));
  EXPECT_TRUE(juju::request_action(step, zero, 1));
  EXPECT_THAT(run_hooks(zero), ElementsAre("action", "action"));
  const auto begun = all(FactKind::action_started);
  ASSERT_EQ(begun.size(), 2U);
  EXPECT_EQ(begun[0].fact.value, 3U);
  EXPECT_EQ(begun[1].fact.value, 5U);
  EXPECT_EQ(last_end(), ActionEnd::completed);
}

TEST_F(Actions, ComeBeforeWhatIsOnlyDueWhenIdle) {
  settle(zero);
  let_update_status_be_due(zero);
  juju::request_action(step, zero, 0);
  EXPECT_THAT(run_hooks(zero), ElementsAre("action", "update-status"));
}

TEST_F(Actions, WaitForTheHookThatRuns) {
  settle(zero);
  let_update_status_be_due(zero);
  ASSERT_EQ(begin_hook(zero), "update-status");
  juju::request_action(step, zero, 0);
  EXPECT_EQ(count(FactKind::action_started), 0U);
  end_hook(zero);
  EXPECT_EQ(run_hook(zero), "action");
}

TEST_F(Actions, RunWhileAHookIsInErrorAndLeaveItsRetryWhereItWas) {
  fail_a_hook();
  const charm::Instant retry = window(zero, UnitTimer::agent).earliest;
  juju::request_action(step, zero, 0);
  EXPECT_LT(window(zero, UnitTimer::agent).earliest, retry);
  EXPECT_EQ(run_hook(zero), "action");
  EXPECT_EQ(world.unit(zero).record.step, HookStep::failed);
  EXPECT_EQ(window(zero, UnitTimer::agent).earliest, retry);
  EXPECT_EQ(run_hook(zero), "update-status");
}

TEST_F(Actions, DoNotCountAsAFailureOfTheUnit) {
  settle(zero);
  juju::request_action(step, zero, 0);
  ASSERT_EQ(begin_hook(zero), "action");
  juju::fail_hook(step, zero);
  EXPECT_EQ(world.unit(zero).record.step, HookStep::none);
  EXPECT_EQ(last_end(), ActionEnd::exited);
  EXPECT_THAT(run_hooks(zero), ElementsAre());
}

TEST_F(Actions, FailWhenTheySaySoAndAreFlushedAllTheSame) {
  settle(zero);
  make_leader(zero);
  run_hooks(zero);
  juju::request_action(step, zero, 0);
  ASSERT_EQ(begin_hook(zero), "action");
  world.unit(zero).process.action_failed = true;
  world.unit(zero).staged.initialised = true;
  ASSERT_TRUE(end_hook(zero));
  EXPECT_TRUE(application().initialised);
  EXPECT_EQ(last_end(), ActionEnd::failed);
}

TEST_F(Actions, FailWhenWhatTheyHaveStagedIsRefused) {
  settle(zero);
  juju::request_action(step, zero, 0);
  ASSERT_EQ(begin_hook(zero), "action");
  world.unit(zero).staged.initialised = true;  // it does not lead
  EXPECT_FALSE(end_hook(zero));
  EXPECT_EQ(last_end(), ActionEnd::uncommitted);
}

TEST_F(Actions, AreNotRunAgainWhenTheirAgentEnds) {
  settle(zero);
  juju::request_action(step, zero, 0);
  ASSERT_EQ(begin_hook(zero), "action");
  juju::restart_agent(step, zero);
  EXPECT_EQ(last_end(), ActionEnd::interrupted);
  begin_hook(zero);
  EXPECT_THAT(run_hooks(zero), ElementsAre("start"));
}

TEST_F(Actions, AreNotRunAgainWhenTheirProcessIsKilled) {
  settle(zero);
  juju::request_action(step, zero, 0);
  ASSERT_EQ(begin_hook(zero), "action");
  juju::requeue_hook(step, zero);
  EXPECT_EQ(last_end(), ActionEnd::interrupted);
  EXPECT_THAT(run_hooks(zero), ElementsAre());
}

TEST_F(Actions, ThatAreRecordedAsDoneAreOnlyReported) {
  settle(zero);
  juju::request_action(step, zero, 0);
  ASSERT_EQ(begin_hook(zero), "action");
  ASSERT_TRUE(juju::flush(step, zero));
  juju::mark_done(world, zero);
  juju::restart_agent(step, zero);
  EXPECT_EQ(last_end(), ActionEnd::completed);
}

TEST_F(Actions, ThatWaitOutliveTheirAgent) {
  settle(zero);
  juju::request_action(step, zero, 0);
  juju::restart_agent(step, zero);
  begin_hook(zero);
  EXPECT_THAT(run_hooks(zero), ElementsAre("start", "action"));
}

TEST_F(Actions, AreRefusedWhereThereIsNoUnit) { EXPECT_FALSE(juju::request_action(step, zero, 0)); }

}  // namespace
}  // namespace model
