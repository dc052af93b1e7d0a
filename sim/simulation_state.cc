// A run saved and brought back between two steps.
#include <algorithm>

#include "sim/run_state.h"
#include "sim/simulation.h"
#include "sim/unit_side.h"

namespace sim {

std::size_t RunState::bytes() const {
  std::size_t sum = sizeof(RunState) + world.bytes().size();
  sum += memory.queues.capacity() * sizeof(Memory::Queue);
  sum += memory.bounds.units.capacity() * sizeof(UnitBounds);
  for (const StoppedHook& hook : hooks) {
    sum += sizeof hook + hook.log.capacity_bytes() + hook.action_text.capacity();
  }
  return sum;
}

bool Simulation::has_stopped_hook() const {
  return std::ranges::any_of(units_, [](const UnitSide& side) { return side.run.active; });
}

void Simulation::save(RunState& state) const {
  state.world = world_;
  state.memory = memory_;
  state.hooks.resize(units_.size());
  for (std::size_t at = 0; at < units_.size(); ++at) {
    const StoppedHook& hook = units_[at].run;
    if (hook.active) {
      state.hooks[at] = hook;
    } else {
      state.hooks[at].active = false;
    }
  }
  state.fault_budget = fault_budget_;
  state.changes_left = changes_left_;
  state.settled_since = settled_since_;
  state.settled = settled_;
  state.may_have_settled = may_have_settled_;
  state.last_missing = last_missing_;
}

void Simulation::restore(const RunState& state) {
  world_ = state.world;
  memory_ = state.memory;
  for (std::size_t at = 0; at < units_.size(); ++at) {
    UnitRun& run = units_[at].run;
    run.doomed = true;
    executor_->unwind(run);
    run.ended = run.active = run.in_call = false;
    StoppedHook& hook = run;
    if (state.hooks[at].active) hook = state.hooks[at];
  }
  facts_.clear();
  chosen_.reset();
  fired_.reset();
  fault_budget_ = state.fault_budget;
  changes_left_ = state.changes_left;
  settled_since_ = state.settled_since;
  settled_ = state.settled;
  may_have_settled_ = state.may_have_settled;
  last_missing_ = state.last_missing;
  verdict_.end = RunEnd::settled;
  verdict_.violations.clear();
  ended_ = false;
}

}  // namespace sim
