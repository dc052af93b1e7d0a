// peer-relation-departed: who acts on it, what it drops, and how it ends.
#include "tests/charm/hook_fixture.h"

namespace charm {
namespace {

constexpr Event departed{
    .kind = EventKind::relation_departed, .remote_unit = two, .departing_unit = two};

// Of three that are listed, the last is leaving.
struct PeerRelationDeparted : HookTest {
  void SetUp() override {
    settle();
    world.peer_units = {one};
    world.planned = {zero, one};
  }
};

TEST_F(PeerRelationDeparted, TheLeaderDropsTheDepartedAndLowersTheSynchronousStandbys) {
  EXPECT_FALSE(defers(departed));
  EXPECT_EQ(world.listed, (HostList{host_of(zero), host_of(one)}));
  ASSERT_TRUE(world.dynamic);
  EXPECT_EQ(world.dynamic->synchronous, (SynchronousSettings{.node_count = 1, .strict = true}));
  EXPECT_TRUE(path().ends_with("rtn2")) << path();
}

TEST_F(PeerRelationDeparted, TheLeaderRendersItsOwnConfiguration) {
  EXPECT_FALSE(defers(departed));
  ASSERT_TRUE(world.file);
  EXPECT_FALSE(world.file->hosts.contains(host_of(two)));
  EXPECT_EQ(world.reloads, 1);
}

TEST_F(PeerRelationDeparted, EveryStaleHostGoesAndEveryDuplicate) {
  world.listed = {host_of(zero), host_of(two), host_of(one), host_of(two), host_of(one)};
  EXPECT_FALSE(defers(departed));
  EXPECT_EQ(world.listed, (HostList{host_of(zero), host_of(one)}));
}

TEST_F(PeerRelationDeparted, AFollowerLeavesItToTheLeader) {
  world.leader = false;
  EXPECT_FALSE(defers(departed));
  EXPECT_EQ(world.listed.size(), 3U);
  EXPECT_TRUE(path().ends_with("step_down [done] -> rtn")) << path();
}

// It has dropped them while it led, and deferred; its own write brings it no event.
TEST_F(PeerRelationDeparted, WhoLedBeforeRendersWhatItHasDropped) {
  world.leader = false;
  world.listed = {host_of(zero), host_of(one)};
  EXPECT_FALSE(defers(departed));
  ASSERT_TRUE(world.file);
  EXPECT_FALSE(world.file->hosts.contains(host_of(two)));
  EXPECT_EQ(world.reloads, 1);
}

TEST_F(PeerRelationDeparted, AUnitThatLeavesRendersNothing) {
  world.leader = false;
  world.planned = {one, two};
  EXPECT_FALSE(defers(departed));
  EXPECT_FALSE(world.file);
  EXPECT_TRUE(path().ends_with("-> rtn")) << path();
}

TEST_F(PeerRelationDeparted, ALeaderThatDepartsItselfLeavesItToTheNext) {
  EXPECT_FALSE(
      defers({.kind = EventKind::relation_departed, .remote_unit = one, .departing_unit = zero}));
  EXPECT_EQ(world.listed.size(), 3U);
}

// Both are removed at once, and of the other one it is told first.
TEST_F(PeerRelationDeparted, ALeaderThatIsOnItsWayOutLeavesItToTheNext) {
  world.planned = {one};
  EXPECT_FALSE(defers(departed));
  EXPECT_EQ(world.listed.size(), 3U);
}

TEST_F(PeerRelationDeparted, BeforeTheInitialisationItWaits) {
  world.initialised = false;
  EXPECT_TRUE(defers(departed));
  EXPECT_EQ(world.listed.size(), 3U);
  EXPECT_TRUE(path().ends_with("-> defer")) << path();
}

TEST_F(PeerRelationDeparted, ALeadershipThatIsLostBeforeTheWriteIsNoFailure) {
  world.leadership_answers_left = 1;
  EXPECT_FALSE(defers(departed));
  EXPECT_EQ(world.listed.size(), 3U);
  EXPECT_TRUE(path().ends_with("rtn_not_leader")) << path();
}

TEST_F(PeerRelationDeparted, APatroniThatWasNotToldIsToldLater) {
  world.takes_configuration = false;
  EXPECT_TRUE(defers(departed));
  EXPECT_TRUE(path().ends_with("defer_update")) << path();
  world.takes_configuration = true;
  EXPECT_FALSE(defers(update_status));
  EXPECT_EQ(world.dynamic->synchronous.node_count, 1);
}

TEST_F(PeerRelationDeparted, WithoutTrustItIsBlockedUntilItIsTrusted) {
  world.api_error = ApiError::forbidden;
  EXPECT_TRUE(defers(departed));
  EXPECT_EQ(world.status, StatusKind::blocked);
  world.api_error.reset();
  EXPECT_FALSE(defers(update_status));
  EXPECT_EQ(world.status, StatusKind::active);
}

TEST_F(PeerRelationDeparted, ABadOptionIsBlockedUntilItIsMended) {
  world.options.valid = false;
  EXPECT_TRUE(defers(departed));
  EXPECT_EQ(world.statuses.back(), "blocked: Configuration Error. Please check the logs");
  world.options.valid = true;
  EXPECT_FALSE(defers(update_status));
  EXPECT_EQ(world.status, StatusKind::active);
}

}  // namespace
}  // namespace charm
