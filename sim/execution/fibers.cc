// Boost.Context fibers, made once and reused from run to run.
#include "sim/execution/fibers.h"

#include <boost/context/fiber.hpp>
#include <boost/context/fixedsize_stack.hpp>
#include <new>
#include <utility>
#include <vector>

namespace sim {
namespace {

namespace context = boost::context;

// A dispatch keeps a few lists of max_units and max_notices on its stack, some 30 KiB.
constexpr std::size_t stack_bytes = 256 * 1024;

class Fibers final : public Executor {
 public:
  Fibers(std::uint16_t units, Body body) : body_(std::move(body)), fibers_(units) {}

  void go_on(UnitRun& run) override {
    Fiber& fiber = fibers_[run.name.ordinal];
    if (!fiber.hook) fiber.hook = make(run, fiber);
    fiber.hook = std::move(fiber.hook).resume();
    if (std::exchange(fiber.has_no_memory, false)) throw std::bad_alloc();
  }

  void stop(UnitRun& run) override {
    Fiber& fiber = fibers_[run.name.ordinal];
    fiber.caller = std::move(fiber.caller).resume();
    if (run.doomed) throw Stopped{};
  }

  void unwind(UnitRun& run) override {
    if (fibers_[run.name.ordinal].has_stack) go_on(run);
    run.doomed = false;
  }

 private:
  struct Fiber {
    context::fiber hook;     // where the hook stands, while it does not run
    context::fiber caller;   // who let it run
    bool has_stack = false;  // it is in the middle of a dispatch
    bool has_no_memory = false;
  };

  // Runs one dispatch after the other; between two of them it waits for go_on().
  context::fiber make(UnitRun& run, Fiber& fiber) {
    return context::fiber(std::allocator_arg, context::fixedsize_stack(stack_bytes),
                          [this, &run, &fiber](context::fiber&& caller) {
                            fiber.caller = std::move(caller);
                            for (;;) {
                              run_one(run, fiber);
                              fiber.caller = std::move(fiber.caller).resume();
                            }
                            return std::move(fiber.caller);
                          });
  }

  // From its beginning, or, where its stack was given up, up to the end of its log.
  void run_one(UnitRun& run, Fiber& fiber) {
    run.cursor = {};
    run.hears = 0;
    fiber.has_stack = true;
    try {
      body_(run);
    } catch (const Stopped&) {  // doomed: its stack is unwound now
    } catch (const std::bad_alloc&) {
      fiber.has_no_memory = true;  // an exception that left the fiber would end the program
    }
    fiber.has_stack = false;
  }

  Body body_;
  std::vector<Fiber> fibers_;
};

}  // namespace

std::unique_ptr<Executor> make_fibers(std::uint16_t units, Executor::Body body) {
  return std::make_unique<Fibers>(units, std::move(body));
}

}  // namespace sim
