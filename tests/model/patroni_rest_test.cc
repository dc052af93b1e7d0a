// What an operator asks of Patroni. Source: patroni-and-kubernetes.md,
// sections 2.12, 2.14, 3.6, 4.7.
#include <gmock/gmock.h>

#include "tests/model/patroni_fixture.h"

namespace model {
namespace {

using namespace given;

// The primary is unit 0; the first of the others is its synchronous standby.
struct Rest : PatroniTest {
  void SetUp() override {
    start_cluster();
    run_for(60s);
    ASSERT_TRUE(is_primary(zero));
    ASSERT_TRUE(dcs().sync_standbys.contains(one));
  }
  void leave_one_synchronous_standby() {
    dcs().node_count = 1;
    dcs().strict = false;
    ++dcs().config_version;
    run_for(30s);
    ASSERT_EQ(dcs().sync_standbys.size(), 1U);
  }
  void lose(UnitName unit) { kubernetes::kill_pod(step, unit, kubernetes::Return::late); }
};

using Switchover = Rest;

TEST_F(Switchover, GoesToTheSynchronousStandbyThatIsNamed) {
  EXPECT_TRUE(patroni::switch_over(step, one));
  run_for(20s);
  EXPECT_TRUE(is_primary(one));
  EXPECT_TRUE(is_streaming(zero));
  EXPECT_FALSE(dcs().failover_candidate.has_value()) << "the key has been cleared";
}

TEST_F(Switchover, WithNobodyNamedGoesToASynchronousStandby) {
  EXPECT_TRUE(patroni::switch_over(step, {}));
  run_for(20s);
  EXPECT_FALSE(is_primary(zero));
  EXPECT_TRUE(is_primary(one) || is_primary(two));
}

TEST_F(Switchover, TakesNoTtl) {
  ASSERT_TRUE(patroni::switch_over(step, one));
  const charm::Instant before = world.now();
  run_until([this] { return is_primary(one); });
  EXPECT_LT(world.now() - before, loop_wait);
}

TEST_F(Switchover, IsRefusedToAMemberThatIsNotSynchronous) {
  leave_one_synchronous_standby();
  const UnitName other = dcs().sync_standbys.contains(one) ? two : one;
  EXPECT_FALSE(patroni::switch_over(step, other));
  EXPECT_FALSE(dcs().failover_candidate.has_value());
}

TEST_F(Switchover, IsRefusedToAMemberThatIsTagged) {
  world.unit(one).volume.tagged = true;
  have_read(one);
  EXPECT_FALSE(patroni::switch_over(step, one));
}

TEST_F(Switchover, IsRefusedWhereNoCandidateAnswers) {
  lose(one);
  lose(two);
  EXPECT_FALSE(patroni::switch_over(step, {}));
}

TEST_F(Switchover, IsRefusedWithoutALeader) {
  lose(zero);
  run_until([this] { return !member(one).lock_valid && !member(two).lock_valid; });
  EXPECT_FALSE(patroni::switch_over(step, one));
}

TEST_F(Switchover, WithoutTheApiServerIsRefused) {
  network::stop_api(step, 20s);
  EXPECT_FALSE(patroni::switch_over(step, one));
}

using Failover = Rest;

TEST_F(Failover, ByHandWaitsForTheLockOfAPrimaryThatDied) {
  lose(zero);
  EXPECT_TRUE(patroni::fail_over(step, two));
  run_for(5s);
  EXPECT_FALSE(is_primary(two));
  run_for(ttl + 2 * loop_wait);
  EXPECT_TRUE(is_primary(two));
}

TEST_F(Failover, ByHandToSomebodyWhoDoesNotAnswerIsRefused) {
  lose(two);
  EXPECT_FALSE(patroni::fail_over(step, two));
  EXPECT_FALSE(dcs().failover_candidate.has_value());
}

// Since 4.0 (section 4.7); 3.1 refuses it in its loop, and clears the key.
TEST_F(Failover, ByHandToAMemberThatIsNotSynchronousIsFor4Only) {
  leave_one_synchronous_standby();
  const UnitName other = dcs().sync_standbys.contains(one) ? two : one;
  EXPECT_TRUE(patroni::fail_over(step, other)) << "the request itself is taken";
  run_for(3 * loop_wait);
  EXPECT_FALSE(is_primary(other));
  EXPECT_FALSE(dcs().failover_candidate.has_value());
  EXPECT_FALSE(world.shared().client.failed_over_by_hand);
}

using Pause = Rest;

TEST_F(Pause, KeepsAPrimaryThatCrashedDown) {
  ASSERT_TRUE(patroni::set_paused(step, true));
  run_for(20s);
  patroni::crash_database(step, zero);
  run_for(120s);
  EXPECT_FALSE(is_primary(zero));
  EXPECT_EQ(postgres(zero).database, Database::stopped);
}

TEST_F(Pause, OverAMemberRacesAgain) {
  ASSERT_TRUE(patroni::set_paused(step, true));
  run_for(20s);
  lose(zero);
  run_for(120s);
  EXPECT_FALSE(is_primary(one) || is_primary(two));
  ASSERT_TRUE(patroni::set_paused(step, false));
  run_for(60s);
  EXPECT_TRUE(is_primary(one) || is_primary(two));
}

TEST_F(Pause, OfWhatIsPausedChangesNothing) {
  ASSERT_TRUE(patroni::set_paused(step, true));
  const std::uint32_t version = dcs().config_version;
  EXPECT_TRUE(patroni::set_paused(step, true));
  EXPECT_EQ(dcs().config_version, version);
}

TEST_F(Switchover, IsAnsweredOnceAnotherLeads) {
  ASSERT_TRUE(patroni::switch_over(step, one));
  run_until([this] { return count(FactKind::request_answered) == 1; });
  EXPECT_EQ(last(FactKind::request_answered).fact.value, 200U);
  EXPECT_EQ(lock_holder(), charm::member_of(one));
}

TEST_F(Switchover, WhoseKeyIsClearedHasFailed) {
  network::freeze(step, zero, Frozen::patroni, 5s);  // it would act on the key
  ASSERT_TRUE(patroni::switch_over(step, one));
  dcs().failover_leader = dcs().failover_candidate = {};
  run_for(2s);
  EXPECT_EQ(last(FactKind::request_answered).fact.value, 503U);
}

TEST_F(Switchover, OutlivesTheClientThatAskedForIt) {
  network::freeze(step, zero, Frozen::patroni, 15s);
  ASSERT_TRUE(patroni::switch_over(step, one));
  run_for(10s);
  EXPECT_EQ(last(FactKind::request_answered).fact.value, 0U);
  EXPECT_FALSE(is_primary(one));
  run_for(20s);
  EXPECT_TRUE(is_primary(one));
  EXPECT_EQ(count(FactKind::request_answered), 1U);
}

}  // namespace
}  // namespace model
