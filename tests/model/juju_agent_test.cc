// The agent's persisted record and where it can crash, one container that restarts alone, and
// `juju resolve`. Source: juju-and-pebble.md, sections 1.4 to 1.6, 4.2, 4.7.
#include <gmock/gmock.h>

#include "tests/model/juju_fixture.h"

namespace model {
namespace {

using namespace given;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

using AgentCrash = JujuTest;

TEST_F(AgentCrash, BeforePrepareLeavesEverythingAsItWas) {
  settle(zero);
  let_update_status_be_due(zero);
  world.unit(zero).record.peers[database_peers].app_data_due = true;
  juju::restart_agent(step, zero);
  EXPECT_EQ(world.unit(zero).record.step, HookStep::none);
  EXPECT_TRUE(world.unit(zero).record.peers[database_peers].app_data_due);
}

TEST_F(AgentCrash, AfterPrepareTheHookCountsAsFailedAndIsRetriedWithBackoff) {
  settle(zero);
  let_update_status_be_due(zero);
  ASSERT_EQ(begin_hook(zero), "update-status");
  juju::restart_agent(step, zero);
  ASSERT_EQ(begin_hook(zero), "");  // the agent begins again
  EXPECT_EQ(span(zero, UnitTimer::agent).least, 4850ms);
  EXPECT_THAT(run_hooks(zero), ElementsAre("update-status", "start"));
}

TEST_F(AgentCrash, AfterTheFlushTheHookRunsAgainAlthoughItsWritesAreIn) {
  settle_two();
  let_update_status_be_due(zero);
  ASSERT_EQ(begin_hook(zero), "update-status");
  world.unit(zero).staged.initialised = true;
  ASSERT_TRUE(juju::flush(step, zero));
  juju::restart_agent(step, zero);
  EXPECT_TRUE(application().initialised);
  begin_hook(zero);
  EXPECT_EQ(run_hook(zero), "update-status");
}

TEST_F(AgentCrash, AfterDoneTheHookIsOnlyCommitted) {
  start_unit(zero);
  ASSERT_EQ(begin_hook(zero), "install");
  ASSERT_TRUE(juju::flush(step, zero));
  juju::mark_done(world, zero);
  juju::restart_agent(step, zero);
  begin_hook(zero);
  EXPECT_EQ(run_hook(zero), "relation-created");
  EXPECT_TRUE(world.unit(zero).record.installed);
}

TEST_F(AgentCrash, AfterDoneInANewPodTheHookIsCommittedAndThereIsNoUpgradeCharm) {
  settle(zero);
  let_update_status_be_due(zero);
  ASSERT_EQ(begin_hook(zero), "update-status");
  juju::mark_done(world, zero);
  juju::stop_agent(step, zero);
  juju::start_agent(step, zero);
  EXPECT_THAT(run_hooks(zero), ElementsAre("start"));
}

using OneContainer = JujuTest;

TEST_F(OneContainer, OfTheCharmGivesStartAndPebbleReadyAndNoUpgradeCharm) {
  settle(zero);
  pebble::start(step, zero);
  run_for(10s);
  ASSERT_THAT(hooks[0], Contains("pebble-ready"));
  hooks[0].clear();
  kubernetes::restart_container(step, zero, kubernetes::ContainerKind::charm);
  run_for(60s);
  EXPECT_THAT(hooks[0], testing::UnorderedElementsAre("start", "pebble-ready"));
}

TEST_F(OneContainer, OfTheCharmLeavesTheWorkloadRunning) {
  start_cluster();
  juju::start_agent(step, zero);
  kubernetes::restart_container(step, zero, kubernetes::ContainerKind::charm);
  run_for(60s);
  EXPECT_TRUE(postgresql::is_primary(world, zero));
  EXPECT_TRUE(world.unit(zero).container.layer_added);
}

TEST_F(OneContainer, OfTheCharmThatEndsWithItsPodDoesNotComeBackAlone) {
  settle(zero);
  kubernetes::restart_container(step, zero, kubernetes::ContainerKind::charm);
  kubernetes::delete_pod(step, zero);
  EXPECT_FALSE(world.is_armed(timer_id(zero, UnitTimer::agent)));
  run_for(60s);
  EXPECT_EQ(world.unit(zero).pod.phase, PodPhase::running);
  EXPECT_TRUE(world.unit(zero).process.running);
}

TEST_F(OneContainer, OfTheWorkloadComesBackWithAnEmptyPlanAndANewBootId) {
  start_cluster();
  settle(zero);
  run_for(10s);
  kubernetes::restart_container(step, zero, kubernetes::ContainerKind::workload);
  EXPECT_FALSE(pebble::can_connect(world, zero));
  EXPECT_FALSE(world.unit(zero).container.service_running);
  EXPECT_EQ(postgres(zero).database, Database::stopped);
  hooks[0].clear();
  run_for(20s);
  EXPECT_THAT(hooks[0], ElementsAre("pebble-ready"));
  EXPECT_FALSE(world.unit(zero).container.layer_added);
  EXPECT_TRUE(world.unit(zero).volume.configuration);
  EXPECT_TRUE(world.unit(zero).pod.member_labels);
}

TEST_F(OneContainer, OfTheWorkloadIsNotNoticedByAnAgentThatIsDown) {
  settle(zero);
  juju::restart_agent(step, zero);
  world.disarm(timer_id(zero, UnitTimer::agent));
  kubernetes::restart_container(step, zero, kubernetes::ContainerKind::workload);
  run_for(60s);
  EXPECT_EQ(world.unit(zero).container.stage, ContainerStage::up);
  EXPECT_FALSE(world.unit(zero).process.pebble_ready_due);
}

// Section 1.6: the pending hook of a workload is skipped when the agent is back.
TEST_F(OneContainer, OfTheCharmThatEndsInPebbleReadyBringsItBackWithThePoll) {
  settle(zero);
  world.unit(zero).container.stage = ContainerStage::noticed;
  world.unit(zero).process.pebble_ready_due = true;
  ASSERT_EQ(begin_hook(zero), "pebble-ready");
  kubernetes::restart_container(step, zero, kubernetes::ContainerKind::charm);
  pebble::break_for(step, zero, 60s);
  run_for(50s);
  EXPECT_THAT(hooks[0], Contains("start")) << "nothing waits for a Pebble that does not answer";
  EXPECT_THAT(hooks[0], Not(Contains("pebble-ready")));
  run_for(60s);
  EXPECT_THAT(hooks[0], Contains("pebble-ready"));
}

// --- juju resolve ---

using JujuResolve = JujuTest;

TEST_F(JujuResolve, RetriesTheFailedHookAtOnce) {
  start_unit(zero);
  for (int failure = 0; failure < 5; ++failure) {
    begin_hook(zero);
    fail_hook(zero);
  }
  juju::resolve(step, zero, juju::Resolution::retry);
  EXPECT_LE(span(zero, UnitTimer::agent).most, timing::watcher_delay.most);
  EXPECT_EQ(run_hook(zero), "install");
}

TEST_F(JujuResolve, WithoutRetryCommitsTheHookWithoutRunningOrFlushingIt) {
  settle_two();
  start_unit(two);
  run_hook(two);
  run_hook(two);
  ASSERT_EQ(begin_hook(zero), "relation-joined 2");
  fail_hook(zero);
  juju::resolve(step, zero, juju::Resolution::skip);
  EXPECT_TRUE(world.unit(zero).record.peers[database_peers].joined.contains(two));
  EXPECT_EQ(run_hook(zero), "relation-changed 2");
}

TEST_F(JujuResolve, OfAUnitThatIsNotInErrorDoesNothing) {
  settle(zero);
  const AgentRecord before = world.unit(zero).record;
  juju::resolve(step, zero, juju::Resolution::skip);
  EXPECT_EQ(world.unit(zero).record.step, before.step);
  EXPECT_THAT(run_hooks(zero), IsEmpty());
}

// --- orders that nobody guarantees ---

// Answers with the last option of one fork, and goes the calm way at all others.
struct LastOf final : Forks {
  explicit LastOf(Fork fork) : wanted(fork) {}
  std::uint32_t take(Fork fork, charm::MaybeUnit, std::uint32_t options) override {
    return fork == wanted ? options - 1 : 0;
  }
  Fork wanted;
};

using AnyOrder = JujuTest;

TEST_F(AnyOrder, TheRelationsAreCreatedInAnyOrder) {
  parameters.relation_count = 3;
  LastOf last(Fork::order);
  step.forks = &last;
  start_unit(zero);
  run_hook(zero);
  EXPECT_EQ(run_hook(zero), "upgrade-relation-created");
  EXPECT_EQ(run_hook(zero), "restart-relation-created");
  EXPECT_EQ(run_hook(zero), "relation-created");
}

TEST_F(AnyOrder, StorageMayBeAttachedAfterStart) {
  LastOf last(Fork::unseen);
  start_unit(zero);
  for (int hooks_run = 0; hooks_run < 2; ++hooks_run) run_hook(zero);
  step.forks = &last;
  EXPECT_EQ(run_hook(zero), "config-changed");
  EXPECT_EQ(run_hook(zero), "start");
  step.forks = nullptr;
  EXPECT_EQ(run_hook(zero), "storage-attached");
}

TEST_F(AnyOrder, AUnitMayRunOtherHooksBeforeItKnowsThatItIsDying) {
  settle_two();
  juju::request_scale(step, 1);
  juju::on_provisioner_timer(step);
  struct LifeUnseen final : Forks {
    std::uint32_t take(Fork fork, charm::MaybeUnit, std::uint32_t) override {
      return fork == Fork::unseen ? 1 : 0;
    }
  } unseen;
  step.forks = &unseen;
  let_update_status_be_due(one);
  EXPECT_EQ(run_hook(one), "update-status");
  step.forks = nullptr;
  EXPECT_EQ(run_hook(one), "storage-detaching");
}

// Its snapshot keeps what the watcher told last: no unit that departs from its peers joins them
// anew.
TEST_F(AnyOrder, AUnitThatKnowsThatItIsDyingDoesNotForgetIt) {
  settle_two();
  juju::request_scale(step, 1);
  juju::on_provisioner_timer(step);
  ASSERT_EQ(run_hook(one), "storage-detaching");
  ASSERT_EQ(run_hook(one), "relation-departed 0");
  struct FirstUnseen final : Forks {
    std::uint32_t take(Fork fork, charm::MaybeUnit, std::uint32_t options) override {
      return fork == Fork::unseen && options > 1 ? 1 : 0;
    }
  } unseen;
  step.forks = &unseen;
  let_update_status_be_due(one);
  EXPECT_EQ(run_hook(one), "stop");
}

TEST_F(AnyOrder, WhatWasNotDeliveredIsDeliveredLater) {
  settle_two();
  juju::set_trust(step, false);
  world.disarm(timer_id(zero, UnitTimer::agent));
  LastOf last(Fork::unseen);
  step.forks = &last;
  EXPECT_EQ(run_hook(zero), "");
  EXPECT_EQ(span(zero, UnitTimer::agent).most, timing::watcher_delay.most);
  step.forks = nullptr;
  EXPECT_EQ(run_hook(zero), "config-changed");
}

TEST_F(AnyOrder, APebbleReadyThatAStorageHookDisplacesComesBackWithThePoll) {
  LastOf last(Fork::unseen);
  start_unit(zero);
  for (int hooks_run = 0; hooks_run < 2; ++hooks_run) run_hook(zero);
  step.forks = &last;
  ASSERT_EQ(run_hook(zero), "config-changed");
  ASSERT_EQ(run_hook(zero), "start");
  world.unit(zero).container.stage = ContainerStage::noticed;
  world.unit(zero).process.pebble_ready_due = true;
  ASSERT_EQ(begin_hook(zero), "pebble-ready");
  juju::requeue_hook(step, zero);
  step.forks = nullptr;
  ASSERT_EQ(run_hook(zero), "storage-attached");
  hooks[0].clear();
  run_for(10s);
  EXPECT_THAT(hooks[0], Contains("pebble-ready"));
}

TEST_F(AnyOrder, AStorageHookMayDisplaceAQueuedHookThatComesBackByItself) {
  settle_two();
  juju::request_scale(step, 1);
  juju::on_provisioner_timer(step);
  juju::stop_agent(step, one);
  juju::start_agent(step, one);
  EXPECT_EQ(run_hook(one), "storage-detaching");
  EXPECT_THAT(run_hooks(one), Not(Contains("upgrade-charm")));
}

}  // namespace
}  // namespace model
