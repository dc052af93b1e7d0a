// The names of the timers, as traces and choice lists spell them.
#include "model/timer.h"

namespace model {

std::string_view to_text(WorldTimer timer) {
  switch (timer) {
    case WorldTimer::lease_expiry: return "lease-expiry";
    case WorldTimer::primary_route: return "primary-route";
    case WorldTimer::client: return "client";
    case WorldTimer::story: return "story";
    case WorldTimer::mishap: return "mishap";
    case WorldTimer::api: return "api";
    case WorldTimer::request: return "request";
    case WorldTimer::provisioner: return "provisioner";
    case WorldTimer::client_0: return "client-0";
    case WorldTimer::client_1: return "client-1";
    case WorldTimer::client_2: return "client-2";
    case WorldTimer::client_3: return "client-3";
    case WorldTimer::provider_0: return "provider-0";
    case WorldTimer::provider_1: return "provider-1";
    case WorldTimer::rollout: return "rollout";
  }
  return {};
}

std::string_view to_text(UnitTimer timer) {
  switch (timer) {
    case UnitTimer::agent: return "agent";
    case UnitTimer::call: return "call";
    case UnitTimer::deadline: return "deadline";
    case UnitTimer::lease: return "lease";
    case UnitTimer::container: return "container";
    case UnitTimer::pod: return "pod";
    case UnitTimer::ha: return "ha";
    case UnitTimer::lock_expiry: return "lock-expiry";
    case UnitTimer::job: return "job";
    case UnitTimer::update_status: return "update-status";
    case UnitTimer::replication: return "replication";
    case UnitTimer::recovery: return "recovery";
    case UnitTimer::service: return "service";
    case UnitTimer::startup: return "startup";
    case UnitTimer::watch: return "watch";
  }
  return {};
}

}  // namespace model
