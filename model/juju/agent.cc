// The agent process: how it begins and ends, and a hook from its choice to its failure. Source:
// juju-and-pebble.md, sections 1.3 to 1.6, 4.7.
#include <algorithm>

#include "model/juju/parts.h"
#include "model/pebble.h"
#include "model/timing.h"

namespace model::juju {
namespace {

using charm::Event;
using charm::EventKind;
using charm::UnitName;

bool runs_hook(const UnitState& unit) { return unit.record.step == HookStep::running; }

Span update_status_wait(const Step& step) {
  const charm::Duration interval = step.parameters.update_status_interval;
  return {interval * 4 / 5, interval * 6 / 5};
}

// How long until a failed hook runs again (section 1.5).
Span retry_wait(std::uint8_t failures) {
  const charm::Duration wait =
      std::min(timing::retry_first * (1 << (failures - 1)), timing::retry_most);
  return {wait * 97 / 100, wait * 103 / 100};
}

// A leader-elected that waits is skipped when leadership is gone before it runs; the flag stays
// set until the next look, which resigns (section 4.2).
bool skips_vain_hook(const World& world, UnitName name) {
  const AgentRecord& record = world.unit(name).record;
  const bool waits = record.step == HookStep::queued || record.step == HookStep::failed;
  return waits && record.hook.kind == EventKind::leader_elected && !is_leader(world, name);
}

// What was due comes back by itself when its hook is discarded without having run to its end.
void restore_due(Step& step, UnitName name, const Event& event) {
  if (is_of_client(step.parameters, event)) return restore_client_due(step, name, event);
  AgentRecord& record = step.world.unit(name).record;
  if (event.kind == EventKind::relation_changed) {
    PeerView& view = record.peers[event.subject];
    if (!event.remote_unit) view.app_data_due = true;
    if (event.remote_unit) view.unit_data_due.insert(*event.remote_unit);
  }
  if (event.kind == EventKind::config_changed) record.config_due = true;
  if (event.kind == EventKind::secret_changed) record.secret_told = 0;
  // The boot id has not been handled, so the poll finds it again (section 1.6).
  if (event.kind == EventKind::pebble_ready) pebble::forget_notice(step, name);
}

// The versions and hashes that a hook tells of are those of the moment at which it was chosen.
void take_versions(Step& step, UnitName name, const Event& event) {
  if (is_of_client(step.parameters, event)) return take_client_versions(step, name, event);
  World& world = step.world;
  UnitState& unit = world.unit(name);
  const Application& application = world.shared().application;
  switch (event.kind) {
    case EventKind::relation_joined:
      return read_bag(world, name, *event.remote_unit, event.subject);
    case EventKind::relation_changed:
      if (event.remote_unit) return read_bag(world, name, *event.remote_unit, event.subject);
      unit.record.peers[event.subject].app_data_due = false;
      return;
    case EventKind::config_changed:
      unit.record.config_due = false;
      unit.record.told_configuration = application.configuration;
      unit.record.told_trust = application.trusted;
      return;
    case EventKind::secret_changed: unit.record.secret_told = application.secret_revision; return;
    default: return;
  }
}

void begin_hook(Step& step, UnitName name, const Event& event) {
  if (is_action(event)) return begin_action(step, name, event);
  World& world = step.world;
  UnitState& unit = world.unit(name);
  const bool again = unit.record.step != HookStep::none && unit.record.hook == event;
  // A shutdown discards a hook that was waiting: its cause comes back by itself (section 4.7, step
  // 2). A storage hook does the same (section 4.4).
  if (unit.record.step != HookStep::none && !again) restore_due(step, name, unit.record.hook);
  if (!again || event.kind == EventKind::config_changed) take_versions(step, name, event);
  // Each time that it is prepared, whoever it is about is read anew (section 2.4).
  if (again && event.remote_unit && !is_of_client(step.parameters, event)) {
    if (event.subject != database_peers)
      world.forget_state(event.subject, name, *event.remote_unit);
  }
  unit.record.hook = event;
  unit.record.step = HookStep::running;
  unit.record.newest_number = world.shared().application.records_made;
  unit.process.told_not_leader = false;
  unit.process.configuration = 0;
  unit.process.unreadable = charm::StateKey::none;
}

// Otherwise the agent ends as soon as it has begun (section 4.9).
bool runs_charm_of_application(const World& world, const UnitState& unit) {
  return unit.pod.charm == world.shared().application.rollout.charm;
}

// An action that was recorded as done has only to be reported.
ActionEnd end_of_interrupted(const UnitState& unit) {
  if (unit.record.step != HookStep::done) return ActionEnd::interrupted;
  return unit.process.action_failed ? ActionEnd::failed : ActionEnd::completed;
}

}  // namespace

void queue(AgentRecord& record, EventKind kind) {
  record.hook = plain(kind);
  record.step = HookStep::queued;
}

void start_agent(Step& step, UnitName name, AgentStart start) {
  UnitState& unit = step.world.unit(name);
  if (!unit.exists) {  // its pod introduces it, if it is still wanted (section 3.7)
    if (name.ordinal >= step.world.shared().application.scale) return;
    add_unit(step, name);
  }
  if (unit.record.life == Life::dead) return;
  if (!runs_charm_of_application(step.world, unit)) return;
  if (unit.record.charm != unit.pod.charm) {
    unit.record.charm = unit.pod.charm;
    step.note(FactKind::unit_refreshed, name, unit.pod.charm);
  }
  unit.process = {};
  unit.process.running = true;
  unit.process.start_due = true;
  unit.record.failures = 0;  // the retry timer is the process's
  unit.record.retry_us = 0;
  step.world.forget_states(name);  // so is its cache (section 2.4)
  // The charm directory is gone with the pod. A hook that was under way is re-instated; otherwise
  // upgrade-charm is queued, if the charm had been installed (section 4.7, step 4).
  if (start == AgentStart::new_pod && unit.record.step == HookStep::none && unit.record.installed) {
    queue(unit.record, EventKind::upgrade_charm);
  }
  // A hook of the workload that was interrupted is skipped, and comes back with the poll
  // (section 1.6).
  if (unit.record.step == HookStep::failed && unit.record.hook.kind == EventKind::pebble_ready) {
    unit.record.step = HookStep::none;
  }
  if (start == AgentStart::same_pod) pebble::forget_notice(step, name);
  step.note(FactKind::agent_started, name);
  step.world.arm(timer_id(name, UnitTimer::lease), timing::lease_claim);
  step.world.arm(timer_id(name, UnitTimer::update_status), update_status_wait(step));
  // What had been interrupted counts as failed, and is retried like a first failure (section 1.4).
  const bool interrupted = unit.record.step == HookStep::failed;
  step.world.arm(timer_id(name, UnitTimer::agent),
                 interrupted ? retry_wait(1) : timing::agent_step);
}

void stop_agent(Step& step, UnitName name) {
  UnitState& unit = step.world.unit(name);
  if (runs_hook(unit) && !is_action(unit.record.hook)) {
    unit.record.step = HookStep::failed;  // re-read as Pending: counts as failed
  }
  // Noticed by the next agent in truth; nobody else looks at it before.
  if (unit.record.step != HookStep::failed && is_action(unit.record.hook)) {
    end_action(step, name, end_of_interrupted(unit));
  }
  unit.process = {};
  step.world.clear_staged(name);
  for (UnitTimer timer : {UnitTimer::agent, UnitTimer::call, UnitTimer::deadline, UnitTimer::lease,
                          UnitTimer::update_status}) {
    step.world.disarm(timer_id(name, timer));
  }
}

void restart_agent(Step& step, UnitName name) {
  stop_agent(step, name);
  step.world.arm(timer_id(name, UnitTimer::agent), timing::container_restart);
}

void shut_agent_down(Step& step, UnitName name) {
  UnitState& unit = step.world.unit(name);
  const TimerId timer = timer_id(name, UnitTimer::agent);
  if (!unit.process.running) return step.world.disarm(timer);  // no container of it begins again
  if (!will_restart(step.world, name)) return;
  unit.process.shutting_down = true;
  if (unit.record.step == HookStep::failed) step.world.disarm(timer);
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
  if (!unit.process.running) {
    start_agent(step, name, AgentStart::same_pod);
    return std::nullopt;
  }
  if (unit.record.step == HookStep::done) apply_commit(step, name);
  if (skips_vain_hook(step.world, name)) {
    unit.record.step = HookStep::none;
    wake_agent(step, name);
    return std::nullopt;
  }
  const auto event = choose_hook(step, name);
  if (event) begin_hook(step, name, *event);
  return event;
}

void fail_hook(Step& step, UnitName name) {
  UnitState& unit = step.world.unit(name);
  step.world.clear_staged(name);
  if (is_action(unit.record.hook)) {
    end_action(step, name, unit.process.flush_refused ? ActionEnd::uncommitted : ActionEnd::exited);
    return go_on_after_action(step, name);
  }
  // A failing pebble-ready is skipped, and comes back with the next poll (section 1.6).
  if (unit.record.hook.kind == EventKind::pebble_ready) {
    unit.record.step = HookStep::none;
    pebble::forget_notice(step, name);
    step.world.arm(timer_id(name, UnitTimer::agent), timing::agent_step);
    return;
  }
  unit.record.step = HookStep::failed;
  unit.record.failures = static_cast<std::uint8_t>(std::min(unit.record.failures + 1, 8));
  step.world.arm(timer_id(name, UnitTimer::agent), retry_wait(unit.record.failures));
}

void requeue_hook(Step& step, UnitName name) {
  UnitState& unit = step.world.unit(name);
  step.world.clear_staged(name);
  step.world.disarm(timer_id(name, UnitTimer::call));
  step.world.disarm(timer_id(name, UnitTimer::deadline));
  if (is_action(unit.record.hook)) {  // an action is never run again
    end_action(step, name, ActionEnd::interrupted);
    return go_on_after_action(step, name);
  }
  unit.record.step = HookStep::queued;
  step.world.arm(timer_id(name, UnitTimer::agent), timing::agent_step);
}

// Committed without having been run: its bookkeeping is done, nothing is flushed (section 1.5).
void resolve(Step& step, UnitName name, Resolution resolution) {
  UnitState& unit = step.world.unit(name);
  if (unit.record.step != HookStep::failed || !unit.process.running) return;
  if (resolution == Resolution::skip) apply_commit(step, name);
  step.world.arm(timer_id(name, UnitTimer::agent), timing::watcher_delay);
}

void on_update_status_timer(Step& step, UnitName unit) {
  step.world.unit(unit).process.update_status_due = true;
  step.world.arm(timer_id(unit, UnitTimer::update_status), update_status_wait(step));
  wake_agent(step, unit);
}

std::uint8_t read_configuration(World& world, UnitName unit) {
  std::uint8_t& read = world.unit(unit).process.configuration;
  if (read == 0) read = static_cast<std::uint8_t>(world.shared().application.configuration + 1);
  return static_cast<std::uint8_t>(read - 1);
}

}  // namespace model::juju
