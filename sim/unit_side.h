// One unit's side of a simulation: its dispatch, its gate, its seven ports, and the ear of its
// handlers.
#pragma once

#include "charm/runtime/unit.h"
#include "sim/ports/ports.h"
#include "sim/simulation.h"

namespace sim {

struct Simulation::UnitSide final : private charm::DispatchObserver {
  UnitSide(Simulation& simulation, charm::UnitName name)
      : simulation_(simulation),
        gate(simulation, run),
        juju(gate, simulation.configurations_, simulation.texts_, simulation, simulation.scenario_),
        kubernetes(gate, simulation.scenario_),
        patroni(gate),
        workload(gate, simulation.scenario_),
        postgresql(gate, simulation.configurations_, simulation.scenario_),
        clock(gate),
        entropy(gate, simulation.scenario_),
        action(gate, simulation.scenario_),
        unit{simulation.scenario_.world.app,
             name,
             juju,
             kubernetes,
             patroni,
             workload,
             postgresql,
             clock,
             entropy,
             action,
             run.path} {
    run.name = name;
  }

  void dispatch() {
    run.path.clear();
    run.result = charm::dispatch(*simulation_.charm_.definition, unit, run.event, *this);
  }

 private:
  void handler_started(const charm::Handler& handler, const charm::Event& event,
                       bool reemitted) override {
    simulation_.handler_started(run, handler, event, reemitted);
  }
  void handler_ended(const charm::Handler& handler, const charm::Outcome& outcome,
                     const charm::Path& /*path*/) override {
    simulation_.handler_ended(run, handler, outcome);
  }
  void handler_merged(const charm::Handler& handler, const charm::Event& event) override {
    simulation_.handler_merged(run, handler, event);
  }

  Simulation& simulation_;

 public:
  UnitRun run;
  CallGate gate;
  JujuPort juju;
  KubernetesPort kubernetes;
  PatroniPort patroni;
  WorkloadPort workload;
  PostgreSQLPort postgresql;
  ClockPort clock;
  EntropyPort entropy;
  ActionPort action;
  charm::Unit unit;
};

}  // namespace sim
