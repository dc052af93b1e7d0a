// What is real, where a charm container has it: the API server by the pod's own service account,
// Patroni's REST API and PostgreSQL by their host names, Pebble by its socket. Each is connected
// when a hook first asks for it.
#pragma once

#include "charm/live/ports.h"
#include "charm/runtime/decode.h"

namespace charm::live {

// `environment` is asked for KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT; where there is
// none, outside a cluster, for KUBECONFIG. All of it outlives the ports.
MakePorts connect(const Identity& who, HookTools& tools, const EnvironmentLookup& environment);

}  // namespace charm::live
