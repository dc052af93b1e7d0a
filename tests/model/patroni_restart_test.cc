// Parameters that PostgreSQL takes only when it starts, and its restart by REST. Source:
// patroni-and-kubernetes.md, sections 2.1, 2.6, 3.5, 3.7.
#include <gmock/gmock.h>

#include "tests/model/world_fixture.h"

namespace model {
namespace {

using namespace given;

struct PendingRestart : WorldFixture {
  PendingRestart() {
    start_cluster();
    world.arm(timer_id(WorldTimer::client), exactly(1s));
  }
  std::optional<bool> pending(UnitName unit) const {
    return patroni::is_restart_pending(world, unit);
  }
  void patch_connections(std::uint32_t connections) {
    charm::DynamicConfiguration wanted = configuration({}).bootstrap;
    wanted.max_connections = connections;
    ASSERT_TRUE(patroni::patch_configuration(step, zero, wanted));
  }
  // One of patroni.yml's own.
  void write_file(UnitName unit, std::uint32_t digest) {
    pebble::write_configuration(step, unit, configuration({zero, one, two}), {}, {digest});
    have_read(unit);
  }
};

TEST_F(PendingRestart, IsNothingAfterTheBootstrapAndTheClones) {
  for (UnitName unit : {zero, one, two}) EXPECT_EQ(pending(unit), false);
}

TEST_F(PendingRestart, ComesWithTheCycleThatReadsTheNewConfiguration) {
  patch_connections(300);
  EXPECT_EQ(pending(zero), false);
  run_for(11s);
  for (UnitName unit : {zero, one, two}) EXPECT_EQ(pending(unit), true);
}

TEST_F(PendingRestart, GoesWhenTheConfigurationIsPutBack) {
  patch_connections(300);
  run_for(11s);
  patch_connections(100);
  run_for(11s);
  EXPECT_EQ(pending(zero), false);
}

TEST_F(PendingRestart, ComesOfTheMembersOwnFileOnlyToThatMember) {
  write_file(one, 7);
  EXPECT_EQ(pending(one), true);
  EXPECT_EQ(pending(zero), false);
}

TEST_F(PendingRestart, IsNotToldWhilePostgreSQLDoesNotRun) {
  patch_connections(300);
  run_for(11s);
  patroni::crash_database(step, one);
  EXPECT_EQ(pending(one), std::nullopt);
}

TEST_F(PendingRestart, GoesWithAnyStartOfPostgreSQL) {
  patch_connections(300);
  run_for(11s);
  patroni::crash_database(step, one);
  run_for(60s);
  EXPECT_EQ(pending(one), false);
}

TEST_F(PendingRestart, OutlivesAPatroniThatIsKilledAlone) {
  patch_connections(300);
  run_for(11s);
  pebble::kill_patroni(step, one);
  run_for(30s);
  EXPECT_EQ(pending(one), true);
}

TEST_F(PendingRestart, OutlivesAPromotionWhichIsNoStart) {
  run_for(30s);
  patch_connections(300);
  run_for(11s);
  ASSERT_TRUE(patroni::switch_over(step, one));
  run_for(30s);
  ASSERT_TRUE(postgresql::is_primary(world, one));
  EXPECT_EQ(pending(one), true);
}

TEST_F(PendingRestart, DoesNotRestartWhoWasAskedForAPendingRestartOnlyAndHasNone) {
  EXPECT_FALSE(patroni::post_restart(step, one, true));
  EXPECT_EQ(postgres(one).database, Database::running);
}

TEST_F(PendingRestart, IsToldTheWriterOfTheFile) {
  const auto file = configuration({zero, one, two});
  EXPECT_FALSE(pebble::write_configuration(step, one, file));
  EXPECT_TRUE(pebble::write_configuration(step, one, file, {}, {7}));
  EXPECT_FALSE(pebble::write_configuration(step, one, file, {}, {7}));
}

TEST_F(PendingRestart, IsEndedByTheRestartOfAReplicaWhichStreamsAgain) {
  patch_connections(300);
  run_for(11s);
  ASSERT_TRUE(patroni::post_restart(step, one));
  EXPECT_EQ(patroni::result_of_restart(world, one), std::nullopt);
  EXPECT_EQ(postgres(one).database, Database::stopped);
  run_for(15s);
  EXPECT_EQ(patroni::result_of_restart(world, one), true);
  EXPECT_EQ(pending(one), false);
  EXPECT_TRUE(postgresql::is_streaming(world, one));
}

TEST_F(PendingRestart, IsEndedByTheRestartOfThePrimaryWhichStaysPrimaryOnItsTimeline) {
  patch_connections(300);
  run_for(11s);
  const std::uint16_t timeline = postgres(zero).timeline;
  ASSERT_TRUE(patroni::post_restart(step, zero));
  run_for(40s);
  EXPECT_EQ(pending(zero), false);
  EXPECT_TRUE(postgresql::is_primary(world, zero));
  EXPECT_EQ(postgres(zero).timeline, timeline);
  EXPECT_EQ(count(FactKind::promoted), 0U);
  EXPECT_EQ(dcs().lock_holder, charm::member_of(zero));
  EXPECT_TRUE(postgresql::is_streaming(world, one));
}

TEST_F(PendingRestart, KeepsTheLockThroughALongRestartOfThePrimary) {
  world.unit(zero).surroundings.recovered_us = (world.now() + 100s).micros;
  ASSERT_TRUE(patroni::post_restart(step, zero));
  run_for(60s);
  EXPECT_EQ(postgres(zero).database, Database::starting);
  EXPECT_EQ(dcs().lock_holder, charm::member_of(zero));
  run_for(60s);
  EXPECT_TRUE(postgresql::is_primary(world, zero));
  EXPECT_EQ(count(FactKind::promoted), 0U);
}

TEST_F(PendingRestart, SaysWhetherARestartWasNeeded) {
  ASSERT_TRUE(patroni::post_restart(step, one));
  EXPECT_EQ(last(FactKind::restart_asked).fact.value, 1U);
  patch_connections(300);
  run_for(20s);
  ASSERT_TRUE(patroni::post_restart(step, two));
  EXPECT_EQ(last(FactKind::restart_asked).fact.value, 0U);
}

TEST_F(PendingRestart, IsRefusedARestartWhileOneGoesOnOrPostgreSQLIsDown) {
  ASSERT_TRUE(patroni::post_restart(step, one));
  EXPECT_FALSE(patroni::post_restart(step, one));
  patroni::crash_database(step, two);
  EXPECT_FALSE(patroni::post_restart(step, two));
}

TEST_F(PendingRestart, IsRefusedARestartWithoutTheApiServer) {
  network::cut(step, one, network::Cut::from_api, 30s);
  EXPECT_FALSE(patroni::post_restart(step, one));
  EXPECT_EQ(postgres(one).database, Database::running);
}

}  // namespace
}  // namespace model
