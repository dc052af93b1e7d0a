// Who looks into a run from within: at each port call, and at the world after each step. It changes
// nothing, and most runs have nobody who looks.
#pragma once

#include "model/world.h"
#include "sim/execution/unit_run.h"

namespace sim {

class RunWatch {
 public:
  virtual ~RunWatch() = default;

  // The unit's hook asks; nobody has acted since, no fault is drawn. What has been answered in this
  // dispatch stands in the run's log.
  virtual void call_made(const UnitRun& /*run*/, Call /*call*/) {}
  // The same, once `run.disturbance` says which fault will strike the call. One that is never
  // answered is ended by the end of its hook.
  virtual void call_begun(const model::World& /*world*/, const UnitRun& /*run*/, Call /*call*/) {}
  // It is about to take effect, or to be refused.
  virtual void call_ended(const model::World& /*world*/, const UnitRun& /*run*/) {}
  // Something has happened, worth a line of the trace or not.
  virtual void step_done(const model::World& /*world*/) {}
};

}  // namespace sim
