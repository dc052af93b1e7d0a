// How many whole deployments a second, and dispatches within them, by mode: calm or random choices,
// hooks stopped by fibers or by re-execution, trace off or with its fingerprint. Only dispatches
// that ended count.
#include <benchmark/benchmark.h>

#include "bench/prepared.h"
#include "sim/choices/random.h"

namespace {

enum class Mood { calm, random };

void deployment(benchmark::State& state, int units, Mood mood, sim::ExecutorKind executor,
                sim::Trace::Mode trace) {
  sim::Simulation simulation(bench::deployment(units),
                             {&charm::postgresql_k8s(), sim::postgresql_properties(), nullptr},
                             {.executor = executor, .trace = trace});
  sim::ListChoices calm;
  sim::RandomChoices random(0);
  std::uint64_t dispatches = 0;
  std::uint64_t calls = 0;
  std::uint64_t seed = 0;
  for (auto _ : state) {
    if (mood == Mood::random) random.restart(++seed);
    if (mood == Mood::calm) calm.restart({});
    sim::Choices& choices = mood == Mood::calm ? static_cast<sim::Choices&>(calm) : random;
    const sim::Verdict verdict = simulation.run(choices);
    CHECK(verdict.ok());
    dispatches += verdict.dispatches;
    calls += verdict.calls;
  }
  const auto rate = benchmark::Counter::kIsRate;
  state.counters["dispatches"] = {static_cast<double>(dispatches), rate};
  state.counters["port_calls"] = {static_cast<double>(calls), rate};
}

constexpr auto off = sim::Trace::Mode::off;
constexpr auto fingerprint = sim::Trace::Mode::fingerprint;
constexpr auto fiber = sim::ExecutorKind::fiber;
constexpr auto reexecution = sim::ExecutorKind::reexecution;

}  // namespace

BENCHMARK_CAPTURE(deployment, three_random_fiber, 3, Mood::random, fiber, off)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(deployment, three_random_fiber_fingerprint, 3, Mood::random, fiber, fingerprint)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(deployment, three_random_reexecution, 3, Mood::random, reexecution, off)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(deployment, three_calm_fiber, 3, Mood::calm, fiber, off)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(deployment, one_random_fiber, 1, Mood::random, fiber, off)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(deployment, five_random_fiber, 5, Mood::random, fiber, off)
    ->Unit(benchmark::kMicrosecond);
