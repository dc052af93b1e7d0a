// The resolver's list, item by item, and what an agent in error still does. Source:
// juju-and-pebble.md, sections 1.5, 3.4, 4.2, 4.4.
#include <gmock/gmock.h>

#include "tests/model/juju_fixture.h"

namespace model {
namespace {

using namespace given;
using testing::ElementsAre;

struct Resolver : JujuTest {
  // Everything that can be due at once for an idle unit that has started.
  void let_everything_be_due(UnitName unit) {
    UnitState& state = world.unit(unit);
    state.process.start_due = true;
    state.record.relations_created = 0;
    state.record.leader_flag = false;
    state.process.pebble_ready_due = true;
    state.record.secret_tracked = 1;
    state.record.secret_told = 0;
    application().secret_revision = 2;
    state.record.storage_attached = false;
    state.record.peers[database_peers].app_data_due = true;
    state.record.peers[database_peers].unit_data_due.insert(one);
    application().configuration = 1;
    let_update_status_be_due(unit);
  }
};

TEST_F(Resolver, TakesWhatIsDueInTheOrderOfItsList) {
  settle_two();
  let_everything_be_due(zero);
  EXPECT_THAT(run_hooks(zero),
              ElementsAre("start", "relation-created", "leader-elected", "pebble-ready",
                          "secret-changed", "storage-attached", "config-changed",
                          "relation-changed", "relation-changed 1", "update-status"));
}

TEST_F(Resolver, TakesADepartureBeforeApplicationData) {
  settle_two();
  world.unit(zero).record.peers[database_peers].app_data_due = true;
  world.unit(one).record.life = Life::dying;
  EXPECT_EQ(run_hook(zero), "relation-departed 1");
  EXPECT_EQ(run_hook(zero), "relation-changed");
}

// Item 10 stands before item 12, and behind items 3 to 9.
TEST_F(Resolver, TakesAShutdownBeforeRelationsAndBehindLeaderElected) {
  settle_two();
  let_everything_be_due(zero);
  world.unit(zero).process.start_due = false;
  juju::shut_agent_down(step, zero);
  EXPECT_THAT(run_hooks(zero), ElementsAre("relation-created", "leader-elected", "pebble-ready",
                                           "secret-changed", "storage-attached", "stop"));
}

TEST_F(Resolver, TakesAStartOfANewAgentBeforeEverythingElse) {
  settle_two();
  juju::stop_agent(step, zero);
  juju::start_agent(step, zero, juju::AgentStart::same_pod);
  let_everything_be_due(zero);
  EXPECT_EQ(run_hook(zero), "start");
}

TEST_F(Resolver, HasOneUpdateStatusPendingHoweverOftenItsTimerFires) {
  settle(zero);
  juju::on_update_status_timer(step, zero);
  juju::on_update_status_timer(step, zero);
  EXPECT_THAT(run_hooks(zero), ElementsAre("update-status"));
}

TEST_F(Resolver, KeepsAnUpdateStatusUntilTheUnitIsInErrorNoMore) {
  settle(zero);
  let_update_status_be_due(zero);
  application().configuration = 1;
  ASSERT_EQ(begin_hook(zero), "config-changed");
  fail_hook(zero);
  EXPECT_EQ(run_hook(zero), "config-changed");
  EXPECT_EQ(run_hook(zero), "update-status");
}

// A retry has the hook's own subject, and the data of the present.
TEST_F(Resolver, RetriesAHookForTheSameUnitWithFreshData) {
  settle_two();
  world.unit(one).pod.incarnation = 7;
  application().configuration = 1;
  ASSERT_EQ(run_hook(one), "config-changed");  // writes its new address
  ASSERT_EQ(run_hook(zero), "config-changed");
  ASSERT_EQ(begin_hook(zero), "relation-changed 1");
  fail_hook(zero);
  application().configuration = 2;
  ASSERT_EQ(begin_hook(zero), "relation-changed 1");
  EXPECT_EQ(juju::read_configuration(world, zero), 2);
}

TEST_F(Resolver, GivesTheLeaderFlagUpWhileItsUnitIsInError) {
  settle_two();
  ASSERT_TRUE(world.unit(zero).record.leader_flag);
  let_update_status_be_due(zero);
  begin_hook(zero);
  fail_hook(zero);
  world.disarm(timer_id(zero, UnitTimer::agent));  // it stays in error
  juju::let_lease_go(step, one);
  run_until([this] { return application().lapsing; });
  EXPECT_FALSE(world.unit(zero).record.leader_flag);
}

// is-leader is true before the event has told of it, and may be so for long (section 4.2).
TEST_F(Resolver, LetsAUnitLeadBeforeItsLeaderElectedHasRunBehindAnError) {
  settle(zero);
  application().configuration = 1;
  ASSERT_EQ(begin_hook(zero), "config-changed");
  fail_hook(zero);
  make_leader(zero);
  EXPECT_TRUE(juju::is_leader(world, zero));
  EXPECT_EQ(begin_hook(zero), "config-changed");
  EXPECT_TRUE(juju::is_leader(world, zero));
  end_hook(zero);
  EXPECT_EQ(run_hook(zero), "leader-elected");
}

TEST_F(Resolver, LetsAUnitLeadInItsInstall) {
  start_unit(zero);
  ASSERT_EQ(begin_hook(zero), "install");
  make_leader(zero);
  EXPECT_TRUE(juju::is_leader(world, zero));
}

}  // namespace
}  // namespace model
