// upgrade-charm: the labels of a pod that was made anew.
#include "tests/charm/hook_fixture.h"

namespace charm {
namespace {

constexpr Event upgraded{.kind = EventKind::upgrade_charm};

struct UpgradeCharm : HookTest {
  void SetUp() override {
    settle();
    world.pods[0].labelled = false;
  }
};

TEST_F(UpgradeCharm, PutsBackTheLabelsOfAMember) {
  EXPECT_FALSE(defers(upgraded));
  EXPECT_TRUE(world.pods[0].labelled);
}

TEST_F(UpgradeCharm, DoesNotLabelAUnitThatIsNotListed) {
  world.listed = {host_of(one), host_of(two)};
  EXPECT_FALSE(defers(upgraded));
  EXPECT_FALSE(world.pods[0].labelled);
}

TEST_F(UpgradeCharm, OpensThePortsAsInstallDoes) {
  defers({.kind = EventKind::install});
  EXPECT_TRUE(world.ports_open);
  world.ports_open = false;
  defers(upgraded);
  EXPECT_TRUE(world.ports_open);
}

TEST_F(UpgradeCharm, WithoutTrustItIsBlockedAndTriesAgain) {
  world.api_error = ApiError::forbidden;
  EXPECT_TRUE(defers(upgraded));
  EXPECT_EQ(world.status, StatusKind::blocked);
  world.api_error.reset();
  EXPECT_FALSE(defers(update_status));
  EXPECT_TRUE(world.pods[0].labelled);
}

TEST_F(UpgradeCharm, RefusedLabelsBlockAndAreTriedAgain) {
  world.pods[0].refuses_labels = ApiError::conflict;
  EXPECT_TRUE(defers(upgraded));
  EXPECT_TRUE(world.statuses.back().starts_with("blocked: failed to patch pod with error"));
}

}  // namespace
}  // namespace charm
