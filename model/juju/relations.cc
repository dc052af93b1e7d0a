// The peer relation as each unit sees it: who is in scope, whose bag has changed, what is cached.
// Source: juju-and-pebble.md, sections 2.4, 3.3 to 3.6.
#include "model/juju/parts.h"

namespace model::juju {
namespace {

using charm::Event;
using charm::EventKind;
using charm::UnitName;
using charm::UnitSet;

// Its place among the names: the digits from the left, then their number.
std::uint32_t place(UnitName unit) {
  const std::uint32_t number = unit.ordinal;
  if (number < 10) return number * 400;
  if (number < 100) return number * 40 + 1;
  return number * 4 + 2;
}

// Whose life is not alive names itself, also for a peer that leaves as well (section 3.5).
Event departure(const World& world, UnitName unit, UnitName other) {
  return {EventKind::relation_departed, 0, other, is_alive(world, unit) ? other : unit};
}

}  // namespace

UnitName first_by_name(UnitSet units) {
  UnitName first = units.first();
  for (UnitName unit : units) {
    if (place(unit) < place(first)) first = unit;
  }
  return first;
}

UnitSet in_scope(const World& world) {
  UnitSet set;
  for (UnitName unit : world.planned()) {
    if (world.unit(unit).record.in_scope) set.insert(unit);
  }
  return set;
}

UnitSet departed(const World& world, UnitName unit) {
  return world.unit(unit).record.joined - in_scope(world);
}

UnitSet not_joined(const World& world, UnitName unit) {
  UnitSet set = in_scope(world) - world.unit(unit).record.joined;
  set.erase(unit);
  return set;
}

void enter_scope(Step& step, UnitName name) {
  UnitState& unit = step.world.unit(name);
  unit.record.in_scope = true;
  unit.record.app_data_due = step.world.shared().application.app_data_version > 0;
  write_address(step, name);
  for (UnitName other : step.world.existing()) {
    if (other != name) wake_agent(step, other);
  }
}

bool has_new_address(const UnitState& unit) {
  return unit.record.in_scope && unit.record.bag_address != unit.pod.incarnation;
}

void write_address(Step& step, UnitName name) {
  UnitState& unit = step.world.unit(name);
  unit.record.bag_address = unit.pod.incarnation;
  tell_unit_data(step, name);
}

void tell_unit_data(Step& step, UnitName name) {
  ++step.world.unit(name).record.bag_version;
  for (UnitName other : step.world.existing()) {
    AgentRecord& record = step.world.unit(other).record;
    if (other == name || !record.joined.contains(name)) continue;
    record.unit_data_due.insert(name);
    wake_agent(step, other);
  }
}

void read_bag(World& world, UnitName unit, UnitName other) {
  world.unit(unit).record.unit_data_due.erase(other);
  world.cache_bag(unit, other, world.unit(other).record.bag_version);
}

std::optional<Event> relation_hook(const World& world, UnitName name, RelationView seen) {
  const AgentRecord& record = world.unit(name).record;
  if (record.changed_pending) {
    return Event{EventKind::relation_changed, 0, record.changed_pending, {}};
  }
  const UnitSet gone = departed(world, name);
  if (seen.units && !gone.empty()) return departure(world, name, first_by_name(gone));
  if (seen.application && record.app_data_due) {
    return Event{EventKind::relation_changed, 0, {}, {}};
  }
  const UnitSet unknown = not_joined(world, name);
  if (seen.units && !unknown.empty()) {
    return Event{EventKind::relation_joined, 0, first_by_name(unknown), {}};
  }
  if (seen.units && !record.unit_data_due.empty()) {
    return Event{EventKind::relation_changed, 0, first_by_name(record.unit_data_due), {}};
  }
  return std::nullopt;
}

std::optional<Event> departure_of_all(const World& world, UnitName name) {
  const AgentRecord& record = world.unit(name).record;
  if (record.changed_pending) {
    return Event{EventKind::relation_changed, 0, record.changed_pending, {}};
  }
  if (record.joined.empty()) return std::nullopt;
  return departure(world, name, first_by_name(record.joined));
}

void tell_application_data(Step& step, charm::MaybeUnit writer) {
  ++step.world.shared().application.app_data_version;
  for (UnitName other : step.world.existing()) {
    if (other == writer || !step.world.unit(other).record.in_scope) continue;
    step.world.unit(other).record.app_data_due = true;
    wake_agent(step, other);
  }
}

namespace {

void read_application_bag(World& world, UnitName name) {
  Staged& staged = world.unit(name).staged;
  if (staged.bag_read) return;
  staged.bag_read = true;
  staged.bag_initialised = world.shared().application.initialised;
  world.stage_endpoints(name, world.endpoints());
}

}  // namespace

charm::HostList read_endpoints(World& world, UnitName name) {
  read_application_bag(world, name);
  return world.staged_endpoints(name);
}

bool read_initialised(World& world, UnitName name) {
  read_application_bag(world, name);
  const Staged& staged = world.unit(name).staged;
  return staged.initialised || staged.bag_initialised;
}

void stage_endpoints(World& world, UnitName name, const charm::HostList& hosts) {
  read_application_bag(world, name);
  world.unit(name).staged.endpoints = true;
  world.stage_endpoints(name, hosts);
}

namespace {

void set_unreadable(Step& step, charm::StateKey key) {
  step.world.shared().application.unreadable = key;
  tell_application_data(step, {});
}

}  // namespace

void write_foreign_state(Step& step, charm::StateKey key) { set_unreadable(step, key); }

void mend_state(Step& step) { set_unreadable(step, charm::StateKey::none); }

UnitSet peers(const World& world, UnitName name) {
  const AgentRecord& record = world.unit(name).record;
  UnitSet set = record.joined;
  const bool of_client = record.hook.relation != charm::RelationId{};
  if (!record.hook.remote_unit || of_client) return set;
  if (record.hook.kind == EventKind::relation_departed) {
    set.erase(*record.hook.remote_unit);
  } else {
    set.insert(*record.hook.remote_unit);
  }
  return set;
}

}  // namespace model::juju
