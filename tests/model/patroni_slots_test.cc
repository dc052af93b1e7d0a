// Replication slots of members: on the primary alone before Patroni 4, and from 4.0 on wherever
// PostgreSQL runs (slots.py and dcs/__init__.py of 3.1.2 and 4.1.5).
#include <gtest/gtest.h>

#include "tests/model/patroni_fixture.h"

namespace model {
namespace {

using namespace given;

struct Slots : PatroniTest {
  // The primary is gone, and one of the others has been promoted; the third is `follower`.
  void fail_over() {
    kubernetes::kill_pod(step, zero, kubernetes::Return::never);
    run_until([this] { return is_primary(one) || is_primary(two); });
    leader = is_primary(one) ? one : two;
    follower = is_primary(one) ? two : one;
  }

  UnitName leader;
  UnitName follower;
};

struct SlotsOfVersion3 : Slots {
  void SetUp() override { start_cluster(); }
};
struct SlotsOfVersion4 : Slots {
  void SetUp() override {
    parameters.patroni = ha::Version::v4_1;
    start_cluster();
  }
  // Somebody has the lock, and is about to be promoted; the other has heard of it.
  void fail_over_to_the_last_but_one_step() {
    kubernetes::kill_pod(step, zero, kubernetes::Return::never);
    run_until(
        [this] { return member(one).job == Job::promote || member(two).job == Job::promote; });
    leader = member(one).job == Job::promote ? one : two;
    follower = leader == one ? two : one;
    run_until([this] { return postgres(follower).following == leader; });
    ASSERT_FALSE(is_primary(leader));
  }
};

TEST_F(SlotsOfVersion3, OfANewPrimaryComeWhenItsFollowerHasTriedAlready) {
  fail_over();
  EXPECT_TRUE(postgres(leader).slots.empty());
  run_until([this] { return postgres(leader).slots.contains(follower); });
  EXPECT_FALSE(is_streaming(follower));
  const Instant there = world.now();
  run_until([this] { return is_streaming(follower); });
  EXPECT_LE(world.now() - there, timing::wal_retrieve_retry_interval);
  EXPECT_GT(world.now() - there, timing::wal_retrieve_retry_interval / 2);
}

TEST_F(SlotsOfVersion3, AreNotStreamedFromOnAStandby) {
  postgres(one).slots = UnitSet{two};  // of when it was the primary
  postgresql::follow(step, two, one);
  EXPECT_FALSE(postgres(two).upstream);
}

TEST_F(SlotsOfVersion4, AreOnStandbysToo) {
  EXPECT_EQ(postgres(zero).slots, (UnitSet{one, two}));
  EXPECT_EQ(postgres(one).slots, (UnitSet{zero, two}));
  EXPECT_EQ(postgres(two).slots, (UnitSet{zero, one}));
}

TEST_F(SlotsOfVersion4, LetAFollowerConnectBeforeTheNewPrimaryIsOne) {
  fail_over_to_the_last_but_one_step();
  EXPECT_TRUE(postgres(follower).upstream == leader);
  EXPECT_FALSE(is_streaming(follower));
  run_until([this] { return is_primary(leader); });
  EXPECT_TRUE(is_streaming(follower));
}

TEST_F(SlotsOfVersion4, LetTheFirstCommitOfANewPrimaryBeConfirmed) {
  fail_over();
  postgresql::write(step);
  run_for(1s);
  EXPECT_TRUE(client().last_acknowledger == leader);
}

// Its next loop names the same leader again: it does not log in anew, which it might be refused.
TEST_F(SlotsOfVersion4, AreKeptByAFollowerThatWaits) {
  fail_over_to_the_last_but_one_step();
  member(leader).admitted.clear();
  postgresql::follow(step, follower, leader);
  EXPECT_TRUE(postgres(follower).upstream == leader);
}

TEST_F(SlotsOfVersion4, AreOfNoUseToAFollowerThatIsAhead) {
  kubernetes::kill_pod(step, zero, kubernetes::Return::never);
  run_until([this] { return member(one).job == Job::promote || member(two).job == Job::promote; });
  leader = member(one).job == Job::promote ? one : two;
  follower = leader == one ? two : one;
  postgres(follower).lsn = postgres(follower).written = postgres(leader).lsn + 128;
  run_until([this] { return is_primary(leader); });
  EXPECT_FALSE(postgres(follower).upstream);
  EXPECT_FALSE(is_streaming(follower));
}

TEST_F(SlotsOfVersion4, ThatEndWithTheirServerLeaveTheFollowerTrying) {
  fail_over_to_the_last_but_one_step();
  postgresql::crash(step, leader);
  EXPECT_FALSE(postgres(follower).upstream);
  EXPECT_EQ(span(follower, UnitTimer::replication).least, timing::wal_retrieve_retry_interval);
}

TEST_F(SlotsOfVersion4, AreNotInACopyOfTheData) {
  postgresql::copy(step, one, zero);
  EXPECT_TRUE(postgres(one).slots.empty());
  run_for(2 * loop_wait);
  EXPECT_EQ(postgres(one).slots, (UnitSet{zero, two}));
}

// Tagged nofailover: 4.1.5 takes it for one that nobody will ever follow.
TEST_F(SlotsOfVersion4, AreNotOnAStandbyThatMayNotLead) {
  world.unit(two).volume.tagged = true;
  have_read(two);
  EXPECT_TRUE(postgres(two).slots.empty());
  EXPECT_TRUE(postgres(one).slots.contains(two));
}

TEST_F(SlotsOfVersion4, OfAPrimaryThatMayNotLeadAreThoseInUse) {
  patroni::kill_process(step, two);
  world.unit(zero).volume.tagged = true;
  have_read(zero);
  EXPECT_EQ(postgres(zero).slots, UnitSet{one});
}

}  // namespace
}  // namespace model
