// A promotion, and when Patroni sees it: _wait_promote() of 3.1.2 and 4.1.5, whose first look at
// pg_control comes too early.
#include <gtest/gtest.h>

#include "model/patroni/loop.h"
#include "tests/model/patroni_fixture.h"

namespace model {
namespace {

using namespace given;

struct Promotion : PatroniTest {
  void SetUp() override { start_cluster(); }
  // The primary is gone; `leader` has the lock, and PostgreSQL is told to leave recovery.
  void request() {
    kubernetes::kill_pod(step, zero, kubernetes::Return::never);
    run_until([this] { return member(one).looks > 0 || member(two).looks > 0; });
    leader = member(one).looks > 0 ? one : two;
    follower = leader == one ? two : one;
    requested = world.now();
  }
  bool is_armed(UnitTimer timer) { return world.is_armed(timer_id(leader, timer)); }

  UnitName leader;
  UnitName follower;
  Instant requested;
};

TEST_F(Promotion, IsSeenMostOfASecondAfterItsEnd) {
  request();
  run_until([this] { return is_primary(leader); });
  EXPECT_LT(world.now() - requested, timing::promotion_poll);
  EXPECT_EQ(member(leader).job, Job::promote);
  EXPECT_EQ(member(leader).role, ha::Role::promoted);
  run_until([this] { return member(leader).job == Job::none; });
  EXPECT_GE(world.now() - requested, timing::promotion_poll + timing::promotion_look.least);
  EXPECT_LE(world.now() - requested, timing::promotion_poll + timing::promotion_look.most);
  EXPECT_EQ(member(leader).role, ha::Role::primary);
}

// The passes before it renew the lock, and do no more.
TEST_F(Promotion, IsFollowedBySlotsOnlyOnceItIsSeen) {
  request();
  run_until([this] { return is_primary(leader); });
  patroni::wake(step, leader);
  run_for(timing::promotion_poll / 2);
  EXPECT_EQ(member(leader).job, Job::promote);
  EXPECT_TRUE(postgres(leader).slots.empty());
  run_until([this] { return member(leader).job == Job::none; });
  run_for(timing::wake_up.most);
  EXPECT_TRUE(postgres(leader).slots.contains(follower));
}

TEST_F(Promotion, ThatTakesLongerIsSeenByALaterLook) {
  request();
  world.arm(timer_id(leader, UnitTimer::startup), exactly(2s));
  run_until([this] { return is_primary(leader); });
  EXPECT_EQ(member(leader).job, Job::promote);
  run_until([this] { return member(leader).job == Job::none; });
  EXPECT_GE(world.now() - requested, 2 * timing::promotion_poll);
  EXPECT_LT(world.now() - requested, 3 * timing::promotion_poll);
}

TEST_F(Promotion, IsLookedAtForLoopWaitAndComesAboutAllTheSame) {
  request();
  world.arm(timer_id(leader, UnitTimer::startup), exactly(loop_wait + 3s));
  run_until([this] { return member(leader).job == Job::none; });
  EXPECT_GE(world.now() - requested, loop_wait);
  EXPECT_LT(world.now() - requested, loop_wait + timing::promotion_poll);
  EXPECT_FALSE(is_primary(leader));
  run_for(2 * loop_wait);
  EXPECT_TRUE(is_primary(leader));
  EXPECT_EQ(member(leader).role, ha::Role::primary);
  EXPECT_TRUE(postgres(leader).slots.contains(follower));
}

// Before PostgreSQL was told, the loop cancels it (patroni_lock_test.cc).
TEST_F(Promotion, IsPastThePointOfNoReturnOnceItWasRequested) {
  request();
  patroni_objects::name_lock_holder(step, charm::member_of(follower));
  patroni::wake(step, leader);
  run_until([this] { return is_primary(leader); });
  EXPECT_EQ(member(leader).job, Job::promote);
}

TEST_F(Promotion, EndsWithItsServer) {
  request();
  postgresql::crash(step, leader);
  EXPECT_FALSE(is_armed(UnitTimer::startup));
  run_for(timing::promote.most);
  EXPECT_FALSE(is_primary(leader));
}

}  // namespace
}  // namespace model
