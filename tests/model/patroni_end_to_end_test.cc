// Failures from their beginning to their end: the rows of patroni-and-kubernetes.md, section 2.16,
// and races of its section 8, as far as no other test has them.
#include <gmock/gmock.h>

#include "tests/model/patroni_fixture.h"

namespace model {
namespace {

using namespace given;
using network::Cut;

struct EndToEnd : PatroniTest {
  // Just before a loop of its own: of the two that are due then, the expiry comes first.
  void step_clock_before_a_loop(UnitName unit) {
    run_to_renewal();
    run_for(1s);
    network::step_clock(step, unit, 40s);
    fire(timer_id(unit, UnitTimer::lock_expiry));
  }
};

TEST_F(EndToEnd, AKilledPostmasterIsStartedInPlaceByTheNextLoopAndNobodyFailsOver) {
  start_cluster();
  const std::uint16_t timeline = postgres(zero).timeline;
  patroni::crash_database(step, zero);
  EXPECT_FALSE(is_primary(zero));
  run_for(loop_wait + timing::recover.most);
  EXPECT_TRUE(is_primary(zero));
  EXPECT_EQ(postgres(zero).timeline, timeline);
  EXPECT_EQ(count(FactKind::lock_taken), 0U);
}

TEST_F(EndToEnd, AReplicaThatIsCutFromTheApiServerKeepsReplicatingAndCannotRace) {
  start_cluster();
  network::cut(step, one, Cut::from_api, 300s);
  run_for(60s);
  EXPECT_TRUE(is_streaming(one));
  kubernetes::lose_node(step, zero);
  run_for(150s);
  EXPECT_TRUE(is_primary(two));
  EXPECT_FALSE(is_primary(one));
}

TEST_F(EndToEnd, APrimaryThatIsCutFromTheApiServerKeepsItsLabel) {
  start_cluster();
  kill_process(two);  // so failsafe does not help
  network::cut(step, zero, Cut::from_api, 100s);
  run_for(90s);
  ASSERT_FALSE(is_primary(zero));
  EXPECT_EQ(world.unit(zero).pod.role, RoleLabel::primary);
}

TEST_F(EndToEnd, APodOnALostNodeKeepsFailsafeFromEverSucceeding) {
  start_cluster();
  kubernetes::lose_node(step, two);
  run_for(60s);
  ASSERT_TRUE(is_primary(zero));
  network::stop_api(step, 100s);
  run_for(60s);
  EXPECT_FALSE(is_primary(zero));
}

TEST_F(EndToEnd, AMemberWhosePodIsGoneLeavesTheFailsafeMapAtTheNextRenewal) {
  start_cluster();
  kubernetes::kill_pod(step, two, kubernetes::Return::late);
  EXPECT_TRUE(dcs().failsafe_map.contains(charm::member_of(two)));
  run_to_renewal();
  EXPECT_FALSE(dcs().failsafe_map.contains(charm::member_of(two)));
  EXPECT_FALSE(postgres(zero).slots.contains(two));
}

// A change of the failover key is no event for a watch (fact 12).
TEST_F(EndToEnd, ARequestToSwitchOverWakesOnlyTheMemberThatHasWrittenIt) {
  start_cluster();
  run_to_renewal();
  run_for(1s);
  ASSERT_TRUE(patroni::switch_over(step, one));
  EXPECT_TRUE(member(zero).woken);
  EXPECT_FALSE(member(one).woken || member(two).woken);
}

TEST_F(EndToEnd, AClockThatStepsForwardOnAFollowerDoesNotDethroneAPrimaryThatAnswers) {
  start_cluster();
  step_clock_before_a_loop(one);
  run_for(100s);
  EXPECT_TRUE(is_primary(zero));
  EXPECT_TRUE(lock_holder() == charm::member_of(zero));
  EXPECT_EQ(count(FactKind::demoted), 0U);
}

TEST_F(EndToEnd, AClockThatStepsForwardOnAFollowerTakesTheLockFromAPrimaryThatDoesNotAnswer) {
  start_cluster();
  network::cut(step, zero, Cut::from_peers, 60s);
  step_clock_before_a_loop(one);
  run_until([this] { return is_primary(one); });
  EXPECT_TRUE(lock_holder() == charm::member_of(one));
  run_for(loop_wait);
  EXPECT_FALSE(is_primary(zero));
}

// --- Patroni killed, PostgreSQL alive ---

TEST_F(EndToEnd, APatroniThatIsKilledFindsItsPostgresqlAgainAndNothingHasHappened) {
  start_cluster();
  const std::uint16_t timeline = postgres(zero).timeline;
  pebble::kill_patroni(step, zero);
  EXPECT_TRUE(is_primary(zero));
  EXPECT_TRUE(is_streaming(one));
  run_for(60s);
  EXPECT_TRUE(patroni::is_up(world, zero));
  EXPECT_TRUE(is_primary(zero));
  EXPECT_EQ(postgres(zero).timeline, timeline);
  EXPECT_EQ(count(FactKind::lock_taken) + count(FactKind::demoted), 0U);
  EXPECT_TRUE(world.unit(zero).pod.ready);
}

TEST_F(EndToEnd, APrimaryWhosePatroniIsKilledGoesOnTakingCommits) {
  start_cluster();
  pebble::kill_patroni(step, zero);
  world.disarm(timer_id(zero, UnitTimer::service));
  postgresql::write(step);
  const std::uint32_t before = client().acknowledged;
  run_for(20s);
  EXPECT_GT(client().acknowledged, before + 10);
}

TEST_F(EndToEnd, APrimaryWithoutItsPatroniDoesNotBlockTheRaceAndTwoAreOutOfRecovery) {
  start_cluster();
  pebble::kill_patroni(step, zero);
  world.disarm(timer_id(zero, UnitTimer::service));  // Pebble does not bring it back
  run_for(60s);
  EXPECT_TRUE(is_primary(zero));
  EXPECT_TRUE(is_primary(one) || is_primary(two));
  EXPECT_EQ(count(FactKind::overlap), 0U);  // its standbys have left it: nothing is acknowledged
  pebble::on_service_timer(step, zero);
  run_for(10s);
  EXPECT_FALSE(is_primary(zero));
}

TEST_F(EndToEnd, APatroniThatIsKilledAtItsLongActionTakesPostgresqlWithIt) {
  start_cluster();
  patroni::crash_database(step, zero);
  run_until([this] { return member(zero).job != Job::none; });
  pebble::kill_patroni(step, zero);
  EXPECT_EQ(postgres(zero).database, Database::stopped);
  EXPECT_EQ(member(zero).job, Job::none);
}

TEST_F(EndToEnd, AContainerThatEndsTakesAPostgresqlWithoutPatroniWithIt) {
  start_cluster();
  pebble::kill_patroni(step, zero);
  kubernetes::restart_container(step, zero, kubernetes::ContainerKind::workload);
  EXPECT_EQ(postgres(zero).database, Database::stopped);
}

// Without the DCS the new process does not even look at the PostgreSQL that it has.
TEST_F(EndToEnd, APatroniThatCannotReadTheDcsLeavesARunningPrimaryAlone) {
  start_cluster();
  network::stop_api(step, 100s);
  pebble::kill_patroni(step, zero);
  run_for(80s);
  EXPECT_TRUE(is_primary(zero));
  EXPECT_FALSE(patroni::is_up(world, zero));
}

// --- Endpoints without a Service are swept away (8.6) ---

// Its holder answers, so nobody else takes it.
TEST_F(EndToEnd, ALockThatIsSweptAwayIsMadeAnewByItsHolder) {
  start_cluster();
  patroni_objects::sweep(step);
  EXPECT_FALSE(lock_holder());
  EXPECT_FALSE(dcs().has_failsafe_map);
  run_for(loop_wait);
  EXPECT_TRUE(lock_holder() == charm::member_of(zero));
  EXPECT_TRUE(is_primary(zero));
  run_for(loop_wait + 1s);
  EXPECT_TRUE(dcs().has_failsafe_map);
  EXPECT_TRUE(dcs().sync_leader == charm::member_of(zero));
}

TEST_F(EndToEnd, ASweepLeavesTheConfigurationForItHasAService) {
  start_cluster();
  patroni_objects::sweep(step);
  EXPECT_TRUE(patroni_objects::has_configuration(dcs()));
  EXPECT_EQ(dcs().initialise, Initialise::done);
}

TEST_F(EndToEnd, ASweepWhileThePrimaryIsDeadOpensTheRaceToMembersThatAreNotSynchronous) {
  start_cluster(1);
  ASSERT_FALSE(dcs().sync_standbys.contains(two));
  network::cut(step, one, Cut::from_all, 300s);  // the synchronous one
  kubernetes::lose_node(step, zero);
  run_for(60s);
  ASSERT_FALSE(is_primary(two));
  patroni_objects::sweep(step);
  run_for(60s);
  EXPECT_TRUE(is_primary(two));
}

// --- requests that take effect and whose answers come too late (8.4, 8.32) ---

TEST_F(EndToEnd, ARenewalThatIsAppliedAndTimesOutKeepsTheLockForEverybodyElse) {
  start_cluster();
  network::refuse_api(step, ApiTrouble::late, 100s);
  run_for(90s);
  EXPECT_TRUE(lock_holder() == charm::member_of(zero));
  EXPECT_EQ(count(FactKind::lock_expired), 0U);
  EXPECT_TRUE(is_primary(zero));  // failsafe: everybody answers
}

TEST_F(EndToEnd, AHolderThatHearsNothingOfItsRenewalsDemotesAndStillKeepsTheOthersOut) {
  start_cluster();
  kubernetes::lose_node(step, two);  // so failsafe does not help
  run_for(60s);
  network::refuse_api(step, ApiTrouble::late, 200s);
  run_for(190s);
  EXPECT_FALSE(is_primary(zero) || is_primary(one));
  EXPECT_TRUE(lock_holder() == charm::member_of(zero));
  run_for(60s);
  EXPECT_TRUE(is_primary(zero));
}

TEST_F(EndToEnd, AWinnerWhoseAcquisitionTimesOutBelievesItHasLostUntilItSeesItsName) {
  start_cluster();
  kubernetes::lose_node(step, zero);
  network::refuse_api(step, ApiTrouble::late, 300s);
  run_until([this] { return !(lock_holder() == charm::member_of(zero)); });
  EXPECT_FALSE(member(one).memory.is_leader || member(two).memory.is_leader);
  EXPECT_FALSE(is_primary(one) || is_primary(two));
}

TEST_F(EndToEnd, AnInitializeThatTimesOutIsAnOrphanAndNobodyBootstraps) {
  for (UnitName unit : {zero, one}) {
    start_pod_of(unit);
    start_patroni(unit, configuration({zero, one}));
  }
  run_until([this] { return member(zero).job == Job::bootstrap; });
  run_until([this] { return member(one).rest_up; });
  network::refuse_api(step, ApiTrouble::late, 60s);
  kill_process(zero);
  run_until([this] { return dcs().initialise == Initialise::bootstrapping; });
  run_for(300s);
  EXPECT_EQ(dcs().initialise, Initialise::bootstrapping);
  EXPECT_EQ(postgres(one).database, Database::none);
}

TEST_F(EndToEnd, ANewProcessDoesNothingUntilTheApiServerAnswers) {
  start_cluster();
  kill_process(two);
  network::stop_api(step, 100s);
  restore(two);
  run_for(60s);
  EXPECT_FALSE(patroni::is_up(world, two));
  EXPECT_EQ(postgres(two).database, Database::stopped);
  run_for(60s);
  EXPECT_TRUE(patroni::is_up(world, two));
}

// --- a member that is asked to end (sections 2.17, 4.4) ---

TEST_F(EndToEnd, ASynchronousStandbyThatIsAskedToEndStopsOnceItIsListedNoMore) {
  start_cluster();
  ASSERT_TRUE(dcs().sync_standbys.contains(one));
  run_to_renewal();
  patroni::shut_down(step, one);
  run_for(5s);
  EXPECT_TRUE(is_streaming(one));
  EXPECT_FALSE(patroni::is_up(world, one));
  run_for(loop_wait);
  EXPECT_FALSE(dcs().sync_standbys.contains(one));
  EXPECT_EQ(postgres(one).database, Database::stopped);
}

TEST_F(EndToEnd, NoCommitWaitsForASynchronousStandbyThatIsAskedToEnd) {
  start_cluster();
  postgresql::write(step);
  run_to_renewal();
  patroni::shut_down(step, one);
  for (int second = 0; second < 20; ++second) {
    const std::uint32_t before = client().acknowledged;
    run_for(1s);
    EXPECT_GT(client().acknowledged, before) << "in second " << second;
  }
}

TEST_F(EndToEnd, AStandbyThatIsAskedToEndWaitsTwiceLoopWaitAtMost) {
  start_cluster();
  network::freeze(step, zero, Frozen::patroni, 100s);
  patroni::shut_down(step, one);
  run_for(2 * loop_wait - 1s);
  EXPECT_EQ(postgres(one).database, Database::running);
  run_for(2s);
  EXPECT_EQ(postgres(one).database, Database::stopped);
}

TEST_F(EndToEnd, AStandbyThatIsAskedToEndWithoutTheDcsDoesNotWait) {
  start_cluster();
  network::cut(step, one, Cut::from_api, 100s);
  patroni::shut_down(step, one);
  run_for(timing::rest_end.most);
  EXPECT_EQ(postgres(one).database, Database::stopped);
}

TEST_F(EndToEnd, AMemberThatHasEndedInGoodOrderIsPublishedAsStoppedAndHasNoRole) {
  start_cluster();
  patroni::shut_down(step, two);
  run_for(loop_wait + 5s);
  EXPECT_EQ(world.unit(two).pod.published_state, charm::MemberState::other);
  EXPECT_EQ(world.unit(two).pod.role, RoleLabel::none);
}

}  // namespace
}  // namespace model
