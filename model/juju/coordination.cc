// The bags of the peer relations `restart` and `upgrade`. Source: juju-and-pebble.md, sections 2.4,
// 3.1 to 3.3; config-and-wire.md, sections 3.3, 3.4.
#include "model/juju/parts.h"

namespace model::juju {
namespace {

using charm::RestartState;
using charm::UnitName;
using charm::UnitSet;
using charm::UpgradeState;

// Through the agent's cache, which is filled by the first look.
template <class State>
State through_cache(World& world, std::uint8_t relation, UnitName unit, UnitName of,
                    State AgentRecord::* state) {
  if (const auto cached = world.cached_state(relation, unit, of)) {
    return static_cast<State>(*cached);
  }
  const State now = world.unit(of).record.*state;
  world.cache_state(relation, unit, of, static_cast<std::uint8_t>(now));
  return now;
}

void read_restart_bag(World& world, UnitName name) {
  Staged& staged = world.unit(name).staged;
  if (staged.restart_read) return;
  staged.restart_read = true;
  staged.restart_granted = world.shared().application.restart_granted;
}

void read_upgrade_bag(World& world, UnitName name) {
  Staged& staged = world.unit(name).staged;
  if (staged.upgrade_read) return;
  staged.upgrade_read = true;
  staged.upgrade_restricted = world.shared().application.upgrade_restricted;
  staged.upgrade_standbys = world.shared().application.upgrade_standbys;
  world.stage_upgrade_stack(name, world.upgrade_stack());
}

void write_restart_bag(Step& step, UnitName writer, const Staged& staged) {
  UnitBits& granted = step.world.shared().application.restart_granted;
  if (!staged.restart_written || granted == staged.restart_granted) return;
  for (UnitName unit : granted - staged.restart_granted) {
    step.note(FactKind::restart_freed, unit);
  }
  for (UnitName unit : staged.restart_granted - granted) {
    step.note(FactKind::restart_granted, unit);
  }
  granted = staged.restart_granted;
  tell_application_data(step, writer, restart_peers);
}

// Before what is staged is cleared.
void write_upgrade_bag(Step& step, UnitName writer, const Staged& staged) {
  if (!staged.upgrade_written) return;
  Application& application = step.world.shared().application;
  const charm::UpgradeStack stack = step.world.staged_upgrade_stack(writer);
  if (stack == step.world.upgrade_stack() &&
      application.upgrade_restricted == staged.upgrade_restricted &&
      application.upgrade_standbys == staged.upgrade_standbys) {
    return;
  }
  step.world.set_upgrade_stack(stack);
  application.upgrade_restricted = staged.upgrade_restricted;
  application.upgrade_standbys = staged.upgrade_standbys;
  tell_application_data(step, writer, upgrade_peers);
}

}  // namespace

RestartState read_restart_state(World& world, UnitName unit, UnitName of) {
  const UnitState& own = world.unit(unit);
  if (of != unit) {
    return through_cache(world, restart_peers, unit, of, &AgentRecord::restart_state);
  }
  return own.staged.restart_state_written ? own.staged.restart_state : own.record.restart_state;
}

void stage_restart_state(World& world, UnitName unit, RestartState state) {
  Staged& staged = world.unit(unit).staged;
  staged.restart_state_written = true;
  staged.restart_state = state;
}

UnitSet read_restart_granted(World& world, UnitName unit) {
  read_restart_bag(world, unit);
  return world.unit(unit).staged.restart_granted;
}

void stage_restart_granted(World& world, UnitName unit, UnitSet granted) {
  read_restart_bag(world, unit);
  world.unit(unit).staged.restart_written = true;
  world.unit(unit).staged.restart_granted = granted;
}

UpgradeState read_upgrade_state(World& world, UnitName unit, UnitName of) {
  const UnitState& own = world.unit(unit);
  if (of != unit) {
    return through_cache(world, upgrade_peers, unit, of, &AgentRecord::upgrade_state);
  }
  return own.staged.upgrade_state_written ? own.staged.upgrade_state : own.record.upgrade_state;
}

void stage_upgrade_state(World& world, UnitName unit, UpgradeState state) {
  Staged& staged = world.unit(unit).staged;
  staged.upgrade_state_written = true;
  staged.upgrade_state = state;
}

charm::UpgradeStack read_upgrade_stack(World& world, UnitName unit) {
  read_upgrade_bag(world, unit);
  return world.staged_upgrade_stack(unit);
}

void stage_upgrade_stack(World& world, UnitName unit, const charm::UpgradeStack& stack) {
  read_upgrade_bag(world, unit);
  world.unit(unit).staged.upgrade_written = true;
  world.stage_upgrade_stack(unit, stack);
}

charm::UpgradeStandbys read_upgrade_standbys(World& world, UnitName unit) {
  read_upgrade_bag(world, unit);
  const Staged& staged = world.unit(unit).staged;
  return {.units = staged.upgrade_standbys, .restricted = staged.upgrade_restricted};
}

void stage_upgrade_standbys(World& world, UnitName unit, const charm::UpgradeStandbys& standbys) {
  read_upgrade_bag(world, unit);
  Staged& staged = world.unit(unit).staged;
  staged.upgrade_written = true;
  staged.upgrade_restricted = standbys.restricted;
  staged.upgrade_standbys = standbys.units;
}

void write_coordination(Step& step, UnitName writer, const Staged& staged) {
  write_restart_bag(step, writer, staged);
  write_upgrade_bag(step, writer, staged);
  AgentRecord& record = step.world.unit(writer).record;
  if (staged.restart_state_written && record.restart_state != staged.restart_state) {
    record.restart_state = staged.restart_state;
    tell_unit_data(step, writer, restart_peers);
  }
  if (staged.upgrade_state_written && record.upgrade_state != staged.upgrade_state) {
    record.upgrade_state = staged.upgrade_state;
    tell_unit_data(step, writer, upgrade_peers);
  }
}

}  // namespace model::juju
