// Patroni's HA loops over the lock, and its REST API. Source: patroni-and-kubernetes.md, sections
// 0 (the facts by number), 1.7, 2, 3.4, 3.5.
#include "model/patroni.h"

#include <gmock/gmock.h>

#include "model/patroni_objects.h"
#include "tests/model/world_fixture.h"

namespace model {
namespace {

using namespace given;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

struct PatroniTest : WorldFixture {
  static constexpr Duration ttl = 30s;
  static constexpr Duration loop_wait = 10s;

  bool is_primary(UnitName unit) { return postgresql::is_primary(world, unit); }
  bool is_streaming(UnitName unit) { return postgresql::is_streaming(world, unit); }
  charm::MaybeMember lock_holder() { return dcs().lock_holder; }
  // The moment of the last renewal: everybody has seen it.
  void run_to_renewal() {
    const std::uint32_t before = dcs().lock_version;
    run_until([this, before] { return dcs().lock_version != before; });
    run_for(100ms);
  }
  void kill_process(UnitName unit) { patroni::kill_process(step, unit); }
};

// --- bootstrap and join ---

using Bootstrap = PatroniTest;

TEST_F(Bootstrap, OnlyOneOfManyMakesTheDatabase) {
  for (UnitName unit : {zero, one, two}) {
    start_pod_of(unit);
    start_patroni(unit, configuration({zero, one, two}));
  }
  run_for(60s);
  EXPECT_THAT(all(FactKind::job_started), SizeIs(3));
  EXPECT_EQ(all(FactKind::job_started)[0].fact, (Fact{FactKind::job_started, zero, 1}));
  EXPECT_EQ(postgres(zero).system_id, postgres(one).system_id);
  EXPECT_EQ(postgres(zero).system_id, postgres(two).system_id);
}

TEST_F(Bootstrap, OthersWaitWhileOneInitialises) {
  start_pod_of(one);
  start_patroni(one, configuration({zero, one}));
  run_for(timing::process_start.least);
  ASSERT_EQ(member(one).job, Job::initdb);
  start_pod_of(zero);
  start_patroni(zero, configuration({zero, one}));
  run_for(timing::process_start.least);
  EXPECT_EQ(member(zero).job, Job::none);
  EXPECT_EQ(postgres(zero).database, Database::none);
}

TEST_F(Bootstrap, EndsWithTheLockAndAConfigurationFromTheMakersFile) {
  start_pod_of(zero);
  start_patroni(zero, configuration({zero}, 2));
  run_for(timing::process_start.least + timing::initdb.least);
  EXPECT_TRUE(is_primary(zero));
  EXPECT_EQ(postgres(zero).timeline, 1);
  EXPECT_TRUE(lock_holder() == charm::member_of(zero));
  EXPECT_EQ(dcs().initialise, Initialise::done);
  EXPECT_EQ(dcs().node_count, 2);
  EXPECT_TRUE(dcs().strict);
}

TEST_F(Bootstrap, ThatDiesHalfWayLeavesItToTheNext) {
  for (UnitName unit : {zero, one}) {
    start_pod_of(unit);
    start_patroni(unit, configuration({zero, one}));
  }
  run_for(timing::process_start.least);
  ASSERT_EQ(member(zero).job, Job::initdb);
  kill_process(zero);
  EXPECT_EQ(postgres(zero).database, Database::none);
  run_for(60s);
  EXPECT_TRUE(is_primary(one));
}

TEST_F(Bootstrap, AReplicaThatPgHbaDoesNotAdmitCannotClone) {
  for (UnitName unit : {zero, one}) {
    start_pod_of(unit);
    start_patroni(unit, configuration({zero}));
  }
  run_for(120s);
  EXPECT_EQ(postgres(one).database, Database::none);
  EXPECT_EQ(member(one).job, Job::none);
}

TEST_F(Bootstrap, AReplicaClonesOnceThePrimaryHasLoadedThatItIsAdmitted) {
  for (UnitName unit : {zero, one}) {
    start_pod_of(unit);
    start_patroni(unit, configuration({zero}));
  }
  run_for(60s);
  pebble::write_configuration(step, zero, configuration({zero, one}));
  run_for(60s);
  ASSERT_EQ(postgres(one).database, Database::none);
  ASSERT_TRUE(patroni::reload(step, zero));
  run_for(60s);
  EXPECT_TRUE(is_streaming(one));
}

TEST_F(Bootstrap, NobodyCanCloneFromAHolderWhosePodHasNoLabels) {
  for (UnitName unit : {zero, one}) {
    start_pod_of(unit);
    start_patroni(unit, configuration({zero, one}));
  }
  world.unit(zero).pod.member_labels = false;
  run_for(120s);
  ASSERT_TRUE(is_primary(zero));
  EXPECT_EQ(postgres(one).database, Database::none);
}

TEST_F(Bootstrap, ACloneWhoseSourceDiesIsTriedAnew) {
  for (UnitName unit : {zero, one}) {
    start_pod_of(unit);
    start_patroni(unit, configuration({zero, one}));
  }
  run_until([this] { return member(one).job == Job::clone; });
  kill_process(zero);
  run_for(10s);
  EXPECT_EQ(postgres(one).database, Database::none);
  restore(zero);
  run_for(60s);
  EXPECT_TRUE(is_streaming(one));
}

// --- the lock ---

using Lock = PatroniTest;

TEST_F(Lock, IsRenewedByItsHolderEachLoopWait) {
  start_cluster();
  const std::uint32_t before = dcs().lock_version;
  run_for(10 * loop_wait);
  EXPECT_EQ(dcs().lock_version, before + 10);
  EXPECT_EQ(count(FactKind::lock_taken), 0U);
}

TEST_F(Lock, EachRenewalWakesTheFollowersWithinATenthOfASecond) {
  start_cluster();
  run_to_renewal();
  EXPECT_EQ(member(one).observed_lock, dcs().lock_version);
  EXPECT_EQ(member(two).observed_lock, dcs().lock_version);
}

TEST_F(Lock, AFollowerNapsHalfASecondLongerAfterARenewal) {
  start_cluster();
  run_to_renewal();
  EXPECT_GT(span(one, UnitTimer::ha).least, loop_wait);
  EXPECT_LE(span(one, UnitTimer::ha).most, loop_wait + timing::follower_delay);
}

TEST_F(Lock, AnObserverThatStartsLateGivesAnOldRecordAFullTtl) {
  start_cluster();
  kill_process(one);
  run_to_renewal();
  kill_process(zero);
  kill_process(two);
  run_for(25s);
  restore(one);
  run_for(timing::process_start.least);
  EXPECT_EQ(span(one, UnitTimer::lock_expiry).least, ttl);
  EXPECT_FALSE(member(one).job == Job::promote);
  run_for(ttl - 1s);
  EXPECT_TRUE(member(one).lock_valid);
}

TEST_F(Lock, ExpiresForEachObserverByItsOwnClock) {
  start_cluster();
  kill_process(zero);
  kill_process(two);
  world.disarm(timer_id(one, UnitTimer::ha));
  run_for(10s);
  restore(two);
  run_for(timing::process_start.least + 10s);
  ASSERT_TRUE(member(one).lock_valid);
  ASSERT_TRUE(member(two).lock_valid);
  run_for(10s);
  EXPECT_FALSE(member(one).lock_valid);
  EXPECT_TRUE(member(two).lock_valid);
}

TEST_F(Lock, ReadingTheRestApiObservesItToo) {
  start_cluster();
  world.disarm(timer_id(one, UnitTimer::ha));
  member(one).woken = true;  // its own loop does not come
  const std::uint32_t before = member(one).observed_lock;
  run_for(15s);
  ASSERT_EQ(member(one).observed_lock, before);
  ASSERT_TRUE(patroni::cluster(step, one).has_value());
  EXPECT_EQ(member(one).observed_lock, dcs().lock_version);
  EXPECT_EQ(span(one, UnitTimer::lock_expiry).least, ttl);
}

// The holder dies this long after its last renewal.
class TakeOver : public PatroniTest, public testing::WithParamInterface<int> {};

TEST_P(TakeOver, ComesBetweenTtlLessLoopWaitAndTtlPlusLoopWaitAfterTheHolderDied) {
  start_cluster();
  run_to_renewal();
  run_for(std::chrono::seconds(GetParam()));
  const Instant death = world.now();
  forget_past();
  kubernetes::lose_node(step, zero);
  run_for(60s);
  ASSERT_THAT(all(FactKind::lock_taken), SizeIs(1));
  EXPECT_GE(last(FactKind::lock_taken).at - death, ttl - loop_wait);
  EXPECT_LE(last(FactKind::lock_taken).at - death, ttl + loop_wait);
  EXPECT_EQ(last(FactKind::promoted).fact.value, 2U);
}

INSTANTIATE_TEST_SUITE_P(Lock, TakeOver, testing::Values(0, 1, 3, 5, 7, 9));

TEST_F(Lock, TheSamePodBackInTimeKeepsItAndPromotesToTheNextTimeline) {
  start_cluster();
  const std::uint16_t transitions = dcs().transitions;
  kubernetes::kill_pod(step, zero, kubernetes::Return::at_once);
  run_for(2s);
  restore(zero);
  run_for(60s);
  EXPECT_TRUE(is_primary(zero));
  EXPECT_EQ(postgres(zero).timeline, 2);
  EXPECT_EQ(dcs().transitions, transitions);
  EXPECT_THAT(all(FactKind::lock_taken), IsEmpty());
  EXPECT_TRUE(is_streaming(one));
  EXPECT_TRUE(is_streaming(two));
}

TEST_F(Lock, AnOldPrimaryThatComesBackTooLateFollowsTheNewOne) {
  start_cluster();
  kubernetes::kill_pod(step, zero, kubernetes::Return::late);
  run_for(70s);
  restore(zero);
  run_for(60s);
  EXPECT_FALSE(is_primary(zero));
  EXPECT_TRUE(is_streaming(zero));
}

TEST_F(Lock, ReleasedWithGraceIsTakenAtOnce) {
  start_cluster();
  patroni::shut_down(step, zero);
  run_for(timing::hand_over.least);
  const Instant released = last(FactKind::lock_released).at;
  EXPECT_FALSE(lock_holder().has_value());
  run_for(200ms);
  EXPECT_LE(last(FactKind::lock_taken).at - released, 200ms);
  EXPECT_NE(last(FactKind::lock_taken).fact.unit, charm::MaybeUnit(zero));
}

TEST_F(Lock, IsNotReleasedByAReplicaThatStops) {
  start_cluster();
  patroni::shut_down(step, one);
  run_for(60s);
  EXPECT_EQ(count(FactKind::lock_released), 0U);
  EXPECT_TRUE(lock_holder() == charm::member_of(zero));
}

TEST_F(Lock, APrimaryThatFindsItTakenDemotesItself) {
  start_cluster();
  patroni_objects::name_lock_holder(step, charm::member_of(one));
  run_for(30s);
  EXPECT_FALSE(is_primary(zero));
  EXPECT_EQ(all(FactKind::demoted)[0].fact.unit, charm::MaybeUnit(zero));
  EXPECT_TRUE(is_primary(one));
}

TEST_F(Lock, WhoFindsItsNameInItPromotesWithoutAnyOtherTest) {
  start_cluster();
  postgres(one).lsn = 1;
  postgres(one).upstream = {};
  world.disarm(timer_id(zero, UnitTimer::ha));
  kill_process(zero);
  patroni_objects::name_lock_holder(step, charm::member_of(one));
  run_for(20s);
  EXPECT_TRUE(is_primary(one));
}

// --- the race ---

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

TEST_F(Race, NobodyPromotesBeforeTheClusterWasInitialised) {
  start_cluster();
  dcs().initialise = Initialise::absent;
  kubernetes::lose_node(step, zero);
  run_for(120s);
  EXPECT_THAT(all(FactKind::promoted), IsEmpty());
}

// --- the labels and the records ---

using Publishing = PatroniTest;

TEST_F(Publishing, TheRoleLabelFollowsTheLockNotTheDatabase) {
  start_cluster();
  EXPECT_EQ(world.unit(zero).pod.role, RoleLabel::primary);
  EXPECT_EQ(world.unit(one).pod.role, RoleLabel::replica);
  kubernetes::kill_pod(step, zero, kubernetes::Return::at_once);
  run_for(2s);
  restore(zero);
  run_for(timing::process_start.least);
  EXPECT_FALSE(is_primary(zero));
  EXPECT_EQ(world.unit(zero).pod.role, RoleLabel::primary);
}

TEST_F(Publishing, StatesAreThoseThatTheCharmTellsApart) {
  start_cluster();
  EXPECT_EQ(world.unit(zero).pod.published_state, charm::MemberState::running);
  EXPECT_EQ(world.unit(one).pod.published_state, charm::MemberState::streaming);
}

TEST_F(Publishing, AMemberThatStreamsFromNobodyIsOnlyRunning) {
  start_cluster();
  kubernetes::lose_node(step, zero);
  run_for(15s);
  EXPECT_EQ(world.unit(one).pod.published_state, charm::MemberState::running);
}

// --- synchronous standbys ---

using Synchronous = PatroniTest;

TEST_F(Synchronous, AsManyStandbysAsAskedForAreNamed) {
  start_cluster(2);
  EXPECT_EQ(dcs().sync_standbys, (UnitSet{one, two}));
  EXPECT_EQ(member(zero).sync_names, (UnitSet{one, two}));
}

TEST_F(Synchronous, OneIsNamedWhereNoneIsAskedFor) {
  start_cluster(0);
  EXPECT_EQ(dcs().sync_standbys.size(), 1U);
}

TEST_F(Synchronous, AStandbyThatWorksIsKeptThoughAnotherComesFirst) {
  start_cluster(1);
  kubernetes::kill_pod(step, one, kubernetes::Return::at_once);
  run_for(20s);
  ASSERT_EQ(dcs().sync_standbys, (UnitSet{two}));
  restore(one);
  run_for(60s);
  ASSERT_TRUE(is_streaming(one));
  EXPECT_EQ(dcs().sync_standbys, (UnitSet{two}));
}

TEST_F(Synchronous, StrictAsksForAnybodyWhenNobodyIsLeft) {
  start_cluster();
  kubernetes::lose_node(step, one);
  kubernetes::lose_node(step, two);
  run_for(20s);
  EXPECT_TRUE(postgres(zero).any_standby_syncs);
}

TEST_F(Synchronous, APodWithoutLabelsIsNoCandidate) {
  start_cluster(2);
  world.unit(two).pod.member_labels = false;
  run_for(20s);
  EXPECT_EQ(dcs().sync_standbys, (UnitSet{one}));
}

// --- REST ---

using Rest = PatroniTest;

TEST_F(Rest, NobodyAnswersBeforeTheFirstLoopAndAfterTheEnd) {
  start_pod_of(zero);
  start_patroni(zero, configuration({zero}));
  EXPECT_FALSE(patroni::health(world, zero).has_value());
  run_for(timing::process_start.least);
  EXPECT_TRUE(patroni::health(world, zero).has_value());
  kill_process(zero);
  EXPECT_FALSE(patroni::health(world, zero).has_value());
  EXPECT_FALSE(patroni::cluster(step, zero).has_value());
}

TEST_F(Rest, HealthSaysWhetherTheDatabaseRunsOrStarts) {
  start_cluster();
  EXPECT_EQ(patroni::health(world, one), charm::MemberState::running);
  kill_process(one);
  restore(one);
  run_for(timing::process_start.least);
  ASSERT_EQ(member(one).job, Job::recover);
  EXPECT_EQ(patroni::health(world, one), charm::MemberState::starting);
}

TEST_F(Rest, ClusterNamesTheHolderAndTheSynchronousStandbys) {
  start_cluster(1);
  const auto view = patroni::cluster(step, two);
  ASSERT_TRUE(view.has_value());
  using charm::MemberRole;
  using charm::MemberState;
  EXPECT_THAT(
      *view,
      ElementsAre(charm::ClusterMember{{0}, MemberRole::leader, MemberState::running},
                  charm::ClusterMember{{1}, MemberRole::sync_standby, MemberState::streaming},
                  charm::ClusterMember{{2}, MemberRole::replica, MemberState::streaming}));
}

TEST_F(Rest, ClusterHasNoLeaderOnceTheLockHasExpired) {
  start_cluster();
  kubernetes::lose_node(step, zero);
  kubernetes::lose_node(step, two);
  dcs().initialise = Initialise::absent;  // nobody races
  run_for(60s);
  const auto view = patroni::cluster(step, one);
  ASSERT_TRUE(view.has_value());
  EXPECT_EQ((*view)[0].role, charm::MemberRole::replica);
}

TEST_F(Rest, ClusterShowsOnlyLabelledPods) {
  start_cluster();
  world.unit(one).pod.member_labels = false;
  EXPECT_EQ(patroni::cluster(step, zero)->size(), 2U);
}

TEST_F(Rest, ClusterShowsOnlyPodsWithAPublishedRecord) {
  start_cluster();
  world.unit(one).pod.published = false;
  EXPECT_EQ(patroni::cluster(step, zero)->size(), 2U);
}

TEST_F(Rest, ClusterShowsAPodOnALostNodeAsItLastWas) {
  start_cluster();
  kubernetes::lose_node(step, two);
  run_for(300s);
  const auto view = patroni::cluster(step, zero);
  ASSERT_EQ(view->size(), 3U);
  EXPECT_EQ((*view)[2].state, charm::MemberState::streaming);
}

TEST_F(Rest, APatchChangesTheConfigurationAndWakesEverybody) {
  start_cluster(2);
  run_for(5s);
  const std::uint32_t before = dcs().config_version;
  EXPECT_TRUE(patroni::patch_configuration(
      step, one, {.synchronous = {.node_count = 1, .strict = true}, .max_connections = 0}));
  EXPECT_EQ(dcs().config_version, before + 1);
  EXPECT_LE(span(two, UnitTimer::ha).most, timing::wake_up.most);
  run_for(30s);
  EXPECT_EQ(dcs().sync_standbys.size(), 1U);
}

TEST_F(Rest, APatchThatChangesNothingWritesNothingAndWakesNobody) {
  start_cluster(2);
  run_for(5s);
  const World before = world;
  EXPECT_TRUE(patroni::patch_configuration(
      step, one, {.synchronous = {.node_count = 2, .strict = true}, .max_connections = 0}));
  EXPECT_EQ(world, before);
}

TEST_F(Rest, APatchIsRefusedBeforeThereIsAConfiguration) {
  start_pod_of(zero);
  start_patroni(zero, configuration({zero}));
  run_for(timing::process_start.least);
  ASSERT_EQ(member(zero).job, Job::initdb);
  EXPECT_FALSE(patroni::patch_configuration(step, zero, {}));
}

TEST_F(Rest, AReloadOfAMemberThatIsDownIsRefused) {
  start_cluster();
  kill_process(one);
  EXPECT_FALSE(patroni::reload(step, one));
}

}  // namespace
}  // namespace model
