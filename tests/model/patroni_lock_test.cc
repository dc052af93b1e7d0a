// Patroni's lock: renewal, expiry by each observer's own clock, take-over. Source:
// patroni-and-kubernetes.md, sections 0 (facts 1, 5, 10, 11), 1.7, 2.1.
#include <gmock/gmock.h>

#include "tests/model/patroni_fixture.h"

namespace model {
namespace {

using namespace given;
using testing::IsEmpty;
using testing::SizeIs;

using Lock = PatroniTest;

TEST_F(Lock, IsRenewedByItsHolderEachLoopWait) {
  start_cluster();
  const std::uint32_t before = dcs().lock_version;
  run_for(10 * loop_wait);
  EXPECT_EQ(dcs().lock_version, before + 10);
  EXPECT_EQ(count(FactKind::lock_taken), 0U);
}

// Section 2.1: the next run is due one loop_wait after the last one was ("Loop time exceeded").
TEST_F(Lock, APassThatTookAllOfLoopWaitIsFollowedAtOnce) {
  parameters.retry_timeout = 12s;
  start_cluster();
  network::refuse_api(step, ApiTrouble::throttled, 300s);
  run_until([this] { return member(zero).renewing; });
  run_until([this] { return !member(zero).renewing; });
  EXPECT_LE(span(zero, UnitTimer::ha).least, timing::peer_answers.most + timing::loop_exceeded);
}

TEST_F(Lock, APassThatWaitedDoesNotDelayTheNextOne) {
  parameters.retry_timeout = 4s;
  start_cluster();
  network::refuse_api(step, ApiTrouble::throttled, 300s);
  run_until([this] { return member(zero).renewing; });
  const Instant begun = world.now();
  run_until([this] { return !member(zero).renewing && !member(zero).asking; });
  EXPECT_EQ(window(zero, UnitTimer::ha).earliest, begun + loop_wait);
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
  const std::uint16_t transitions = dcs().transitions;
  forget_past();
  kubernetes::lose_node(step, zero);
  run_for(60s);
  ASSERT_THAT(all(FactKind::lock_taken), SizeIs(1));
  EXPECT_GE(last(FactKind::lock_taken).at - death, ttl - loop_wait);
  EXPECT_LE(last(FactKind::lock_taken).at - death, ttl + loop_wait);
  EXPECT_EQ(last(FactKind::promoted).fact.value, 2U);
  EXPECT_EQ(dcs().transitions, transitions + 1);
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
  run_for(timing::rest_end.least + timing::stop_poll + timing::hand_over.least);
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

TEST_F(Lock, AHolderWithoutDataReleasesIt) {
  start_cluster();
  kill_process(one);
  postgres(one) = {};
  patroni_objects::name_lock_holder(step, charm::member_of(one));
  restore(one);
  run_for(5s);
  EXPECT_EQ(all(FactKind::lock_released)[0].fact.unit, charm::MaybeUnit(one));
}

TEST_F(Lock, GoneToAnotherEndsAPromotionThatIsUnderWay) {
  start_cluster();
  kubernetes::lose_node(step, zero);
  run_until([this] { return member(one).job == Job::promote; });
  patroni_objects::name_lock_holder(step, charm::member_of(two));
  patroni::on_ha_timer(step, two);
  run_for(timing::promotion_request.least + timing::promote.least);
  EXPECT_FALSE(is_primary(one));
}

}  // namespace
}  // namespace model
