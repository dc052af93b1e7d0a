// The peer relations as each unit sees them: who is in scope, whose bag has changed, what is
// cached. Source: juju-and-pebble.md, sections 2.4, 3.3 to 3.6.
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

Event departure(const World& world, UnitName unit, UnitName other, std::uint8_t relation) {
  return {EventKind::relation_departed, relation, other, names_itself(world, unit) ? unit : other};
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
  for (UnitName name : world.planned()) {
    if (world.unit(name).record.in_scope) set.insert(name);
  }
  return set;
}

UnitSet departed(const World& world, UnitName unit, std::uint8_t relation) {
  return world.unit(unit).record.peers[relation].joined - in_scope(world);
}

UnitSet not_joined(const World& world, UnitName unit, std::uint8_t relation) {
  UnitSet set = in_scope(world) - world.unit(unit).record.peers[relation].joined;
  set.erase(unit);
  return set;
}

// Of all the relations at once.
void enter_scope(Step& step, UnitName name) {
  UnitState& unit = step.world.unit(name);
  unit.record.in_scope = true;
  for (std::uint8_t relation = 0; relation < step.parameters.relation_count; ++relation) {
    unit.record.peers[relation].app_data_due =
        step.world.shared().application.app_data_versions[relation] > 0;
  }
  write_address(step, name);
  for (UnitName other : step.world.existing()) {
    if (other != name) wake_agent(step, other);
  }
}

bool has_new_address(const UnitState& unit) {
  return unit.record.in_scope && unit.record.bag_address != unit.pod.incarnation;
}

// It stands in the unit's bag in each of them.
void write_address(Step& step, UnitName name) {
  UnitState& unit = step.world.unit(name);
  unit.record.bag_address = unit.pod.incarnation;
  for (std::uint8_t relation = 0; relation < step.parameters.relation_count; ++relation) {
    tell_unit_data(step, name, relation);
  }
}

void tell_unit_data(Step& step, UnitName writer, std::uint8_t relation) {
  if (relation == database_peers) ++step.world.unit(writer).record.bag_version;
  for (UnitName other : step.world.existing()) {
    PeerView& view = step.world.unit(other).record.peers[relation];
    if (other == writer || !view.joined.contains(writer)) continue;
    view.unit_data_due.insert(writer);
    wake_agent(step, other);
  }
}

void read_bag(World& world, UnitName unit, UnitName other, std::uint8_t relation) {
  world.unit(unit).record.peers[relation].unit_data_due.erase(other);
  if (relation == database_peers) {
    return world.cache_bag(unit, other, world.unit(other).record.bag_version);
  }
  world.forget_state(relation, unit, other);  // the next look fetches it
}

std::optional<Event> relation_hook(const World& world, UnitName name, std::uint8_t relation,
                                   RelationView seen) {
  const PeerView& view = world.unit(name).record.peers[relation];
  if (view.changed_pending) {
    return Event{EventKind::relation_changed, relation, view.changed_pending, {}};
  }
  const UnitSet gone = departed(world, name, relation);
  if (seen.units && !gone.empty()) return departure(world, name, first_by_name(gone), relation);
  if (seen.application && view.app_data_due) {
    return Event{EventKind::relation_changed, relation, {}, {}};
  }
  const UnitSet unknown = not_joined(world, name, relation);
  if (seen.units && !unknown.empty()) {
    return Event{EventKind::relation_joined, relation, first_by_name(unknown), {}};
  }
  if (seen.units && !view.unit_data_due.empty()) {
    return Event{EventKind::relation_changed, relation, first_by_name(view.unit_data_due), {}};
  }
  return std::nullopt;
}

std::optional<Event> departure_of_all(const World& world, UnitName name, std::uint8_t relation) {
  const PeerView& view = world.unit(name).record.peers[relation];
  if (view.changed_pending) {
    return Event{EventKind::relation_changed, relation, view.changed_pending, {}};
  }
  if (view.joined.empty()) return std::nullopt;
  return departure(world, name, first_by_name(view.joined), relation);
}

void tell_application_data(Step& step, charm::MaybeUnit writer, std::uint8_t relation) {
  ++step.world.shared().application.app_data_versions[relation];
  for (UnitName other : step.world.existing()) {
    if (other == writer || !step.world.unit(other).record.in_scope) continue;
    step.world.unit(other).record.peers[relation].app_data_due = true;
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
  return staged.initialised || (staged.bag_initialised && !staged.uninitialised);
}

void stage_endpoints(World& world, UnitName name, const charm::HostList& hosts) {
  read_application_bag(world, name);
  world.unit(name).staged.endpoints = true;
  world.stage_endpoints(name, hosts);
}

UnitSet peers(const World& world, UnitName name, std::uint8_t relation) {
  const AgentRecord& record = world.unit(name).record;
  UnitSet set = record.peers[relation].joined;
  const bool of_client = record.hook.relation != charm::RelationId{};
  if (!record.hook.remote_unit || of_client || record.hook.subject != relation) return set;
  if (record.hook.kind == EventKind::relation_departed) {
    set.erase(*record.hook.remote_unit);
  } else {
    set.insert(*record.hook.remote_unit);
  }
  return set;
}

}  // namespace model::juju
