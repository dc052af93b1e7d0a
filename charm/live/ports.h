// All ports of one dispatch, over what is real.
#pragma once

#include <functional>
#include <memory>

#include "charm/live/action.h"
#include "charm/live/clock.h"
#include "charm/live/entropy.h"
#include "charm/live/hook_tools.h"
#include "charm/live/identity.h"
#include "charm/live/juju.h"
#include "charm/live/on_demand.h"
#include "charm/live/pem_store.h"
#include "charm/runtime/unit.h"

namespace charm::live {

struct Ports;

// How those are made that an event may not need. They may ask the others, when they are asked.
template <class Port>
using MakePort = std::function<std::unique_ptr<Port>(Ports&)>;

struct MakePorts {
  MakePort<ports::Kubernetes> kubernetes;
  MakePort<ports::Patroni> patroni;
  MakePort<ports::Workload> workload;
  MakePort<ports::PostgreSQL> postgresql;
};

struct Ports {
  // All of it outlives them.
  Ports(const CharmDefinition& charm, const Identity& who, HookTools& tools, const MakePorts& make)
      : juju(charm, who, tools, pems),
        action(tools, pems),
        entropy(who, tools, pems),
        kubernetes([this, &make] { return make.kubernetes(*this); }),
        patroni([this, &make] { return make.patroni(*this); }),
        workload([this, &make] { return make.workload(*this); }),
        postgresql([this, &make] { return make.postgresql(*this); }) {}
  Ports(const Ports&) = delete;
  Ports& operator=(const Ports&) = delete;
  ~Ports() = default;

  Unit unit(const Identity& who, Path& path) {
    return {.app = who.app,
            .name = who.unit,
            .juju = juju,
            .kubernetes = kubernetes,
            .patroni = patroni,
            .workload = workload,
            .postgresql = postgresql,
            .clock = clock,
            .entropy = entropy,
            .action = action,
            .path = path};
  }

  PemStore pems;
  Juju juju;
  Action action;
  Clock clock;
  Entropy entropy;
  KubernetesOnDemand kubernetes;
  PatroniOnDemand patroni;
  WorkloadOnDemand workload;
  PostgreSQLOnDemand postgresql;
};

}  // namespace charm::live
