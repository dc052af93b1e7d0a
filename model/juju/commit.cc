// The end of a hook that went well: what it has staged in one transaction, then the agent's own
// bookkeeping. Source: juju-and-pebble.md, sections 1.4, 3.1, 4.3.
#include "model/juju/parts.h"
#include "model/timing.h"

namespace model::juju {
namespace {

using charm::Event;
using charm::EventKind;
using charm::UnitName;

// How many units that stay were listed and are no more. A unit that was made while the hook ran
// does not count: who was listed under its name is gone.
std::uint32_t lost_units(const World& world, UnitName writer, const charm::HostList& before,
                         const charm::HostList& after) {
  const charm::UnitSet planned = world.planned();
  const std::uint16_t newest = world.unit(writer).record.newest_number;
  charm::UnitSet lost;
  for (charm::HostName host : before) {
    const UnitName unit = charm::unit_of(host);
    if (after.contains(host) || !planned.contains(unit)) continue;
    if (world.unit(unit).record.number <= newest) lost.insert(unit);
  }
  return static_cast<std::uint32_t>(lost.size());
}

// What could not be read is gone where a hook has written over it.
void forget_overwritten(Application& application, const Staged& staged) {
  using charm::StateKey;
  const StateKey key = application.unreadable;
  if ((key == StateKey::endpoints && staged.endpoints) ||
      (key == StateKey::cluster_initialised && staged.initialised) ||
      (key == StateKey::application_secret && staged.passwords != Passwords{})) {
    application.unreadable = StateKey::none;
  }
}

// Whether that changed the application bag.
bool write_application_bag(Step& step, UnitName name, const Staged& staged) {
  World& world = step.world;
  forget_overwritten(world.shared().application, staged);
  bool changed = false;
  if (staged.endpoints) {
    const charm::HostList hosts = world.staged_endpoints(name);
    const charm::HostList before = world.endpoints();
    changed = !(hosts == before);
    world.set_endpoints(hosts);
    step.note(FactKind::endpoints_written, name, lost_units(world, name, before, hosts));
  }
  if (staged.initialised && !world.shared().application.initialised) {
    world.shared().application.initialised = true;
    changed = true;
    step.note(FactKind::initialised, name);
  }
  if (staged.uninitialised && world.shared().application.initialised) {
    world.shared().application.initialised = false;
    changed = true;
  }
  return changed;
}

void commit_relation(World& world, UnitName name, const Event& event) {
  AgentRecord& record = world.unit(name).record;
  PeerView& view = record.peers[event.subject];
  switch (event.kind) {
    case EventKind::relation_created:
      record.relations_created =
          static_cast<std::uint8_t>(record.relations_created | (1U << event.subject));
      return;
    case EventKind::relation_joined:
      view.joined.insert(*event.remote_unit);
      view.changed_pending = event.remote_unit;
      return;
    case EventKind::relation_changed:
      if (event.remote_unit && view.changed_pending == *event.remote_unit) {
        view.changed_pending = {};
      }
      return;
    case EventKind::relation_departed:
      view.joined.erase(*event.remote_unit);
      view.unit_data_due.erase(*event.remote_unit);
      // Of whoever is no member, nothing stays cached.
      if (event.subject != database_peers) {
        world.forget_state(event.subject, name, *event.remote_unit);
      }
      return;
    default: return;
  }
}

}  // namespace

bool flush(Step& step, UnitName name) {
  World& world = step.world;
  const Application& application = world.shared().application;
  const Staged staged = world.unit(name).staged;
  const bool has_passwords = staged.passwords != Passwords{};
  const bool application_write = staged.endpoints || staged.initialised || staged.uninitialised ||
                                 has_passwords || staged.clients != 0 || staged.restart_written ||
                                 staged.upgrade_written;
  // The controller looks at the lease, not at what the unit believes.
  if (application_write && !(application.lease_holder == name)) {
    world.clear_staged(name);
    world.unit(name).process.flush_refused = true;
    step.note(FactKind::flush_refused, name);
    return false;
  }
  const bool changed = write_application_bag(step, name, staged);
  if (has_passwords) write_secret(step, name, staged.passwords);
  write_client_bags(step, staged);
  write_coordination(step, name, staged);
  write_tls(step, name, staged);
  if (staged.ports_opened) world.unit(name).record.ports_open = true;
  if (staged.notices) world.set_notices(name, world.staged_notices(name));
  world.clear_staged(name);
  const UnitState& unit = world.unit(name);
  // The addresses go with it (section 2.4).
  if (unit.record.hook.kind == EventKind::config_changed && has_new_address(unit)) {
    write_address(step, name);
  }
  step.note(FactKind::flushed, name);
  if (changed) tell_application_data(step, name, database_peers);
  return true;
}

void mark_done(World& world, UnitName name) { world.unit(name).record.step = HookStep::done; }

void apply_commit(Step& step, UnitName name) {
  UnitState& unit = step.world.unit(name);
  AgentRecord& record = unit.record;
  record.step = HookStep::none;
  record.failures = 0;
  switch (record.hook.kind) {
    case EventKind::install:
      record.installed = true;
      record.config_due = true;
      return;
    case EventKind::config_changed:
      if (!record.started) queue(record, EventKind::start);
      return;
    case EventKind::upgrade_charm: return queue(record, EventKind::config_changed);
    case EventKind::start:
      record.started = true;
      record.stopped = false;
      unit.process.start_due = false;
      return;
    case EventKind::stop: record.stopped = true; return;
    case EventKind::remove: record.removed = true; return;
    case EventKind::storage_attached: record.storage_attached = true; return;
    case EventKind::storage_detaching: record.storage_attached = false; return;
    case EventKind::relation_created:
    case EventKind::relation_joined:
    case EventKind::relation_changed:
    case EventKind::relation_departed:
    case EventKind::relation_broken:
      if (is_of_client(step.parameters, record.hook)) return commit_client(step, name, record.hook);
      return commit_relation(step.world, name, record.hook);
    case EventKind::leader_elected:
    case EventKind::update_status:
    case EventKind::pebble_ready:
    case EventKind::secret_changed:
    case EventKind::action: return;
  }
}

void commit_hook(Step& step, UnitName name) {
  const UnitState& unit = step.world.unit(name);
  if (is_action(unit.record.hook)) {
    end_action(step, name, unit.process.action_failed ? ActionEnd::failed : ActionEnd::completed);
    return go_on_after_action(step, name);
  }
  apply_commit(step, name);
  step.world.arm(timer_id(name, UnitTimer::agent), timing::agent_step);
}

}  // namespace model::juju
