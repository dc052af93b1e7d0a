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
  // The first primary begins the history; the others are copies of what there is.
  void make_primary(UnitName unit) {
    postgres(unit).system_id = 1;
    postgres(unit).lsn = postgres(unit).written = postgres(unit).replayed = 1000;
    postgresql::begin_history(step, unit, 0);
    run_primary(unit);
  }
  void run_primary(UnitName unit) {
    postgres(unit).database = Database::running;
    postgres(unit).in_recovery = false;
    ++postgres(unit).stint;
    member(unit).admitted = UnitSet{zero, one, two};
    postgres(unit).slots = UnitSet{zero, one, two};
  }
  void make_replica(UnitName unit, UnitName source) {
    postgresql::copy(step, unit, source);
    postgresql::start_in_recovery(step, unit);
  }
  void make_standby(UnitName unit, UnitName upstream) {
    make_replica(unit, upstream);
    postgresql::follow(step, unit, upstream);
    keep_facts();
  }
  // A second primary, on a branch of its own.
  void make_rival(UnitName unit, UnitName of) {
    make_replica(unit, of);
    postgresql::promote(step, unit);
    run_primary(unit);
  }
  std::uint32_t acknowledged() { return client().acknowledged; }
  void write() {
    postgresql::write(step);
    keep_facts();
  }
  // Until all that was sent has been replayed everywhere.
  void let_wal_flow() { run_for(1s - 1us); }
  bool can_follow(UnitName standby, UnitName primary) {
    return postgresql::can_follow(world, standby, primary);
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
  let_wal_flow();
  EXPECT_EQ(acknowledged(), 0U);
  make_standby(two, zero);
  let_wal_flow();
  EXPECT_EQ(acknowledged(), 1U);
}

TEST_F(Commit, GoesFromSentToWrittenToFlushedToReplayed) {
  make_primary(zero);
  make_standby(one, zero);
  let_wal_flow();
  write();
  const std::uint64_t commit = postgres(zero).lsn;
  fire(timer_id(one, UnitTimer::replication));
  EXPECT_EQ(postgres(one).written, commit);
  EXPECT_LT(postgres(one).lsn, commit);
  fire(timer_id(one, UnitTimer::replication));
  EXPECT_EQ(postgres(one).lsn, commit);
  EXPECT_LT(postgres(one).replayed, commit);
  fire(timer_id(one, UnitTimer::replication));
  EXPECT_EQ(postgres(one).replayed, commit);
}

struct Level {
  SynchronousCommit level;
  int steps;  // of the standby's, before the commit is acknowledged
};
struct CommitLevel : PostgreSQLTest, testing::WithParamInterface<Level> {};

TEST_P(CommitLevel, WaitsForAsMuchAsItSays) {
  parameters.synchronous_commit = GetParam().level;
  make_primary(zero);
  make_standby(one, zero);
  let_wal_flow();
  member(zero).sync_names = UnitSet{one};
  write();
  for (int at = 0; at < GetParam().steps; ++at) {
    EXPECT_EQ(acknowledged(), 0U) << at;
    fire(timer_id(one, UnitTimer::replication));
  }
  EXPECT_EQ(acknowledged(), 1U);
}

INSTANTIATE_TEST_SUITE_P(Levels, CommitLevel,
                         testing::Values(Level{SynchronousCommit::off, 0},
                                         Level{SynchronousCommit::local, 0},
                                         Level{SynchronousCommit::remote_write, 1},
                                         Level{SynchronousCommit::on, 2},
                                         Level{SynchronousCommit::remote_apply, 3}));

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
  let_wal_flow();
  EXPECT_EQ(acknowledged(), 1U);
}

TEST_F(Commit, IsNotTakenByAMemberInRecoveryOrOneThatIsDown) {
  make_primary(zero);
  make_replica(one, zero);
  postgresql::stop(step, zero);
  write();
  EXPECT_EQ(acknowledged(), 0U);
}

TEST_F(Commit, IsNotTakenByAFrozenPod) {
  make_primary(zero);
  world.unit(zero).surroundings.frozen = Frozen::pod;
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

TEST_F(Commit, ThatNobodyAcknowledgedIsStillThereAfterARestart) {
  make_primary(zero);
  member(zero).sync_names = UnitSet{one};
  write();
  const std::uint64_t commit = postgres(zero).lsn;
  postgresql::crash(step, zero);
  postgresql::start_in_recovery(step, zero);
  EXPECT_EQ(postgres(zero).replayed, commit);
}

using Loss = PostgreSQLTest;

TEST_F(Loss, OfAConfirmedCommitIsToldWhenSomebodyElseAcknowledges) {
  make_primary(zero);
  make_standby(one, zero);
  make_replica(two, zero);
  member(zero).sync_names = UnitSet{one};
  write();
  let_wal_flow();
  ASSERT_EQ(acknowledged(), 1U);
  postgresql::crash(step, zero);
  postgresql::promote(step, two);
  run_primary(two);
  write();
  EXPECT_EQ(count(FactKind::commit_lost), 1U);
  EXPECT_TRUE(client().lost);
}

TEST_F(Loss, IsNoneWhereTheConfirmingStandbyIsPromoted) {
  make_primary(zero);
  make_standby(one, zero);
  member(zero).sync_names = UnitSet{one};
  write();
  let_wal_flow();
  postgresql::crash(step, zero);
  postgresql::promote(step, one);
  run_primary(one);
  write();
  EXPECT_EQ(count(FactKind::commit_lost), 0U);
}

TEST_F(Loss, OfACommitThatNoStandbyHadToConfirmIsNoBrokenPromise) {
  make_primary(zero);
  make_replica(two, zero);
  write();
  ASSERT_EQ(acknowledged(), 1U);
  postgresql::crash(step, zero);
  postgresql::promote(step, two);
  run_primary(two);
  write();
  EXPECT_EQ(count(FactKind::commit_lost), 0U);
}

struct Overlap : PostgreSQLTest {
  void write_later() {
    run_for(1ms);
    write();
  }
};

TEST_F(Overlap, IsAMemberThatAcknowledgesAgainAfterAnotherHas) {
  make_primary(zero);
  write_later();
  member(zero).sync_names = UnitSet{two};  // it hangs
  make_rival(one, zero);
  write_later();
  ASSERT_EQ(count(FactKind::overlap), 0U);
  member(zero).sync_names.clear();
  write_later();
  EXPECT_EQ(count(FactKind::overlap), 1U);
  EXPECT_TRUE(client().overlap);
}

TEST_F(Overlap, IsNotAnOldPrimaryThatCannotAcknowledge) {
  make_primary(zero);
  write_later();
  member(zero).sync_names = UnitSet{two};
  make_rival(one, zero);
  write_later();
  write_later();
  EXPECT_EQ(count(FactKind::overlap), 0U);
}

TEST_F(Overlap, IsNotAFailOverAndBack) {
  make_primary(zero);
  write_later();
  postgresql::stop(step, zero);
  make_rival(one, zero);
  write_later();
  postgresql::stop(step, one);
  make_replica(zero, one);
  postgresql::promote(step, zero);
  write_later();
  write_later();
  EXPECT_EQ(acknowledged(), 4U);
  EXPECT_EQ(count(FactKind::overlap), 0U);
}

// Whichever of them is written first.
TEST_F(Overlap, IsTwoThatAcknowledgeInOneMoment) {
  for (const auto& [old, rival] : {std::pair{zero, one}, std::pair{one, zero}}) {
    SCOPED_TRACE(old.ordinal);
    client() = {};
    make_primary(old);
    write_later();
    make_rival(rival, old);
    forget_past();
    write_later();
    EXPECT_EQ(count(FactKind::overlap), 1U);
    for (UnitName unit : {zero, one}) postgresql::stop(step, unit);
  }
}

TEST_F(Overlap, IsToldOnce) {
  make_primary(zero);
  make_rival(one, zero);
  write_later();
  write_later();
  write_later();
  EXPECT_EQ(count(FactKind::overlap), 1U);
}

using Replication = PostgreSQLTest;

TEST_F(Replication, WaitsForASlotAndTriesAgainAfterFiveSeconds) {
  make_primary(zero);
  postgres(zero).slots.clear();
  make_replica(one, zero);
  postgresql::follow(step, one, zero);
  EXPECT_FALSE(postgresql::is_streaming(world, one));
  EXPECT_EQ(span(one, UnitTimer::replication).least, 5s);
  postgres(zero).slots.insert(one);
  run_for(4s);
  EXPECT_FALSE(postgresql::is_streaming(world, one));
  run_for(1s);
  EXPECT_TRUE(postgresql::is_streaming(world, one));
}

TEST_F(Replication, IsRefusedByPgHbaUntilTheStandbyIsAdmitted) {
  make_primary(zero);
  member(zero).admitted = UnitSet{zero};
  make_standby(one, zero);
  EXPECT_FALSE(postgresql::is_streaming(world, one));
  member(zero).admitted.insert(one);
  run_for(5s);
  EXPECT_TRUE(postgresql::is_streaming(world, one));
}

TEST_F(Replication, EndsWhenTheUpstreamCrashesAndIsTriedAgain) {
  make_primary(zero);
  make_standby(one, zero);
  postgresql::crash(step, zero);
  EXPECT_FALSE(postgres(one).upstream.has_value());
  EXPECT_EQ(span(one, UnitTimer::replication).least, 5s);
}

// The WAL receiver flushes at its end, and recovery needs no upstream: who looks a moment later
// sees how far the history goes, and not less (found by a run whose standby never noticed that it
// had diverged).
TEST_F(Replication, ThatEndsLeavesAllThatWasReceivedReplayed) {
  make_primary(zero);
  make_standby(one, zero);
  let_wal_flow();
  write();
  const std::uint64_t commit = postgres(zero).lsn;
  fire(timer_id(one, UnitTimer::replication));
  ASSERT_LT(postgres(one).replayed, commit);
  postgresql::crash(step, zero);
  EXPECT_EQ(postgres(one).lsn, commit);
  EXPECT_EQ(postgres(one).replayed, commit);
}

TEST_F(Replication, OverACutConnectionNoWalFlowsAndBothBelieveInItForAMinute) {
  make_primary(zero);
  make_standby(one, zero);
  let_wal_flow();
  member(zero).sync_names = UnitSet{one};
  network::cut(step, one, network::Cut::from_all, 200s);
  write();
  run_for(59s);
  EXPECT_EQ(postgresql::standbys(world, zero), UnitSet{one});
  EXPECT_EQ(acknowledged(), 0U);
  run_for(2s);
  EXPECT_TRUE(postgresql::standbys(world, zero).empty());
}

TEST_F(Replication, GoesOnWhereItWasWhenACutIsShort) {
  make_primary(zero);
  make_standby(one, zero);
  member(zero).sync_names = UnitSet{one};
  network::cut(step, one, network::Cut::to_peers, 10s);
  write();
  run_for(9s);
  ASSERT_EQ(acknowledged(), 0U);
  run_for(2s);
  EXPECT_GE(acknowledged(), 1U);
}

TEST_F(Replication, LosesWhatWasWrittenAndNotFlushedWithTheProcess) {
  make_primary(zero);
  make_standby(one, zero);
  let_wal_flow();
  write();
  fire(timer_id(one, UnitTimer::replication));
  const std::uint64_t flushed = postgres(one).lsn;
  ASSERT_GT(postgres(one).written, flushed);
  postgresql::crash(step, one);
  EXPECT_EQ(postgres(one).written, flushed);
}

using Timelines = PostgreSQLTest;

TEST_F(Timelines, APromotionForksANewOneAtItsPosition) {
  make_primary(zero);
  make_standby(one, zero);
  postgresql::promote(step, one);
  keep_facts();
  EXPECT_EQ(postgres(one).timeline, 2);
  EXPECT_EQ(world.shared().branches[postgres(one).branch].fork_lsn, 1000U);
  EXPECT_FALSE(postgres(one).upstream.has_value());
  EXPECT_EQ(last(FactKind::promoted).fact.value, 2U);
}

TEST_F(Timelines, APromotionReplaysAllThatWasReceived) {
  make_primary(zero);
  make_standby(one, zero);
  let_wal_flow();
  write();
  fire(timer_id(one, UnitTimer::replication));
  const std::uint64_t received = postgres(one).written;
  postgresql::promote(step, one);
  EXPECT_EQ(postgres(one).replayed, received);
}

TEST_F(Timelines, AStandbyOfAnOldTimelineDoesNotStreamFromTheNewOneUnasked) {
  make_primary(zero);
  make_standby(one, zero);
  ASSERT_TRUE(postgresql::is_streaming(world, one));
  postgresql::promote(step, zero);
  EXPECT_FALSE(postgresql::is_streaming(world, one));
}

TEST_F(Timelines, OnTheSameOneAStandbyFollows) {
  make_primary(zero);
  make_replica(one, zero);
  write();
  EXPECT_TRUE(can_follow(one, zero));
}

TEST_F(Timelines, ToALaterOneAStandbyFollowsUpToTheFork) {
  make_primary(zero);
  make_replica(one, zero);
  make_rival(two, zero);
  postgresql::promote(step, two);  // two timelines on
  EXPECT_TRUE(can_follow(one, two));
  postgres(one).lsn += 1;
  EXPECT_FALSE(can_follow(one, two));
}

TEST_F(Timelines, NobodyFollowsAnOlderOne) {
  make_primary(zero);
  make_rival(one, zero);
  EXPECT_FALSE(can_follow(one, zero));
}

TEST_F(Timelines, TwoPromotionsFromOneParentHaveOneNumberAndTwoHistories) {
  make_primary(zero);
  make_rival(one, zero);
  make_rival(two, zero);
  EXPECT_EQ(postgres(one).timeline, postgres(two).timeline);
  EXPECT_FALSE(can_follow(one, two));
  EXPECT_FALSE(can_follow(two, one));
}

TEST_F(Timelines, NobodyFollowsAnotherSystem) {
  make_primary(zero);
  make_replica(one, zero);
  postgres(one).system_id = 2;
  EXPECT_FALSE(can_follow(one, zero));
}

TEST_F(Timelines, AreForgottenWhenNobodyGoesBackToThem) {
  make_primary(zero);
  make_replica(one, zero);
  for (int promotion = 0; promotion < 200; ++promotion) postgresql::promote(step, zero);
  EXPECT_EQ(postgres(zero).timeline, 201);
  EXPECT_TRUE(can_follow(one, zero)) << "the way from its branch is kept";
}

TEST_F(Timelines, AStoppedDatabaseKeepsItsData) {
  make_primary(zero);
  postgresql::stop(step, zero);
  EXPECT_EQ(postgres(zero).database, Database::stopped);
  EXPECT_TRUE(postgres(zero).clean);
  EXPECT_EQ(postgres(zero).lsn, 1000U);
  EXPECT_EQ(postgres(zero).timeline, 1);
}

TEST_F(Timelines, ADatabaseThatNeverWasStaysNone) {
  postgresql::stop(step, zero);
  EXPECT_EQ(postgres(zero).database, Database::none);
}

struct StandbyList : PostgreSQLTest {
  std::uint8_t walsender(UnitName unit) { return postgres(unit).walsender; }
};

TEST_F(StandbyList, BeginsWithWhoHasConnectedFirstWhateverItsName) {
  make_primary(zero);
  make_standby(two, zero);
  make_standby(one, zero);
  EXPECT_EQ(postgresql::first_listed(world, {one, two}), two);
}

TEST_F(StandbyList, GivesAConnectionTheFirstPlaceThatIsFree) {
  make_primary(zero);
  make_standby(two, zero);
  make_standby(one, zero);
  postgresql::crash(step, two);
  EXPECT_EQ(postgresql::first_listed(world, {one}), one);
  make_standby(two, zero);
  EXPECT_LT(walsender(two), walsender(one)) << "it comes where it was, and not behind";
}

TEST_F(StandbyList, IsAnewOnAServerThatWasStartedAgain) {
  make_primary(zero);
  make_standby(two, zero);
  make_standby(one, zero);
  postgresql::crash(step, zero);
  EXPECT_EQ(walsender(one), Postgres::no_walsender);
  run_primary(zero);
  postgresql::follow(step, one, zero);
  postgresql::follow(step, two, zero);
  run_for(6s);
  EXPECT_EQ(postgresql::first_listed(world, {one, two}), one);
}

TEST_F(StandbyList, HasTwoPlacesTakenByABaseBackupUntilItEnds) {
  make_primary(zero);
  postgresql::begin_backup(step, one, zero);
  make_standby(two, zero);
  EXPECT_EQ(walsender(two), 2);
  postgresql::end_backup(step, one);
  make_standby(one, zero);
  EXPECT_EQ(walsender(one), 0);
  EXPECT_EQ(postgresql::first_listed(world, {one, two}), one);
}

TEST_F(StandbyList, LosesABackupWithItsServer) {
  make_primary(zero);
  postgresql::begin_backup(step, one, zero);
  postgresql::crash(step, zero);
  EXPECT_FALSE(postgres(one).backup_of);
}

}  // namespace
}  // namespace model
