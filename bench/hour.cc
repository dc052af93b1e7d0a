// One simulated hour of a healthy three-unit cluster: HA loops, lease renewals, update-status, the
// client's writes; and one in which the primary's pod is gone until another has taken over. Ten
// hours after the deployment are one run, so that the deployment does not count; what happened is
// told per simulated second.
#include <benchmark/benchmark.h>

#include "bench/prepared.h"

namespace {

constexpr int hours = 10;

sim::Scenario healthy(int units) {
  const std::string text = R"({"schema_version": 1, "title": "A healthy cluster",
    "world": {"units": )" + std::to_string(units) +
                           R"(},
    "story": [{"when": "settled", "after_s": )" +
                           std::to_string(hours * 3600) +
                           R"(, "set_config": {"synchronous_node_count": "majority"}}],
    "horizon_s": )" + std::to_string((hours + 1) * 3600) +
                           "}";
  return *sim::read_scenario(text, "healthy.json");
}

// The pod is back, and all have been well for 30 s, some 100 s after it was killed.
sim::Scenario with_failovers(int units) {
  std::string story;
  for (int hour = 0; hour < hours; ++hour) {
    story += R"({"when": "settled", "after_s": 3500, "kill_pod": "primary",
                 "returns": "after failover"}, )";
  }
  const std::string text =
      R"({"schema_version": 1, "title": "A failover an hour",
    "world": {"units": )" +
      std::to_string(units) +
      R"(},
    "story": [)" +
      story + R"({"when": "settled", "set_config": {"synchronous_node_count": "majority"}}],
    "horizon_s": )" +
      std::to_string((hours + 1) * 3600) + "}";
  return *sim::read_scenario(text, "failovers.json");
}

void hour(benchmark::State& state, sim::Trace::Mode trace,
          sim::Scenario (*scenario)(int) = healthy) {
  sim::Simulation simulation(scenario(static_cast<int>(state.range(0))),
                             {&charm::postgresql_k8s(), sim::postgresql_properties(), nullptr},
                             {.trace = trace});
  sim::ListChoices calm;
  double simulated_s = 0;
  std::uint64_t events = 0;
  for (auto _ : state) {
    calm.restart({});
    const sim::Verdict verdict = simulation.run(calm);
    CHECK(verdict.ok());
    simulated_s += static_cast<double>(verdict.simulated.micros) / 1e6;
    events += verdict.actions + verdict.calls;
  }
  using benchmark::Counter;
  state.counters["s_per_hour"] = Counter(simulated_s / 3600, Counter::kIsRate | Counter::kInvert);
  state.counters["times_real"] = Counter(simulated_s, Counter::kIsRate);
  state.counters["events_per_simulated_s"] = static_cast<double>(events) / simulated_s;
}

}  // namespace

BENCHMARK_CAPTURE(hour, off, sim::Trace::Mode::off)->Arg(3)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(hour, fingerprint, sim::Trace::Mode::fingerprint)
    ->Arg(3)
    ->Arg(9)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(hour, with_failover, sim::Trace::Mode::off, with_failovers)
    ->Arg(3)
    ->Unit(benchmark::kMillisecond);
