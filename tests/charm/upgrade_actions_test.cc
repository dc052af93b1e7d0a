// pre-upgrade-check and resume-upgrade: each exit, what the operator reads there, and what has
// become of the world.
#include <gmock/gmock.h>

#include "tests/charm/action_fixture.h"

namespace charm {
namespace {

using testing::ElementsAre;

struct Upgrade : ActionTest {
  void SetUp() override {
    settle();
    for (UnitName unit : {zero, one, two}) world.upgrades[unit] = UpgradeState::idle;
  }
  // Unit 1 leads.
  void move_primary() {
    (*world.view)[0].role = MemberRole::sync_standby;
    (*world.view)[0].state = MemberState::streaming;
    (*world.view)[1].role = MemberRole::leader;
  }
};

TEST_F(Upgrade, IsCheckedAndResumedOnTheLeaderAlone) {
  world.leader = false;
  for (const char* name : {"pre-upgrade-check", "resume-upgrade"}) {
    world.failure.clear();
    EXPECT_TRUE(run(name).ends_with("is_leader [no] -> fail_leader -> rtn_failed"));
    EXPECT_EQ(world.failure, "Action must be ran on the Juju leader.");
  }
}

TEST_F(Upgrade, NeedsTheRelation) {
  world.upgrades.erase(zero);
  for (const char* name : {"pre-upgrade-check", "resume-upgrade"}) {
    world.failure.clear();
    EXPECT_TRUE(run(name).ends_with("has_relation [no] -> fail_relation -> rtn_failed"));
    EXPECT_EQ(world.failure, "Could not find upgrade relation.");
  }
}

TEST_F(Upgrade, IsPreparedFromTheHighestUnitDownToThePrimary) {
  world.standbys = {.units = {one}, .restricted = true};
  EXPECT_TRUE(run("pre-upgrade-check")
                  .ends_with("is_first_primary [yes] -> set_partition [done] "
                             "-> write_stack [done] -> rtn"));
  EXPECT_EQ(world.failure, "");
  EXPECT_EQ(world.partition, 2);
  EXPECT_EQ(world.stack, (UpgradeStack{zero, one, two}));
  EXPECT_TRUE(world.stored.has_value());
  EXPECT_EQ(world.standbys, UpgradeStandbys{});
}

TEST_F(Upgrade, IsPreparedAgainBeforeItBegins) {
  run("pre-upgrade-check");
  world.planned.erase(two);
  run("pre-upgrade-check");
  EXPECT_EQ(world.partition, 1);
  EXPECT_EQ(world.stack, (UpgradeStack{zero, one}));
}

TEST_F(Upgrade, IsNotSafeWhileAMemberIsNotReady) {
  (*world.view)[2].state = MemberState::running;
  EXPECT_TRUE(run("pre-upgrade-check").ends_with("[no] -> fail_members -> rtn_failed"));
  EXPECT_EQ(world.failure, "Pre-upgrade check failed and cannot safely upgrade");
  EXPECT_TRUE(world.stack.empty());
}

TEST_F(Upgrade, IsNotSafeWhilePatroniLacksAUnit) {
  world.planned.insert(UnitName{3});
  EXPECT_TRUE(run("pre-upgrade-check").ends_with("[no] -> fail_members -> rtn_failed"));
}

TEST_F(Upgrade, IsNotPreparedWhileKubernetesReplacesPodsThoughEveryUnitIsIdle) {
  world.rolls_out = true;
  EXPECT_TRUE(run("pre-upgrade-check")
                  .ends_with("is_rolling_out [yes] -> fail_upgrading -> "
                             "rtn_failed"));
  EXPECT_EQ(world.failure, "Cannot run pre-upgrade checks, cluster already upgrading.");
  world.api_error = ApiError::unavailable;
  EXPECT_TRUE(run("pre-upgrade-check")
                  .ends_with("is_rolling_out [unknown] -> fail_rollout -> "
                             "rtn_failed"));
  EXPECT_EQ(world.failure, "Kubernetes StatefulSet could not be read");
  EXPECT_TRUE(world.stack.empty());
}

TEST_F(Upgrade, IsNotPreparedInTheMiddleOfOne) {
  for (const UpgradeState state :
       {UpgradeState::none, UpgradeState::upgrading, UpgradeState::completed}) {
    world.upgrades[two] = state;
    EXPECT_TRUE(run("pre-upgrade-check").ends_with("is_idle [no] -> fail_upgrading -> rtn_failed"));
    EXPECT_EQ(world.failure, "Cannot run pre-upgrade checks, cluster already upgrading.");
  }
}

TEST_F(Upgrade, SwitchesOverToUnitZeroFirst) {
  move_primary();
  EXPECT_TRUE(
      run("pre-upgrade-check")
          .ends_with("switch_over [done] -> restore_standbys [done] "
                     "-> has_primary_changed [yes] -> set_partition [done] -> write_stack [done] "
                     "-> rtn"));
  EXPECT_EQ((*world.view)[0].role, MemberRole::leader);
}

TEST_F(Upgrade, IsNotPreparedIfTheSwitchoverFails) {
  move_primary();
  world.takes_switchover = false;
  EXPECT_TRUE(run("pre-upgrade-check")
                  .ends_with("switch_over [refused] -> restore_standbys [done] -> "
                             "has_primary_changed [no] -> fail_switchover -> rtn_failed"));
  EXPECT_TRUE(world.stack.empty());
}

TEST_F(Upgrade, IsNotPreparedIfAnotherTakesTheLock) {
  move_primary();
  world.overtakes = true;
  EXPECT_TRUE(run("pre-upgrade-check")
                  .ends_with("has_primary_changed [no] -> fail_switchover -> "
                             "rtn_failed"));
}

TEST_F(Upgrade, NeedsASynchronousStandby) {
  move_primary();
  (*world.view)[0].role = MemberRole::replica;
  EXPECT_TRUE(run("pre-upgrade-check")
                  .ends_with("has_synchronous_standby [no] -> fail_standby -> "
                             "rtn_failed"));
  EXPECT_EQ(world.failure, "invalid number of sync nodes");
}

TEST_F(Upgrade, AsksForMoreStandbysIfUnitZeroIsNoneAndTakesThatBack) {
  move_primary();
  world.options.synchronous_node_count = CharmConfig::NodeCount::number;
  world.options.synchronous_node_number = 1;
  (*world.view)[0].role = MemberRole::replica;
  (*world.view)[2].role = MemberRole::sync_standby;
  EXPECT_TRUE(run("pre-upgrade-check")
                  .ends_with("ask_for_more [done] -> has_become_synchronous "
                             "[no] -> take_back [done] -> fail_first -> "
                             "rtn_failed"));
  EXPECT_EQ(world.dynamic->synchronous.node_count, 1);
  EXPECT_TRUE(world.failure.starts_with("pg/0 needs to be a synchronous standby in order to"));
  world.takes_configuration = false;
  EXPECT_TRUE(run("pre-upgrade-check")
                  .ends_with("ask_for_more [refused] -> has_become_synchronous "
                             "[no] -> take_back [refused] -> fail_first -> "
                             "rtn_failed"));
}

TEST_F(Upgrade, IsNotPreparedIfTheStatefulSetIsNotPatched) {
  for (const ApiError error : {ApiError::forbidden, ApiError::unavailable}) {
    world.partition_error = error;
    EXPECT_TRUE(run("pre-upgrade-check")
                    .ends_with("set_partition [refused] -> fail_partition -> "
                               "rtn_failed"));
    EXPECT_EQ(world.failure, "Kubernetes StatefulSet patch failed");
    EXPECT_TRUE(world.stack.empty());
  }
}

TEST_F(Upgrade, IsNotPreparedIfLeadershipIsLost) {
  world.leadership_answers_left = 1;
  EXPECT_TRUE(run("pre-upgrade-check")
                  .ends_with("write_stack [not leader] -> fail_leader -> "
                             "rtn_failed"));
}

TEST_F(Upgrade, OneThatHasFailedGoesBackFromTheHighestUnit) {
  world.upgrades[two] = UpgradeState::completed;
  world.upgrades[one] = UpgradeState::failed;
  world.stack = {zero, one};
  EXPECT_TRUE(run("pre-upgrade-check")
                  .ends_with("set_partition_back [done] -> rebuild_stack "
                             "[done] -> set_recovery -> rtn_recovery"));
  EXPECT_EQ(world.failure, "");
  EXPECT_EQ(world.partition, 2);
  EXPECT_EQ(world.stack, (UpgradeStack{zero, one, two}));
  EXPECT_EQ(world.upgrades[zero], UpgradeState::recovery);
  EXPECT_EQ(world.statuses.back(), "blocked: ready to rollback application");
}

TEST_F(Upgrade, TheWayBackNeedsTheStatefulSetAndTheLeader) {
  world.upgrades[one] = UpgradeState::failed;
  world.partition_error = ApiError::unavailable;
  EXPECT_TRUE(run("pre-upgrade-check")
                  .ends_with("set_partition_back [refused] -> fail_partition "
                             "-> rtn_failed"));
  world.partition_error.reset();
  world.leadership_answers_left = 1;
  EXPECT_TRUE(run("pre-upgrade-check")
                  .ends_with("rebuild_stack [not leader] -> fail_leader -> "
                             "rtn_failed"));
}

TEST_F(Upgrade, IsResumedWhenTheFirstUnitIsUpgraded) {
  world.stack = {zero, one};
  world.partition = 2;
  EXPECT_TRUE(run("resume-upgrade").ends_with("set_partition [done] -> set_result -> rtn"));
  EXPECT_EQ(world.partition, 1);
  EXPECT_THAT(world.results, ElementsAre("message=Upgrade will resume on unit 1"));
}

TEST_F(Upgrade, IsResumedThoughUnitsHaveComeOrGoneMeanwhile) {
  world.planned = {zero, one, two, UnitName{3}};
  world.stack = {zero, one};
  world.partition = 2;
  EXPECT_TRUE(run("resume-upgrade").ends_with("rtn"));
  EXPECT_EQ(world.partition, 1);
  world.planned = {zero, one};
  world.stack = {zero};
  EXPECT_TRUE(run("resume-upgrade").ends_with("rtn"));
  EXPECT_EQ(world.partition, 0);
}

TEST_F(Upgrade, IsResumedOneAtATime) {
  world.stack = {zero};
  world.partition = 2;
  EXPECT_TRUE(run("resume-upgrade").ends_with("rtn"));
  EXPECT_EQ(world.partition, 1);
}

TEST_F(Upgrade, IsNotResumedBeforeOrAfter) {
  const std::pair<UpgradeStack, std::uint16_t> moments[] = {{{zero, one, two}, 2}, {{zero}, 0}};
  for (const auto& [stack, partition] : moments) {
    world.stack = stack;
    world.partition = partition;
    EXPECT_TRUE(run("resume-upgrade")
                    .ends_with("is_first_upgraded [no] -> fail_not_now -> "
                               "rtn_failed"));
    EXPECT_EQ(world.failure, "Upgrade can be resumed only once after juju refresh is called.");
  }
}

TEST_F(Upgrade, IsNotResumedWhereNoneWasPrepared) {
  EXPECT_TRUE(run("resume-upgrade").ends_with("fail_no_stack -> rtn_failed"));
  EXPECT_EQ(world.failure, "Nothing to resume, upgrade stack unset.");
}

TEST_F(Upgrade, IsNotResumedIfTheStatefulSetIsNotReadOrPatched) {
  world.stack = {zero, one};
  world.partition = 2;
  world.api_error = ApiError::unavailable;
  EXPECT_TRUE(run("resume-upgrade")
                  .ends_with("is_first_upgraded [unknown] -> fail_partition -> rtn_failed"));
  world.api_error = {};
  world.partition_error = ApiError::forbidden;
  EXPECT_TRUE(run("resume-upgrade")
                  .ends_with("set_partition [refused] -> fail_partition -> "
                             "rtn_failed"));
  EXPECT_EQ(world.failure, "Cannot set rolling update partition.");
}

}  // namespace
}  // namespace charm
