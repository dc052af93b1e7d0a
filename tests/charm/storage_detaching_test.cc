// pgdata-storage-detaching: a primary that is removed hands over first.
#include "tests/charm/hook_fixture.h"

namespace charm {
namespace {

using namespace std::chrono_literals;

constexpr Event detaching{.kind = EventKind::storage_detaching};

struct StorageDetaching : HookTest {
  void SetUp() override {
    settle();
    world.planned = {one, two};
  }
  [[nodiscard]] MaybeMember leader() const {
    for (const ClusterMember& member : *world.view) {
      if (member.role == MemberRole::leader) return member.name;
    }
    return {};
  }
};

TEST_F(StorageDetaching, APrimarySwitchesOverToASynchronousStandby) {
  EXPECT_FALSE(defers(detaching));
  EXPECT_TRUE(leader() == member_of(one));
  EXPECT_TRUE(path().ends_with("rtn2")) << path();
  EXPECT_EQ(world.slept, 0s) << "nothing to wait for";
}

TEST_F(StorageDetaching, AMemberThatIsThePrimaryAfterwardsSwitchesOverThen) {
  for (const EventKind last : {EventKind::stop, EventKind::remove, EventKind::pebble_ready}) {
    settle();
    world.planned = {one, two};
    EXPECT_FALSE(defers({.kind = last}));
    EXPECT_TRUE(leader() == member_of(one));
  }
}

TEST_F(StorageDetaching, APrimaryWhosePodAloneGoesIsLeftToPatroni) {
  world.planned = {zero, one, two};
  EXPECT_FALSE(defers({.kind = EventKind::stop}));
  EXPECT_TRUE(leader() == member_of(zero));
}

// Juju runs no upgrade-charm in it, and the leader has taken it off the list.
TEST_F(StorageDetaching, ALockHolderWhosePodWasMadeAnewIsLabelledAndThenHandsOver) {
  world.pods[0].labelled = false;
  world.listed = {host_of(one), host_of(two)};
  EXPECT_FALSE(defers(detaching));
  EXPECT_TRUE(world.pods[0].labelled);
  EXPECT_TRUE(leader() == member_of(one));
}

TEST_F(StorageDetaching, ALockHolderWhoseLabelsAreRefusedHandsOverIfItCan) {
  world.pods[0].refuses_labels = ApiError::forbidden;
  EXPECT_FALSE(defers(detaching));
  EXPECT_TRUE(leader() == member_of(one));
}

TEST_F(StorageDetaching, AMemberWithoutTheLockIsLeftUnlabelled) {
  world.annotation->leader = member_of(one);
  world.pods[0].labelled = false;
  EXPECT_FALSE(defers(detaching));
  EXPECT_FALSE(world.pods[0].labelled) << "nobody shall wait for it";
}

TEST_F(StorageDetaching, AReplicaLeavesThePrimaryWhereItIs) {
  world.annotation->leader = member_of(one);
  EXPECT_FALSE(defers(detaching));
  EXPECT_TRUE(leader() == member_of(zero)) << "nothing was switched over";
  EXPECT_TRUE(path().ends_with("rtn2")) << path();
}

TEST_F(StorageDetaching, AMemberThatLeavesIsTagged) {
  world.annotation->leader = member_of(one);
  EXPECT_FALSE(defers(detaching));
  ASSERT_TRUE(world.file);
  EXPECT_TRUE(world.file->leaving);
  EXPECT_EQ(world.reloads, 1);
}

TEST_F(StorageDetaching, APrimaryIsTaggedOnlyWhenItHasHandedOver) {
  world.takes_switchover = false;
  EXPECT_FALSE(defers(detaching));
  EXPECT_FALSE(world.file) << "it may have to come back";
  EXPECT_EQ(world.reloads, 0);
}

TEST_F(StorageDetaching, ATagThatCannotBeBroughtIsLeftToTheNextHook) {
  world.annotation->leader = member_of(one);
  world.connected = false;
  EXPECT_FALSE(defers(detaching));
  EXPECT_TRUE(path().ends_with("tag_member [refused] -> rtn2")) << path();
}

TEST_F(StorageDetaching, ASynchronousStandbyThatIsRemovedTooIsNoSuccessor) {
  world.planned = {two};
  EXPECT_FALSE(defers(detaching));
  EXPECT_TRUE(leader() == member_of(zero));
  (*world.view)[2].role = MemberRole::sync_standby;
  EXPECT_FALSE(defers(detaching));
  EXPECT_TRUE(leader() == member_of(two));
}

TEST_F(StorageDetaching, WaitsTenMinutesForAStandbyToHaveAllCommits) {
  (*world.view)[1].role = MemberRole::replica;
  EXPECT_FALSE(defers(detaching));
  EXPECT_TRUE(leader() == member_of(zero)) << "Patroni hands over when it is stopped";
  EXPECT_GE(world.slept, 10min);
  EXPECT_LT(world.slept, 11min);
}

TEST_F(StorageDetaching, AStandbyThatDoesNotReplicateIsNoSuccessor) {
  (*world.view)[1].state = MemberState::other;
  EXPECT_FALSE(defers(detaching));
  EXPECT_TRUE(leader() == member_of(zero));
}

TEST_F(StorageDetaching, NobodyIsWaitedForWhenAllAreRemoved) {
  world.planned = {};
  EXPECT_FALSE(defers(detaching));
  EXPECT_TRUE(leader() == member_of(zero));
  EXPECT_EQ(world.slept, 0s);
}

TEST_F(StorageDetaching, ASwitchoverThatIsRefusedIsLeftToPatronisOwnHandOver) {
  world.takes_switchover = false;
  EXPECT_FALSE(defers(detaching));
  EXPECT_TRUE(leader() == member_of(zero));
  EXPECT_TRUE(path().ends_with("rtn")) << path();
}

TEST_F(StorageDetaching, WhoIsRefusedIsAskedForNoMoreButWhoeverIsSynchronousThen) {
  (*world.view)[1].role = (*world.view)[2].role = MemberRole::sync_standby;
  world.named_meanwhile = member_of(two);
  EXPECT_FALSE(defers(detaching));
  EXPECT_TRUE(leader() == member_of(two));
  EXPECT_EQ(world.slept, 3s);
  EXPECT_TRUE(path().ends_with("has_primary_changed [yes] -> tag_member [done] -> rtn2")) << path();
}

TEST_F(StorageDetaching, IsRefusedForAMinuteAndWaitsForNothingThen) {
  world.takes_switchover = false;
  EXPECT_FALSE(defers(detaching));
  EXPECT_EQ(world.slept, 60s);
}

TEST_F(StorageDetaching, AMemberThatDoesNotAnswerIsLeftToPatroniToo) {
  world.members[0].reset();
  EXPECT_FALSE(defers(detaching));
  EXPECT_TRUE(leader() == member_of(zero));
}

}  // namespace
}  // namespace charm
