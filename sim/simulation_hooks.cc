// Hooks in a run: what comes between a call and its answer, which faults strike, how a dispatch
// ends.
#include <algorithm>

#include "model/juju.h"
#include "model/kubernetes.h"
#include "model/network.h"
#include "model/timing.h"
#include "sim/footprint.h"
#include "sim/properties/merged_event.h"
#include "sim/simulation.h"
#include "sim/unit_side.h"

namespace sim {

using charm::UnitName;

// --- a port call ---

Disturbance Simulation::wait(UnitRun& run, Call call, model::Span time) {
  if (probing_) {  // no time passes; whoever waits has waited long enough
    if (call == Call::sleep) world_.unit(run.name).process.deadline_passed = true;
    return Disturbance::none;
  }
  if (call == Call::unreadable_state) return Disturbance::none;  // it is one read with what follows
  const model::TimerId mine = model::timer_id(run.name, model::UnitTimer::call);
  if (!run.in_call) {
    ++verdict_.calls;
    for (RunWatch* watch : watches_) watch->call_made(run, call);
    run.disturbance = strike(run, call);
    for (RunWatch* watch : watches_) watch->call_begun(world_, run, call);
    if (run.disturbance == Disturbance::slow) time = model::timing::slow_call;
    if (time.most == charm::Duration{0}) return answer(run, call);
    world_.arm(mine, time);
    run.in_call = true;
    if (is_coarse()) {
      if (options_.stops_at_each_call || !goes_straight_on(mine)) executor_->stop(run);
      return answer(run, call);
    }
    for (;;) {
      narrow_fresh();
      const model::TimerId next = next_due();
      if (belongs_to_scheduler(next, run.name)) {
        executor_->stop(run);
        break;
      }
      world_.advance_to(world_.window(next).earliest);
      world_.disarm(next);
      chosen_.reset();
      if (next == mine && !model::network::is_held(world_, run.name, model::UnitTimer::call)) break;
      fire(next);
      if (run.doomed) {
        run.in_call = false;
        throw Stopped{};
      }
    }
  }
  return answer(run, call);
}

Disturbance Simulation::answer(UnitRun& run, Call call) {
  run.in_call = false;
  if (options_.footprint != nullptr) options_.footprint->note(call);
  for (RunWatch* watch : watches_) watch->call_ended(world_, run);
  return run.disturbance;
}

void Simulation::effect_done(UnitRun& /*run*/) {
  if (probing_) return facts_.clear();
  if (!facts_.empty()) step_done();
}

void Simulation::report_nondeterminism(UnitRun& run, Call before, Call now) {
  const bool same_call = before == now;
  std::string what = "run again on the same answers, the hook of unit ";
  what += to_text(scenario_.world.app, run.name);
  what.append(" asked ")
      .append(info(now).name)
      .append(same_call ? " with other arguments than it had" : " where it had asked ")
      .append(same_call ? std::string_view{} : info(before).name);
  break_property(hooks_are_deterministic, Form::always, std::move(what));
  throw Stopped{};
}

void Simulation::report_early_end(UnitRun& run) {
  break_property(hooks_are_deterministic, Form::always,
                 "run again on the same answers, the hook of unit " +
                     to_text(scenario_.world.app, run.name) +
                     " ended before it had asked all that it had asked");
  throw Stopped{};
}

std::uint32_t Simulation::pick_deferral_order(UnitRun& run, std::uint32_t orders) {
  return probing_ ? 0 : choices_->pick(orders, {run.name, deferral_order_question});
}

// --- handlers ---

void Simulation::handler_started(UnitRun& run, const charm::Handler& handler,
                                 const charm::Event& event, bool reemitted) {
  run.handler = &handler;
  run.handler_event = event;
  run.handler_reemitted = reemitted;
  if (++run.hears <= run.heard) return;
  run.heard = run.hears;
  if (!run.log.keeps_digest()) return;
  const auto index = static_cast<std::uint16_t>(&handler - charm_.definition->handlers.data());
  run.told.begin_handler({index, event}, reemitted);
  run.log.forget_all_but(run.told.digest());
}

void Simulation::handler_ended(UnitRun& run, const charm::Handler& handler,
                               const charm::Outcome& outcome) {
  if (probing_ || ++run.hears <= run.heard) return;
  run.heard = run.hears;
  if (trace_.on()) {
    TraceEvent event{.at = world_.now(), .kind = TraceKind::handler_ended, .unit = run.name};
    event.event = run.handler_event;
    event.reemitted = run.handler_reemitted;
    event.handler = &handler;
    event.path = &run.path;
    event.outcome = outcome;
    trace_.record(event);
  }
  if (charm_.flow != nullptr) {
    if (auto what = charm_.flow->check(handler.chart, run.path, HandlerEnd::ended)) {
      break_property(paths_are_walks, Form::always, std::move(*what));
    }
  }
  const HandlerEnding ending{run.name, handler, outcome, run.path, run.handler_reemitted};
  step_done(&ending);
  if (!run.log.keeps_digest()) return;
  run.told.end_handler(outcome.deferred());
  run.log.forget_all_but(run.told.digest());
}

void Simulation::handler_merged(UnitRun& run, const charm::Handler& handler,
                                const charm::Event& event) {
  if (probing_ || ++run.hears <= run.heard) return;
  run.heard = run.hears;
  if (!is_equal_queued(world_.notices(run.name), *charm_.definition, handler, event)) {
    break_property(events_are_merged_with_equals, Form::always,
                   hook_name(*charm_.definition, event) + " of unit " +
                       to_text(scenario_.world.app, run.name) + " is dropped, and not queued");
  }
  if (!trace_.on()) return;
  TraceEvent merged{.at = world_.now(), .kind = TraceKind::handler_merged, .unit = run.name};
  merged.event = event;
  merged.handler = &handler;
  trace_.record(merged);
}

// --- the end of a dispatch ---

// Those that the charm has not said are Juju's own (juju-and-pebble.md, section 1.7).
std::string_view Simulation::text_of_action(const model::Fact& fact) const {
  using model::juju::ActionEnd;
  switch (static_cast<ActionEnd>(fact.value)) {
    case ActionEnd::completed:
    case ActionEnd::failed: return units_[(*fact.unit).ordinal].run.action_text;
    case ActionEnd::exited: return "exit status 1";
    case ActionEnd::uncommitted: return "committing requested changes failed";
    case ActionEnd::interrupted: return "action terminated";
    case ActionEnd::cancelled: break;
  }
  return {};
}

// Of what: the client of its number.
std::string_view Simulation::text_of_client(const model::Fact& fact) const {
  switch (fact.kind) {
    case model::FactKind::client_related:
    case model::FactKind::client_requested:
    case model::FactKind::client_told:
    case model::FactKind::client_unrelated:
    case model::FactKind::client_gone: return clients(scenario_)[fact.value]->client;
    default: return {};
  }
}

void Simulation::record_facts() {
  for (const model::Fact& fact : facts_) {
    if (model::is_quiet(fact.kind)) continue;
    TraceEvent event{.at = world_.now(), .kind = TraceKind::fact, .unit = fact.unit, .fact = fact};
    event.text =
        fact.kind == model::FactKind::action_ended ? text_of_action(fact) : text_of_client(fact);
    trace_.record(event);
  }
}

HookEnd Simulation::conclude(UnitRun& run, bool& after_flush) {
  // Without the controller there is neither a flush nor a bookkeeping (juju-and-pebble.md, 3.1).
  if (!model::network::reaches_controller(world_, run.name)) {
    model::juju::fail_hook(step_, run.name);
    return HookEnd::cut_off;
  }
  if (!run.result.ok) {
    model::juju::fail_hook(step_, run.name);
    return HookEnd::failed;
  }
  if (!model::juju::flush(step_, run.name)) {
    model::juju::fail_hook(step_, run.name);
    return HookEnd::refused;
  }
  const std::optional<FaultKind> fault = draw_fault(run.name);
  after_flush = true;
  if (fault == FaultKind::kill_after_flush) {
    note_fault(run.name, FaultKind::kill_after_flush, "the end of the hook");
    model::juju::requeue_hook(step_, run.name);
    return HookEnd::killed;
  }
  if (fault == FaultKind::crash_agent) {
    note_fault(run.name, FaultKind::crash_agent, "the end of the hook, its writes committed");
    model::juju::restart_agent(step_, run.name);
    return HookEnd::killed;
  }
  after_flush = false;
  model::juju::mark_done(world_, run.name);
  if (!crash_agent(run.name, "the end of the hook, recorded as done")) {
    model::juju::commit_hook(step_, run.name);
  }
  return HookEnd::ok;
}

void Simulation::end_dispatch(UnitRun& run) {
  run.active = false;
  ++verdict_.dispatches;
  world_.disarm(model::timer_id(run.name, model::UnitTimer::deadline));
  bool after_flush = false;
  const charm::StateKey unreadable = world_.unit(run.name).process.unreadable;
  const HookEnd end = conclude(run, after_flush);
  if (options_.footprint != nullptr) options_.footprint->is_seen |= end != HookEnd::ok;
  if (trace_.on()) {
    TraceEvent event{.at = world_.now(), .kind = TraceKind::hook_ended, .unit = run.name};
    event.end = end;
    event.text = after_flush ? std::string_view("after its writes were committed")
                             : std::string_view(run.result.error);
    trace_.record(event);
  }
  const DispatchEnding ending{run.name,         run.event,       end,       after_flush,
                              run.result.error, run.action_text, unreadable};
  step_done(nullptr, &ending);
}

// A dispatch whose pod or process is gone is no more; what it had not flushed is lost.
void Simulation::cancel_dead_runs() {
  for (UnitSide& side : units_) {
    UnitRun& run = side.run;
    if (!run.active || world_.unit(run.name).record.step == model::HookStep::running) continue;
    run.active = false;
    run.doomed = true;
    if (trace_.on()) {
      TraceEvent event{.at = world_.now(), .kind = TraceKind::hook_ended, .unit = run.name};
      event.end = HookEnd::killed;
      trace_.record(event);
    }
  }
}

void Simulation::status_changed(UnitName unit, const charm::Status& status) {
  may_have_settled_ = true;
  if (options_.footprint != nullptr) options_.footprint->is_seen = true;
  if (!trace_.on() || probing_) return;
  trace_.record({.at = world_.now(), .kind = TraceKind::status, .unit = unit, .status = status});
}

void Simulation::look_for_hook(UnitName unit) {
  UnitRun& run = units_[unit.ordinal].run;
  if (crash_agent(unit, "its look for the next hook")) return step_done();
  const auto event = model::juju::next_hook(step_, unit);
  if (!event) {
    const model::AgentProcess& process = world_.unit(unit).process;
    if (process.shutting_down) model::juju::stop_agent(step_, unit);
    if (!process.running) model::kubernetes::process_ended(step_, unit);
    return step_done();
  }
  if (trace_.on()) {
    trace_.record(
        {.at = world_.now(), .kind = TraceKind::hook_started, .unit = unit, .event = *event});
  }
  step_done();
  if (run.doomed) executor_->unwind(run);
  run.active = true;
  run.ended = run.in_call = false;
  run.event = *event;
  run.log.clear();
  run.action_text.clear();
  run.cursor = {};
  run.heard = run.hears = 0;
  begin_dispatch(memory_, unit, world_);
  executor_->go_on(run);
  if (run.ended && run.active) end_dispatch(run);
}

}  // namespace sim
