// How a database is made once, and who may copy it. Source: patroni-and-kubernetes.md, section 2.4.
#include <gmock/gmock.h>

#include "model/patroni/loop.h"
#include "tests/model/patroni_fixture.h"

namespace model {
namespace {

using namespace given;
using testing::SizeIs;

using Bootstrap = PatroniTest;

TEST_F(Bootstrap, OnlyOneOfManyMakesTheDatabase) {
  for (UnitName unit : {zero, one, two}) {
    start_pod_of(unit);
    start_patroni(unit, configuration({zero, one, two}));
  }
  run_for(60s);
  const auto value = static_cast<std::uint32_t>(Job::bootstrap);
  std::size_t bootstraps = 0;
  for (const PastFact& job : all(FactKind::job_started)) bootstraps += job.fact.value == value;
  EXPECT_EQ(bootstraps, 1U);
  EXPECT_EQ(postgres(zero).system_id, postgres(one).system_id);
  EXPECT_EQ(postgres(zero).system_id, postgres(two).system_id);
}

TEST_F(Bootstrap, OthersWaitWhileOneInitialises) {
  start_pod_of(one);
  start_patroni(one, configuration({zero, one}));
  run_for(timing::process_start.least);
  ASSERT_EQ(member(one).job, Job::bootstrap);
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
  ASSERT_TRUE(is_primary(zero));
  EXPECT_FALSE(lock_holder().has_value()) << "users and grants come first";
  run_for(timing::post_bootstrap.least + 10ms);
  EXPECT_EQ(postgres(zero).timeline, 1);
  EXPECT_TRUE(lock_holder() == charm::member_of(zero));
  EXPECT_EQ(dcs().initialise, Initialise::done);
  EXPECT_EQ(dcs().node_count, 2);
  EXPECT_TRUE(dcs().strict);
  // The pass reads the DCS once more, and sees the lock that it has just taken: a SIGTERM before
  // the next pass gives it away (2.4, 2.13).
  EXPECT_TRUE(member(zero).memory.is_leader);
}

TEST_F(Bootstrap, WhosePostgreSQLDiesBeforeItsUsersAreMadeMovesTheDataAway) {
  start_pod_of(zero);
  start_patroni(zero, configuration({zero}));
  run_until([this] { return member(zero).job == Job::post_bootstrap; });
  const std::uint16_t before = postgres(zero).system_id;
  EXPECT_TRUE(world.unit(zero).volume.data_directory);
  patroni::crash_database(step, zero);
  run_until([this] { return postgres(zero).database == Database::none; });
  EXPECT_FALSE(world.unit(zero).volume.data_directory);
  run_until([this] { return lock_holder().has_value(); });
  EXPECT_EQ(dcs().initialise, Initialise::done);
  EXPECT_NE(postgres(zero).system_id, before) << "another initdb";
  EXPECT_EQ(dcs().system_id, postgres(zero).system_id);
}

class BootstrapThatDies : public Bootstrap {
 protected:
  BootstrapThatDies() {
    for (UnitName unit : {zero, one}) {
      start_pod_of(unit);
      start_patroni(unit, configuration({zero, one}));
    }
    run_for(timing::process_start.least);
    EXPECT_EQ(member(zero).job, Job::bootstrap);
  }
  void expect_that_nobody_may_begin_anew() {
    EXPECT_EQ(postgres(zero).database, Database::none);
    restore(zero);
    run_for(600s);
    EXPECT_EQ(dcs().initialise, Initialise::bootstrapping);
    EXPECT_EQ(postgres(zero).database, Database::none);
    EXPECT_EQ(postgres(one).database, Database::none);
  }
};

TEST_F(BootstrapThatDies, KilledLeavesInitialiseEmptyAndNobodyMakesTheDatabase) {
  kill_process(zero);
  expect_that_nobody_may_begin_anew();
}

TEST_F(BootstrapThatDies, StoppedLeavesItToo) {
  patroni::shut_down(step, zero);
  run_for(30s);
  expect_that_nobody_may_begin_anew();
}

TEST_F(BootstrapThatDies, OnceItsRecordIsDeletedTheNextOneMakesTheDatabase) {
  kill_process(zero);
  run_for(60s);
  patroni_objects::remove(step, patroni_objects::Object::config);
  run_for(60s);
  EXPECT_TRUE(is_primary(one));
  EXPECT_EQ(dcs().initialise, Initialise::done);
}

TEST_F(Bootstrap, AReplicaThatPgHbaDoesNotAdmitCannotClone) {
  for (UnitName unit : {zero, one}) {
    start_pod_of(unit);
    start_patroni(unit, configuration({zero}));
  }
  run_for(120s);
  EXPECT_EQ(postgres(one).database, Database::none);
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
  have_read(zero);
  run_for(60s);
  EXPECT_TRUE(is_streaming(one));
}

// Patroni 3.1.2: ha.py, clone; what a hook has made goes with what was copied.
TEST_F(Bootstrap, ACopyThatFailsLeavesNoDirectory) {
  for (UnitName unit : {zero, one}) {
    start_pod_of(unit);
    start_patroni(unit, configuration({zero}));
  }
  run_until([this] { return is_primary(zero); });
  world.unit(one).volume.data_directory = true;
  run_until([this] { return patroni::copies_data(member(one).job); });
  EXPECT_TRUE(world.unit(one).volume.data_directory);
  run_until([this] { return member(one).job == Job::none; });
  EXPECT_FALSE(world.unit(one).volume.data_directory);
  pebble::write_configuration(step, zero, configuration({zero, one}));
  ASSERT_TRUE(patroni::reload(step, zero));
  run_until([this] { return is_streaming(one); });
  EXPECT_TRUE(world.unit(one).volume.data_directory);
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
  run_until([this] { return member(one).job == Job::clone_from_leader; });
  kill_process(zero);
  run_for(10s);
  EXPECT_EQ(postgres(one).database, Database::none);
  restore(zero);
  run_for(60s);
  EXPECT_TRUE(is_streaming(one));
}

}  // namespace
}  // namespace model
