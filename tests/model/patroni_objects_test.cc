// Patroni's objects as an outsider changes them. Source: patroni-and-kubernetes.md, sections 1.7
// and 1.13.
#include "model/patroni_objects.h"

#include <gmock/gmock.h>

#include "tests/model/patroni_fixture.h"

namespace model {
namespace {

using namespace given;
using patroni_objects::Object;

struct PatroniObjects : PatroniTest {
  // Everybody has been through an HA loop.
  Duration loops() const { return parameters.loop_wait + 1s; }
};

TEST_F(PatroniObjects, DoNotExistBeforeTheClusterDoes) {
  EXPECT_EQ(patroni_objects::version(world, Object::lock), 0U);
  EXPECT_EQ(patroni_objects::version(world, Object::config), 0U);
  EXPECT_EQ(patroni_objects::version(world, Object::sync), 0U);
}

TEST_F(PatroniObjects, ExistInARunningCluster) {
  start_cluster();
  EXPECT_GT(patroni_objects::version(world, Object::lock), 0U);
  EXPECT_GT(patroni_objects::version(world, Object::config), 0U);
  EXPECT_GT(patroni_objects::version(world, Object::sync), 0U);
}

TEST_F(PatroniObjects, NamingALockHolderIsAHeartbeatToEveryObserver) {
  start_cluster();
  run_for(5s);
  patroni_objects::name_lock_holder(step, charm::member_of(one));
  run_for(loops());
  EXPECT_EQ(member(two).observed_lock, dcs().lock_version);
  EXPECT_TRUE(member(two).lock_valid);
}

TEST_F(PatroniObjects, AChangeOfTheLockWakesEveryMember) {
  start_cluster();
  run_for(5s);
  patroni_objects::name_lock_holder(step, charm::member_of(one));
  run_for(200ms);
  EXPECT_EQ(member(two).observed_lock, dcs().lock_version);
}

// Sections 1.6 and 1.7: the five annotations of the record stay as they are.
TEST_F(PatroniObjects, AnOwnerOfTheLockIsNoHeartbeatAndWakesOnlyWhoDoesNotHoldIt) {
  start_cluster();
  run_to_renewal();
  run_for(5s);
  const Instant expiry = window(one, UnitTimer::lock_expiry).earliest;
  const Instant pass_of_holder = window(zero, UnitTimer::ha).earliest;
  patroni_objects::set_owner(step, Object::lock);
  EXPECT_EQ(window(zero, UnitTimer::ha).earliest, pass_of_holder);
  EXPECT_EQ(span(one, UnitTimer::ha).least, timing::wake_up.least);
  EXPECT_EQ(span(two, UnitTimer::ha).least, timing::wake_up.least);
  run_for(200ms);
  EXPECT_EQ(window(one, UnitTimer::lock_expiry).earliest, expiry);
}

TEST_F(PatroniObjects, ARemovedLockLeavesItsHolderWithoutIt) {
  start_cluster();
  patroni_objects::remove(step, Object::lock);
  EXPECT_FALSE(dcs().lock_holder.has_value());
  EXPECT_EQ(patroni_objects::version(world, Object::lock), 0U);
  run_for(loops());
  EXPECT_TRUE(dcs().lock_holder == charm::member_of(zero));
}

TEST_F(PatroniObjects, ARemovedSyncObjectTakesTheProtectionWithIt) {
  start_cluster(1);
  ASSERT_EQ(dcs().sync_standbys, (UnitSet{one}));
  patroni_objects::remove(step, Object::sync);
  EXPECT_FALSE(dcs().sync_leader.has_value());
  EXPECT_TRUE(dcs().sync_standbys.empty());
}

TEST_F(PatroniObjects, ARemovedConfigurationForgetsThatTheClusterWasInitialised) {
  start_cluster();
  patroni_objects::remove(step, Object::config);
  EXPECT_EQ(dcs().initialise, Initialise::absent);
}

// --- of an older application ---

struct Leftovers : PatroniTest {
  Leftovers() { patroni_objects::leave_behind(step); }
};

TEST_F(Leftovers, AreThereFromTheBeginning) {
  for (Object object : {Object::lock, Object::config, Object::sync}) {
    EXPECT_TRUE(patroni_objects::is_left_over(world, object));
    EXPECT_GT(patroni_objects::version(world, object), 0U);
  }
}

// Section 2.3, C10: a bootstrap is never begun over another database's identifier.
TEST_F(Leftovers, KeepAnybodyFromBootstrapping) {
  start_pod_of(zero);
  start_patroni(zero, configuration({zero}, 1));
  run_for(300s);
  EXPECT_FALSE(is_primary(zero));
}

TEST_F(Leftovers, RemovedAreMadeAnewByPatroni) {
  for (Object object : {Object::lock, Object::config, Object::sync}) {
    patroni_objects::remove(step, object);
    EXPECT_EQ(patroni_objects::version(world, object), 0U) << "not found";
  }
  EXPECT_FALSE(patroni_objects::has_configuration(dcs()));
  start_pod_of(zero);
  start_patroni(zero, configuration({zero}, 1));
  run_for(60s);
  EXPECT_TRUE(is_primary(zero));
  EXPECT_TRUE(patroni_objects::has_configuration(dcs()));
  EXPECT_GT(patroni_objects::version(world, Object::lock), 1U) << "a version comes once";
  EXPECT_FALSE(patroni_objects::is_left_over(world, Object::lock));
}

}  // namespace
}  // namespace model
