// Who looks into a run from within, for a report: at each port call, and at the world after each
// step. It changes nothing, and most runs have nobody who looks.
#pragma once

#include "model/world.h"
#include "sim/execution/unit_run.h"

namespace sim {

class RunWatch {
 public:
  virtual ~RunWatch() = default;

  // The unit's hook asks; `run.disturbance` says which fault will strike the call. One that is
  // never answered is ended by the end of its hook.
  virtual void call_begun(const model::World& world, const UnitRun& run, Call call) = 0;
  // It is about to take effect, or to be refused.
  virtual void call_ended(const model::World& world, const UnitRun& run) = 0;
  // Something has happened, worth a line of the trace or not.
  virtual void step_done(const model::World& world) = 0;
};

}  // namespace sim
