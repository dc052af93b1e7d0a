// The application is removed, and deployed again. Source: juju-and-pebble.md, section 4.8;
// patroni-and-kubernetes.md, section 1.13; charm-hooks.md, section 3.11.
#include <gmock/gmock.h>

#include "tests/model/patroni_fixture.h"

namespace model {
namespace {

using namespace given;
using patroni_objects::Object;

struct Removal : PatroniTest {
  void remove_application() {
    juju::request_removal(step);
    run_until([this] { return world.unit(two).record.life == Life::dying; });
    for (UnitName unit : {zero, one, two}) world.unit(unit).record.life = Life::dead;
    run_until([this] { return presence() == Presence::removed; });
  }
  Presence presence() { return world.shared().application.presence; }
  bool exists(Object object) { return patroni_objects::version(world, object) != 0; }
};

TEST_F(Removal, TheApplicationGoesWithItsLastUnit) {
  start_cluster();
  world.shared().application.initialised = true;
  remove_application();
  EXPECT_FALSE(world.shared().application.initialised);
  EXPECT_TRUE(world.existing().empty());
  EXPECT_TRUE(world.endpoints().empty());
}

TEST_F(Removal, WhatNobodyOwnsIsLeftOver) {
  start_cluster();
  remove_application();
  run_for(60s);
  for (Object object : {Object::lock, Object::config, Object::sync}) {
    EXPECT_TRUE(exists(object));
    EXPECT_TRUE(patroni_objects::is_left_over(world, object));
  }
}

TEST_F(Removal, WhatTheStatefulSetOwnedIsCollectedSoonAfter) {
  start_cluster();
  patroni_objects::set_owner(step, Object::lock);
  patroni_objects::set_owner(step, Object::config);
  remove_application();
  run_for(60s);
  EXPECT_FALSE(exists(Object::lock));
  EXPECT_FALSE(exists(Object::config));
  EXPECT_TRUE(exists(Object::sync));
}

TEST_F(Removal, WhatPatroniMakesAnewHasNoOwner) {
  start_cluster();
  patroni_objects::set_owner(step, Object::sync);
  patroni_objects::remove(step, Object::sync);
  EXPECT_FALSE(patroni_objects::has_owner(world, Object::sync));
}

TEST_F(Removal, TheServicesBelongToTheStatefulSet) {
  start_cluster();
  world.shared().application.primary_service = true;
  remove_application();
  run_for(60s);
  EXPECT_FALSE(world.shared().application.primary_service);
}

TEST_F(Removal, TheNameCanBeUsedAgainOnceItIsGone) {
  start_cluster();
  EXPECT_FALSE(juju::deploy_again(step, 3, true));
  remove_application();
  EXPECT_TRUE(juju::deploy_again(step, 2, true));
  run_for(30s);
  EXPECT_EQ(world.existing().size(), 2U);
  EXPECT_EQ(world.unit(zero).postgres.database, Database::none);  // its claims have other names
}

}  // namespace
}  // namespace model
