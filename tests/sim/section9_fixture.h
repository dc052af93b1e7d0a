// Worlds made by hand, on which the properties of section 9 of patroni-and-kubernetes.md are
// broken.
#pragma once

#include <gmock/gmock.h>

#include <optional>
#include <string>
#include <vector>

#include "sim/properties/within.h"
#include "tests/support/runs.h"

namespace sim {

using charm::UnitName;
using model::FactKind;

inline constexpr UnitName zero{0}, one{1}, two{2};

// Three members, the first of them the primary, the second synchronous.
struct Section9 : testing::Test {
  Section9() {
    forget(memory, 3);
    for (UnitName unit : {zero, one, two}) make_member(unit);
    postgres(zero).in_recovery = false;
    postgres(zero).upstream = {};
    member(zero).sync_names = {one};
    member(zero).memory.is_leader = true;
    dcs().lock_holder = dcs().sync_leader = charm::member_of(zero);
    dcs().lock_version = 1;
    dcs().transitions = 1;
    dcs().initialise = model::Initialise::done;
    dcs().sync_standbys = {one};
    world.shared().branches[1] = {.timeline = 1, .serial = 1};
    world.set_endpoints({{0}, {1}, {2}});
    world.shared().application.initialised = true;
    happens(FactKind::sync_standbys, zero, 1);
    go_on();
  }
  void make_member(UnitName name) {
    model::UnitState& unit = world.unit(name);
    unit.exists = true;
    unit.status = charm::StatusKind::active;
    unit.process.running = true;
    unit.pod = {.phase = model::PodPhase::running, .member_labels = true, .published = true};
    unit.pod.ready = true;
    unit.container.stage = model::ContainerStage::noticed;
    unit.container.service_running = true;
    unit.member.rest_up = true;
    unit.member.lock_valid = true;
    unit.postgres = {.database = model::Database::running,
                     .in_recovery = true,
                     .system_id = 1,
                     .timeline = 1,
                     .branch = 1,
                     .upstream = zero,
                     .stint = 1};
  }
  model::Postgres& postgres(UnitName unit) { return world.unit(unit).postgres; }
  model::Member& member(UnitName unit) { return world.unit(unit).member; }
  model::Dcs& dcs() { return world.shared().dcs; }
  Moment moment() const {
    return {
        world,    scenario, charm::postgresql_k8s(), texts, {facts.begin(), facts.size()}, nullptr,
        dispatch, &memory};
  }
  // The step is over.
  void go_on() {
    observe(memory, moment());
    facts.clear();
  }
  void happens(FactKind kind, charm::MaybeUnit unit, std::uint32_t value = 0) {
    facts.push_back({kind, unit, value});
  }
  std::optional<std::string> judge(const Property& property) const {
    return property.judge(moment());
  }
  void pass(charm::Duration time) {
    world.advance_to(world.now() + time);
    expire(memory.bounds, moment());
  }

  model::World world{3};
  const Scenario scenario = given::scenario_with();
  model::Texts texts;
  std::vector<model::Fact> facts;
  const DispatchEnding* dispatch = nullptr;
  Memory memory;
};

}  // namespace sim
