// A world of three units in which all is well, to be spoilt by hand, and one property's word on it.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "sim/properties/property.h"
#include "tests/support/runs.h"

namespace sim::given {

using charm::UnitName;
using model::FactKind;

inline constexpr UnitName zero{0};
inline constexpr UnitName one{1};
inline constexpr UnitName two{2};

struct PropertyTest : testing::Test {
  PropertyTest() {
    for (UnitName unit : {zero, one, two}) make_member(unit);
    postgres(zero).in_recovery = false;
    postgres(zero).upstream = {};
    world.set_endpoints({{0}, {1}, {2}});
    application().lease_holder = zero;
    application().primary_route = {zero};
    application().primary_worked = true;
  }
  void make_member(UnitName name) {
    model::UnitState& unit = world.unit(name);
    unit.exists = true;
    unit.status = charm::StatusKind::active;
    unit.pod.phase = model::PodPhase::running;
    unit.postgres = {.database = model::Database::running,
                     .in_recovery = true,
                     .system_id = 1,
                     .timeline = 1,
                     .upstream = zero};
    unit.postgres.stint = 1;
  }
  model::Postgres& postgres(UnitName unit) { return world.unit(unit).postgres; }
  model::Application& application() { return world.shared().application; }
  void add_fact(FactKind kind, charm::MaybeUnit unit, std::uint32_t value = 0) {
    facts.push_back({kind, unit, value});
  }

  std::optional<std::string> judge(const Property& property) const {
    return property.judge({world,
                           scenario,
                           charm::postgresql_k8s(),
                           texts,
                           {facts.begin(), facts.size()},
                           handler,
                           dispatch});
  }

  model::World world{3};
  const Scenario scenario = given::scenario_with();
  model::Texts texts;
  std::vector<model::Fact> facts;
  const HandlerEnding* handler = nullptr;
  const DispatchEnding* dispatch = nullptr;
};

}  // namespace sim::given
