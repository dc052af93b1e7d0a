// Pebble in the workload container. Source: juju-and-pebble.md, sections 1.6 and 6.
#include "model/pebble.h"

#include <gmock/gmock.h>

#include "tests/model/world_fixture.h"

namespace model {
namespace {

using namespace given;
using testing::ElementsAre;
using testing::IsEmpty;

struct PebbleTest : WorldFixture {
  PebbleTest() {
    settle(zero);
    pebble::start(step, zero);
  }
  bool answers() { return pebble::can_connect(world, zero); }
  Container& container() { return world.unit(zero).container; }
};

TEST_F(PebbleTest, AnswersOnceItsContainerIsUp) {
  EXPECT_FALSE(answers());
  run_for(timing::container_start.least);
  EXPECT_TRUE(answers());
  EXPECT_EQ(count(FactKind::container_reachable), 1U);
}

TEST_F(PebbleTest, IsNoticedByTheAgentsPollWithinFiveSeconds) {
  pebble::on_container_timer(step, zero);
  ASSERT_TRUE(answers());
  EXPECT_EQ(span(zero, UnitTimer::container).least, 0s);
  EXPECT_EQ(span(zero, UnitTimer::container).most, 5s);
  EXPECT_EQ(run_hook(zero), "");
  pebble::on_container_timer(step, zero);
  EXPECT_EQ(run_hook(zero), "pebble-ready");
}

TEST_F(PebbleTest, WithTheSameBootIsNoticedOnce) {
  run_for(10s);
  pebble::break_for(step, zero, 30s);
  run_for(300s);
  EXPECT_TRUE(answers());
  EXPECT_THAT(hooks[0], testing::Contains("pebble-ready").Times(1));
}

TEST_F(PebbleTest, BrokenDoesNotAnswerWhileItsServiceGoesOn) {
  run_for(10s);
  start_patroni(zero, configuration({zero}));
  pebble::break_for(step, zero, 30s);
  EXPECT_FALSE(answers());
  EXPECT_TRUE(container().service_running);
  EXPECT_TRUE(container().layer_added);
  run_for(30s);
  EXPECT_TRUE(answers());
}

TEST_F(PebbleTest, HeldBackDoesNotAnswerBeforeItsTime) {
  pebble::hold_until(step, one, 90s);
  juju::add_unit(step, one);
  kubernetes::schedule_pod(step, one, exactly(1s));
  run_for(89s);
  EXPECT_FALSE(pebble::can_connect(world, one));
  run_for(1s);
  EXPECT_TRUE(pebble::can_connect(world, one));
}

TEST_F(PebbleTest, HeldBackStaysSoWhenItsPodDiesBefore) {
  pebble::hold_until(step, one, 90s);
  juju::add_unit(step, one);
  kubernetes::schedule_pod(step, one, exactly(1s));
  run_for(10s);
  kubernetes::kill_pod(step, one, kubernetes::Return::at_once);
  run_for(30s);
  EXPECT_FALSE(pebble::can_connect(world, one));
}

TEST_F(PebbleTest, AskedToEndStopsAnsweringAtOnce) {
  run_for(10s);
  pebble::shut_down(step, zero);
  EXPECT_FALSE(answers());
}

TEST_F(PebbleTest, LosesItsPlanWithItsContainer) {
  run_for(10s);
  start_patroni(zero, configuration({zero}));
  pebble::stop(step, zero);
  pebble::start(step, zero);
  run_for(10s);
  EXPECT_FALSE(container().layer_added);
  EXPECT_FALSE(container().service_running);
}

TEST_F(PebbleTest, StartsTheServiceOnceTheLayerIsAdded) {
  run_for(10s);
  pebble::update_and_restart(step, zero);
  EXPECT_TRUE(container().layer_added);
  EXPECT_TRUE(container().service_running);
  EXPECT_EQ(count(FactKind::service_started), 1U);
  EXPECT_EQ(span(zero, UnitTimer::ha).least, timing::process_start.least);
}

TEST_F(PebbleTest, LeavesAServiceAloneThatRunsWithTheSamePlan) {
  run_for(10s);
  pebble::update_and_restart(step, zero);
  pebble::update_and_restart(step, zero);
  EXPECT_EQ(count(FactKind::service_started), 1U);
}

TEST_F(PebbleTest, WritesOnTheVolumeWhoMayReplicateAndTheBootstrapSettings) {
  pebble::write_configuration(step, zero, configuration({zero, two}, 2));
  EXPECT_TRUE(world.unit(zero).volume.configuration);
  EXPECT_EQ(world.unit(zero).volume.admitted, (UnitSet{zero, two}));
  EXPECT_EQ(world.unit(zero).volume.bootstrap_node_count, 2);
  EXPECT_TRUE(world.unit(zero).volume.bootstrap_strict);
}

TEST_F(PebbleTest, AWrittenFileIsNotLoadedBeforePatroniIsTold) {
  start_patroni(zero, configuration({zero}));
  run_for(30s);
  pebble::write_configuration(step, zero, configuration({zero, one}));
  EXPECT_EQ(member(zero).admitted, (UnitSet{zero}));
  ASSERT_TRUE(patroni::reload(step, zero));
  EXPECT_EQ(member(zero).admitted, (UnitSet{zero, one}));
}

}  // namespace
}  // namespace model
