// Chooses an executor; the one that re-executes is here.
#include "sim/execution/executor.h"

#include "sim/execution/fibers.h"

namespace sim {
namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr bool sanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif
#else
constexpr bool sanitized = false;
#endif

class Reexecution final : public Executor {
 public:
  explicit Reexecution(Body body) : body_(std::move(body)) {}

  void go_on(UnitRun& run) override {
    run.cursor = {};
    run.hears = 0;
    try {
      body_(run);
    } catch (const Stopped&) {  // its log is all that is needed
    }
  }
  void stop(UnitRun& /*run*/) override { throw Stopped{}; }
  void unwind(UnitRun& run) override { run.doomed = false; }

 private:
  Body body_;
};

}  // namespace

std::string_view to_text(ExecutorKind kind) {
  switch (kind) {
    case ExecutorKind::fiber: return "fiber";
    case ExecutorKind::reexecution: return "reexecution";
  }
  return {};
}

ExecutorKind default_executor() {
  return sanitized ? ExecutorKind::reexecution : ExecutorKind::fiber;
}

std::unique_ptr<Executor> make_executor(ExecutorKind kind, std::uint16_t units,
                                        Executor::Body body) {
  if (kind == ExecutorKind::fiber) return make_fibers(units, std::move(body));
  return std::make_unique<Reexecution>(std::move(body));
}

}  // namespace sim
