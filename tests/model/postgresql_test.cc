// Replication, commits and timelines. Source: patroni-and-kubernetes.md, sections 5 and 5.1.
#include "model/postgresql.h"

#include <gmock/gmock.h>

#include "tests/model/world_fixture.h"

namespace model {
namespace {

using namespace given;

struct PostgreSQLTest : WorldFixture {
  PostgreSQLTest() {
    for (UnitName unit : {zero, one, two}) world.unit(unit).exists = true;
  }
  void make_primary(UnitName unit) {
    postgres(unit) = {.database = Database::running, .system_id = 1, .timeline = 1, .lsn = 1000};
    postgres(unit).stint = 1;
  }
  void make_standby(UnitName unit, UnitName upstream) {
    postgres(unit) = {.database = Database::running, .in_recovery = true, .system_id = 1};
    postgresql::stream(step, unit, upstream);
  }
  std::uint32_t acknowledged() { return client().acknowledged; }
  bool can_follow(const Postgres& standby, const Postgres& primary) {
    postgres(one) = standby;
    postgres(zero) = primary;
    return postgresql::can_follow(world, one, zero);
  }
  void write() {
    postgresql::write(step);
    keep_facts();
  }
};

using Commit = PostgreSQLTest;

TEST_F(Commit, IsAcknowledgedAtOnceWhereNobodyIsNamed) {
  make_primary(zero);
  write();
  EXPECT_EQ(acknowledged(), 1U);
}

TEST_F(Commit, IsAcknowledgedOnlyWhenAllNamedStandbysHaveIt) {
  make_primary(zero);
  make_standby(one, zero);
  member(zero).sync_names = UnitSet{one, two};
  write();
  EXPECT_EQ(acknowledged(), 0U);
  make_standby(two, zero);
  write();
  EXPECT_EQ(acknowledged(), 1U);
}

TEST_F(Commit, ReachesTheStandbysThatStream) {
  make_primary(zero);
  make_standby(one, zero);
  write();
  EXPECT_GT(postgres(zero).lsn, 1000U);
  EXPECT_EQ(postgres(one).lsn, postgres(zero).lsn);
  EXPECT_EQ(postgres(two).lsn, 0U);
}

TEST_F(Commit, ThatWaitsIsOneWriteHoweverOftenTheClientLooks) {
  make_primary(zero);
  member(zero).sync_names = UnitSet{one};
  write();
  const std::uint64_t waiting = postgres(zero).lsn;
  write();
  EXPECT_EQ(postgres(zero).lsn, waiting);
  EXPECT_TRUE(postgres(zero).write_waits);
}

TEST_F(Commit, WithAnyStandbyStrictNeedsOne) {
  make_primary(zero);
  postgres(zero).any_standby_syncs = true;
  write();
  EXPECT_EQ(acknowledged(), 0U);
  make_standby(two, zero);
  write();
  EXPECT_EQ(acknowledged(), 1U);
}

TEST_F(Commit, IsNotTakenByAMemberInRecoveryOrOneThatIsDown) {
  make_primary(zero);
  postgresql::stop(step, zero);
  make_standby(one, zero);
  write();
  EXPECT_EQ(acknowledged(), 0U);
}

TEST_F(Commit, TheClientWritesAgainAfterItsPeriod) {
  parameters.client_period = 250ms;
  write();
  EXPECT_EQ(span(WorldTimer::client).least, 250ms);
}

TEST_F(Commit, TellsOfANewAcknowledgerOnce) {
  make_primary(zero);
  write();
  write();
  EXPECT_EQ(count(FactKind::acknowledged), 1U);
}

using Overlap = PostgreSQLTest;

TEST_F(Overlap, IsAMemberThatAcknowledgesAgainAfterAnotherHas) {
  make_primary(zero);
  write();
  member(zero).sync_names = UnitSet{two};  // it hangs
  make_primary(one);
  write();
  ASSERT_EQ(count(FactKind::overlap), 0U);
  member(zero).sync_names.clear();
  write();
  EXPECT_EQ(count(FactKind::overlap), 1U);
  EXPECT_TRUE(client().overlap);
}

TEST_F(Overlap, IsNotAnOldPrimaryThatCannotAcknowledge) {
  make_primary(zero);
  write();
  member(zero).sync_names = UnitSet{two};
  make_primary(one);
  write();
  write();
  EXPECT_EQ(count(FactKind::overlap), 0U);
}

TEST_F(Overlap, IsNotAFailOverAndBack) {
  make_primary(zero);
  write();
  postgresql::stop(step, zero);
  make_primary(one);
  write();
  postgresql::stop(step, one);
  postgres(zero).database = Database::running;
  postgres(zero).in_recovery = true;
  postgresql::promote(step, zero);
  write();
  write();
  EXPECT_EQ(acknowledged(), 4U);
  EXPECT_EQ(count(FactKind::overlap), 0U);
}

TEST_F(Overlap, IsToldOnce) {
  make_primary(zero);
  make_primary(one);
  write();
  write();
  write();
  EXPECT_EQ(count(FactKind::overlap), 1U);
}

using Timelines = PostgreSQLTest;

TEST_F(Timelines, APromotionForksANewOneAtItsPosition) {
  make_primary(zero);
  make_standby(one, zero);
  postgresql::promote(step, one);
  keep_facts();
  EXPECT_EQ(postgres(one).timeline, 2);
  EXPECT_EQ(postgres(one).fork_lsn, 1000U);
  EXPECT_FALSE(postgres(one).upstream.has_value());
  EXPECT_EQ(last(FactKind::promoted).fact.value, 2U);
}

TEST_F(Timelines, AStandbyOfAPromotedMemberStreamsNoMoreFromTheOldOne) {
  make_primary(zero);
  make_standby(one, zero);
  EXPECT_TRUE(postgresql::is_streaming(world, one));
  ++postgres(zero).timeline;
  EXPECT_FALSE(postgresql::is_streaming(world, one));
}

TEST_F(Timelines, OnTheSameOneAStandbyFollowsUnlessItIsAhead) {
  EXPECT_TRUE(can_follow({.system_id = 1, .timeline = 3, .lsn = 100},
                         {.system_id = 1, .timeline = 3, .lsn = 100}));
  EXPECT_FALSE(can_follow({.system_id = 1, .timeline = 3, .lsn = 101},
                          {.system_id = 1, .timeline = 3, .lsn = 100}));
}

TEST_F(Timelines, ToTheNextOneAStandbyFollowsUpToTheFork) {
  EXPECT_TRUE(can_follow({.system_id = 1, .timeline = 1, .lsn = 100},
                         {.system_id = 1, .timeline = 2, .lsn = 500, .fork_lsn = 100}));
  EXPECT_FALSE(can_follow({.system_id = 1, .timeline = 1, .lsn = 101},
                          {.system_id = 1, .timeline = 2, .lsn = 500, .fork_lsn = 100}));
}

TEST_F(Timelines, NobodyFollowsAnOlderOne) {
  EXPECT_FALSE(can_follow({.system_id = 1, .timeline = 2, .lsn = 100},
                          {.system_id = 1, .timeline = 1, .lsn = 500}));
}

TEST_F(Timelines, NobodyFollowsAnotherSystem) {
  EXPECT_FALSE(can_follow({.system_id = 2, .timeline = 1, .lsn = 100},
                          {.system_id = 1, .timeline = 1, .lsn = 500}));
}

TEST_F(Timelines, AStoppedDatabaseKeepsItsData) {
  make_primary(zero);
  postgresql::stop(step, zero);
  EXPECT_EQ(postgres(zero).database, Database::stopped);
  EXPECT_EQ(postgres(zero).lsn, 1000U);
  EXPECT_EQ(postgres(zero).timeline, 1);
}

TEST_F(Timelines, ADatabaseThatNeverWasStaysNone) {
  postgresql::stop(step, zero);
  EXPECT_EQ(postgres(zero).database, Database::none);
}

}  // namespace
}  // namespace model
