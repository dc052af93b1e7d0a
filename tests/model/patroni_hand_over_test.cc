// A primary that ends in good order, and its lock. Source: patroni-and-kubernetes.md, sections
// 2.12, 2.13, 4.3; Patroni's demote(), shutdown() and process_sync_replication().
#include <gmock/gmock.h>

#include "tests/model/patroni_fixture.h"

namespace model {
namespace {

using namespace given;
using network::Cut;

struct HandOver : PatroniTest {
  bool is_locked_by(UnitName unit) { return lock_holder() == charm::member_of(unit); }
  bool is_down(UnitName unit) { return postgres(unit).database == Database::stopped; }
  // One standby does not hear what the primary sends, the other does.
  void shut_down_behind_a_cut(Duration lasts) {
    start_cluster(1);
    ASSERT_TRUE(dcs().sync_standbys.contains(one));
    run_to_renewal();
    network::cut(step, two, Cut::from_peers, lasts);
    patroni::shut_down(step, zero);
    asked = world.now();
  }
  Duration until_released() {
    run_until([this] { return count(FactKind::lock_released) > 0; });
    return world.now() - asked;
  }
  Instant asked;
};

TEST_F(HandOver, ThePrimaryIsDownASecondBeforeItsLockIsGone) {
  start_cluster();
  run_to_renewal();
  patroni::shut_down(step, zero);
  run_until([this] { return is_down(zero); });
  run_for(timing::stop_poll);
  EXPECT_TRUE(is_locked_by(zero));
  run_for(timing::hand_over.most);
  EXPECT_FALSE(is_locked_by(zero));
}

TEST_F(HandOver, ThePrimaryTakesCommitsUntilItsRestApiHasEnded) {
  start_cluster();
  patroni::shut_down(step, zero);
  EXPECT_FALSE(patroni::is_up(world, zero));
  EXPECT_TRUE(is_primary(zero));
  EXPECT_LE(span(zero, UnitTimer::job).most, timing::rest_end.most);
  run_for(timing::rest_end.most);
  EXPECT_FALSE(is_primary(zero));
}

// It has no lock to give away, and does not look each second.
TEST_F(HandOver, AStandbyWaitsForItsPostmasterAlone) {
  start_cluster(1);
  const UnitName other = dcs().sync_standbys.contains(one) ? two : one;
  patroni::shut_down(step, other);
  run_until([this, other] { return is_down(other); });
  EXPECT_LE(span(other, UnitTimer::job).most, timing::postmaster_end.most);
  run_for(timing::postmaster_end.most);
  EXPECT_FALSE(world.unit(other).container.service_running);
}

TEST_F(HandOver, ALockIsLetGoOnceItsServersEndHasBeenRead) {
  start_cluster();
  run_to_renewal();
  patroni::shut_down(step, zero);
  run_until([this] { return member(zero).stopping == Stopping::ended; });
  EXPECT_TRUE(is_locked_by(zero));
  EXPECT_EQ(span(zero, UnitTimer::job).least, timing::hand_over.least);
  EXPECT_EQ(span(zero, UnitTimer::job).most, timing::hand_over.most);
}

TEST_F(HandOver, AtASwitchoverThePrimaryTakesCommitsDuringItsCheckpointAndNotAfter) {
  start_cluster();
  run_to_renewal();
  ASSERT_TRUE(patroni::switch_over(step, one));
  run_until([this] { return member(zero).stopping == Stopping::checkpoint; });
  EXPECT_TRUE(is_primary(zero));
  run_until([this] { return member(zero).stopping == Stopping::postmaster; });
  EXPECT_FALSE(is_primary(zero));
  EXPECT_TRUE(is_locked_by(zero));
  const Instant stopped = world.now();
  run_until([this] { return !is_locked_by(zero); });
  EXPECT_GE(world.now() - stopped, timing::stop_poll + timing::hand_over.least);
}

TEST_F(HandOver, ADemotedPrimaryGivesTheOthersTwoSecondsToTakeTheLock) {
  start_cluster();
  ASSERT_TRUE(patroni::switch_over(step, one));
  run_until([this] { return count(FactKind::lock_released) > 0; });
  EXPECT_FALSE(postgres(zero).following);
  run_for(timing::let_others_lead - 1ms);
  EXPECT_EQ(member(zero).job, Job::demote_gracefully);
  run_for(5s);
  EXPECT_TRUE(is_primary(one));
  EXPECT_TRUE(is_streaming(zero));
}

TEST_F(HandOver, APostmasterDoesNotEndBeforeItsStandbysHaveEverything) {
  shut_down_behind_a_cut(20s);
  run_for(19s);
  EXPECT_TRUE(member(zero).handing_over);
  EXPECT_TRUE(postgres(zero).unsent.contains(two));
  run_for(3s);
  EXPECT_FALSE(world.unit(zero).container.service_running);
}

TEST_F(HandOver, AStandbyThatIsReachedAgainReceivesTheRest) {
  start_cluster(1);
  network::cut(step, two, Cut::from_peers, 20s);
  postgresql::write(step);
  run_for(2s);
  ASSERT_LT(postgres(two).lsn, postgres(zero).lsn);
  // Nobody else takes over, and sends it.
  for (UnitName unit : {one, two}) network::freeze(step, unit, Frozen::patroni, 60s);
  network::cut(step, two, Cut::from_peers, 20s);
  patroni::shut_down(step, zero);
  const std::uint64_t end = postgres(zero).lsn;
  run_for(15s);
  EXPECT_LT(postgres(two).lsn, end);
  network::on_recovery_timer(step, two);
  run_for(1s);
  EXPECT_EQ(postgres(two).lsn, end);
}

TEST_F(HandOver, TheLockIsGivenAwayEarlyIfACandidateHasEverything) {
  shut_down_behind_a_cut(100s);
  const Duration took = until_released();
  EXPECT_TRUE(postgres(zero).unsent.contains(two)) << "the postmaster is still there";
  EXPECT_GE(took, timing::stop_poll + timing::peer_timeout);
  EXPECT_LE(took, timing::rest_end.most + timing::stop_poll + timing::peer_timeout);
  run_for(5s);  // two is silent for one as well
  EXPECT_TRUE(is_primary(one));
  EXPECT_TRUE(postgres(zero).unsent.contains(two));
}

TEST_F(HandOver, Version4GivesTheStandbysAnotherSecond) {
  parameters.patroni = ha::Version::v4_1;
  shut_down_behind_a_cut(100s);
  EXPECT_GE(until_released(), 2 * timing::stop_poll + timing::peer_timeout);
}

TEST_F(HandOver, TheLockIsKeptWhileNobodyHasEverything) {
  start_cluster();
  run_to_renewal();
  network::cut(step, zero, Cut::from_peers, 25s);
  postgresql::write(step);
  patroni::shut_down(step, zero);
  run_for(24s);
  EXPECT_TRUE(is_locked_by(zero));
  EXPECT_EQ(dcs().optime, postgres(zero).lsn) << "where it has ended is written";
  run_for(3s);
  EXPECT_FALSE(is_locked_by(zero));
}

TEST_F(HandOver, AStandbyThatNeverComesBackDelaysTheEndUntilItsConnectionTimesOut) {
  shut_down_behind_a_cut(600s);
  run_for(timing::wal_timeout - 2s);
  EXPECT_TRUE(member(zero).handing_over);
  run_for(6s);
  EXPECT_FALSE(world.unit(zero).container.service_running);
}

// juju-and-pebble.md, section 6.4; the delay is the charm's layer's.
TEST_F(HandOver, WhatHasNotEndedAfterKillDelayIsKilledByPebbleWithItsLock) {
  start_cluster();
  run_to_renewal();
  network::cut(step, zero, Cut::from_peers, 600s);
  postgresql::write(step);
  kubernetes::delete_pod(step, zero);
  run_for(timing::kill_delay - 1ms);
  EXPECT_TRUE(world.unit(zero).container.service_running);
  run_for(1ms);
  EXPECT_FALSE(world.unit(zero).container.service_running);
  EXPECT_TRUE(is_locked_by(zero));
  run_for(1s);
  EXPECT_NE(world.unit(zero).pod.phase, PodPhase::terminating) << "nothing is left to wait for";
}

TEST_F(HandOver, AServiceThatIsRestartedIsKilledAfterKillDelayToo) {
  start_cluster();
  network::cut(step, zero, Cut::from_peers, 600s);
  postgresql::write(step);
  pebble::restart(step, zero);
  run_for(timing::kill_delay - 1ms);
  EXPECT_TRUE(member(zero).handing_over);
  run_for(1s);
  EXPECT_TRUE(world.unit(zero).container.service_running);
  EXPECT_FALSE(member(zero).handing_over);
}

TEST_F(HandOver, ADemotionWithoutTheDcsRefusesSessionsFromItsBeginning) {
  start_cluster();
  kill_process(two);  // so failsafe does not help
  network::cut(step, zero, Cut::from_api, 100s);
  run_until([this] { return member(zero).job == Job::demote_offline; });
  EXPECT_FALSE(is_primary(zero));
  EXPECT_EQ(count(FactKind::demoted), 0U) << "the postmaster has not been seen to end";
  run_for(timing::postmaster_end.most);
  EXPECT_EQ(count(FactKind::demoted), 1U);
}

// --- in a pause (2.13) ---

struct HandOverInAPause : HandOver {
  void SetUp() override {
    start_cluster();
    dcs().paused = true;
    run_to_renewal();
  }
};

TEST_F(HandOverInAPause, SigtermLeavesPostgresqlRunningAndTheLockWhereItIs) {
  patroni::shut_down(step, zero);
  EXPECT_FALSE(world.unit(zero).container.service_running);
  EXPECT_TRUE(is_primary(zero));
  EXPECT_TRUE(is_locked_by(zero));
  EXPECT_TRUE(is_streaming(one));
}

TEST_F(HandOverInAPause, ARestartOfTheServiceFindsThePrimaryAgain) {
  const std::uint16_t stint = postgres(zero).stint;
  pebble::restart(step, zero);
  run_for(40s);
  EXPECT_TRUE(patroni::is_up(world, zero));
  EXPECT_TRUE(is_primary(zero));
  EXPECT_EQ(postgres(zero).stint, stint);
}

TEST_F(HandOverInAPause, ThePodThatEndsTakesPostgresqlWithIt) {
  kubernetes::delete_pod(step, zero);
  EXPECT_TRUE(is_down(zero));
  EXPECT_TRUE(is_locked_by(zero));
}

// --- a change of synchronous standbys (4.3) ---

struct Naming : HandOver {
  // The one that was synchronous is gone, and the other has been named.
  void name_another() {
    start_cluster(1);
    ASSERT_TRUE(dcs().sync_standbys.contains(one));
    kill_process(one);
    run_until([this] { return member(zero).naming; });
    ASSERT_TRUE(member(zero).sync_names.contains(two));
  }
};

TEST_F(Naming, TakesTwoSecondsBeforeTheStandbyMayBePromoted) {
  name_another();
  const Instant named = world.now();
  EXPECT_FALSE(dcs().sync_standbys.contains(two));
  run_until([this] { return dcs().sync_standbys.contains(two); });
  EXPECT_EQ(world.now() - named, timing::names_take_hold);
}

TEST_F(Naming, DoesNotMoveTheNextLoop) {
  name_another();
  const Instant named = world.now();
  const std::uint32_t version = dcs().lock_version;
  run_until([&] { return dcs().lock_version != version; });
  EXPECT_EQ(world.now() - named, loop_wait);
}

TEST_F(Naming, AStandbyThatHasNotCaughtUpByThenIsLeftToTheNextLoop) {
  name_another();
  network::cut(step, two, Cut::from_peers, 5s);
  postgres(zero).lsn += 128;
  member(zero).names_lsn = postgres(zero).lsn;
  run_for(timing::names_take_hold);
  EXPECT_FALSE(dcs().sync_standbys.contains(two));
  run_for(loop_wait);
  EXPECT_TRUE(dcs().sync_standbys.contains(two));
}

TEST_F(Naming, ANewPrimaryThatDiesWithinTheTwoSecondsHasNoSynchronousStandby) {
  name_another();
  kill_process(zero);
  run_for(60s);
  EXPECT_FALSE(is_primary(two));
}

// process_sync_replication() compares whom it would pick with `-sync` alone; 4.x also looks at what
// PostgreSQL has been told.
struct NamedAndGone : Naming {
  // Both are named, and one has gone before anybody looks who has confirmed.
  void lose_one_that_was_just_named() {
    start_cluster(2);
    kill_process(two);
    run_until([this] { return !member(zero).sync_names.contains(two); });
    run_for(loop_wait);
    restore(two);
    run_until([this] { return member(zero).naming && member(zero).sync_names.contains(two); });
    kill_process(two);
    run_for(60s);
    ASSERT_TRUE(is_streaming(one));
    ASSERT_TRUE(dcs().sync_standbys.contains(one));
    ASSERT_FALSE(dcs().sync_standbys.contains(two));
  }
};

TEST_F(NamedAndGone, IsWaitedForByVersion3UntilTheOthersChange) {
  lose_one_that_was_just_named();
  EXPECT_TRUE(member(zero).sync_names.contains(two));
  postgresql::write(step);
  const std::uint32_t before = client().acknowledged;
  run_for(120s);
  EXPECT_EQ(client().acknowledged, before);
  kill_process(one);  // whoever else goes mends it
  run_for(2 * loop_wait);
  EXPECT_FALSE(member(zero).sync_names.contains(two));
}

TEST_F(NamedAndGone, IsForgottenByVersion4) {
  parameters.patroni = ha::Version::v4_1;
  lose_one_that_was_just_named();
  EXPECT_FALSE(member(zero).sync_names.contains(two));
}

TEST_F(Naming, IsNotWrittenOverWhatSomebodyElseHasWrittenMeanwhile) {
  name_another();
  dcs().sync_leader = charm::member_of(two);
  ++dcs().sync_version;
  run_for(timing::names_take_hold);
  EXPECT_TRUE(dcs().sync_leader == charm::member_of(two));
}

}  // namespace
}  // namespace model
