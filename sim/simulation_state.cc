// A run saved and brought back between two steps.
#include <algorithm>

#include "sim/run_state.h"
#include "sim/simulation.h"
#include "sim/unit_side.h"

namespace sim {

bool Simulation::has_stopped_hook() const {
  return std::ranges::any_of(units_, [](const UnitSide& side) { return side.run.active; });
}

void Simulation::save(RunState& state) const {
  state.world = world_;
  state.memory = memory_;
  state.hooks.resize(units_.size());
  for (std::size_t at = 0; at < units_.size(); ++at) {
    const UnitRun& run = units_[at].run;
    StoppedHook& hook = state.hooks[at];
    hook.active = run.active;
    if (!run.active) continue;
    hook.in_call = run.in_call;
    hook.disturbance = run.disturbance;
    hook.event = run.event;
    hook.log = run.log;
    hook.heard = run.heard;
    hook.handler = run.handler;
    hook.handler_event = run.handler_event;
    hook.handler_reemitted = run.handler_reemitted;
    hook.action_text = run.action_text;
  }
  state.fault_budget = fault_budget_;
  state.settled_since = settled_since_;
  state.settled = settled_;
  state.may_have_settled = may_have_settled_;
  state.last_missing = last_missing_;
  state.witnesses = witnesses_;
}

void Simulation::restore(const RunState& state) {
  world_ = state.world;
  memory_ = state.memory;
  for (std::size_t at = 0; at < units_.size(); ++at) {
    UnitRun& run = units_[at].run;
    run.doomed = true;
    executor_->unwind(run);
    const StoppedHook& hook = state.hooks[at];
    run.active = hook.active;
    run.in_call = run.ended = false;
    if (!hook.active) continue;
    run.in_call = hook.in_call;
    run.disturbance = hook.disturbance;
    run.event = hook.event;
    run.log = hook.log;
    run.heard = hook.heard;
    run.handler = hook.handler;
    run.handler_event = hook.handler_event;
    run.handler_reemitted = hook.handler_reemitted;
    run.action_text = hook.action_text;
  }
  facts_.clear();
  chosen_.reset();
  fired_.reset();
  fault_budget_ = state.fault_budget;
  settled_since_ = state.settled_since;
  settled_ = state.settled;
  may_have_settled_ = state.may_have_settled;
  last_missing_ = state.last_missing;
  witnesses_ = state.witnesses;
  verdict_.end = RunEnd::settled;
  verdict_.violations.clear();
  ended_ = false;
}

}  // namespace sim
