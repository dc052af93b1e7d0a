// Cuts, freezes and clocks. Source: patroni-and-kubernetes.md, sections 1.7, 2.11 and 8.
#include "model/network.h"

#include <gmock/gmock.h>

#include "tests/model/world_fixture.h"

namespace model {
namespace {

using namespace given;
using network::Cut;

struct NetworkTest : WorldFixture {
  NetworkTest() {
    for (UnitName unit : {zero, one, two}) start_pod_of(unit);
  }
  bool reaches(UnitName from, UnitName to) { return network::reaches(world, from, to); }
};

using Cuts = NetworkTest;

TEST_F(Cuts, CanBeOneWay) {
  network::cut(step, zero, Cut::to_peers, 10s);
  EXPECT_FALSE(reaches(zero, one));
  EXPECT_TRUE(reaches(one, zero));
  EXPECT_FALSE(network::connected(world, zero, one)) << "a connection needs both ways";
  EXPECT_TRUE(network::reaches_api(world, zero));
}

TEST_F(Cuts, FromPeersLeaveTheWayOut) {
  network::cut(step, zero, Cut::from_peers, 10s);
  EXPECT_TRUE(reaches(zero, one));
  EXPECT_FALSE(reaches(one, zero));
  EXPECT_TRUE(reaches(one, two));
}

TEST_F(Cuts, FromTheApiServerLeaveThePeers) {
  network::cut(step, one, Cut::from_api, 10s);
  EXPECT_FALSE(network::reaches_api(world, one));
  EXPECT_TRUE(network::reaches_api(world, zero));
  EXPECT_TRUE(network::connected(world, zero, one));
}

TEST_F(Cuts, HealTogetherWhenTheirTimeHasCome) {
  network::cut(step, zero, Cut::from_all, 10s);
  run_for(9s);
  EXPECT_FALSE(reaches(zero, two));
  run_for(1s);
  EXPECT_TRUE(network::connected(world, zero, one));
  EXPECT_TRUE(network::connected(world, zero, two));
  EXPECT_TRUE(network::reaches_api(world, zero));
  EXPECT_EQ(count(FactKind::healed), 1U);
}

TEST_F(Cuts, FromEverybodyTakeTheControllerToo) {
  network::cut(step, zero, Cut::from_all, 10s);
  EXPECT_FALSE(network::reaches_controller(world, zero));
  run_for(10s);
  EXPECT_TRUE(network::reaches_controller(world, zero));
}

using LossyLinks = NetworkTest;

struct Always : Forks {
  std::uint32_t take(Fork fork, charm::MaybeUnit, std::uint32_t options) override {
    return fork == Fork::packet ? options - 1 : 0;
  }
};

TEST_F(LossyLinks, LoseByLuckAndOnlyAroundTheirPod) {
  network::cut(step, zero, Cut::lossy, 10s);
  EXPECT_TRUE(network::answers_in_time(step, one, zero)) << "the calm way";
  Always lost;
  step.forks = &lost;
  EXPECT_FALSE(network::answers_in_time(step, one, zero));
  EXPECT_FALSE(network::answers_in_time(step, zero, one));
  EXPECT_TRUE(network::answers_in_time(step, one, two));
  EXPECT_TRUE(network::connected(world, zero, one)) << "connections live on";
  run_for(10s);
  EXPECT_TRUE(network::answers_in_time(step, one, zero));
}

TEST_F(LossyLinks, ToTheApiServerLoseByLuckAndAnewAtEachTry) {
  network::cut(step, zero, Cut::api_lossy, 10s);
  network::try_api(step, zero);
  EXPECT_TRUE(network::reaches_api(world, zero)) << "the calm way";
  Always lost;
  step.forks = &lost;
  network::try_api(step, zero);
  EXPECT_FALSE(network::reaches_api(world, zero));
  EXPECT_TRUE(network::reaches_api(world, one));
  EXPECT_TRUE(network::connected(world, zero, one));
  step.forks = nullptr;
  network::try_api(step, zero);
  EXPECT_TRUE(network::reaches_api(world, zero));
  step.forks = &lost;
  network::try_api(step, zero);
  run_for(10s);
  EXPECT_TRUE(network::reaches_api(world, zero));
}

// As over a cut: it tries on for retry_timeout, and then asks the others (2.11).
TEST_F(LossyLinks, ToTheApiServerMakeAHolderGoOnInFailsafe) {
  for (UnitName unit : {zero, one, two}) start_patroni(unit, configuration({zero, one, two}));
  run_for(60s);
  network::cut(step, zero, Cut::api_lossy, 100s);
  Always lost;
  step.forks = &lost;
  run_for(60s);
  EXPECT_TRUE(postgresql::is_primary(world, zero));
  EXPECT_GE(count(FactKind::lock_expired), 2U);
  step.forks = nullptr;
  const std::uint32_t version = world.shared().dcs.lock_version;
  run_for(30s);
  EXPECT_GT(world.shared().dcs.lock_version, version);
}

using Groups = NetworkTest;

TEST_F(Groups, ReachTheirOwnAndNobodyElse) {
  charm::UnitSet side;
  side.insert(one);
  side.insert(two);
  network::split(step, side, network::ApiSide::both, 10s);
  EXPECT_TRUE(network::connected(world, one, two));
  for (UnitName in : {one, two}) {
    EXPECT_FALSE(reaches(zero, in));
    EXPECT_FALSE(reaches(in, zero));
    EXPECT_TRUE(network::reaches_api(world, in));
  }
  run_for(10s);
  EXPECT_TRUE(network::connected(world, zero, one) && network::connected(world, zero, two));
}

TEST_F(Groups, CanHaveLostTheApiServer) {
  charm::UnitSet side;
  side.insert(one);
  side.insert(two);
  network::split(step, side, network::ApiSide::others, 10s);
  EXPECT_TRUE(network::reaches_api(world, zero));
  EXPECT_FALSE(network::reaches_api(world, one) || network::reaches_api(world, two));
  run_for(10s);
  EXPECT_TRUE(network::reaches_api(world, one) && network::reaches_api(world, two));
}

TEST_F(LossyLinks, MakeACommitWaitForItsSynchronousStandby) {
  for (UnitName unit : {zero, one, two}) {
    start_patroni(unit, configuration({zero, one, two}, 2));
  }
  run_for(60s);
  ASSERT_FALSE(world.unit(zero).member.sync_names.empty());
  network::cut(step, zero, Cut::lossy, 60s);
  Always lost;
  step.forks = &lost;
  const std::uint32_t before = world.shared().client.acknowledged;
  postgresql::write(step);
  run_for(199ms);
  EXPECT_EQ(world.shared().client.acknowledged, before);
  run_for(2s);
  EXPECT_GT(world.shared().client.acknowledged, before);
}

TEST_F(Cuts, OfTheApiServerItselfConcernEverybody) {
  application().api_down = true;
  EXPECT_FALSE(network::reaches_api(world, zero));
  EXPECT_FALSE(network::reaches_api(world, two));
}

using Freezes = NetworkTest;

TEST_F(Freezes, HoldTheProcessesAndNotTheClocks) {
  network::freeze(step, zero, Frozen::pod, 10s);
  for (UnitTimer timer : {UnitTimer::ha, UnitTimer::job, UnitTimer::agent, UnitTimer::call,
                          UnitTimer::lease, UnitTimer::replication}) {
    EXPECT_TRUE(network::is_held(world, zero, timer)) << to_text(timer);
  }
  for (UnitTimer timer : {UnitTimer::lock_expiry, UnitTimer::deadline, UnitTimer::recovery}) {
    EXPECT_FALSE(network::is_held(world, zero, timer)) << to_text(timer);
  }
  EXPECT_FALSE(reaches(one, zero));
}

TEST_F(Freezes, OfPatroniAloneLeaveTheRest) {
  network::freeze(step, zero, Frozen::patroni, 10s);
  EXPECT_TRUE(network::is_held(world, zero, UnitTimer::ha));
  EXPECT_FALSE(network::is_held(world, zero, UnitTimer::call));
  EXPECT_FALSE(network::is_held(world, zero, UnitTimer::replication));
  EXPECT_TRUE(network::connected(world, zero, one));
}

TEST_F(Freezes, WhatWasDueInTheMeantimeHappensAfterwards) {
  network::freeze(step, zero, Frozen::pod, 10s);
  network::keep_for_later(world, zero, UnitTimer::agent);
  EXPECT_FALSE(world.is_armed(timer_id(zero, UnitTimer::agent)));
  network::on_recovery_timer(step, zero);
  EXPECT_TRUE(world.is_armed(timer_id(zero, UnitTimer::agent)));
  EXPECT_EQ(world.unit(zero).surroundings.overdue, 0);
  EXPECT_EQ(count(FactKind::thawed), 1U);
}

TEST_F(Freezes, NeedAPodThatRuns) {
  world.unit(zero).pod.phase = PodPhase::absent;
  network::freeze(step, zero, Frozen::pod, 10s);
  EXPECT_EQ(world.unit(zero).surroundings.frozen, Frozen::no);
}

using Clocks = NetworkTest;

TEST_F(Clocks, AStepForwardBringsTheLocksExpiryNearer) {
  world.arm(timer_id(zero, UnitTimer::lock_expiry), exactly(30s));
  network::step_clock(step, zero, 20s);
  EXPECT_EQ(span(zero, UnitTimer::lock_expiry).least, 10s);
  network::step_clock(step, zero, 20s);
  EXPECT_EQ(span(zero, UnitTimer::lock_expiry).least, 0s) << "it has run out";
}

TEST_F(Clocks, AStepBackProlongsTheLock) {
  world.arm(timer_id(zero, UnitTimer::lock_expiry), exactly(30s));
  network::step_clock(step, zero, -20s);
  EXPECT_EQ(span(zero, UnitTimer::lock_expiry).least, 50s);
}

TEST_F(Clocks, WhatIsNotWaitedForStaysSo) {
  network::step_clock(step, zero, 20s);
  EXPECT_FALSE(world.is_armed(timer_id(zero, UnitTimer::lock_expiry)));
}

TEST_F(Clocks, AFastOneMakesWaitsShorter) {
  world.unit(zero).surroundings.clock_rate_ppm = 10'000;
  EXPECT_EQ(network::by_clock_of(world, zero, 30s), 29700ms);
  world.unit(zero).surroundings.clock_rate_ppm = -10'000;
  EXPECT_EQ(network::by_clock_of(world, zero, 30s), 30300ms);
}

}  // namespace
}  // namespace model
