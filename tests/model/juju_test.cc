// The unit agent's order of hooks, the peer relation's bags, failing and interrupted hooks.
// Source: juju-and-pebble.md, sections 1.3 to 1.6, 3.3, 3.4, 4.2 to 4.7.
#include "model/juju.h"

#include <gmock/gmock.h>

#include "tests/model/world_fixture.h"

namespace model {
namespace {

using namespace given;
using testing::ElementsAre;
using testing::IsEmpty;

struct JujuTest : WorldFixture {
  JujuTest() {
    parameters.relation_count = 3;
    parameters.has_storage = true;
  }
  // Two units that know each other and have nothing more to do; 0 leads.
  void settle_two() {
    start_unit(zero);
    make_leader(zero);
    start_unit(one);
    run_hooks(zero);
    run_hooks(one);
    run_hooks(zero);
  }
  // What the leader's hook writes.
  void write_endpoints(UnitName leader, std::initializer_list<charm::HostName> hosts) {
    ASSERT_EQ(begin_hook(leader), "update-status");
    world.unit(leader).staged.endpoints = true;
    world.stage_endpoints(leader, charm::HostList(hosts));
    ASSERT_TRUE(end_hook(leader));
  }
  void let_update_status_be_due(UnitName unit) {
    world.unit(unit).process.update_status_due = true;
  }
};

using FirstDeployment = JujuTest;

TEST_F(FirstDeployment, RunsTheHooksOfALeaderInJujusOrder) {
  start_unit(zero);
  make_leader(zero);
  EXPECT_THAT(run_hooks(zero),
              ElementsAre("install", "relation-created", "relation-created", "relation-created",
                          "leader-elected", "storage-attached", "config-changed", "start"));
}

TEST_F(FirstDeployment, OfAUnitThatDoesNotLeadHasNoLeaderElected) {
  start_unit(zero);
  EXPECT_THAT(run_hooks(zero),
              ElementsAre("install", "relation-created", "relation-created", "relation-created",
                          "storage-attached", "config-changed", "start"));
}

TEST_F(FirstDeployment, LeaderElectedComesAfterStartIfTheLeaseIsWonLater) {
  settle(zero);
  make_leader(zero);
  EXPECT_THAT(run_hooks(zero), ElementsAre("leader-elected"));
}

TEST_F(FirstDeployment, NothingComesBetweenConfigChangedAndStart) {
  parameters.has_storage = false;
  start_unit(zero);
  for (int created = 0; created < 4; ++created) run_hook(zero);
  ASSERT_EQ(begin_hook(zero), "config-changed");
  make_leader(zero);
  world.unit(zero).process.pebble_ready_due = true;
  ASSERT_TRUE(end_hook(zero));
  EXPECT_THAT(run_hooks(zero), ElementsAre("start", "leader-elected", "pebble-ready"));
}

TEST_F(FirstDeployment, PebbleReadyMayComeBeforeConfigChangedButNeverBeforeInstall) {
  start_unit(zero);
  world.unit(zero).process.pebble_ready_due = true;
  EXPECT_THAT(run_hooks(zero),
              ElementsAre("install", "relation-created", "relation-created", "relation-created",
                          "pebble-ready", "storage-attached", "config-changed", "start"));
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
  EXPECT_THAT(hooks[0], ElementsAre("install", "relation-created", "relation-created",
                                    "relation-created", "leader-elected", "storage-attached",
                                    "config-changed", "start", "pebble-ready"));
}

// --- relations ---

using PeerRelation = JujuTest;

TEST_F(PeerRelation, AUnitSeesAnotherThatHasEnteredItsScopeBeforeItsConfigChanged) {
  settle(zero);
  start_unit(one);
  run_hook(one);
  ASSERT_EQ(begin_hook(one), "relation-created");
  EXPECT_THAT(run_hooks(zero), ElementsAre("relation-joined 1", "relation-changed 1"));
}

TEST_F(PeerRelation, AUnitThatIsNotInstalledYetIsNotSeen) {
  settle(zero);
  start_unit(one);
  EXPECT_THAT(run_hooks(zero), IsEmpty());
}

TEST_F(PeerRelation, ANewUnitSeesTheOthersAfterItsOwnStart) {
  settle(zero);
  start_unit(one);
  EXPECT_THAT(run_hooks(one), ElementsAre("install", "relation-created", "relation-created",
                                          "relation-created", "storage-attached", "config-changed",
                                          "start", "relation-joined 0", "relation-changed 0"));
}

TEST_F(PeerRelation, NoHookOfItComesBetweenJoinedAndItsChanged) {
  settle_two();
  start_unit(two);
  run_hook(two);
  run_hook(two);
  ASSERT_EQ(begin_hook(zero), "relation-joined 2");
  world.unit(zero).record.app_data_due = true;
  world.unit(zero).record.unit_data_due.insert(one);
  ASSERT_TRUE(end_hook(zero));
  EXPECT_EQ(run_hook(zero), "relation-changed 2");
}

TEST_F(PeerRelation, ApplicationDataComesBeforeJoinsAndJoinsBeforeUnitData) {
  settle_two();
  start_unit(two);
  run_hook(two);
  run_hook(two);
  world.unit(zero).record.unit_data_due.insert(one);
  world.unit(zero).record.app_data_due = true;
  EXPECT_THAT(run_hooks(zero), ElementsAre("relation-changed", "relation-joined 2",
                                           "relation-changed 2", "relation-changed 1"));
}

TEST_F(PeerRelation, UnknownUnitsJoinInTheOrderOfTheirNames) {
  for (UnitName unit : {two, one}) {
    start_unit(unit);
    run_hook(unit);
    run_hook(unit);
  }
  settle(zero);
  EXPECT_EQ(world.unit(zero).record.joined, (UnitSet{one, two}));
  start_unit(zero);
  EXPECT_THAT(juju::peers(world, zero), (UnitSet{one, two}));
}

TEST_F(PeerRelation, PeersAreWhoHasJoinedAndWhoseHookItIs) {
  settle(zero);
  start_unit(one);
  run_hook(one);
  run_hook(one);
  ASSERT_TRUE(juju::peers(world, zero).empty());
  ASSERT_EQ(begin_hook(zero), "relation-joined 1");
  EXPECT_EQ(juju::peers(world, zero), (UnitSet{one}));
}

TEST_F(PeerRelation, ManyWritesOfApplicationDataAreToldOnce) {
  settle_two();
  let_update_status_be_due(zero);
  write_endpoints(zero, {{0}});
  let_update_status_be_due(zero);
  write_endpoints(zero, {{0}, {1}});
  EXPECT_THAT(run_hooks(one), ElementsAre("relation-changed"));
}

TEST_F(PeerRelation, AWriterIsNotToldOfItsOwnWrite) {
  settle_two();
  let_update_status_be_due(zero);
  write_endpoints(zero, {{0}});
  EXPECT_THAT(run_hooks(zero), IsEmpty());
}

TEST_F(PeerRelation, AWriteThatChangesNothingIsNotTold) {
  settle_two();
  world.set_endpoints(charm::HostList{{0}});
  let_update_status_be_due(zero);
  write_endpoints(zero, {{0}});
  EXPECT_THAT(run_hooks(one), IsEmpty());
}

TEST_F(PeerRelation, DataWrittenWhileItsHookRunsIsToldAgain) {
  settle_two();
  let_update_status_be_due(zero);
  write_endpoints(zero, {{0}});
  ASSERT_EQ(begin_hook(one), "relation-changed");
  let_update_status_be_due(zero);
  write_endpoints(zero, {{0}, {1}});
  ASSERT_TRUE(end_hook(one));
  EXPECT_THAT(run_hooks(one), ElementsAre("relation-changed"));
}

TEST_F(PeerRelation, AUnitThatComesLaterIsToldOfTheApplicationDataBeforeItJoinsAnybody) {
  settle_two();
  let_update_status_be_due(zero);
  write_endpoints(zero, {{0}});
  start_unit(two);
  EXPECT_THAT(run_hooks(two),
              ElementsAre("install", "relation-created", "relation-created", "relation-created",
                          "storage-attached", "config-changed", "start", "relation-changed",
                          "relation-joined 0", "relation-changed 0", "relation-joined 1",
                          "relation-changed 1"));
}

// --- the flush ---

using Flush = JujuTest;

TEST_F(Flush, CommitsEverythingThatTheLeaderHasStaged) {
  settle_two();
  let_update_status_be_due(zero);
  ASSERT_EQ(begin_hook(zero), "update-status");
  world.unit(zero).staged = {
      .endpoints = true, .initialised = true, .notices = true, .passwords = 5};
  world.stage_endpoints(zero, charm::HostList{{0}, {1}});
  world.stage_notices(zero, {{.handler = 1, .event = {}}});
  ASSERT_TRUE(end_hook(zero));
  EXPECT_EQ(world.endpoints(), (charm::HostList{{0}, {1}}));
  EXPECT_EQ(world.notice_count(zero), 1U);
  EXPECT_TRUE(application().initialised);
  EXPECT_EQ(application().passwords, 5);
  EXPECT_FALSE(world.unit(zero).staged.endpoints);
  EXPECT_TRUE(world.staged_endpoints(zero).empty());
}

TEST_F(Flush, WithApplicationDataOfANonLeaderIsRefusedAsAWhole) {
  settle_two();
  let_update_status_be_due(zero);
  ASSERT_EQ(begin_hook(zero), "update-status");
  world.unit(zero).staged = {.endpoints = true, .notices = true};
  world.stage_endpoints(zero, charm::HostList{{0}});
  world.stage_notices(zero, {{.handler = 1, .event = {}}});
  application().lease_holder = one;
  EXPECT_FALSE(end_hook(zero));
  EXPECT_TRUE(world.endpoints().empty());
  EXPECT_EQ(world.notice_count(zero), 0U);
  EXPECT_EQ(count(FactKind::flush_refused), 1U);
  EXPECT_EQ(begin_hook(zero), "update-status");
}

TEST_F(Flush, OfANonLeaderWithoutApplicationDataIsAccepted) {
  settle_two();
  let_update_status_be_due(one);
  ASSERT_EQ(begin_hook(one), "update-status");
  world.unit(one).staged.notices = true;
  world.stage_notices(one, {{.handler = 1, .event = {}}});
  EXPECT_TRUE(end_hook(one));
  EXPECT_EQ(world.notice_count(one), 1U);
}

TEST_F(Flush, IsAcceptedOfAHolderThatCouldNotRenewAsLongAsItsLeaseRuns) {
  settle_two();
  let_update_status_be_due(zero);
  ASSERT_EQ(begin_hook(zero), "update-status");
  world.unit(zero).staged.initialised = true;
  juju::let_lease_go(step, one);
  juju::on_lease_timer(step, zero);
  ASSERT_FALSE(juju::is_leader(world, zero));
  EXPECT_TRUE(end_hook(zero));
  EXPECT_TRUE(application().initialised);
}

TEST_F(Flush, SaysHowManyUnitsThatStayWereDropped) {
  settle_two();
  world.set_endpoints(charm::HostList{{0}, {1}, {2}});
  let_update_status_be_due(zero);
  write_endpoints(zero, {{0}});
  EXPECT_EQ(last(FactKind::endpoints_written).fact.value, 1U);  // 1 exists, 2 does not
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

// --- pods that come and go ---

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
  EXPECT_EQ(world.unit(zero).record.joined, (UnitSet{one}));
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
  run_hook(zero);
  for (int created = 0; created < 4; ++created) run_hook(zero);
  juju::shut_agent_down(step, zero);
  EXPECT_EQ(run_hook(zero), "");
}

TEST_F(PodChurn, AShutDownDiscardsAFailedHookAndItsCauseComesBackInTheNewPod) {
  settle_two();
  world.unit(zero).record.unit_data_due.insert(one);
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
  world.unit(one).record.app_data_due = true;
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
