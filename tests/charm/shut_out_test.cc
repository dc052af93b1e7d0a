// A unit that has no copy yet, and is kept out by a primary whose agent may have ended in the
// middle of a refresh: what pebble-ready does about it.
#include <gmock/gmock.h>

#include "charm/hooks/hooks.h"
#include "tests/charm/hook_fixture.h"

namespace charm {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// Unit 2 is being upgraded, and copies; 0 leads, of the template before; 1 streams.
struct ShutOut : HookTest {
  void SetUp() override {
    settle();
    world.leader = false;
    for (UnitName unit : {zero, one}) world.upgrades[unit] = UpgradeState::idle;
    world.upgrades[two] = UpgradeState::upgrading;
    world.rolls_out = true;
    world.partition = 2;
    world.pods[0].updated = world.pods[1].updated = false;
    // Patroni answers, and PostgreSQL is not there.
    world.members[2] = MemberState::other;
    world.keep_out = {zero};
  }
  std::string run() {
    world.own_name = two;
    fake::FakeUnit mine{world, two};
    EXPECT_TRUE(on_postgresql_pebble_ready(mine.unit, pebble_ready).deferred());
    return to_text(mine.path);
  }
  [[nodiscard]] MaybeUnit leader() const {
    for (const ClusterMember& member : *world.view) {
      if (member.role == MemberRole::leader) return unit_of(member.name);
    }
    return {};
  }
  // Whoever could lead instead keeps it out, too.
  void leave_nobody() { world.keep_out = {zero, one}; }
};

constexpr const char* moved_on =
    "is_shut_out [yes] -> let_another_lead [done] -> await_cluster -> defer3";
constexpr const char* in_vain =
    "is_shut_out [yes] -> let_another_lead [refused] -> await_cluster -> defer3";
constexpr const char* let_in = "is_shut_out [no] -> await_cluster -> defer3";

TEST_F(ShutOut, AStandbyThatLetsItInIsAskedToLead) {
  EXPECT_THAT(run(), EndsWith(moved_on));
  EXPECT_EQ(leader(), MaybeUnit(one));
  EXPECT_THAT(world.deleted_pods, IsEmpty());
  EXPECT_EQ(world.partition, 2);
}

// The pod of another goes before long, and may hand over to the primary of now.
TEST_F(ShutOut, OneThatIsUpgradedIsAskedFirst) {
  constexpr UnitName three{3};
  world.planned.insert(three);
  world.members[3] = MemberState::streaming;
  world.view->push_back({member_of(three), MemberRole::sync_standby, MemberState::streaming});
  EXPECT_THAT(run(), EndsWith(moved_on));
  EXPECT_EQ(leader(), MaybeUnit(three));
}

TEST_F(ShutOut, OneThatMayLackCommitsIsNot) {
  (*world.view)[1].role = MemberRole::replica;
  EXPECT_THAT(run(), EndsWith(moved_on));
  EXPECT_EQ(leader(), MaybeUnit(zero));
  EXPECT_THAT(world.deleted_pods, ElementsAre(0));
}

TEST_F(ShutOut, ASwitchoverThatIsRefusedIsTriedAgain) {
  world.takes_switchover = false;
  EXPECT_THAT(run(), EndsWith(in_vain));
}

TEST_F(ShutOut, WhereNobodyLetsItInThePrimarysPodIsMadeAnew) {
  leave_nobody();
  EXPECT_THAT(run(), EndsWith(moved_on));
  EXPECT_THAT(world.deleted_pods, ElementsAre(0));
  EXPECT_EQ(world.partition, 0);
  EXPECT_EQ(leader(), MaybeUnit(zero));
}

TEST_F(ShutOut, OfAPreparedRefreshEachTurnIsTheOperatorsToGive) {
  leave_nobody();
  world.stack = {zero, one, two};
  EXPECT_THAT(run(), EndsWith(in_vain));
  EXPECT_THAT(world.deleted_pods, IsEmpty());
  EXPECT_EQ(world.partition, 2);
}

TEST_F(ShutOut, APrimaryThatIsUpgradedHasAnAgent) {
  world.pods[0].updated = true;
  EXPECT_THAT(run(), EndsWith(let_in));
}

TEST_F(ShutOut, WithoutARefreshEveryAgentIsThere) {
  world.rolls_out = false;
  EXPECT_THAT(run(), EndsWith(let_in));
}

TEST_F(ShutOut, OneThatHasComeMeanwhileIsLetInToo) {
  world.upgrades[two] = UpgradeState::idle;
  EXPECT_THAT(run(), EndsWith(moved_on));
}

TEST_F(ShutOut, ACopyThatTakesItsTimeIsLeftAlone) {
  world.keep_out = {};
  EXPECT_THAT(run(), EndsWith(let_in));
  EXPECT_EQ(leader(), MaybeUnit(zero));
}

TEST_F(ShutOut, WhoeverIsNotListedIsNotToBeLetIn) {
  world.listed = {host_of(zero), host_of(one)};
  EXPECT_THAT(run(), EndsWith(let_in));
}

TEST_F(ShutOut, NobodyIsKnownToKeepItOutWhoDoesNotAnswer) {
  world.members[0].reset();
  EXPECT_THAT(run(), EndsWith(let_in));
  world.members[0] = MemberState::running;
  world.api_error = ApiError::unavailable;
  EXPECT_THAT(run(), Not(HasSubstr("is_shut_out [yes]")));
}

}  // namespace
}  // namespace charm
