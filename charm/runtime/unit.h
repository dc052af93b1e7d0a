// The unit a handler runs in: who it is, what it can ask, and the path it leaves.
#pragma once

#include "charm/flow/path.h"
#include "charm/ports/action.h"
#include "charm/ports/clock.h"
#include "charm/ports/entropy.h"
#include "charm/ports/juju.h"
#include "charm/ports/kubernetes.h"
#include "charm/ports/patroni.h"
#include "charm/ports/postgresql.h"
#include "charm/ports/workload.h"
#include "charm/types/names.h"

namespace charm {

struct Unit {
  const AppName& app;
  UnitName name;
  ports::Juju& juju;
  ports::Kubernetes& kubernetes;
  ports::Patroni& patroni;
  ports::Workload& workload;
  ports::PostgreSQL& postgresql;
  ports::Clock& clock;
  ports::Entropy& entropy;
  ports::Action& action;
  Path& path;
};

}  // namespace charm
