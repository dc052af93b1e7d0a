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

TEST_F(PebbleTest, StartsTheExporterWithThePlanThatIsReplanned) {
  run_for(10s);
  pebble::update_and_restart(step, zero);
  EXPECT_TRUE(pebble::is_exporter_current(world, zero, 0));
  pebble::update_and_restart(step, zero, 3);
  EXPECT_EQ(container().exporter, 3);
  EXPECT_EQ(count(FactKind::exporter_restarted), 0U);
  pebble::update_and_restart(step, zero, 4);
  EXPECT_EQ(container().exporter, 4);
  EXPECT_EQ(count(FactKind::exporter_restarted), 1U);
  EXPECT_EQ(count(FactKind::service_started), 1U);
}

// Section 6.4: a layer alone changes nothing that runs, and what a process was started with is told
// by nobody.
TEST_F(PebbleTest, LetsTheExporterGoOnAsItWasStarted) {
  run_for(10s);
  pebble::update_and_restart(step, zero, 3);
  EXPECT_FALSE(pebble::is_exporter_current(world, zero, 4));
  pebble::update_layer(step, zero, 4);
  EXPECT_TRUE(pebble::is_exporter_current(world, zero, 4));
  EXPECT_EQ(container().exporter, 3);
  pebble::start_exporter(step, zero);
  EXPECT_EQ(container().exporter, 3);
  pebble::stop_exporter(step, zero);
  EXPECT_FALSE(pebble::is_exporter_current(world, zero, 4));
  pebble::start_exporter(step, zero);
  EXPECT_EQ(container().exporter, 4);
  EXPECT_EQ(count(FactKind::exporter_restarted), 1U);
}

TEST_F(PebbleTest, WritesOnTheVolumeWhoMayReplicateAndTheBootstrapSettings) {
  pebble::write_configuration(step, zero, configuration({zero, two}, 2));
  EXPECT_TRUE(world.unit(zero).volume.configuration);
  EXPECT_EQ(world.unit(zero).volume.admitted, (UnitSet{zero, two}));
  EXPECT_EQ(world.unit(zero).volume.bootstrap_node_count, 2);
  EXPECT_TRUE(world.unit(zero).volume.bootstrap_strict);
  EXPECT_EQ(world.unit(zero).volume.bootstrap_maximum_lag, default_maximum_lag);
}

TEST_F(PebbleTest, WithoutOptionsKeepsTheParametersOfTheFileThatStands) {
  charm::PatroniConfiguration without = configuration({zero}, 7);
  without.options = nullptr;
  without.leaving = true;
  pebble::write_configuration(step, zero, configuration({zero, two}, 2), {}, {77});
  EXPECT_FALSE(pebble::write_configuration(step, zero, without)) << "no parameter is another";
  EXPECT_EQ(world.unit(zero).volume.parameters, 77U);
  EXPECT_EQ(world.unit(zero).volume.bootstrap_node_count, 2);
  EXPECT_TRUE(world.unit(zero).volume.bootstrap_strict);
  EXPECT_TRUE(world.unit(zero).volume.tagged);
  EXPECT_EQ(world.unit(zero).volume.admitted, UnitSet{zero});
}

TEST_F(PebbleTest, AWrittenFileIsNotLoadedBeforePatroniIsTold) {
  start_patroni(zero, configuration({zero}));
  run_for(30s);
  pebble::write_configuration(step, zero, configuration({zero, one}));
  EXPECT_EQ(member(zero).admitted, (UnitSet{zero}));
  have_read(zero);
  EXPECT_EQ(member(zero).admitted, (UnitSet{zero, one}));
}

TEST_F(PebbleTest, SignalsPatroniToReadItsFileWhateverPasswordItAsksFor) {
  start_cluster();
  const charm::PatroniConfiguration file = configuration({zero, one, two}, 2);
  constexpr auto patroni = static_cast<std::size_t>(charm::SystemUser::patroni);
  Passwords passwords{};
  passwords[patroni] = 7;
  pebble::write_configuration(step, zero, file, passwords);
  ASSERT_NE(member(zero).passwords[patroni], 7);
  EXPECT_TRUE(pebble::signal_reload(step, zero));
  run_until([this] { return !member(zero).reload_pending; });
  EXPECT_EQ(member(zero).passwords[patroni], 7);
}

TEST_F(PebbleTest, ASignalEndsAPatroniThatIsStillStarting) {
  run_for(timing::container_start.least);
  EXPECT_FALSE(pebble::signal_reload(step, zero));
  pebble::update_and_restart(step, zero);
  run_until([this] { return container().service_running; });
  ASSERT_FALSE(member(zero).rest_up);
  EXPECT_TRUE(pebble::signal_reload(step, zero));
  EXPECT_FALSE(container().service_running);
}

TEST_F(PebbleTest, WaitsTwiceAsLongEachTimeThatTheServiceEndsUpToThirtySeconds) {
  start_cluster();
  for (Duration wait : {500ms, 1000ms, 2000ms, 4000ms, 8000ms, 16000ms, 30000ms, 30000ms}) {
    pebble::crash_service(step, zero);
    EXPECT_EQ(span(zero, UnitTimer::service).least, wait);
    EXPECT_EQ(span(zero, UnitTimer::service).most, wait * 11 / 10);
    pebble::on_service_timer(step, zero);
  }
}

TEST_F(PebbleTest, BeginsItsBackoffAnewAfterAServiceThatHasRunForThirtySeconds) {
  start_cluster();
  pebble::crash_service(step, zero);
  pebble::on_service_timer(step, zero);
  run_for(timing::backoff_limit);
  pebble::crash_service(step, zero);
  EXPECT_EQ(span(zero, UnitTimer::service).least, timing::backoff_delay);
}

TEST_F(PebbleTest, LeavesAPatroniThatDiedForGoodToWhoeverAsksForIt) {
  start_cluster();
  pebble::kill_patroni_for_good(step, zero);
  run_for(10min);
  EXPECT_FALSE(container().service_running);
  pebble::restart(step, zero);
  run_for(1s);
  EXPECT_TRUE(container().service_running);
}

TEST_F(PebbleTest, OfAFrozenPodRestartsNothing) {
  start_cluster();
  pebble::crash_service(step, zero);
  network::freeze(step, zero, Frozen::pod, 20s);
  run_for(10s);
  EXPECT_FALSE(world.unit(zero).container.service_running);
  run_for(15s);
  EXPECT_TRUE(world.unit(zero).container.service_running);
}

TEST_F(PebbleTest, ARestartHandsOverAndStartsTheServiceAgainAtOnce) {
  start_cluster();
  forget_past();
  pebble::restart(step, zero);
  EXPECT_TRUE(world.unit(zero).member.handing_over);
  run_for(10s);
  EXPECT_EQ(count(FactKind::service_stopped), 1U);
  EXPECT_EQ(count(FactKind::service_started), 1U);
  EXPECT_TRUE(world.unit(zero).container.service_running);
  EXPECT_TRUE(postgresql::is_primary(world, one));
}

}  // namespace
}  // namespace model
