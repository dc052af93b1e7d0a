// Who may take a free lock. Source: patroni-and-kubernetes.md, sections 0 (facts 13, 14, 16, 17),
// 2.9.
#include <gmock/gmock.h>

#include "tests/model/patroni_fixture.h"

namespace model {
namespace {

using namespace given;
using testing::IsEmpty;
using testing::SizeIs;

using Race = PatroniTest;

TEST_F(Race, IsOpenToSynchronousMembersOnly) {
  start_cluster(1);
  ASSERT_EQ(dcs().sync_standbys, (UnitSet{one}));
  kubernetes::lose_node(step, zero);
  kubernetes::lose_node(step, one);
  run_for(300s);
  EXPECT_THAT(all(FactKind::lock_taken), IsEmpty());
  EXPECT_FALSE(is_primary(two));
}

TEST_F(Race, IsWonByTheSynchronousMemberThoughAnotherHasAsMuch) {
  start_cluster(1);
  dcs().sync_standbys = UnitSet{two};
  kubernetes::lose_node(step, zero);
  run_for(60s);
  EXPECT_TRUE(is_primary(two));
}

TEST_F(Race, IsOpenToAllWithoutASynchronousLeader) {
  start_cluster(1);
  kubernetes::lose_node(step, zero);
  kubernetes::lose_node(step, one);
  dcs().sync_leader = {};
  run_for(60s);
  EXPECT_TRUE(is_primary(two));
}

TEST_F(Race, IsBlockedByAPrimaryThatStillAnswers) {
  start_cluster();
  world.disarm(timer_id(zero, UnitTimer::ha));
  member(zero).woken = true;  // its loop hangs, its REST API does not
  run_for(300s);
  EXPECT_TRUE(is_primary(zero));
  EXPECT_THAT(all(FactKind::lock_taken), IsEmpty());
}

TEST_F(Race, IsFreeOnceThePrimaryDoesNotAnswerAnyMore) {
  start_cluster();
  world.disarm(timer_id(zero, UnitTimer::ha));
  member(zero).woken = true;
  run_for(60s);
  kill_process(zero);
  run_for(15s);
  EXPECT_THAT(all(FactKind::lock_taken), SizeIs(1));
}

TEST_F(Race, WhoWaitedForAPeerThatCameBackWithTheLockIsWokenByRenewalsAgain) {
  start_cluster(1);
  kubernetes::lose_node(step, one);  // nobody else may win while the holder is away
  run_for(60s);
  network::freeze(step, zero, Frozen::pod, 100s);
  run_until([this] { return member(two).asking; });
  world.arm(timer_id(zero, UnitTimer::recovery), exactly(1s));
  run_for(30s);
  ASSERT_EQ(lock_holder(), charm::member_of(zero));
  run_to_renewal();
  EXPECT_EQ(member(two).observed_lock, dcs().lock_version);
}

// Both have heard that nobody is ahead, and reach for the lock in the same instant.
struct RaceOfTwo : PatroniTest {
  // Until one of them has it, while the other is still on its way.
  void SetUp() override {
    start_cluster(2);
    ASSERT_EQ(dcs().sync_standbys, (UnitSet{one, two}));
    kubernetes::lose_node(step, zero);
    run_until([this] { return member(one).racing && member(two).racing; });
    run_until([this] { return count(FactKind::lock_taken) == 1; });
    winner = charm::unit_of(*lock_holder());
    loser = winner == one ? two : one;
    ASSERT_TRUE(member(loser).racing);
  }

  UnitName winner = one;
  UnitName loser = two;
};

TEST_F(RaceOfTwo, IsLostByWhoeverIsSlowerWhichFollows) {
  run_for(60s);
  EXPECT_THAT(all(FactKind::lock_taken), SizeIs(1));
  EXPECT_THAT(all(FactKind::conflict), SizeIs(1));
  EXPECT_TRUE(is_primary(winner));
  EXPECT_TRUE(is_streaming(loser));
}

// Section 8.1: it goes by the version of the last load, and /cluster is one.
TEST_F(RaceOfTwo, IsTakenFromItsWinnerByALoserThatIsAskedForTheCluster) {
  ASSERT_TRUE(patroni::cluster(step, loser));
  run_until([this] { return count(FactKind::lock_taken) == 2; });
  EXPECT_EQ(lock_holder(), charm::member_of(loser));
  EXPECT_THAT(all(FactKind::conflict), IsEmpty());
  run_until([this] { return is_primary(loser); });
  EXPECT_FALSE(is_primary(winner));
  EXPECT_EQ(count(FactKind::lock_stolen), 1U);
}

// And so are the requests that load it before they do anything else.
TEST_F(RaceOfTwo, IsGoneByTheVersionThatARequestForARestartHasLoaded) {
  ASSERT_NE(world.unit(loser).cache.raced.lock_version, dcs().lock_version);
  ASSERT_TRUE(patroni::post_restart(step, loser));
  EXPECT_EQ(world.unit(loser).cache.raced.lock_version, dcs().lock_version);
}

TEST_F(RaceOfTwo, IsLostByALoserThatIsAskedForTheClusterIfItGoesByItsOwnLoad) {
  parameters.race_mended = true;
  ASSERT_TRUE(patroni::cluster(step, loser));
  run_for(60s);
  EXPECT_TRUE(is_primary(winner));
  EXPECT_THAT(all(FactKind::lock_stolen), IsEmpty());
}

// A race in which nobody is silent takes as long as the answers do.
TEST_F(Race, IsOverAtOnceWhereEverybodyAnswers) {
  start_cluster();
  patroni_objects::remove(step, patroni_objects::Object::lock);
  kill_process(zero);
  run_until([this] { return member(one).asking || member(two).asking; });
  const charm::Instant asked = world.now();
  run_until([this] { return lock_holder() && *lock_holder() != charm::member_of(zero); });
  EXPECT_LE(world.now() - asked, timing::peer_answers.most);
}

TEST_F(Race, IsWonByWhoeverHasTheMost) {
  start_cluster();
  kubernetes::lose_node(step, zero);
  postgres(two).lsn += 128;
  run_for(60s);
  EXPECT_TRUE(is_primary(two));
}

TEST_F(Race, IsClosedToAMemberThatLagsMoreThanAllowedBehindTheLastRenewal) {
  start_cluster();
  kubernetes::lose_node(step, zero);
  kubernetes::lose_node(step, two);
  dcs().optime = postgres(one).lsn + 1048577;
  run_for(120s);
  EXPECT_FALSE(is_primary(one));
  dcs().optime = postgres(one).lsn + 1048576;
  run_for(60s);
  EXPECT_TRUE(is_primary(one));
}

TEST_F(Race, IsClosedToAPrimaryOfAnOldTimelineWhichDemotesItself) {
  start_cluster();
  kill_process(one);
  kill_process(two);
  dcs().cluster_timeline = 2;
  patroni_objects::remove(step, patroni_objects::Object::lock);
  run_for(1s);
  EXPECT_FALSE(is_primary(zero));
  EXPECT_EQ(count(FactKind::demoted), 1U);
}

// 3.1 does so in every pass without a lock, 4.x in its first one only.
TEST_F(Race, AMemberWritesTheInitializeKeyAnewThatSomebodyRemoved) {
  start_cluster();
  dcs().initialise = Initialise::absent;
  kubernetes::lose_node(step, zero);
  run_for(120s);
  EXPECT_EQ(dcs().initialise, Initialise::done);
  EXPECT_EQ(dcs().system_id, postgres(one).system_id);
}

}  // namespace
}  // namespace model
