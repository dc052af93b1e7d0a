// The peer relation's hooks and bags, and when a hook's writes are committed. Source:
// juju-and-pebble.md, sections 3.1, 3.3, 3.4, 4.3, 4.6.
#include <gmock/gmock.h>

#include "tests/model/juju_fixture.h"

namespace model {
namespace {

using namespace given;
using testing::ElementsAre;
using testing::IsEmpty;

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
  EXPECT_THAT(run_hooks(one),
              ElementsAre("install", "relation-created", "storage-attached", "config-changed",
                          "start", "relation-joined 0", "relation-changed 0"));
}

TEST_F(PeerRelation, NoHookOfItComesBetweenJoinedAndItsChanged) {
  settle_two();
  start_unit(two);
  run_hook(two);
  run_hook(two);
  ASSERT_EQ(begin_hook(zero), "relation-joined 2");
  world.unit(zero).record.peers[database_peers].app_data_due = true;
  world.unit(zero).record.peers[database_peers].unit_data_due.insert(one);
  ASSERT_TRUE(end_hook(zero));
  EXPECT_EQ(run_hook(zero), "relation-changed 2");
}

TEST_F(PeerRelation, ApplicationDataComesBeforeJoinsAndJoinsBeforeUnitData) {
  settle_two();
  start_unit(two);
  run_hook(two);
  run_hook(two);
  world.unit(zero).record.peers[database_peers].unit_data_due.insert(one);
  world.unit(zero).record.peers[database_peers].app_data_due = true;
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
  EXPECT_EQ(world.unit(zero).record.peers[database_peers].joined, (UnitSet{one, two}));
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
              ElementsAre("install", "relation-created", "storage-attached", "config-changed",
                          "start", "relation-changed", "relation-joined 0", "relation-changed 0",
                          "relation-joined 1", "relation-changed 1"));
}

// --- the flush ---

using Flush = JujuTest;

TEST_F(Flush, CommitsEverythingThatTheLeaderHasStaged) {
  settle_two();
  let_update_status_be_due(zero);
  ASSERT_EQ(begin_hook(zero), "update-status");
  world.unit(zero).staged = {
      .endpoints = true, .initialised = true, .notices = true, .passwords = {5}};
  world.stage_endpoints(zero, charm::HostList{{0}, {1}});
  world.stage_notices(zero, {{.handler = 1, .event = {}}});
  ASSERT_TRUE(end_hook(zero));
  EXPECT_EQ(world.endpoints(), (charm::HostList{{0}, {1}}));
  EXPECT_EQ(world.notice_count(zero), 1U);
  EXPECT_TRUE(application().initialised);
  EXPECT_EQ(application().passwords, Passwords{5});
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

}  // namespace
}  // namespace model
