// Actions: an operator queues them on a unit, and its agent runs them when it is idle or a hook of
// it is in error, one at a time, as it runs hooks. Source: juju-and-pebble.md, sections 1.7, 4.4.
#include <algorithm>
#include <bit>

#include "model/juju/parts.h"
#include "model/timing.h"

namespace model::juju {
namespace {

using charm::Event;
using charm::EventKind;
using charm::UnitName;

// While a hook is in error its retry goes on being due: the timer that waits for it is needed for
// the action, and is put back afterwards.
void wake_from_error(Step& step, UnitName name) {
  UnitState& unit = step.world.unit(name);
  const TimerId timer = timer_id(name, UnitTimer::agent);
  if (!step.world.is_armed(timer)) return;
  const charm::Instant retry = step.world.window(timer).earliest;
  if (retry <= step.world.now() + timing::watcher_delay.least) return;
  unit.record.retry_us = std::max(unit.record.retry_us, retry.micros);
  step.world.arm(timer, timing::watcher_delay);
}

void wait_for_retry(Step& step, UnitName name) {
  std::int64_t& retry_us = step.world.unit(name).record.retry_us;
  const charm::Duration rest{retry_us - step.world.now().micros};
  retry_us = 0;
  const TimerId timer = timer_id(name, UnitTimer::agent);
  const bool is_due = rest <= charm::Duration{0};
  step.world.arm(timer, is_due ? timing::agent_step : exactly(rest));
}

}  // namespace

bool request_action(Step& step, UnitName name, std::uint8_t number) {
  UnitState& unit = step.world.unit(name);
  // Juju refuses where there is no such unit, or one that is about to go.
  if (!unit.exists || unit.record.life != Life::alive) return false;
  unit.record.actions_due |= std::uint32_t{1} << number;
  if (unit.record.step == HookStep::failed && unit.process.running) {
    wake_from_error(step, name);
  } else {
    wake_agent(step, name);
  }
  return true;
}

std::optional<Event> next_action(const Step& step, UnitName name) {
  const std::uint32_t due = step.world.unit(name).record.actions_due;
  if (due == 0) return std::nullopt;
  const auto number = static_cast<std::size_t>(std::countr_zero(due));
  return Event{EventKind::action, step.parameters.actions[number], {}, {}};
}

void begin_action(Step& step, UnitName name, const Event& event) {
  AgentRecord& record = step.world.unit(name).record;
  const int number = std::countr_zero(record.actions_due);
  record.actions_due &= record.actions_due - 1;
  record.action = static_cast<std::uint8_t>(number + 1);
  record.shelved_hook = record.hook;
  record.shelved_step = record.step;
  record.hook = event;
  record.step = HookStep::running;
  record.newest_number = step.world.shared().application.records_made;
  AgentProcess& process = step.world.unit(name).process;
  process.told_not_leader = false;
  process.configuration = 0;
  process.began_unreadable = step.world.shared().application.unreadable != charm::StateKey::none;
  process.action_failed = false;
  process.flush_refused = false;
  step.note(FactKind::action_started, name, event.subject);
}

void end_action(Step& step, UnitName name, ActionEnd end) {
  AgentRecord& record = step.world.unit(name).record;
  record.hook = record.shelved_hook;
  record.step = record.shelved_step;
  record.shelved_hook = {};
  record.shelved_step = HookStep::none;
  record.action = 0;
  step.note(FactKind::action_ended, name, static_cast<std::uint32_t>(end));
}

void go_on_after_action(Step& step, UnitName name) {
  if (step.world.unit(name).record.step == HookStep::failed) return wait_for_retry(step, name);
  step.world.arm(timer_id(name, UnitTimer::agent), timing::agent_step);
}

void cancel_actions(Step& step, UnitName name) {
  std::uint32_t& due = step.world.unit(name).record.actions_due;
  for (; due != 0; due &= due - 1) {
    step.note(FactKind::action_ended, name, static_cast<std::uint32_t>(ActionEnd::cancelled));
  }
}

}  // namespace model::juju
