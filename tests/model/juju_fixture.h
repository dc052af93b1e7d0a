// For the tests of Juju: units with their hooks behind them, and what a leader writes.
#pragma once

#include "tests/model/world_fixture.h"

namespace model::given {

struct JujuTest : WorldFixture {
  JujuTest() { parameters.has_storage = true; }
  // Two units that know each other and have nothing more to do; 0 leads.
  void settle_two() {
    start_unit(zero);
    make_leader(zero);
    start_unit(one);
    run_hooks(zero);
    run_hooks(one);
    run_hooks(zero);
  }
  // What the leader's hook writes.
  void write_endpoints(UnitName leader, std::initializer_list<charm::HostName> hosts) {
    ASSERT_EQ(begin_hook(leader), "update-status");
    world.unit(leader).staged.endpoints = true;
    world.stage_endpoints(leader, charm::HostList(hosts));
    ASSERT_TRUE(end_hook(leader));
  }
  void let_update_status_be_due(UnitName unit) {
    world.unit(unit).process.update_status_due = true;
  }
};

}  // namespace model::given
