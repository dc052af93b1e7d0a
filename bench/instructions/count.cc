// What callgrind counts: one calm three-unit deployment, or one uninterrupted dispatch of a hook.
// Hooks are stopped by re-execution here, as valgrind does not follow fibers.
#include <iostream>
#include <string_view>

#include "bench/prepared.h"

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

bool run(std::string_view what) {
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
    std::cerr << "usage: count_instructions deployment|leader-elected|peer-relation-changed|"
                 "postgresql-pebble-ready\n";
    return 2;
  }
  return run(argv[1]) ? 0 : 1;
}
