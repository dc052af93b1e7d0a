// A unit that comes in the middle of a prepared refresh has nothing to be upgraded from, though its
// pod is made anew once more.
#include <gmock/gmock.h>

#include "charm/hooks/hooks.h"
#include "tests/charm/hook_fixture.h"

namespace charm {
namespace {

using testing::EndsWith;
using testing::Not;

constexpr Event upgraded{.kind = EventKind::upgrade_charm};

// A refresh of units 0 and 1, and unit 2, which has come meanwhile; all pods are of its template.
struct Newcomer : HookTest {
  void SetUp() override {
    settle();
    world.leader = false;
    for (UnitName unit : {zero, one, two}) world.upgrades[unit] = UpgradeState::idle;
    world.stack = {zero, one};
    world.rolls_out = true;
    world.partition = 2;
  }
  using Hook = Outcome (*)(Unit& unit, const Event& event);
  std::string run(Hook handler, const Event& event) {
    world.own_name = two;
    fake::FakeUnit mine{world, two};
    (void)handler(mine.unit, event);
    return to_text(mine.path);
  }
  std::string run_upgrade_charm() { return run(on_refresh_upgrade_charm, upgraded); }
};

// Kubernetes goes from the highest unit down: it would have been replaced before anybody below it.
TEST_F(Newcomer, IsNotUpgraded) {
  for (UpgradeState begun : {UpgradeState::upgrading, UpgradeState::completed, UpgradeState::failed,
                             UpgradeState::recovery}) {
    world.upgrades[one] = begun;
    EXPECT_THAT(run_upgrade_charm(), EndsWith("is_refreshed [no] -> rtn"));
  }
  EXPECT_EQ(world.upgrades[two], UpgradeState::idle);
  EXPECT_EQ(world.partition_writes, 0);
}

// The one below may have begun before its turn, because all needed it.
TEST_F(Newcomer, WithoutPreparationIsNotTold) {
  world.stack = {};
  world.upgrades[one] = UpgradeState::upgrading;
  EXPECT_THAT(run_upgrade_charm(), EndsWith("set_upgrading -> rtn2"));
}

TEST_F(Newcomer, IsUpgradedIfNobodyBelowHasBegun) {
  EXPECT_THAT(run_upgrade_charm(), EndsWith("set_upgrading -> rtn2"));
}

TEST_F(Newcomer, IsUpgradedOnTheWayBack) {
  world.stack = {zero, one, two};
  world.upgrades[one] = UpgradeState::failed;
  EXPECT_THAT(run_upgrade_charm(), EndsWith("set_upgrading -> rtn2"));
}

// By the partition, without upgrade-charm.
TEST_F(Newcomer, HasNoTurn) {
  EXPECT_THAT(run(on_refresh_pebble_ready, pebble_ready), Not(EndsWith("[no] -> rtn")));
  world.upgrades[two] = UpgradeState::idle;
  world.upgrades[one] = UpgradeState::completed;
  EXPECT_THAT(run(on_refresh_pebble_ready, pebble_ready), EndsWith("is_upgrading [no] -> rtn"));
}

}  // namespace
}  // namespace charm
