// update-status: it starts what does not run, and tells what the member is now.
#include <gmock/gmock.h>

#include "charm/steps/status.h"
#include "tests/charm/hook_fixture.h"

namespace charm {
namespace {

struct UpdateStatus : HookTest {
  void SetUp() override {
    settle();
    world.status = StatusKind::active;
  }
};

TEST_F(UpdateStatus, TellsThatThisUnitIsThePrimaryNow) {
  EXPECT_FALSE(defers(update_status));
  EXPECT_EQ(world.statuses.back(), "active: Primary");
  EXPECT_TRUE(path().ends_with("rtn2")) << path();
}

TEST_F(UpdateStatus, TellsThatThisUnitIsThePrimaryNoMore) {
  world.view = ClusterView{{member_of(zero), MemberRole::replica, MemberState::streaming},
                           {member_of(one), MemberRole::leader, MemberState::running}};
  world.members[0] = MemberState::streaming;
  EXPECT_FALSE(defers(update_status));
  EXPECT_EQ(world.statuses.back(), "active: ");
}

// --- whom a leader was not told of, which was held up for longer than its lease ---

TEST_F(UpdateStatus, TheLeaderAdmitsAUnitThatItHasLeftOut) {
  add_a_unit();
  EXPECT_FALSE(defers(update_status));
  EXPECT_TRUE(world.listed.contains(host_of(two)));
  EXPECT_TRUE(world.pods[2].labelled);
  EXPECT_TRUE(world.file->hosts.contains(host_of(two))) << "its own pg_hba lets it in";
}

TEST_F(UpdateStatus, AFollowerLeavesAUnitThatIsNotListedToTheLeader) {
  add_a_unit();
  world.leader = false;
  EXPECT_FALSE(defers(update_status));
  EXPECT_FALSE(world.listed.contains(host_of(two)));
}

TEST_F(UpdateStatus, NobodyIsAdmittedWhoLeaves) {
  add_a_unit();
  world.planned = {zero, one};
  EXPECT_FALSE(defers(update_status));
  EXPECT_FALSE(world.listed.contains(host_of(two)));
}

// Patroni's issue 3468: -sync does not have it, and PostgreSQL waits for it.
TEST_F(UpdateStatus, APrimaryWhoseCommitsWaitForNobodyIsStartedAnew) {
  world.named = {one, two};
  EXPECT_FALSE(defers(update_status));
  EXPECT_EQ(world.restarts, 1);
  EXPECT_GE(world.slept, std::chrono::seconds(30)) << "a change of standbys takes a while";
  EXPECT_EQ(world.statuses.back(), "maintenance: member neither leads nor streams");
}

TEST_F(UpdateStatus, APrimaryIsNotStartedAnewWhileItsSynchronousStandbyIsRemoved) {
  world.named = {one, two};
  world.planned = {zero, two};
  EXPECT_FALSE(defers(update_status));
  EXPECT_EQ(world.restarts, 0);
}

TEST_F(UpdateStatus, APrimaryThatWaitsForItsSynchronousStandbysIsLeftAlone) {
  world.named = {one};
  EXPECT_FALSE(defers(update_status));
  EXPECT_EQ(world.restarts, 0);
  EXPECT_EQ(world.slept, Duration{});
}

TEST_F(UpdateStatus, WhatAReplicaHasNamedKeepsNobodyWaiting) {
  world.view = ClusterView{{member_of(zero), MemberRole::sync_standby, MemberState::streaming},
                           {member_of(one), MemberRole::leader, MemberState::running}};
  world.members[0] = MemberState::streaming;
  world.named = {two};
  EXPECT_FALSE(defers(update_status));
  EXPECT_EQ(world.restarts, 0);
}

TEST_F(UpdateStatus, LeavesABlockedUnitToTheHookThatBlockedIt) {
  world.status = StatusKind::blocked;
  EXPECT_FALSE(defers(update_status));
  EXPECT_TRUE(world.statuses.empty());
}

// It is healed, and the status stays what the operator has to read.
struct WhileAnOptionIsBad : UpdateStatus {
  void SetUp() override {
    UpdateStatus::SetUp();
    world.leader = false;
    block();
  }
  void block() {
    world.status = StatusKind::blocked;
    world.message = messages::bad_configuration;
    world.statuses.clear();
  }
};

TEST_F(WhileAnOptionIsBad, AMemberThatWorksStaysBlocked) {
  EXPECT_FALSE(defers(update_status));
  EXPECT_TRUE(path().ends_with("is_option_bad [yes] -> rtn_blocked")) << path();
  EXPECT_TRUE(world.statuses.empty());
}

TEST_F(WhileAnOptionIsBad, AReplicaThatFollowsNobodyForAMinuteIsStartedAnew) {
  (*world.view)[0].role = MemberRole::replica;
  (*world.view)[1].role = MemberRole::leader;
  EXPECT_FALSE(defers(update_status));
  EXPECT_EQ(world.restarts, 1);
  EXPECT_GE(world.slept, std::chrono::seconds(60));
  EXPECT_EQ(world.statuses.back(), "maintenance: member neither leads nor streams");
}

TEST_F(WhileAnOptionIsBad, AReplicaThatFollowsNobodyIsLeftAloneWhereNobodyLeads) {
  (*world.view)[0].role = MemberRole::replica;
  EXPECT_FALSE(defers(update_status));
  EXPECT_EQ(world.restarts, 0);
}

TEST_F(WhileAnOptionIsBad, APrimaryWhoseCommitsWaitForNobodyIsStartedAnew) {
  world.named = {one, two};
  EXPECT_FALSE(defers(update_status));
  EXPECT_EQ(world.restarts, 1);
}

TEST_F(UpdateStatus, AReplicaThatFollowsNobodyIsNotActive) {
  world.leader = false;
  (*world.view)[0].role = MemberRole::replica;
  EXPECT_FALSE(defers(update_status));
  EXPECT_EQ(world.statuses.back(), "maintenance: member neither leads nor streams");
  world.members[0] = MemberState::streaming;
  EXPECT_FALSE(defers(update_status));
  EXPECT_EQ(world.statuses.back(), "active: ");
}

TEST_F(UpdateStatus, AReplicaThatStillFollowsNobodyIsStartedAnewIfThereIsALeader) {
  world.leader = false;
  (*world.view)[0].role = MemberRole::replica;
  EXPECT_FALSE(defers(update_status));
  EXPECT_FALSE(defers(update_status));
  EXPECT_EQ(world.restarts, 0);
  (*world.view)[1].role = MemberRole::leader;
  EXPECT_FALSE(defers(update_status));
  EXPECT_EQ(world.restarts, 1);
  EXPECT_EQ(world.statuses.back(), "maintenance: member neither leads nor streams");
}

TEST_F(UpdateStatus, KeepsTheStatusWhilePatroniDoesNotTell) {
  world.view = {};
  EXPECT_FALSE(defers(update_status));
  EXPECT_TRUE(world.statuses.empty());
  EXPECT_TRUE(path().ends_with("is_replicating [unknown] -> rtn")) << path();
}

TEST_F(UpdateStatus, StartsAServiceThatDoesNotRun) {
  world.service_running = false;
  EXPECT_FALSE(defers(update_status));
  EXPECT_TRUE(world.service_running);
  EXPECT_EQ(world.statuses.back(), "active: Primary");
}

TEST_F(UpdateStatus, TellsThatAServiceWasStartedAgainWhileItsMemberIsNotUp) {
  world.service_running = false;
  world.members[0].reset();
  (void)defers(update_status);  // uphold-passwords does: its configuration is not taken yet
  EXPECT_TRUE(path().ends_with("set_maintenance -> rtn")) << path();
  EXPECT_EQ(world.statuses.back(), "maintenance: Database service inactive, restarting");
}

// What it says stands until the next one.
TEST_F(UpdateStatus, WaitsForAMemberThatIsStartingAndForNoOther) {
  world.members[0] = MemberState::other;
  EXPECT_FALSE(defers(update_status));
  EXPECT_EQ(world.slept, Duration{});
  world.members[0] = MemberState::starting;
  EXPECT_FALSE(defers(update_status));
  EXPECT_GE(world.slept, std::chrono::seconds(15));
}

TEST_F(UpdateStatus, DoesNotDisturbAPatroniThatIsAtWork) {
  world.members[0] = MemberState::starting;
  EXPECT_FALSE(defers(update_status));
  EXPECT_EQ(world.statuses.back(), "maintenance: database does not run");
  EXPECT_EQ(world.restarts, 0);
}

TEST_F(UpdateStatus, DoesNotStartWhatPebbleReadyHasNotPlannedYet) {
  world.plan_current = world.service_running = false;
  EXPECT_FALSE(defers(update_status));
  EXPECT_FALSE(world.service_running);
  EXPECT_TRUE(path().ends_with("is_service_planned [no] -> rtn")) << path();
}

// It never joined the unit that left, so no departed came.
TEST_F(UpdateStatus, OfTheLeaderDropsWhoHasLeft) {
  world.peer_units = {one};
  world.planned = {zero, one};
  EXPECT_FALSE(defers(update_status));
  EXPECT_EQ(world.listed, (HostList{host_of(zero), host_of(one)}));
  ASSERT_TRUE(world.dynamic);
  EXPECT_EQ(world.dynamic->synchronous.node_count, 1);
  EXPECT_TRUE(path().ends_with("rtn2")) << path();
}

TEST_F(UpdateStatus, OfAFollowerLeavesTheListAlone) {
  world.leader = false;
  world.planned = {zero, one};
  EXPECT_FALSE(defers(update_status));
  EXPECT_EQ(world.listed.size(), 3U);
}

TEST_F(UpdateStatus, OfAContainerThatDoesNotAnswerIsNothing) {
  world.connected = false;
  EXPECT_FALSE(defers(update_status));
  EXPECT_TRUE(world.statuses.empty());
}

// The leader was never told of it.
TEST_F(UpdateStatus, ADepartedUnitWhileAnOptionIsBadIsBlockedUntilItIsMended) {
  world.planned = {zero, one};
  world.options.valid = false;
  EXPECT_TRUE(defers(update_status));
  EXPECT_EQ(world.listed, (HostList{host_of(zero), host_of(one)}));
  EXPECT_EQ(world.statuses.back(), "blocked: Configuration Error. Please check the logs");
  EXPECT_TRUE(path().ends_with(
      "update_config [bad option] -> blocked_configuration -> defer_configuration"))
      << path();
}

// --- a volume that fills up ---

constexpr const char* little_space = "blocked: <10% free space on pgdata volume.";

TEST_F(UpdateStatus, SaysThatItsVolumeFillsUpUntilThereIsSpace) {
  world.free_percent = 10;
  EXPECT_FALSE(defers(update_status));
  EXPECT_EQ(world.statuses.back(), "active: Primary");
  world.free_percent = 9;
  EXPECT_FALSE(defers(update_status));
  EXPECT_EQ(world.statuses.back(), little_space);
  EXPECT_FALSE(defers(update_status));
  EXPECT_EQ(world.statuses.back(), little_space);
  world.free_percent = 10;
  EXPECT_FALSE(defers(update_status));
  EXPECT_EQ(world.statuses.back(), "active: Primary");
}

TEST_F(UpdateStatus, HealsAMemberWhoseVolumeFillsUp) {
  world.free_percent = 0;
  world.service_running = false;
  world.members[0].reset();
  (void)defers(update_status);
  EXPECT_EQ(world.restarts, 1);
  EXPECT_EQ(world.statuses.back(), little_space);
  (void)defers(update_status);
  EXPECT_EQ(world.statuses.back(), little_space) << "it may be why the database does not run";
  world.free_percent = 50;
  (void)defers(update_status);
  EXPECT_EQ(world.status, StatusKind::maintenance) << "the database does not run";
}

TEST_F(UpdateStatus, AMemberThatIsStuckIsStartedAnewWhileItsVolumeFillsUp) {
  world.free_percent = 9;
  world.view = ClusterView{{member_of(zero), MemberRole::replica, MemberState::running},
                           {member_of(one), MemberRole::leader, MemberState::running}};
  world.members[0] = MemberState::running;
  EXPECT_FALSE(defers(update_status));
  EXPECT_EQ(world.restarts, 1);
  EXPECT_EQ(world.statuses.back(), little_space);
}

TEST_F(UpdateStatus, WhatElseBlocksAUnitIsToldFirst) {
  world.free_percent = 9;
  world.status = StatusKind::blocked;
  world.message = messages::no_services;
  EXPECT_FALSE(defers(update_status));
  EXPECT_EQ(world.message, messages::no_services);
}

TEST_F(UpdateStatus, WhatARefreshTellsIsToldFirst) {
  world.free_percent = 9;
  world.status = StatusKind::maintenance;
  world.message = messages::upgrading;
  (void)defers(update_status);
  EXPECT_THAT(world.statuses, testing::Not(testing::Contains(little_space)));
}

TEST_F(UpdateStatus, LittleSpaceIsToldOverWhatAHookWaitsFor) {
  world.free_percent = 9;
  world.status = StatusKind::waiting;
  world.message = messages::awaiting_member;
  EXPECT_FALSE(defers(update_status));
  EXPECT_EQ(world.statuses.back(), little_space);
}

// A plugin that lacks what it needs is told over it, and no Active is.
TEST_F(UpdateStatus, LittleSpaceIsToldLast) {
  world.free_percent = 9;
  EXPECT_FALSE(defers(update_status));
  steps::set_active(it.unit);
  EXPECT_EQ(world.statuses.back(), little_space);
  steps::lift_block(it.unit);
  EXPECT_EQ(world.statuses.back(), little_space);
  steps::set_blocked_by(it.unit, steps::Wish::plugin, messages::unsatisfied_plugin);
  EXPECT_EQ(world.message, messages::unsatisfied_plugin);
  EXPECT_FALSE(defers(update_status));
}

TEST_F(UpdateStatus, WithoutADataDirectoryNothingIsSaidOfTheVolume) {
  world.data_directory = false;
  world.free_percent = 9;
  EXPECT_FALSE(defers(update_status));
  EXPECT_EQ(world.statuses.back(), "active: Primary");
}

}  // namespace
}  // namespace charm
