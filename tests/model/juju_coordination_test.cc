// The peer relations `restart` and `upgrade`: their hooks beside those of the first, and their
// bags. Source: juju-and-pebble.md, sections 2.4, 3.1 to 3.6.
#include <gmock/gmock.h>

#include <algorithm>

#include "tests/model/juju_fixture.h"

namespace model {
namespace {

using namespace given;
using charm::RestartState;
using charm::UpgradeState;
using testing::ElementsAre;
using testing::IsEmpty;

// Takes an option of one fork, and the calm one of all others.
struct Always final : Forks {
  Always(Fork of, std::uint32_t taken) : fork(of), option(taken) {}
  std::uint32_t take(Fork asked, charm::MaybeUnit /*unit*/, std::uint32_t options) override {
    return asked == fork ? std::min(option, options - 1) : 0;
  }
  Fork fork;
  std::uint32_t option;
};

struct FurtherPeers : JujuTest {
  FurtherPeers() { parameters.relation_count = 3; }

  void begin_update_status(UnitName unit) {
    let_update_status_be_due(unit);
    ASSERT_EQ(begin_hook(unit), "update-status");
  }
  void write_restart_state(UnitName unit, RestartState state) {
    begin_update_status(unit);
    juju::stage_restart_state(world, unit, state);
    ASSERT_TRUE(end_hook(unit));
  }
  void grant(UnitName leader, UnitSet units) {
    begin_update_status(leader);
    juju::stage_restart_granted(world, leader, units);
    ASSERT_TRUE(end_hook(leader));
  }
};

// --- hooks ---

TEST_F(FurtherPeers, TellOfEachUnitThatJoinsInEachOfThem) {
  settle(zero);
  start_unit(one);
  run_hook(one);
  run_hook(one);
  EXPECT_THAT(run_hooks(zero),
              ElementsAre("relation-joined 1", "relation-changed 1", "restart-relation-joined 1",
                          "restart-relation-changed 1", "upgrade-relation-joined 1",
                          "upgrade-relation-changed 1"));
}

TEST_F(FurtherPeers, LetHooksOfTheOthersComeBetweenJoinedAndItsChanged) {
  settle(zero);
  start_unit(one);
  run_hook(one);
  run_hook(one);
  ASSERT_EQ(run_hook(zero), "relation-joined 1");
  world.unit(zero).record.peers[restart_peers].app_data_due = true;
  Always second(Fork::order, 1);
  step.forks = &second;
  EXPECT_EQ(run_hook(zero), "restart-relation-changed");
}

TEST_F(FurtherPeers, TellOfForeignStateInTheRelationWhereItStands) {
  settle(zero);
  juju::write_foreign_state(step, charm::StateKey::restart_lock);
  EXPECT_THAT(run_hooks(zero), ElementsAre("restart-relation-changed"));
  juju::write_foreign_state(step, charm::StateKey::upgrade_stack);
  EXPECT_THAT(run_hooks(zero), ElementsAre("upgrade-relation-changed"));
  juju::write_foreign_state(step, charm::StateKey::endpoints);
  EXPECT_THAT(run_hooks(zero), ElementsAre("relation-changed"));
}

TEST_F(FurtherPeers, TellThatItIsMendedThereToo) {
  settle(zero);
  juju::write_foreign_state(step, charm::StateKey::restart_lock);
  run_hooks(zero);
  juju::mend_state(step);
  EXPECT_THAT(run_hooks(zero), ElementsAre("restart-relation-changed"));
}

TEST_F(FurtherPeers, TellOfADepartureInEachOfThem) {
  settle_two();
  juju::request_scale(step, 1);
  juju::on_provisioner_timer(step);
  EXPECT_THAT(run_hooks(zero), ElementsAre("relation-departed 1", "restart-relation-departed 1",
                                           "upgrade-relation-departed 1"));
}

TEST_F(FurtherPeers, LetEverybodyDepartFromAUnitThatIsDying) {
  settle_two();
  juju::request_scale(step, 1);
  juju::on_provisioner_timer(step);
  EXPECT_THAT(run_hooks(one),
              ElementsAre("storage-detaching", "relation-departed 0", "restart-relation-departed 0",
                          "upgrade-relation-departed 0", "stop", "remove"));
}

TEST_F(FurtherPeers, TellOfANewAddressInEachOfThem) {
  settle_two();
  kubernetes::kill_pod(step, one, kubernetes::Return::at_once);
  run_until([this] { return world.unit(one).pod.phase == PodPhase::running; });
  run_hooks(one);
  EXPECT_THAT(run_hooks(zero), ElementsAre("relation-changed 1", "restart-relation-changed 1",
                                           "upgrade-relation-changed 1"));
}

TEST_F(FurtherPeers, HaveMembersOfTheirOwn) {
  settle_two();
  start_unit(two);
  run_hook(two);
  run_hook(two);
  ASSERT_EQ(run_hook(zero), "relation-joined 2");
  EXPECT_EQ(juju::peers(world, zero), (UnitSet{one, two}));
  EXPECT_EQ(juju::peers(world, zero, restart_peers), (UnitSet{one}));
}

TEST_F(FurtherPeers, BringBackWhatADiscardedHookWouldHaveTold) {
  settle_two();
  write_restart_state(one, RestartState::acquire);
  ASSERT_EQ(begin_hook(zero), "restart-relation-changed 1");
  fail_hook(zero);
  juju::shut_agent_down(step, zero);
  ASSERT_THAT(run_hooks(zero), ElementsAre("stop"));
  EXPECT_EQ(world.unit(zero).record.peers[restart_peers].unit_data_due, (UnitSet{one}));
  EXPECT_TRUE(world.unit(zero).record.peers[database_peers].unit_data_due.empty());
}

// --- what a unit writes ---

TEST_F(FurtherPeers, TellTheOthersOfAUnitsWriteAndItselfNot) {
  settle_two();
  write_restart_state(one, RestartState::acquire);
  EXPECT_THAT(run_hooks(zero), ElementsAre("restart-relation-changed 1"));
  EXPECT_THAT(run_hooks(one), IsEmpty());
}

TEST_F(FurtherPeers, TellOfManyWritesOnce) {
  settle_two();
  write_restart_state(one, RestartState::acquire);
  write_restart_state(one, RestartState::release);
  EXPECT_THAT(run_hooks(zero), ElementsAre("restart-relation-changed 1"));
}

TEST_F(FurtherPeers, TellOfNoWriteThatChangesNothing) {
  settle_two();
  write_restart_state(one, RestartState::none);
  EXPECT_THAT(run_hooks(zero), IsEmpty());
}

TEST_F(FurtherPeers, ShowAUnitItsOwnWriteAtOnce) {
  settle_two();
  begin_update_status(one);
  juju::stage_restart_state(world, one, RestartState::acquire);
  juju::stage_upgrade_state(world, one, UpgradeState::ready);
  EXPECT_EQ(juju::read_restart_state(world, one, one), RestartState::acquire);
  EXPECT_EQ(juju::read_upgrade_state(world, one, one), UpgradeState::ready);
}

TEST_F(FurtherPeers, DropWhatAFailedHookHasWritten) {
  settle_two();
  begin_update_status(zero);
  juju::stage_restart_state(world, zero, RestartState::acquire);
  juju::stage_restart_granted(world, zero, {zero});
  juju::stage_upgrade_stack(world, zero, {one});
  fail_hook(zero);
  EXPECT_EQ(juju::read_restart_state(world, zero, zero), RestartState::none);
  EXPECT_TRUE(juju::read_restart_granted(world, zero).empty());
  EXPECT_TRUE(juju::read_upgrade_stack(world, zero).empty());
}

TEST_F(FurtherPeers, ShowAnothersBagAsTheAgentHasCachedItUntilItsChangedRuns) {
  settle_two();
  begin_update_status(zero);
  ASSERT_EQ(juju::read_restart_state(world, zero, one), RestartState::none);  // fetched
  ASSERT_TRUE(end_hook(zero));
  write_restart_state(one, RestartState::acquire);
  EXPECT_EQ(juju::read_restart_state(world, zero, one), RestartState::none);
  ASSERT_EQ(begin_hook(zero), "restart-relation-changed 1");
  EXPECT_EQ(juju::read_restart_state(world, zero, one), RestartState::acquire);
}

TEST_F(FurtherPeers, CacheABagAtTheFirstLookNotWhenItsChangedBegins) {
  settle_two();
  write_restart_state(one, RestartState::acquire);
  ASSERT_EQ(begin_hook(zero), "restart-relation-changed 1");
  write_restart_state(one, RestartState::release);
  EXPECT_EQ(juju::read_restart_state(world, zero, one), RestartState::release);
}

TEST_F(FurtherPeers, LoseTheirCacheWithTheAgent) {
  settle_two();
  ASSERT_EQ(juju::read_upgrade_state(world, zero, one), UpgradeState::none);
  begin_update_status(one);
  juju::stage_upgrade_state(world, one, UpgradeState::idle);
  ASSERT_TRUE(end_hook(one));
  juju::stop_agent(step, zero);
  juju::start_agent(step, zero, juju::AgentStart::same_pod);
  EXPECT_EQ(juju::read_upgrade_state(world, zero, one), UpgradeState::idle);
}

TEST_F(FurtherPeers, OfAUnitThatIsMadeAnewHoldWhatWasThereOrNothing) {
  for (const std::uint32_t leftover : {0U, 1U}) {
    world = World(3);
    settle_two();
    write_restart_state(one, RestartState::acquire);
    Always fork(Fork::bag_leftover, leftover);
    step.forks = &fork;
    juju::request_scale(step, 1);
    run_for(600s);
    step.forks = nullptr;
    EXPECT_EQ(world.unit(one).record.restart_state,
              leftover != 0 ? RestartState::acquire : RestartState::none);
  }
}

// --- what the leader writes ---

TEST_F(FurtherPeers, TellAllButTheLeaderOfItsWriteInTheRelationThatItIsIn) {
  settle_two();
  grant(zero, {one});
  EXPECT_EQ(application().restart_granted, (UnitSet{one}));
  EXPECT_THAT(run_hooks(one), ElementsAre("restart-relation-changed"));
  EXPECT_THAT(run_hooks(zero), IsEmpty());
}

TEST_F(FurtherPeers, TellNobodyOfAnApplicationWriteThatChangesNothing) {
  settle_two();
  grant(zero, {one});
  run_hooks(one);
  grant(zero, {one});
  EXPECT_THAT(run_hooks(one), IsEmpty());
}

TEST_F(FurtherPeers, ShowTheApplicationBagAsAtTheFirstLookOfTheHook) {
  settle_two();
  begin_update_status(one);
  ASSERT_TRUE(juju::read_restart_granted(world, one).empty());
  grant(zero, {one});
  EXPECT_TRUE(juju::read_restart_granted(world, one).empty());
  ASSERT_TRUE(end_hook(one));
  ASSERT_EQ(begin_hook(one), "restart-relation-changed");
  EXPECT_EQ(juju::read_restart_granted(world, one), (UnitSet{one}));
}

TEST_F(FurtherPeers, RefuseTheWriteOfWhoLeadsNoMore) {
  settle_two();
  begin_update_status(zero);
  juju::stage_restart_granted(world, zero, {zero});
  application().lease_holder = one;
  EXPECT_FALSE(end_hook(zero));
  EXPECT_TRUE(application().restart_granted.empty());
}

TEST_F(FurtherPeers, KeepTheUpgradeStackInItsOrderAndTheStandbysOrNone) {
  settle_two();
  begin_update_status(zero);
  EXPECT_FALSE(juju::read_upgrade_standbys(world, zero).restricted);
  juju::stage_upgrade_stack(world, zero, {zero, two, one});
  juju::stage_upgrade_standbys(world, zero, {.units = {two}, .restricted = true});
  ASSERT_TRUE(end_hook(zero));
  ASSERT_EQ(begin_hook(one), "upgrade-relation-changed");
  EXPECT_EQ(juju::read_upgrade_stack(world, one), (charm::UpgradeStack{zero, two, one}));
  EXPECT_EQ(juju::read_upgrade_standbys(world, one),
            (charm::UpgradeStandbys{.units = {two}, .restricted = true}));
}

TEST_F(FurtherPeers, TellAUnitThatComesLaterOfTheApplicationDataOfThoseThatHaveAny) {
  settle_two();
  grant(zero, {one});
  start_unit(two);
  const auto ran = run_hooks(two);
  EXPECT_THAT(ran, testing::Contains("restart-relation-changed"));
  EXPECT_THAT(ran, testing::Not(testing::Contains("upgrade-relation-changed")));
}

TEST_F(FurtherPeers, LoseTheirBagsWithTheApplication) {
  settle_two();
  grant(zero, {one});
  begin_update_status(zero);
  juju::stage_upgrade_stack(world, zero, {one});
  ASSERT_TRUE(end_hook(zero));
  juju::request_removal(step);
  run_for(1200s);
  ASSERT_EQ(application().presence, Presence::removed);
  EXPECT_TRUE(application().restart_granted.empty());
  EXPECT_TRUE(world.upgrade_stack().empty());
}

}  // namespace
}  // namespace model
