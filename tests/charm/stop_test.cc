// stop: what Patroni has made goes with the application.
#include "tests/charm/hook_fixture.h"

namespace charm {
namespace {

using namespace std::chrono_literals;
using ports::PatroniObject;

constexpr Event stop{.kind = EventKind::stop};

struct Stop : HookTest {
  void SetUp() override {
    settle();
    world.planned = {};
    for (PatroniObject name : made)
      object(name) = {.exists = true, .older_than_application = false};
  }
  fake::World::Leftover& object(PatroniObject name) {
    return world.objects[static_cast<std::size_t>(name)];
  }
  [[nodiscard]] int owned() const {
    int count = 0;
    for (const auto& object : world.objects) count += object.owned ? 1 : 0;
    return count;
  }

  static constexpr std::array made{PatroniObject::config_service, PatroniObject::endpoints,
                                   PatroniObject::config_endpoints, PatroniObject::sync_endpoints};
};

TEST_F(Stop, MakesTheStatefulSetTheOwnerOfWhatPatroniHasMade) {
  EXPECT_FALSE(defers(stop));
  EXPECT_EQ(owned(), 4);
  EXPECT_TRUE(path().ends_with("rtn")) << path();
  EXPECT_EQ(world.slept, 0s);
}

TEST_F(Stop, RemoveDoesItOnceMore) {
  EXPECT_FALSE(defers({.kind = EventKind::remove}));
  EXPECT_EQ(owned(), 4);
}

TEST_F(Stop, LeavesAloneWhatIsOwnedTheSameWay) {
  EXPECT_FALSE(defers(stop));
  EXPECT_FALSE(defers(stop));
  EXPECT_EQ(world.owner_writes, 4);
}

TEST_F(Stop, DeletesNothingAndStopsNothing) {
  EXPECT_FALSE(defers(stop));
  EXPECT_TRUE(world.deleted.empty());
  EXPECT_TRUE(world.service_running);
  EXPECT_TRUE(world.annotation->leader == member_of(zero));
}

TEST_F(Stop, LooksAgainWherePatroniHasWrittenMeanwhile) {
  object(PatroniObject::endpoints).writes_of_others = 2;
  EXPECT_FALSE(defers(stop));
  EXPECT_TRUE(object(PatroniObject::endpoints).owned);
  EXPECT_EQ(world.slept, 0s);
}

TEST_F(Stop, AnErrorKeepsNoOtherObjectFromItsOwner) {
  object(PatroniObject::config_service).writes_of_others = 3;
  world.planned = {zero, one};
  EXPECT_FALSE(defers(stop));
  EXPECT_EQ(owned(), 3);
}

// A pod restart: whoever is removed last does it, and a hook that waits would hold the pod up.
TEST_F(Stop, DoesNotWaitForTheApiServerWhileOthersStay) {
  world.planned = {zero, one, two};
  world.api_error = ApiError::unavailable;
  EXPECT_FALSE(defers(stop));
  EXPECT_EQ(world.slept, 0s);
  EXPECT_TRUE(path().ends_with("rtn_later")) << path();
}

TEST_F(Stop, TriesForAMinuteWhereNobodyComesAfter) {
  world.api_error = ApiError::forbidden;
  EXPECT_FALSE(defers(stop)) << "nobody would run it again";
  EXPECT_GE(world.slept, 55s);
  EXPECT_LE(world.slept, 65s);
  EXPECT_TRUE(path().ends_with("try_again [refused] -> rtn_last")) << path();
}

TEST_F(Stop, WithoutPodZeroThereIsNoOwnerToCopy) {
  world.pods[0].exists = false;
  EXPECT_FALSE(defers(stop));
  EXPECT_EQ(owned(), 0);
}

TEST_F(Stop, WhatIsNotThereIsNotMade) {
  world.objects = {};
  EXPECT_FALSE(defers(stop));
  EXPECT_EQ(world.owner_writes, 0);
  EXPECT_TRUE(path().ends_with("rtn")) << path();
}

}  // namespace
}  // namespace charm
