// A refresh, hook by hook: each exit of upgrade-charm's and pebble-ready's part of it, and of the
// relation `upgrade`.
#include <gmock/gmock.h>

#include "charm/hooks/hooks.h"
#include "charm/steps/versions.h"
#include "tests/charm/hook_fixture.h"

namespace charm {
namespace {

using testing::EndsWith;

constexpr Event upgraded{.kind = EventKind::upgrade_charm};
constexpr Event upgrade_created{.kind = EventKind::relation_created, .subject = 2};
constexpr Event upgrade_changed{.kind = EventKind::relation_changed, .subject = 2};

// A cluster of three, of which one unit's hooks run; unit 0 is the primary.
struct RefreshTest : HookTest {
  void SetUp() override {
    settle();
    world.leader = false;
    for (UnitName unit : {zero, one, two}) world.upgrades[unit] = UpgradeState::idle;
  }
  using Hook = Outcome (*)(Unit& unit, const Event& event);
  std::string run(Hook handler, const Event& event, UnitName as) {
    world.own_name = as;
    fake::FakeUnit mine{world, as};
    const Outcome outcome = handler(mine.unit, event);
    deferred = outcome.deferred();
    return to_text(mine.path);
  }
  void prepare() { world.stack = {zero, one, two}; }
  // Kubernetes makes the pods anew, this unit's among them.
  void replace_pods() { world.rolls_out = true; }

  bool deferred = false;
};

// --- upgrade-charm ---

struct RefreshUpgradeCharm : RefreshTest {
  std::string run(UnitName as) { return RefreshTest::run(on_refresh_upgrade_charm, upgraded, as); }
};

TEST_F(RefreshUpgradeCharm, APodThatWasOnlyReplacedIsNotUpgraded) {
  prepare();
  EXPECT_THAT(run(two), EndsWith("is_refreshed [no] -> rtn"));
  EXPECT_EQ(world.upgrades[two], UpgradeState::idle);
}

TEST_F(RefreshUpgradeCharm, OfAPreparedRefreshTheUnitIsUpgrading) {
  prepare();
  replace_pods();
  EXPECT_THAT(run(two), EndsWith("can_follow [yes] -> set_upgrading -> rtn2"));
  EXPECT_EQ(world.upgrades[two], UpgradeState::upgrading);
  EXPECT_EQ(world.statuses.back(), "maintenance: upgrading unit");
  EXPECT_EQ(world.partition_writes, 0);
}

TEST_F(RefreshUpgradeCharm, TheLastPodMayFindTheRolloutComplete) {
  world.stack = {zero, one};
  world.upgrades[one] = UpgradeState::completed;
  EXPECT_THAT(run(zero), EndsWith("is_first [no] -> set_upgrading -> rtn2"));
}

TEST_F(RefreshUpgradeCharm, OnlyTheFirstUnitLooksAtTheVersions) {
  prepare();
  replace_pods();
  world.stored = steps::own_dependencies();
  world.stored->rock.version = VersionText("13.9");
  EXPECT_THAT(run(one), EndsWith("is_first [no] -> set_upgrading -> rtn2"));
  EXPECT_THAT(run(two), EndsWith("can_follow [no] -> set_failed -> rtn_failed"));
  EXPECT_EQ(world.upgrades[two], UpgradeState::failed);
  EXPECT_EQ(world.statuses.back(), "blocked: upgrade failed. Check logs for rollback instruction");
}

TEST_F(RefreshUpgradeCharm, WhatIsNotPreparedIsHeldBack) {
  replace_pods();
  EXPECT_THAT(run(two), EndsWith("hold_partition [done] -> is_first [yes] -> can_follow [yes] -> "
                                 "set_upgrading -> rtn2"));
  EXPECT_EQ(world.partition, 2);
}

TEST_F(RefreshUpgradeCharm, ARefusedHoldIsTriedAgain) {
  replace_pods();
  world.partition_error = ApiError::forbidden;
  EXPECT_THAT(run(two), EndsWith("hold_partition [forbidden] -> blocked_trust -> defer_trust"));
  EXPECT_TRUE(deferred);
  world.partition_error = ApiError::unavailable;
  EXPECT_THAT(run(two), EndsWith("hold_partition [refused] -> defer_partition"));
  EXPECT_TRUE(deferred);
  EXPECT_EQ(world.upgrades[two], UpgradeState::idle);
}

TEST_F(RefreshUpgradeCharm, WithoutAnAnswerItTriesAgain) {
  world.api_error = ApiError::unavailable;
  EXPECT_THAT(run(two), EndsWith("is_refreshed [unknown] -> defer_api"));
  EXPECT_TRUE(deferred);
}

// --- postgresql-pebble-ready ---

struct RefreshPebbleReady : RefreshTest {
  void SetUp() override {
    RefreshTest::SetUp();
    prepare();
    replace_pods();
    world.partition = 2;
  }
  void upgrade(UnitName unit) { world.upgrades[unit] = UpgradeState::upgrading; }
  std::string run(UnitName as) {
    return RefreshTest::run(on_refresh_pebble_ready, pebble_ready, as);
  }
};

TEST_F(RefreshPebbleReady, IsNothingToAUnitThatIsNotUpgraded) {
  world.pods[1].updated = false;
  EXPECT_THAT(run(one), EndsWith("is_upgrading [no] -> rtn"));
  world.upgrades[two] = UpgradeState::failed;
  EXPECT_THAT(run(two), EndsWith("is_upgrading [no] -> rtn"));
  // It waits for the way back, in a pod of the refresh that has failed.
  world.pods[1].updated = true;
  world.upgrades[one] = UpgradeState::recovery;
  EXPECT_THAT(run(one), EndsWith("is_upgrading [no] -> rtn"));
}

TEST_F(RefreshPebbleReady, TheFirstUnitIsForTheOperatorToLookAt) {
  upgrade(two);
  EXPECT_THAT(run(two), EndsWith("is_healthy [yes] -> is_resumed_by_operator [yes] -> "
                                 "set_completed -> has_stack [yes] -> may_pop [no] -> rtn2"));
  EXPECT_EQ(world.upgrades[two], UpgradeState::completed);
  EXPECT_EQ(world.statuses.back(), "maintenance: upgrade completed, run resume-upgrade to proceed");
  EXPECT_EQ(world.partition_writes, 0);
}

TEST_F(RefreshPebbleReady, WithoutUpgradeCharmAUnitOnTheStackKnowsByItsPod) {
  EXPECT_THAT(run(two), EndsWith("rtn2"));
  EXPECT_EQ(world.upgrades[two], UpgradeState::completed);
  world.api_error = ApiError::unavailable;
  world.upgrades[two] = UpgradeState::idle;
  EXPECT_THAT(run(two), EndsWith("is_upgrading [unknown] -> defer_api"));
  EXPECT_TRUE(deferred);
}

TEST_F(RefreshPebbleReady, WithoutAStackTheUnitThatThePartitionIsAtGoesOnWithIt) {
  world.stack = {};
  world.partition = 1;
  EXPECT_THAT(run(two), EndsWith("is_upgrading [no] -> rtn"));
  EXPECT_THAT(run(one), EndsWith("set_partition [done] -> set_completed -> has_stack [no] -> "
                                 "is_over [yes] -> set_idle -> store_dependencies [not leader] -> "
                                 "rtn2"));
  EXPECT_EQ(world.partition, 0);
  EXPECT_THAT(run(one), EndsWith("is_upgrading [no] -> rtn"));
  EXPECT_THAT(run(zero), EndsWith("is_upgrading [no] -> rtn"));
}

// It may be this unit, the leader, that has to list it.
TEST_F(RefreshPebbleReady, AUnitThatHasJustComeIsNotWaitedFor) {
  upgrade(one);
  world.planned = {zero, one, two, UnitName{3}};
  EXPECT_THAT(run(one), testing::HasSubstr("is_healthy [yes]"));
  world.listed.push_back(host_of(UnitName{3}));
  upgrade(one);
  EXPECT_THAT(run(one), EndsWith("is_healthy [no] -> is_anybody_missed [no] -> set_failed -> "
                                 "rtn_failed"));
}

// Its pod was replaced before its first hook ended.
TEST_F(RefreshPebbleReady, WhereNobodyIsHeldAUnitKnowsByItsMemberThatDoesNotRun) {
  world.stack = {};
  world.partition = 0;
  EXPECT_THAT(run(two), EndsWith("is_upgrading [no] -> rtn"));
  world.members[2] = {};
  world.stack = {zero};
  EXPECT_THAT(run(two), EndsWith("is_upgrading [no] -> rtn"));
  world.stack = {};
  EXPECT_THAT(run(two), EndsWith("is_anybody_needed [no] -> has_member_started [no] -> defer"));
  EXPECT_EQ(world.upgrades[two], UpgradeState::upgrading);
}

TEST_F(RefreshPebbleReady, APartitionThatNoRefreshHasMovedIsNobodysTurn) {
  world.stack = {};
  world.partition = 1;
  world.rolls_out = false;
  EXPECT_THAT(run(one), EndsWith("is_upgrading [no] -> rtn"));
  world.rolls_out = true;
  world.pods[1].updated = false;
  EXPECT_THAT(run(one), EndsWith("is_upgrading [no] -> rtn"));
}

TEST_F(RefreshPebbleReady, AUnitThatIsLateHoldsNobodyAgain) {
  world.stack = {};
  world.partition = 0;
  upgrade(two);
  EXPECT_THAT(run(two), testing::HasSubstr("set_partition [done]"));
  EXPECT_EQ(world.partition_writes, 0);
}

TEST_F(RefreshPebbleReady, TheLeaderTakesItselfOffTheStack) {
  world.leader = true;
  upgrade(two);
  EXPECT_THAT(run(two), EndsWith("may_pop [yes] -> pop_stack [done] -> has_stack [yes] -> "
                                 "may_pop [no] -> rtn2"));
  EXPECT_EQ(world.stack, (UpgradeStack{zero, one}));
  EXPECT_TRUE(world.users);
}

TEST_F(RefreshPebbleReady, TheNextUnitLetsTheLastOneBeUpgraded) {
  world.stack = {zero, one};
  world.upgrades[two] = UpgradeState::completed;
  upgrade(one);
  EXPECT_THAT(run(one), EndsWith("is_last [no] -> does_next_lead [yes] -> take_over [done] -> "
                                 "set_partition [done] -> set_completed -> has_stack [yes] -> "
                                 "may_pop [no] -> rtn2"));
  EXPECT_EQ(world.partition, 0);
  EXPECT_EQ((*world.view)[1].role, MemberRole::leader);
  EXPECT_EQ(world.statuses.back(), "maintenance: upgrade completed");
}

TEST_F(RefreshPebbleReady, AMemberThatMayNotTakeOverLeavesItToPatroni) {
  world.stack = {zero, one};
  upgrade(one);
  world.takes_over = false;
  EXPECT_THAT(run(one), testing::HasSubstr("take_over [refused] -> set_partition [done]"));
}

TEST_F(RefreshPebbleReady, TakesOverFromNobodyButTheNextUnit) {
  world.planned.insert(UnitName{3});
  upgrade(two);
  world.view->push_back({member_of({3}), MemberRole::replica, MemberState::streaming});
  EXPECT_THAT(run(two), testing::HasSubstr("does_next_lead [no] -> set_partition [done]"));
  EXPECT_EQ(world.partition, 1);
}

TEST_F(RefreshPebbleReady, ARefusedPartitionIsTriedAgainAndNoFailureAndSoIsARefusedList) {
  world.stack = {zero, one};
  upgrade(one);
  world.partition_error = ApiError::unavailable;
  EXPECT_THAT(run(one), EndsWith("set_partition [refused] -> defer_partition"));
  EXPECT_TRUE(deferred && world.upgrades[one] == UpgradeState::upgrading);
  world.partition_error = ApiError::forbidden;
  EXPECT_THAT(run(one), EndsWith("set_partition [forbidden] -> blocked_trust -> defer_trust"));
  world.api_error = ApiError::forbidden;
  EXPECT_THAT(run(one), EndsWith("is_healthy [forbidden] -> blocked_trust -> defer_trust"));
}

TEST_F(RefreshPebbleReady, TheLastUnitEndsTheRefresh) {
  world.stack = {zero};
  world.leader = true;
  world.upgrades[one] = world.upgrades[two] = UpgradeState::completed;
  upgrade(zero);
  EXPECT_THAT(run(zero), EndsWith("is_last [yes] -> set_completed -> has_stack [yes] -> "
                                  "may_pop [yes] -> pop_stack [done] -> has_stack [no] -> "
                                  "is_over [yes] -> set_idle -> store_dependencies [done] -> "
                                  "rtn2"));
  EXPECT_EQ(world.upgrades[zero], UpgradeState::idle);
  EXPECT_EQ(world.stored, steps::own_dependencies());
  EXPECT_EQ(world.statuses.back(), "active: Primary");
}

TEST_F(RefreshPebbleReady, AMemberThatHasNotStartedIsWaitedFor) {
  upgrade(two);
  world.members[2] = MemberState::starting;
  world.status = StatusKind::active;
  EXPECT_THAT(run(two), EndsWith("has_member_started [no] -> defer"));
  EXPECT_TRUE(deferred);
  EXPECT_EQ(world.statuses.back(), "maintenance: upgrading unit");
}

TEST_F(RefreshPebbleReady, WhatIsWrongWithTheMemberStaysInItsStatus) {
  upgrade(two);
  world.members[2] = MemberState::starting;
  world.set_unit_status({StatusKind::maintenance, messages::not_replicating});
  world.statuses.clear();
  run(two);
  EXPECT_TRUE(world.statuses.empty());
}

TEST_F(RefreshPebbleReady, AMemberThatNeverStreamsFailsTheRefresh) {
  upgrade(two);
  (*world.view)[2].state = MemberState::running;
  EXPECT_THAT(run(two), EndsWith("is_anybody_missed [no] -> set_failed -> rtn_failed"));
  EXPECT_FALSE(deferred);
  EXPECT_EQ(world.upgrades[two], UpgradeState::failed);
  EXPECT_EQ(world.statuses.back(), "blocked: upgrade failed. Check logs for rollback instruction");
  EXPECT_GE(world.slept, std::chrono::minutes(5));
}

TEST_F(RefreshPebbleReady, AMemberWhoseTurnIsStillToComeNeedNotWork) {
  upgrade(two);
  (*world.view)[1].state = MemberState::other;
  EXPECT_THAT(run(two), testing::HasSubstr("is_healthy [yes]"));
}

TEST_F(RefreshPebbleReady, AMemberThatIsUpgradedHasToWork) {
  world.stack = {zero, one};
  upgrade(one);
  (*world.view)[2].state = MemberState::other;
  EXPECT_THAT(run(one), EndsWith("is_anybody_missed [no] -> set_failed -> rtn_failed"));
}

TEST_F(RefreshPebbleReady, WhoeverIsNeededIsUpgradedBeforeItsTurn) {
  upgrade(two);
  (*world.view)[0].role = MemberRole::replica;
  world.members[1] = std::nullopt;
  EXPECT_THAT(run(two), EndsWith("is_anybody_needed [yes] -> release_needed [done] -> "
                                 "defer_needed"));
  EXPECT_TRUE(deferred);
  EXPECT_EQ(world.partition, 1);
  EXPECT_TRUE(world.deleted_pods.empty());
  world.members[0] = std::nullopt;
  run(two);
  EXPECT_EQ(world.partition, 0);
  world.partition = 2;
  world.partition_error = ApiError::unavailable;
  EXPECT_THAT(run(two), EndsWith("release_needed [refused] -> defer_partition"));
  world.partition_error = ApiError::forbidden;
  EXPECT_THAT(run(two), EndsWith("release_needed [forbidden] -> blocked_trust -> defer_trust"));
}

TEST_F(RefreshPebbleReady, APodThatIsNeededDoesNotWaitForThisOneToBeReady) {
  upgrade(two);
  (*world.view)[0].role = MemberRole::replica;
  world.members[0] = std::nullopt;
  world.pods[0].updated = false;
  EXPECT_THAT(run(two), EndsWith("release_needed [done] -> defer_needed"));
  EXPECT_EQ(world.deleted_pods, std::vector<std::uint16_t>{0});
  world.pod_error = ApiError::unavailable;
  EXPECT_THAT(run(two), EndsWith("release_needed [refused] -> defer_partition"));
  world.pods[0].updated = true;
  EXPECT_THAT(run(two), EndsWith("release_needed [done] -> defer_needed"));
}

// Whoever has been released may wait for the same data.
TEST_F(RefreshPebbleReady, OfTwoThatMayBeNeededOneThatIsReleasedIsNotReleasedAgain) {
  upgrade(two);
  (*world.view)[0].role = MemberRole::replica;
  world.members[0] = world.members[1] = std::nullopt;
  world.pods[1].updated = false;
  run(two);
  EXPECT_EQ(world.deleted_pods, std::vector<std::uint16_t>{1});
}

// Unit 0 leads, and is lost while anything is waited for.
struct LosesTheLeader final : ports::Clock {
  explicit LosesTheLeader(fake::World& its_world) : world(its_world) {}
  void sleep(Duration time) override {
    world.sleep(time);
    (*world.view)[0] = {member_of(zero), MemberRole::replica, MemberState::other};
    world.members[0] = std::nullopt;
  }
  void set_deadline(Duration from_now) override { world.set_deadline(from_now); }
  bool deadline_passed() override { return world.deadline_passed(); }

  fake::World& world;
};

TEST_F(RefreshPebbleReady, ARefreshHasNotFailedBecauseTheLeaderIsLostMeanwhile) {
  upgrade(two);
  (*world.view)[2].state = MemberState::running;
  fake::FakeUnit mine{world, two};
  LosesTheLeader clock(world);
  Unit unit{mine.app,          two,   world,    world, world, world, world, clock,
            mine.unit.entropy, world, mine.path};
  EXPECT_TRUE(on_refresh_pebble_ready(unit, pebble_ready).deferred());
  EXPECT_THAT(to_text(mine.path), EndsWith("is_healthy [no] -> is_anybody_missed [yes] -> "
                                           "release_needed [done] -> defer_needed"));
  EXPECT_EQ(world.partition, 0);
  EXPECT_EQ(world.upgrades[two], UpgradeState::upgrading);
}

TEST_F(RefreshPebbleReady, NothingWorksWithoutALeader) {
  upgrade(two);
  (*world.view)[0].role = MemberRole::replica;
  EXPECT_THAT(run(two), EndsWith("is_anybody_missed [no] -> set_failed -> rtn_failed"));
}

TEST_F(RefreshPebbleReady, TheLeaderWaitsForTheServiceAndCompletesTheUsers) {
  world.leader = true;
  upgrade(two);
  world.primary_endpoint.reset();
  EXPECT_THAT(run(two), EndsWith("is_service_redirecting_traffic [no] -> defer_endpoint"));
  EXPECT_TRUE(deferred);
  world.primary_endpoint = MemberState::running;
  world.takes_users = false;
  EXPECT_THAT(run(two), EndsWith("complete_users [refused] -> defer_users"));
  EXPECT_TRUE(deferred);
}

struct UpgradeRelation : RefreshTest {
  std::string change(UnitName as) { return run(on_upgrade_relation_changed, upgrade_changed, as); }
  std::string create(UnitName as) { return run(on_upgrade_relation_created, upgrade_created, as); }
};

TEST_F(UpgradeRelation, ANewUnitIsIdle) {
  world.upgrades.erase(one);
  EXPECT_THAT(create(one), EndsWith("[no] -> rtn2"));
  EXPECT_EQ(world.upgrades[one], UpgradeState::idle);
  EXPECT_FALSE(world.stored.has_value());
}

TEST_F(UpgradeRelation, AHookThatRunsAgainTakesNothingBack) {
  world.upgrades[one] = UpgradeState::upgrading;
  EXPECT_THAT(create(one), EndsWith("[no] -> rtn"));
  EXPECT_EQ(world.upgrades[one], UpgradeState::upgrading);
}

TEST_F(UpgradeRelation, TheLeaderStoresItsVersions) {
  world.leader = true;
  world.upgrades.erase(zero);
  EXPECT_THAT(create(zero), EndsWith("store_dependencies [done] -> rtn2"));
  EXPECT_EQ(world.stored, steps::own_dependencies());
}

// Unit 2 was upgraded first, or would have been, and was removed.
TEST_F(UpgradeRelation, WhereTheFirstUnitIsGoneTheHighestOfTheOthersGoesFirst) {
  world.stack = {zero, one};
  world.partition = 2;
  EXPECT_THAT(change(zero), EndsWith("is_first_held [no] -> is_question_forgotten [no] "
                                     "-> does_wait [no] -> does_say_so [no] -> rtn"));
  world.leader = true;
  EXPECT_THAT(change(zero), testing::HasSubstr("is_first_held [no]"));
  world.planned = {zero, one};
  world.partition_error = ApiError::unavailable;
  EXPECT_THAT(change(zero), testing::HasSubstr("let_first_go [refused] -> is_question_forgotten"));
  world.partition_error = {};
  EXPECT_THAT(change(zero), testing::HasSubstr("let_first_go [done] -> is_question_forgotten"));
  EXPECT_EQ(world.partition, 1);
  EXPECT_THAT(change(zero), testing::HasSubstr("is_first_held [no]"));
}

TEST_F(UpgradeRelation, LeadershipMayBeLostOnTheWay) {
  world.leader = true;
  world.leadership_answers_left = 1;
  world.upgrades.erase(zero);
  EXPECT_THAT(create(zero), EndsWith("store_dependencies [not leader] -> rtn2"));
}

TEST_F(UpgradeRelation, IsNothingToWhoIsIdle) {
  EXPECT_THAT(change(one), EndsWith("is_over [no] -> does_wait [no] -> does_say_so [no] -> rtn"));
}

TEST_F(UpgradeRelation, OthersWaitWhileOneIsUpgrading) {
  prepare();
  world.upgrades[two] = UpgradeState::upgrading;
  world.status = StatusKind::active;
  EXPECT_THAT(change(one), EndsWith("does_wait [yes] -> may_say_so [yes] -> set_waiting -> rtn2"));
  EXPECT_EQ(world.statuses.back(), "waiting: other units upgrading first...");
}

TEST_F(UpgradeRelation, AStatusThatIsForAnotherHookToEndStays) {
  prepare();
  world.upgrades[two] = UpgradeState::upgrading;
  world.status = StatusKind::blocked;
  EXPECT_THAT(change(one), EndsWith("may_say_so [no] -> rtn"));
}

TEST_F(UpgradeRelation, AUnitThatIsUpgradedDoesNotWaitForThoseBelow) {
  world.upgrades[one] = UpgradeState::upgrading;
  world.status = StatusKind::active;
  EXPECT_THAT(change(two), EndsWith("does_wait [no] -> does_say_so [no] -> rtn"));
}

TEST_F(UpgradeRelation, NobodyGoesOnWaitingForAUnitThatIsUpgraded) {
  world.set_unit_status({StatusKind::waiting, messages::others_upgrade_first});
  world.upgrades[two] = UpgradeState::completed;
  EXPECT_THAT(change(one), EndsWith("does_say_so [yes] -> set_active -> rtn"));
  EXPECT_EQ(world.status, StatusKind::active);
}

TEST_F(UpgradeRelation, TheFirstUnitThatHadSomethingElseToSayAsksItsOperatorAgain) {
  prepare();
  world.upgrades[one] = world.upgrades[two] = UpgradeState::completed;
  EXPECT_THAT(change(one), testing::HasSubstr("is_question_forgotten [no]")) << "not the first";
  world.set_unit_status({StatusKind::maintenance, messages::not_replicating});
  EXPECT_THAT(change(two), testing::HasSubstr("is_question_forgotten [no]"));
  world.set_unit_status({StatusKind::active, {}});
  EXPECT_THAT(change(two), EndsWith("is_question_forgotten [yes] -> ask_again -> rtn"));
  EXPECT_EQ(world.statuses.back(), "maintenance: upgrade completed, run resume-upgrade to proceed");
}

TEST_F(UpgradeRelation, TheLeaderTakesOffWhoIsUpgradedThoughAnotherHasFailed) {
  prepare();
  world.leader = true;
  world.upgrades[two] = UpgradeState::completed;
  world.upgrades[one] = UpgradeState::failed;
  change(zero);
  EXPECT_EQ(world.stack, (UpgradeStack{zero, one}));
}

TEST_F(UpgradeRelation, TheLeaderTakesOffWhoIsGone) {
  prepare();
  world.leader = true;
  world.planned.erase(two);
  change(zero);
  EXPECT_EQ(world.stack, (UpgradeStack{zero, one}));
}

TEST_F(UpgradeRelation, OnlyTheLeaderDoes) {
  prepare();
  world.upgrades[two] = UpgradeState::completed;
  EXPECT_THAT(change(zero),
              EndsWith("may_pop [no] -> is_first_held [no] -> is_question_forgotten [no] "
                       "-> does_wait [no] -> does_say_so [no] -> rtn"));
  world.leader = true;
  world.leadership_answers_left = 1;
  EXPECT_THAT(change(zero),
              EndsWith("pop_stack [not leader] -> is_first_held [no] -> is_question_forgotten "
                       "[no] -> does_wait [no] -> does_say_so [no] -> rtn"));
  EXPECT_EQ(world.stack, (UpgradeStack{zero, one, two}));
}

TEST_F(UpgradeRelation, ANewLeaderGoesOnWhereTheOneBeforeHasStopped) {
  prepare();
  world.leader = true;
  world.upgrades[two] = UpgradeState::completed;
  world.own_name = zero;
  defers(elected);
  EXPECT_EQ(world.stack, (UpgradeStack{zero, one}));
}

TEST_F(UpgradeRelation, WhenEverybodyIsUpgradedTheUnitIsIdleAndActive) {
  for (UnitName unit : {zero, one, two}) world.upgrades[unit] = UpgradeState::completed;
  EXPECT_THAT(change(one), EndsWith("set_idle -> store_dependencies [not leader] -> rtn_over"));
  EXPECT_EQ(world.upgrades[one], UpgradeState::idle);
  EXPECT_EQ(world.status, StatusKind::active);
}

TEST_F(UpgradeRelation, IsNotOverWhileAUnitIsUpgrading) {
  world.upgrades[two] = UpgradeState::completed;
  world.upgrades[one] = UpgradeState::upgrading;
  EXPECT_THAT(change(two), EndsWith("is_over [no] -> does_wait [no] -> does_say_so [no] -> rtn"));
}

// --- what other hooks make of it ---

TEST_F(RefreshTest, ConfigChangedWaitsUntilTheRefreshIsOver) {
  world.upgrades[two] = UpgradeState::completed;
  EXPECT_TRUE(defers({.kind = EventKind::config_changed}));
  EXPECT_THAT(path(), EndsWith("is_refresh_idle [no] -> defer_refreshing"));
}

TEST_F(RefreshTest, ConfigChangedDoesNotWaitForAUnitThatHasJustCome) {
  world.upgrades[two] = UpgradeState::none;
  EXPECT_FALSE(defers({.kind = EventKind::config_changed}));
}

TEST_F(RefreshTest, AStatusOfTheRefreshOutlastsUpdateStatus) {
  world.upgrades[zero] = UpgradeState::completed;
  world.upgrades[one] = UpgradeState::upgrading;
  world.set_unit_status({StatusKind::maintenance, messages::upgraded_first});
  world.statuses.clear();
  defers(update_status);
  EXPECT_TRUE(world.statuses.empty());
}

// The hook that has set it was killed before its end, and the others have done without.
TEST_F(RefreshTest, AStatusOfARefreshEndsWithTheRefresh) {
  world.set_unit_status({StatusKind::maintenance, messages::upgrading});
  defers(update_status);
  EXPECT_EQ(world.statuses.back(), "active: Primary");
}

// --- versions ---

TEST(Versions, SatisfyConstraintsAsPoetryHasThem) {
  using steps::satisfies;
  EXPECT_TRUE(satisfies("14.11", "^14"));
  EXPECT_FALSE(satisfies("15.1", "^14"));
  EXPECT_FALSE(satisfies("13.9", "^14"));
  EXPECT_TRUE(satisfies("0.3.9", "^0.3.1"));
  EXPECT_FALSE(satisfies("0.4", "^0.3.1"));
  EXPECT_TRUE(satisfies("2", ">0"));
  EXPECT_FALSE(satisfies("0", ">0"));
  EXPECT_TRUE(satisfies("14.1.7", "~14.1"));
  EXPECT_FALSE(satisfies("14.2", "~14.1"));
  EXPECT_TRUE(satisfies("14.9", "~14"));
  EXPECT_TRUE(satisfies("14.11", ">=14.2, <15"));
  EXPECT_FALSE(satisfies("15", ">=14.2,<15"));
  EXPECT_TRUE(satisfies("14", "14.0"));
  EXPECT_TRUE(satisfies("14", "==14"));
  EXPECT_FALSE(satisfies("14", "!=14"));
  EXPECT_TRUE(satisfies("1", "<=1"));
  EXPECT_TRUE(satisfies("7.1", "*"));
}

TEST(Versions, WhatIsNoVersionSatisfiesNothing) {
  for (const std::string_view text : {"", "14.", "fourteen", "1.2.3.4.5", "-1"}) {
    EXPECT_FALSE(steps::satisfies(text, "*")) << text;
    EXPECT_FALSE(steps::satisfies("14", text)) << text;
  }
}

TEST(Versions, OfThisRevisionAreSuchThatItCanFollowItself) {
  EXPECT_TRUE(steps::can_follow(steps::own_dependencies(), steps::own_dependencies()));
}

}  // namespace
}  // namespace charm
