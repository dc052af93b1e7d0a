// Juju's leadership lease. Source: juju-and-pebble.md, sections 4.1 and 4.2.
#include <gmock/gmock.h>

#include "tests/model/world_fixture.h"

namespace model {
namespace {

using namespace given;
using testing::ElementsAre;
using testing::IsEmpty;

struct Lease : WorldFixture {
  void start_all() {
    for (UnitName unit : {zero, one, two}) start_unit(unit);
  }
  charm::MaybeUnit holder() { return application().lease_holder; }
  void end_agent(UnitName unit) {
    juju::stop_agent(step, unit);
    world.unit(unit).pod.phase = PodPhase::absent;
  }
};

TEST_F(Lease, GoesToWhoeverClaimsFirst) {
  start_all();
  juju::on_lease_timer(step, two);
  EXPECT_EQ(holder(), two);
  EXPECT_EQ(last(FactKind::leadership_gained).fact.unit, two);
}

TEST_F(Lease, IsClaimedForSixtySecondsAndRenewedAfterThirty) {
  start_all();
  juju::on_lease_timer(step, zero);
  EXPECT_EQ(span(WorldTimer::lease_expiry).least, 60s);
  EXPECT_EQ(span(WorldTimer::lease_expiry).most, 60s);
  EXPECT_EQ(span(zero, UnitTimer::lease).least, 30s);
  EXPECT_EQ(span(zero, UnitTimer::lease).most, 30s);
}

TEST_F(Lease, DoesNotChangeHandsWhileItIsRenewed) {
  start_all();
  run_for(3600s);
  EXPECT_EQ(holder(), zero);
  EXPECT_EQ(count(FactKind::leadership_gained), 1U);
  EXPECT_EQ(count(FactKind::leadership_lost), 0U);
}

TEST_F(Lease, IsDeniedToOthersWhileItIsHeld) {
  start_all();
  juju::on_lease_timer(step, zero);
  juju::on_lease_timer(step, one);
  EXPECT_EQ(holder(), zero);
  EXPECT_FALSE(juju::is_leader(world, one));
}

TEST_F(Lease, OutlivesItsHolderForUpToSixtySeconds) {
  start_all();
  run_for(25s);
  end_agent(zero);
  run_for(34s);
  EXPECT_EQ(holder(), zero);
  EXPECT_EQ(count(FactKind::leadership_lost), 0U);
  run_for(2s);
  EXPECT_EQ(count(FactKind::leadership_lost), 1U);
}

TEST_F(Lease, AllThatWaitRaceForItOnceItHasExpired) {
  start_all();
  run_for(1s);
  end_agent(zero);
  run_until([this] { return !holder(); });
  EXPECT_EQ(span(one, UnitTimer::lease).least, timing::lease_claim.least);
  EXPECT_EQ(span(one, UnitTimer::lease).most, timing::lease_claim.most);
  EXPECT_EQ(span(two, UnitTimer::lease).most, timing::lease_claim.most);
  EXPECT_FALSE(world.is_armed(timer_id(zero, UnitTimer::lease)));
  juju::on_lease_timer(step, two);
  EXPECT_EQ(holder(), two);
}

TEST_F(Lease, AUnitThatComesBackBeforeItExpiresStillLeadsAndHearsNothing) {
  start_all();
  run_for(10s);
  ASSERT_THAT(hooks[0], testing::Contains("leader-elected"));
  end_agent(zero);
  run_for(20s);
  hooks[0].clear();
  start_unit(zero);
  run_for(300s);
  EXPECT_EQ(holder(), zero);
  EXPECT_THAT(hooks[0], testing::Not(testing::Contains("leader-elected")));
}

TEST_F(Lease, ItsLossFiresNothing) {
  settle(zero);
  make_leader(zero);
  run_hooks(zero);
  settle(one);
  run_hooks(zero);
  juju::let_lease_go(step, one);
  juju::on_lease_timer(step, zero);
  ASSERT_FALSE(juju::is_leader(world, zero));
  EXPECT_THAT(run_hooks(zero), IsEmpty());
}

TEST_F(Lease, RegainedFiresLeaderElectedAgain) {
  settle(zero);
  make_leader(zero);
  ASSERT_THAT(run_hooks(zero), ElementsAre("leader-elected"));
  juju::on_lease_expiry(step);
  run_hooks(zero);
  make_leader(zero);
  EXPECT_THAT(run_hooks(zero), ElementsAre("leader-elected"));
}

// The agent drops what it knows between two hooks only.
TEST_F(Lease, LostAndRegainedBetweenTwoLooksFiresNothing) {
  settle(zero);
  make_leader(zero);
  run_hooks(zero);
  juju::on_lease_expiry(step);
  ASSERT_FALSE(juju::is_leader(world, zero));
  make_leader(zero);
  EXPECT_THAT(run_hooks(zero), IsEmpty());
}

TEST_F(Lease, LetGoIsKnownToItsHolderWithinThirtySecondsAndLostAfterSixty) {
  start_all();
  run_for(10s);
  juju::let_lease_go(step, one);
  EXPECT_TRUE(juju::is_leader(world, zero));
  run_for(30s);
  EXPECT_FALSE(juju::is_leader(world, zero));
  EXPECT_EQ(holder(), zero);
  run_for(31s);
  EXPECT_EQ(holder(), one);
}

TEST_F(Lease, LetGoIsLostOnceForItsHolder) {
  start_all();
  run_for(10s);
  juju::let_lease_go(step, one);
  run_for(120s);
  EXPECT_EQ(count(FactKind::leadership_lost), 1U);
  EXPECT_EQ(count(FactKind::leadership_gained), 2U);
}

TEST_F(Lease, LetGoToNobodyIsRacedForByTheOthers) {
  start_all();
  run_for(10s);
  juju::let_lease_go(step, {});
  run_until([this] { return !holder(); });
  EXPECT_EQ(span(one, UnitTimer::lease).most, timing::lease_claim.most);
  EXPECT_EQ(span(two, UnitTimer::lease).most, timing::lease_claim.most);
  EXPECT_GT(span(zero, UnitTimer::lease).least, timing::lease_claim.most);
}

TEST_F(Lease, LetGoToAUnitThatIsDownGoesToSomebodyElse) {
  start_all();
  run_for(10s);
  juju::let_lease_go(step, one);
  end_agent(one);
  run_for(120s);
  EXPECT_TRUE(holder().has_value());
  EXPECT_FALSE(holder() == one);
}

TEST_F(Lease, LetGoToItsOwnHolderStays) {
  start_all();
  run_for(10s);
  juju::let_lease_go(step, zero);
  run_for(300s);
  EXPECT_EQ(holder(), zero);
  EXPECT_EQ(count(FactKind::leadership_lost), 0U);
}

// --- a unit that does not reach the controller ---

using Controller = Lease;

TEST_F(Controller, ThatIsNotReachedCannotRenewTheLeaseAndAnotherGetsIt) {
  start_all();
  run_for(10s);
  ASSERT_EQ(holder(), zero);
  network::cut(step, zero, network::Cut::from_controller, 200s);
  run_for(59s);
  EXPECT_FALSE(juju::is_leader(world, zero));
  run_for(5s);
  ASSERT_TRUE(holder().has_value());
  EXPECT_NE(holder(), zero);
}

TEST_F(Controller, ThatIsReachedAgainInTimeLeavesTheLeaseWhereItWas) {
  start_all();
  run_for(5s);
  network::cut(step, zero, network::Cut::from_controller, 40s);
  run_for(39s);
  EXPECT_FALSE(juju::is_leader(world, zero));
  run_for(10s);
  EXPECT_TRUE(juju::is_leader(world, zero));
  run_for(300s);
  EXPECT_EQ(holder(), zero);
}

TEST_F(Controller, ThatIsNotReachedGivesTheAgentNothingToDo) {
  start_all();
  network::cut(step, one, network::Cut::from_controller, 40s);
  EXPECT_TRUE(network::is_held(world, one, UnitTimer::agent));
  EXPECT_FALSE(network::is_held(world, zero, UnitTimer::agent));
}

// A process that is paused between its last look at the leadership and its flush.
TEST_F(Controller, RefusesWhatAnExLeaderFlushesThatWasPausedBeyondItsLease) {
  start_all();
  run_for(10s);
  ASSERT_TRUE(juju::is_leader(world, zero));
  world.unit(zero).staged.initialised = true;
  network::freeze(step, zero, Frozen::charm, 120s);
  run_for(119s);
  ASSERT_NE(holder(), zero);
  run_for(1s);
  EXPECT_FALSE(juju::flush(step, zero));
  EXPECT_FALSE(application().initialised);
  EXPECT_EQ(count(FactKind::flush_refused), 1U);
}

}  // namespace
}  // namespace model
