// The unit agent and the controller, as far as hooks can tell.
#include "model/juju.h"

#include <algorithm>

#include "model/timing.h"

namespace model::juju {
namespace {

using charm::Event;
using charm::EventKind;
using charm::UnitName;

Event plain(EventKind kind) { return {kind, 0, {}, {}}; }

bool runs_hook(const UnitState& unit) { return unit.record.step == HookStep::running; }

// Installed peers that this unit has not joined yet, lowest first.
charm::UnitSet not_joined(const World& world, UnitName unit) {
  charm::UnitSet set;
  for (UnitName other : world.existing()) {
    if (other != unit && world.unit(other).record.in_scope) set.insert(other);
  }
  return set - world.unit(unit).record.joined;
}

void enter_scope(Step& step, UnitName unit) {
  AgentRecord& record = step.world.unit(unit).record;
  record.in_scope = true;
  record.app_data_due = step.world.shared().application.app_data_version > 0;
  for (UnitName other : step.world.existing()) {
    if (other != unit) wake_agent(step, other);
  }
}

// Items 3 to 9 of the list: what comes before anything that was queued.
std::optional<Event> urgent_hook(Step& step, UnitName name) {
  UnitState& unit = step.world.unit(name);
  AgentRecord& record = unit.record;
  AgentProcess& process = unit.process;
  if (!record.installed) return std::nullopt;
  for (std::uint8_t at = 0; at < step.parameters.relation_count; ++at) {
    if ((record.relations_created & (1U << at)) != 0) continue;
    if (!record.in_scope) enter_scope(step, name);
    return Event{EventKind::relation_created, at, {}, {}};
  }
  if (is_leader(step.world, name) && !record.leader_flag) {
    record.leader_flag = true;
    return plain(EventKind::leader_elected);
  }
  if (process.pebble_ready_due) {
    process.pebble_ready_due = false;
    return plain(EventKind::pebble_ready);
  }
  if (step.parameters.has_storage && !record.storage_attached) {
    return Event{EventKind::storage_attached, 0, {}, {}};
  }
  return std::nullopt;
}

// The order of relation hooks for the peer relation (section 3.4, rules 1, 4, 5, 6).
std::optional<Event> relation_hook(Step& step, UnitName name) {
  AgentRecord& record = step.world.unit(name).record;
  if (record.changed_pending) {
    return Event{EventKind::relation_changed, 0, record.changed_pending, {}};
  }
  if (record.app_data_due) {
    record.app_data_due = false;
    return Event{EventKind::relation_changed, 0, {}, {}};
  }
  if (const auto unknown = not_joined(step.world, name); !unknown.empty()) {
    return Event{EventKind::relation_joined, 0, unknown.first(), {}};
  }
  if (!record.unit_data_due.empty()) {
    const UnitName other = record.unit_data_due.first();
    record.unit_data_due.erase(other);
    return Event{EventKind::relation_changed, 0, other, {}};
  }
  return std::nullopt;
}

// Item 12: the agent has nothing else to do.
std::optional<Event> idle_hook(Step& step, UnitName name) {
  UnitState& unit = step.world.unit(name);
  if (!unit.record.installed) return plain(EventKind::install);
  if (unit.record.config_due) return plain(EventKind::config_changed);
  if (!unit.record.started) return std::nullopt;
  if (auto event = relation_hook(step, name)) return event;
  if (unit.process.update_status_due) {
    unit.process.update_status_due = false;
    return plain(EventKind::update_status);
  }
  return std::nullopt;
}

std::optional<Event> choose_hook(Step& step, UnitName name) {
  UnitState& unit = step.world.unit(name);
  AgentRecord& record = unit.record;
  if (!is_leader(step.world, name)) record.leader_flag = false;  // resigned; no hook tells of it
  const bool idle = record.step == HookStep::none;
  if (idle && unit.process.start_due && record.started) return plain(EventKind::start);
  if (idle) {
    if (auto event = urgent_hook(step, name)) return event;
  }
  if (unit.process.shutting_down) {
    if (record.started && !record.stopped) return plain(EventKind::stop);
    return std::nullopt;
  }
  if (!idle) return record.hook;  // queued, or failed and due again
  return idle_hook(step, name);
}

// A leader-elected that waits is skipped when leadership is gone before it runs (section 4.2).
void skip_vain_hook(World& world, UnitName name) {
  AgentRecord& record = world.unit(name).record;
  const bool waits = record.step != HookStep::none && record.hook.kind == EventKind::leader_elected;
  if (waits && !is_leader(world, name)) record.step = HookStep::none;
}

void queue(AgentRecord& record, EventKind kind) {
  record.hook = plain(kind);
  record.step = HookStep::queued;
}

// What was due comes back by itself when its hook is discarded without having run to its end.
void restore_due(UnitState& unit, const Event& event) {
  if (event.kind == EventKind::relation_changed && !event.remote_unit)
    unit.record.app_data_due = true;
  if (event.kind == EventKind::relation_changed && event.remote_unit) {
    unit.record.unit_data_due.insert(*event.remote_unit);
  }
  if (event.kind == EventKind::config_changed) unit.record.config_due = true;
}

void take_lease(Step& step, UnitName unit) {
  step.world.shared().application.lease_holder = unit;
  step.world.arm(timer_id(WorldTimer::lease_expiry), exactly(timing::lease_length));
  step.world.arm(timer_id(unit, UnitTimer::lease), exactly(timing::lease_renewal));
  step.note(FactKind::leadership_gained, unit);
  wake_agent(step, unit);
}

// How many units that stay were listed and are no more.
std::uint32_t lost_units(const World& world, const charm::HostList& before,
                         const charm::HostList& after) {
  charm::UnitSet lost;
  for (charm::HostName host : before) {
    const UnitName unit = charm::unit_of(host);
    if (!after.contains(host) && world.existing().contains(unit)) lost.insert(unit);
  }
  return static_cast<std::uint32_t>(lost.size());
}

// The bookkeeping of a hook that ended well (section 1.4, Commit).
void apply_commit(UnitState& unit, const Event& event) {
  AgentRecord& record = unit.record;
  record.step = HookStep::none;
  record.failures = 0;
  switch (event.kind) {
    case EventKind::install:
      record.installed = true;
      record.config_due = true;
      return;
    case EventKind::relation_created:
      record.relations_created =
          static_cast<std::uint8_t>(record.relations_created | (1U << event.subject));
      return;
    case EventKind::config_changed:
      record.config_due = false;
      if (!record.started) queue(record, EventKind::start);
      return;
    case EventKind::upgrade_charm: return queue(record, EventKind::config_changed);
    case EventKind::start:
      record.started = true;
      unit.process.start_due = false;
      return;
    case EventKind::stop: record.stopped = true; return;
    case EventKind::storage_attached: record.storage_attached = true; return;
    case EventKind::relation_joined:
      record.joined.insert(*event.remote_unit);
      record.changed_pending = event.remote_unit;
      return;
    case EventKind::relation_changed:
      if (event.remote_unit && record.changed_pending == *event.remote_unit)
        record.changed_pending = {};
      return;
    case EventKind::leader_elected:
    case EventKind::update_status:
    case EventKind::remove:
    case EventKind::relation_departed:
    case EventKind::relation_broken:
    case EventKind::storage_detaching:
    case EventKind::pebble_ready:
    case EventKind::secret_changed: return;
  }
}

}  // namespace

void add_unit(Step& step, UnitName unit) {
  step.world.unit(unit).exists = true;
  step.note(FactKind::unit_added, unit);
}

void start_agent(Step& step, UnitName name) {
  UnitState& unit = step.world.unit(name);
  unit.process = {};
  unit.process.running = true;
  unit.process.start_due = true;
  unit.record.stopped = false;
  unit.record.failures = 0;  // the retry timer is the process's
  // The charm directory is gone with the pod. A hook that was under way is re-instated; otherwise
  // upgrade-charm is queued, if the charm had been installed (section 4.7, step 4).
  if (unit.record.step == HookStep::none && unit.record.installed) {
    queue(unit.record, EventKind::upgrade_charm);
  }
  step.note(FactKind::agent_started, name);
  step.world.arm(timer_id(name, UnitTimer::lease), timing::lease_claim);
  step.world.arm(timer_id(name, UnitTimer::update_status), timing::update_status);
  // What had been interrupted counts as failed, and is retried like a first failure (section 1.4).
  const bool interrupted = unit.record.step == HookStep::failed;
  step.world.arm(timer_id(name, UnitTimer::agent),
                 interrupted ? timing::retry_again : timing::agent_step);
}

void stop_agent(Step& step, UnitName name) {
  UnitState& unit = step.world.unit(name);
  if (runs_hook(unit)) unit.record.step = HookStep::failed;  // re-read as Pending: counts as failed
  unit.process = {};
  step.world.clear_staged(name);
  for (UnitTimer timer : {UnitTimer::agent, UnitTimer::call, UnitTimer::deadline, UnitTimer::lease,
                          UnitTimer::update_status}) {
    step.world.disarm(timer_id(name, timer));
  }
}

void shut_agent_down(Step& step, UnitName name) {
  UnitState& unit = step.world.unit(name);
  unit.process.shutting_down = true;
  if (unit.record.step == HookStep::failed) step.world.disarm(timer_id(name, UnitTimer::agent));
  wake_agent(step, name);
}

void wake_agent(Step& step, UnitName name) {
  const UnitState& unit = step.world.unit(name);
  if (!unit.process.running || runs_hook(unit)) return;
  const TimerId timer = timer_id(name, UnitTimer::agent);
  if (!step.world.is_armed(timer)) step.world.arm(timer, timing::watcher_delay);
}

std::optional<Event> next_hook(Step& step, UnitName name) {
  UnitState& unit = step.world.unit(name);
  skip_vain_hook(step.world, name);
  const auto event = choose_hook(step, name);
  if (!event) return std::nullopt;
  // A shutdown discards a hook that was waiting: its cause comes back by itself (section 4.7, step
  // 2).
  if (unit.record.step != HookStep::none && !(unit.record.hook == *event)) {
    restore_due(unit, unit.record.hook);
  }
  unit.record.hook = *event;
  unit.record.step = HookStep::running;
  unit.process.told_not_leader = false;
  return event;
}

bool flush(Step& step, UnitName name) {
  World& world = step.world;
  Application& application = world.shared().application;
  const Staged staged = world.unit(name).staged;
  const bool application_write = staged.endpoints || staged.initialised || staged.passwords != 0;
  // The controller looks at the lease, not at what the unit believes.
  if (application_write && !(application.lease_holder == name)) {
    world.clear_staged(name);
    step.note(FactKind::flush_refused, name);
    return false;
  }
  bool changed = false;
  if (staged.endpoints) {
    const charm::HostList hosts = world.staged_endpoints(name);
    const charm::HostList before = world.endpoints();
    changed = !(hosts == before);
    world.set_endpoints(hosts);
    step.note(FactKind::endpoints_written, name, lost_units(world, before, hosts));
  }
  if (staged.initialised && !application.initialised) {
    application.initialised = true;
    changed = true;
    step.note(FactKind::initialised, name);
  }
  application.passwords = static_cast<std::uint8_t>(application.passwords | staged.passwords);
  if (staged.notices) world.set_notices(name, world.staged_notices(name));
  world.clear_staged(name);
  step.note(FactKind::flushed, name);
  if (!changed) return true;
  ++application.app_data_version;
  for (UnitName other : world.existing()) {
    if (other == name || !world.unit(other).record.in_scope) continue;
    world.unit(other).record.app_data_due = true;
    wake_agent(step, other);
  }
  return true;
}

void commit_hook(Step& step, UnitName name) {
  UnitState& unit = step.world.unit(name);
  apply_commit(unit, unit.record.hook);
  step.world.arm(timer_id(name, UnitTimer::agent), timing::agent_step);
}

void fail_hook(Step& step, UnitName name) {
  UnitState& unit = step.world.unit(name);
  step.world.clear_staged(name);
  // A failing pebble-ready is skipped, and comes back with the next poll (section 1.6).
  if (unit.record.hook.kind == EventKind::pebble_ready) {
    unit.record.step = HookStep::none;
    unit.container.stage = ContainerStage::up;
    step.world.arm(timer_id(name, UnitTimer::container), {{}, timing::pebble_poll});
    step.world.arm(timer_id(name, UnitTimer::agent), timing::agent_step);
    return;
  }
  unit.record.step = HookStep::failed;
  unit.record.failures = static_cast<std::uint8_t>(std::min(unit.record.failures + 1, 8));
  const charm::Duration wait =
      std::min(timing::retry_first * (1 << (unit.record.failures - 1)), timing::retry_most);
  step.world.arm(timer_id(name, UnitTimer::agent), {wait * 97 / 100, wait * 103 / 100});
}

void requeue_hook(Step& step, UnitName name) {
  UnitState& unit = step.world.unit(name);
  step.world.clear_staged(name);
  unit.record.step = HookStep::queued;
  step.world.disarm(timer_id(name, UnitTimer::call));
  step.world.disarm(timer_id(name, UnitTimer::deadline));
  step.world.arm(timer_id(name, UnitTimer::agent), timing::agent_step);
}

void on_lease_timer(Step& step, UnitName unit) {
  const charm::MaybeUnit holder = step.world.shared().application.lease_holder;
  Application& application = step.world.shared().application;
  if (!holder) return take_lease(step, unit);
  if (!(holder == unit)) return;  // denied: waits until the lease is free
  if (application.renewals_fail) {
    application.lapsing = true;
    step.note(FactKind::leadership_lost, unit);
    return wake_agent(step, unit);
  }
  step.world.arm(timer_id(WorldTimer::lease_expiry), exactly(timing::lease_length));
  step.world.arm(timer_id(unit, UnitTimer::lease), exactly(timing::lease_renewal));
}

void on_lease_expiry(Step& step) {
  Application& application = step.world.shared().application;
  const charm::MaybeUnit before = application.lease_holder;
  const charm::MaybeUnit next = application.lease_next;
  if (!application.lapsing) step.note(FactKind::leadership_lost, before);
  const bool let_go = application.renewals_fail;
  application.lease_holder = application.lease_next = {};
  application.renewals_fail = application.lapsing = false;
  for (UnitName unit : step.world.existing()) {
    if (!step.world.unit(unit).process.running) continue;
    const bool kept_back = let_go && (next ? !(next == unit) : before == unit);
    const Span when = kept_back ? timing::lease_late_claim : timing::lease_claim;
    step.world.arm(timer_id(unit, UnitTimer::lease), when);
  }
}

void let_lease_go(Step& step, charm::MaybeUnit to) {
  Application& application = step.world.shared().application;
  if (!application.lease_holder || application.renewals_fail || application.lease_holder == to)
    return;
  application.renewals_fail = true;
  application.lease_next = to;
}

void on_update_status_timer(Step& step, UnitName unit) {
  step.world.unit(unit).process.update_status_due = true;
  step.world.arm(timer_id(unit, UnitTimer::update_status), timing::update_status);
  wake_agent(step, unit);
}

bool is_leader(const World& world, UnitName unit) {
  const Application& application = world.shared().application;
  return application.lease_holder == unit && !application.lapsing;
}

charm::UnitSet peers(const World& world, UnitName name) {
  const AgentRecord& record = world.unit(name).record;
  charm::UnitSet set = record.joined;
  const bool about_a_unit = record.hook.kind == EventKind::relation_joined ||
                            record.hook.kind == EventKind::relation_changed;
  if (about_a_unit && record.hook.remote_unit) set.insert(*record.hook.remote_unit);
  return set;
}

}  // namespace model::juju
