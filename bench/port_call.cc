// One port call through the gate, answered at once and logged (mode: atomic).
#include <benchmark/benchmark.h>

#include "bench/prepared.h"

namespace {

void is_leader(benchmark::State& state) {
  bench::Prepared prepared(3);
  for (auto _ : state) {
    prepared.forget_answers();
    benchmark::DoNotOptimize(prepared.unit().juju.is_leader());
  }
}

void endpoints(benchmark::State& state) {
  bench::Prepared prepared(3);
  for (auto _ : state) {
    prepared.forget_answers();
    benchmark::DoNotOptimize(prepared.unit().juju.endpoints());
  }
}

void label_pod(benchmark::State& state) {
  bench::Prepared prepared(3);
  for (auto _ : state) {
    prepared.forget_answers();
    benchmark::DoNotOptimize(prepared.unit().kubernetes.label_pod_as_member({0}));
  }
}

}  // namespace

BENCHMARK(is_leader);
BENCHMARK(endpoints);
BENCHMARK(label_pod);
