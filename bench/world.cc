// What a world costs: its bytes, a copy where the target is warm and where it is not, its
// fingerprint.
#include <benchmark/benchmark.h>

#include <vector>

#include "bench/prepared.h"
#include "model/fingerprint.h"

namespace {

void copy_warm(benchmark::State& state) {
  const bench::Prepared prepared(static_cast<int>(state.range(0)));
  model::World target = prepared.settled();
  for (auto _ : state) {
    target = prepared.settled();
    benchmark::ClobberMemory();
  }
  state.counters["bytes"] = static_cast<double>(target.bytes().size());
}

// 64 MiB of targets in turn: none is in the cache when its time comes.
void copy_cold(benchmark::State& state) {
  const bench::Prepared prepared(static_cast<int>(state.range(0)));
  const std::size_t count = 64U * 1024 * 1024 / prepared.settled().bytes().size();
  std::vector<model::World> targets(count, prepared.settled());
  std::size_t at = 0;
  for (auto _ : state) {
    targets[at] = prepared.settled();
    at = (at + 1) % count;
    benchmark::ClobberMemory();
  }
}

void fingerprint(benchmark::State& state) {
  const bench::Prepared prepared(static_cast<int>(state.range(0)));
  const model::Texts texts;
  model::World world = prepared.settled();
  for (model::UnitState& unit : world.units()) unit.status_text = 0;  // another run's texts
  for (auto _ : state) benchmark::DoNotOptimize(model::fingerprint(world, texts));
}

}  // namespace

BENCHMARK(copy_warm)->Arg(3)->Arg(9);
BENCHMARK(copy_cold)->Arg(3)->Arg(9);
BENCHMARK(fingerprint)->Arg(3)->Arg(9);
