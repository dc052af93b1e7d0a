// How a hook is stopped at a port call and brought back. Two ways that give the same run: a fiber
// for each unit, which keeps the stack; or unwinding, and running the hook again on its recorded
// answers.
#pragma once

#include <functional>
#include <memory>

#include "sim/execution/unit_run.h"

namespace sim {

enum class ExecutorKind : std::uint8_t { fiber, reexecution };
std::string_view to_text(ExecutorKind kind);
// Fibers, but for builds with sanitizers, which do not know of them.
ExecutorKind default_executor();

class Executor {
 public:
  // Runs the dispatch of a unit from its beginning to its end, and sets `ended`.
  using Body = std::function<void(UnitRun&)>;

  virtual ~Executor() = default;

  // Starts the dispatch or goes on with it; returns when it has ended or stopped at a call.
  virtual void go_on(UnitRun& run) = 0;
  // Called inside a port call: gives control back to go_on()'s caller. Returns when the run goes
  // on, or throws Stopped.
  virtual void stop(UnitRun& run) = 0;
  // Unwinds what is left of a doomed run; it can be given a new dispatch afterwards, or the log of
  // another one: what goes on then does so from there.
  virtual void unwind(UnitRun& run) = 0;
};

std::unique_ptr<Executor> make_executor(ExecutorKind kind, std::uint16_t units,
                                        Executor::Body body);

}  // namespace sim
