// What callgrind counts: one calm three-unit deployment, one uninterrupted dispatch of a hook, or ten
// failovers of a three-unit cluster whose primary's pod is gone.
// Hooks are stopped by re-execution here, as valgrind does not follow fibers.
#include <iostream>
#include <string_view>

#include "bench/prepared.h"
#include "sim/failover/kinds.h"
#include "sim/failover/measure.h"

namespace {

// Named on the command line of callgrind: it counts what happens inside these, and nothing else.
__attribute__((noinline)) bool counted_deployment(sim::Simulation& simulation) {
  sim::ListChoices calm;
  return simulation.run(calm).ok();
}

__attribute__((noinline)) bool counted_dispatch(bench::Prepared& prepared,
                                                const charm::Event& event) {
  return prepared.dispatch(event);
}

__attribute__((noinline)) bool counted_failovers(sim::failover::Meter& meter) {
  bool all_over = true;
  for (std::uint64_t seed = 2; seed < 12; ++seed) all_over &= !meter.measure(seed).is_open;
  return all_over;
}

bool fail_over() {
  constexpr auto by = sim::ExecutorKind::reexecution;
  const sim::failover::Kind* kind = sim::failover::find_kind("pod-gone");
  if (kind == nullptr) return false;
  const sim::CharmUnderTest charm{&charm::postgresql_k8s(), {}, nullptr};
  const auto base = sim::failover::prepare(*kind, {}, charm, nullptr, {}, by);
  if (!base) return false;
  sim::failover::Meter meter(*base, charm::postgresql_k8s(), nullptr, by);
  return !meter.measure(1).is_open && counted_failovers(meter);
}

bool run(std::string_view what) {
  if (what == "failovers") return fail_over();
  if (what == "deployment") {
    sim::Simulation simulation(
        bench::deployment(3), {&charm::postgresql_k8s(), sim::postgresql_properties(), nullptr},
        {.executor = sim::ExecutorKind::reexecution, .trace = sim::Trace::Mode::off});
    sim::ListChoices calm;
    return simulation.run(calm).ok() && counted_deployment(simulation);
  }
  const charm::Event event = what == "leader-elected"          ? bench::leader_elected
                             : what == "peer-relation-changed" ? bench::peer_relation_changed
                                                               : bench::pebble_ready;
  bench::Prepared prepared(3);
  prepared.restore();
  if (!prepared.dispatch(event)) return false;  // the first one makes room for its answers
  prepared.restore();
  return counted_dispatch(prepared, event);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: count_instructions deployment|failovers|leader-elected|"
                 "peer-relation-changed|postgresql-pebble-ready\n";
    return 2;
  }
  return run(argv[1]) ? 0 : 1;
}
