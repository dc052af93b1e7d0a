// A PostgreSQL that recovers for long. Source: patroni-and-kubernetes.md, sections 2.7, 2.8
// and 2.9.
#include <gmock/gmock.h>

#include "tests/model/patroni_fixture.h"

namespace model {
namespace {

using namespace given;
using testing::IsEmpty;
using testing::SizeIs;

struct Startup : PatroniTest {
  Database database(UnitName unit) { return world.unit(unit).postgres.database; }
};

TEST_F(Startup, AQuickRecoveryIsOverWithItsJob) {
  start_cluster();
  patroni::crash_database(step, zero);
  run_until([this] { return is_primary(zero); });
  EXPECT_EQ(database(zero), Database::running);
  EXPECT_THAT(all(FactKind::lock_taken), IsEmpty());
}

TEST_F(Startup, APrimaryThatRecoversRefusesConnectionsAndKeepsItsLock) {
  start_cluster();
  const std::uint32_t timeline = world.unit(zero).postgres.timeline;
  patroni::crash_database(step, zero, 100s);
  run_for(60s);
  EXPECT_EQ(database(zero), Database::starting);
  EXPECT_FALSE(is_primary(zero));
  EXPECT_EQ(patroni::health(world, zero), charm::MemberState::starting);
  run_for(50s);
  EXPECT_TRUE(is_primary(zero));
  EXPECT_EQ(world.unit(zero).postgres.timeline, timeline);
  EXPECT_THAT(all(FactKind::lock_taken), IsEmpty());
}

TEST_F(Startup, AfterPrimaryStartTimeoutAnotherIsLetAtTheLock) {
  start_cluster();
  patroni::crash_database(step, zero, 900s);
  run_for(300s);
  EXPECT_THAT(all(FactKind::lock_taken), IsEmpty());
  run_for(40s);
  ASSERT_THAT(all(FactKind::lock_taken), SizeIs(1));
  EXPECT_TRUE(is_primary(one));
}

TEST_F(Startup, ATimeoutWithNobodyToTakeOverIsWaitedOut) {
  start_cluster();
  kubernetes::lose_node(step, one);
  kubernetes::lose_node(step, two);
  patroni::crash_database(step, zero, 600s);
  run_for(590s);
  EXPECT_THAT(all(FactKind::demoted), IsEmpty());
  run_for(30s);
  EXPECT_TRUE(is_primary(zero));
}

TEST_F(Startup, ATimeoutOfZeroFailsOverAtOnce) {
  parameters.primary_start_timeout = 0s;
  start_cluster();
  patroni::crash_database(step, zero, 900s);
  run_for(20s);
  EXPECT_TRUE(is_primary(one));
}

TEST_F(Startup, AReplicaThatRecoversIsWaitedForByNobodyAndStreamsInTheEnd) {
  start_cluster();
  patroni::crash_database(step, one, 200s);
  run_for(150s);
  EXPECT_EQ(database(one), Database::starting);
  EXPECT_EQ(world.unit(one).member.job, Job::none);  // pg_ctl has given up after 60 s
  EXPECT_EQ(world.unit(one).pod.published_state, charm::MemberState::starting);
  run_for(80s);
  EXPECT_TRUE(is_streaming(one));
}

TEST_F(Startup, AMemberThatStartsIsNeverTheHealthiest) {
  start_cluster();
  patroni::crash_database(step, one, 300s);
  run_for(20s);
  dcs().sync_standbys = UnitSet{one};
  kubernetes::lose_node(step, zero);
  run_for(120s);
  EXPECT_THAT(all(FactKind::lock_taken), IsEmpty());
  run_for(200s);
  EXPECT_TRUE(is_primary(one));
}

TEST_F(Startup, AHolderThatDiesWhileItStartsGivesItsLockAwayAndFollows) {
  start_cluster();
  patroni::crash_database(step, zero, 100s);
  run_for(40s);
  ASSERT_EQ(database(zero), Database::starting);
  patroni::crash_database(step, zero);
  EXPECT_EQ(database(zero), Database::stopped);
  run_for(5s);
  EXPECT_TRUE(is_primary(one));
  run_for(100s);
  EXPECT_TRUE(is_streaming(zero));
}

TEST_F(Startup, AProcessThatDiesTakesTheRecoveringPostmasterWithIt) {
  start_cluster();
  patroni::crash_database(step, zero, 100s);
  run_for(40s);
  kill_process(zero);
  EXPECT_EQ(database(zero), Database::stopped);
  EXPECT_FALSE(world.is_armed(timer_id(zero, UnitTimer::startup)));
}

TEST_F(Startup, WhatDiedInAFrozenPodIsNotUpWhenItThaws) {
  start_cluster();
  patroni::crash_database(step, zero, 30s);
  run_for(20s);
  network::freeze(step, zero, Frozen::pod, 60s);
  run_for(20s);
  kill_process(zero);
  run_for(41s);
  EXPECT_FALSE(is_primary(zero));
}

}  // namespace
}  // namespace model
