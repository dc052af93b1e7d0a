// Every arrow of charm/flowcharts/restart-relation-changed.mmd, and who asks for the lock.
#include <gmock/gmock.h>

#include "charm/steps/restart.h"
#include "tests/charm/hook_fixture.h"

namespace charm {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

constexpr std::uint8_t restart = 1;
constexpr Event told{.kind = EventKind::relation_changed, .subject = restart};
constexpr Event told_of(UnitName unit) {
  return {.kind = EventKind::relation_changed, .subject = restart, .remote_unit = unit};
}

struct RollingRestart : HookTest {
  RollingRestart() {
    settle();
    world.restart_bags = {
        {zero, RestartState::none}, {one, RestartState::none}, {two, RestartState::none}};
  }
  // This unit has asked, and was granted the lock.
  void hold() {
    world.restart_bags[zero] = RestartState::acquire;
    world.granted = {zero};
    world.restart_pending = true;
  }
  // Of this handler: others observe some of its events, too.
  std::string path_of(const Event& event) {
    EXPECT_FALSE(defers(event));
    return path_of_restarts();
  }
};

// --- a turn ---

TEST_F(RollingRestart, RestartsWhoHoldsTheLockAndGivesItBack) {
  hold();
  world.leader = false;
  EXPECT_EQ(path_of(told),
            "stays [yes] -> holds_lock [yes] -> is_restart_needed [yes] -> "
            "do_all_others_work [yes] -> restart [done] -> release_lock -> "
            "is_leader [no] -> rtn2");
  EXPECT_EQ(world.postgresql_restarts, 1);
  EXPECT_EQ(world.restart_bags[zero], RestartState::release);
  EXPECT_THAT(world.statuses, Contains("maintenance: Executing restart operation"));
  EXPECT_EQ(world.status, StatusKind::active);
}

TEST_F(RollingRestart, RestartsNobodyWhoHasAllParameters) {
  hold();
  world.restart_pending = false;
  EXPECT_THAT(path_of(told), HasSubstr("is_restart_needed [no] -> release_lock"));
  EXPECT_EQ(world.postgresql_restarts, 0);
  EXPECT_EQ(world.restart_bags[zero], RestartState::release);
}

TEST_F(RollingRestart, RestartsNobodyWhoseMemberDoesNotAnswer) {
  hold();
  world.restart_pending = std::unexpected(Unreachable{});
  EXPECT_THAT(path_of(told), HasSubstr("is_restart_needed [no] -> release_lock"));
}

TEST_F(RollingRestart, RestartsNobodyWhileAnotherMemberIsDown) {
  hold();
  world.members[2] = MemberState::starting;
  EXPECT_THAT(path_of(told), HasSubstr("do_all_others_work [no] -> release_lock"));
  EXPECT_EQ(world.postgresql_restarts, 0);
  EXPECT_EQ(world.restart_bags[zero], RestartState::release);
}

TEST_F(RollingRestart, RestartsNobodyWhileNobodyLeads) {
  hold();
  (*world.view)[0].role = MemberRole::replica;
  EXPECT_THAT(path_of(told), HasSubstr("do_all_others_work [no]"));
}

// In the middle of a race for the lock (patroni-and-kubernetes.md, section 8.1): POST /restart loads
// the cluster.
TEST_F(RollingRestart, RestartsNobodyWhoSeesNoLeader) {
  hold();
  world.no_leader = true;
  EXPECT_THAT(path_of(told), HasSubstr("do_all_others_work [no]"));
  EXPECT_FALSE(steps::restart_postgresql(it.unit)) << "a race that has begun since";
  EXPECT_EQ(world.postgresql_restarts, 0);
}

TEST_F(RollingRestart, GivesTheLockBackIfTheRestartIsRefused) {
  hold();
  world.refuses_restart = true;
  EXPECT_THAT(path_of(told), HasSubstr("restart [refused] -> release_lock"));
  EXPECT_EQ(world.restart_bags[zero], RestartState::release);
}

TEST_F(RollingRestart, TakesNoTurnOfAUnitThatIsBeingRemoved) {
  hold();
  world.planned = {one, two};
  EXPECT_EQ(path_of(told), "stays [no] -> rtn");
  EXPECT_EQ(world.postgresql_restarts, 0);
}

// --- asking ---

TEST_F(RollingRestart, AsksForTheLockWhoHasToStartAnew) {
  world.leader = false;
  world.restart_pending = true;
  EXPECT_EQ(
      path_of(update_status),
      "stays [yes] -> holds_lock [no] -> is_update_status [yes] -> is_granted_in_vain [no] -> "
      "is_restart_pending [yes] -> ask_for_restart -> is_leader [no] -> rtn2");
  EXPECT_EQ(world.restart_bags[zero], RestartState::acquire);
  EXPECT_EQ(world.postgresql_restarts, 0);
}

TEST_F(RollingRestart, DoesNotAskAgainAtEachChangeInTheRelation) {
  world.leader = false;
  world.restart_pending = true;
  EXPECT_THAT(path_of(told), HasSubstr("is_update_status [no] -> is_leader [no]"));
  EXPECT_EQ(world.restart_bags[zero], RestartState::none);
}

TEST_F(RollingRestart, AsksForNothingIfNothingIsPending) {
  world.leader = false;
  EXPECT_THAT(path_of(update_status), HasSubstr("is_restart_pending [no] -> is_leader [no]"));
  EXPECT_EQ(world.restart_bags[zero], RestartState::none);
}

TEST_F(RollingRestart, TellsTheLeaderAgainOfAReleaseThatItHasMissed) {
  world.leader = false;
  world.restart_bags[zero] = RestartState::release;
  world.granted = {zero};
  world.restart_pending = true;
  EXPECT_THAT(path_of(update_status), HasSubstr("is_granted_in_vain [yes] -> release_again"));
  EXPECT_EQ(world.restart_bags[zero], RestartState::none);
  path_of(update_status);
  EXPECT_EQ(world.restart_bags[zero], RestartState::release);
}

TEST_F(RollingRestart, IsAskedForAfterAConfigChangedThatNeedsIt) {
  world.leader = false;
  world.restart_pending = true;
  ASSERT_FALSE(defers({.kind = EventKind::config_changed}));
  EXPECT_EQ(world.restart_bags[zero], RestartState::acquire);
}

TEST_F(RollingRestart, IsAskedForAsSoonAsTheNextCycleHasTakenNewParameters) {
  world.leader = false;
  world.restart_pending = true;
  world.new_parameters = true;
  world.looks_before_pending = 3;
  ASSERT_FALSE(defers({.kind = EventKind::config_changed}));
  EXPECT_EQ(world.restart_bags[zero], RestartState::acquire);
}

TEST_F(RollingRestart, IsAskedForAfterAChangeOfThePeersThatNeedsIt) {
  world.leader = false;
  world.restart_pending = true;
  ASSERT_FALSE(defers(changed));
  EXPECT_EQ(world.restart_bags[zero], RestartState::acquire);
}

TEST_F(RollingRestart, IsNotAskedForWhileTheLastGrantStands) {
  world.leader = false;
  world.restart_bags[zero] = RestartState::release;
  world.granted = {zero};
  world.restart_pending = true;
  ASSERT_FALSE(defers(changed));
  EXPECT_EQ(world.restart_bags[zero], RestartState::release);
}

// --- the leader ---

TEST_F(RollingRestart, IsGrantedToOneOfThoseThatHaveAsked) {
  world.restart_bags[one] = world.restart_bags[two] = RestartState::acquire;
  EXPECT_THAT(path_of(told_of(one)), HasSubstr("is_leader [yes] -> process_locks [done] -> rtn3"));
  EXPECT_EQ(world.granted, (UnitSet{two}));
}

TEST_F(RollingRestart, IsGrantedToNobodyElseAsLongAsSomebodyHoldsIt) {
  world.restart_bags[one] = world.restart_bags[two] = RestartState::acquire;
  world.granted = {two};
  path_of(told_of(one));
  EXPECT_EQ(world.granted, (UnitSet{two}));
}

TEST_F(RollingRestart, GoesOnToTheNextWhenItIsReleased) {
  world.restart_bags[one] = RestartState::acquire;
  world.restart_bags[two] = RestartState::release;
  world.granted = {two};
  path_of(told_of(two));
  EXPECT_EQ(world.granted, (UnitSet{one}));
}

TEST_F(RollingRestart, IsTakenBackOnlyByAnEventThatTellsOfTheRelease) {
  world.restart_bags[one] = RestartState::acquire;
  world.restart_bags[two] = RestartState::release;  // as cached: it may have asked since
  world.granted = {two};
  path_of(told_of(one));
  EXPECT_EQ(world.granted, (UnitSet{two}));
  path_of({.kind = EventKind::leader_elected});
  EXPECT_EQ(world.granted, (UnitSet{two}));
}

TEST_F(RollingRestart, IsTakenFromAHolderThatIsBeingRemoved) {
  world.restart_bags[one] = world.restart_bags[two] = RestartState::acquire;
  world.granted = {two};
  world.planned = {zero, one};
  path_of({.kind = EventKind::leader_elected});
  EXPECT_EQ(world.granted, (UnitSet{one}));
}

TEST_F(RollingRestart, IsTakenFromAHolderThatHasDepartedThoughItsNameIsUsedAgain) {
  world.restart_bags[two] = RestartState::acquire;
  world.granted = {two};
  world.restart_bags.erase(two);
  path_of({.kind = EventKind::relation_departed,
           .subject = restart,
           .remote_unit = two,
           .departing_unit = two});
  EXPECT_TRUE(world.granted.empty());
}

TEST_F(RollingRestart, ComesToTheLeaderLast) {
  world.restart_pending = true;
  world.restart_bags[zero] = world.restart_bags[one] = RestartState::acquire;
  path_of(told_of(one));
  EXPECT_EQ(world.granted, (UnitSet{one}));
  world.restart_bags[one] = RestartState::release;
  path_of(told_of(one));
  EXPECT_EQ(world.granted, (UnitSet{zero}));
}

TEST_F(RollingRestart, WaitsUntilWhoWasRestartedBeforeStreamsAgain) {
  hold();
  world.members[2] = MemberState::running;
  EXPECT_THAT(path_of(told), HasSubstr("do_all_others_work [no]"));
}

TEST_F(RollingRestart, WaitsUntilSomebodyElseCouldTakeOver) {
  hold();
  (*world.view)[1].role = MemberRole::replica;
  EXPECT_THAT(path_of(told), HasSubstr("do_all_others_work [no]"));
}

TEST_F(RollingRestart, ComesToTheLeaderWithItsNextEventNotWithTheOneThatGrants) {
  world.restart_pending = true;
  path_of(update_status);
  EXPECT_EQ(world.granted, (UnitSet{zero}));
  EXPECT_EQ(world.postgresql_restarts, 0);
  path_of(update_status);
  EXPECT_EQ(world.postgresql_restarts, 1);
  EXPECT_TRUE(world.granted.empty());
}

TEST_F(RollingRestart, IsGrantedByTheNextLeaderIfLeadershipIsLost) {
  world.restart_bags[one] = RestartState::acquire;
  world.leadership_answers_left = 1;
  EXPECT_THAT(path_of(told_of(one)), HasSubstr("process_locks [not leader] -> rtn2"));
  EXPECT_TRUE(world.granted.empty());
}

TEST_F(RollingRestart, GoesOnAtLeaderElectedAndAtUpdateStatus) {
  for (const EventKind kind : {EventKind::leader_elected, EventKind::update_status}) {
    world.granted.clear();
    world.restart_bags[one] = RestartState::acquire;
    defers({.kind = kind});
    EXPECT_EQ(world.granted, (UnitSet{one})) << to_text(kind);
  }
}

}  // namespace
}  // namespace charm
