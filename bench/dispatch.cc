// How many dispatches a second, of each hook, uninterrupted: nobody acts between its calls, the
// ports answer at once (mode: atomic). Each starts from the same prepared world; its copy is
// measured apart.
#include <benchmark/benchmark.h>

#include "bench/prepared.h"

namespace {

void dispatch(benchmark::State& state, charm::Event event, bool copy_only) {
  bench::Prepared prepared(3);
  for (auto _ : state) {
    prepared.restore();
    if (!copy_only) benchmark::DoNotOptimize(prepared.dispatch(event));
  }
  state.SetItemsProcessed(state.iterations());
  if (!copy_only) {
    state.counters["calls"] =
        static_cast<double>(prepared.calls()) / static_cast<double>(state.iterations());
  }
}

}  // namespace

BENCHMARK_CAPTURE(dispatch, restore_the_world, bench::leader_elected, true);
BENCHMARK_CAPTURE(dispatch, leader_elected, bench::leader_elected, false);
BENCHMARK_CAPTURE(dispatch, peer_relation_changed, bench::peer_relation_changed, false);
BENCHMARK_CAPTURE(dispatch, postgresql_pebble_ready, bench::pebble_ready, false);
