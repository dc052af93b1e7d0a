// Chart: charm/flowcharts/update-status.mmd. Names are its node ids: a statement a box, a return an
// exit.
#include "charm/hooks/hooks.h"
#include "charm/steps/members.h"
#include "charm/steps/status.h"

namespace charm {
namespace {

// A Blocked or Waiting is lifted by the handler that has set it: it is queued, and ran just now.
bool is_waiting_or_blocked(Unit& unit) {
  const StatusKind kind = unit.juju.unit_status().kind;
  return kind == StatusKind::blocked || kind == StatusKind::waiting;
}

Outcome unreachable(Unit& unit) {
  unit.path.took("unreachable");
  return unit.path.done("rtn", "the container is not reachable");
}

}  // namespace

Outcome on_update_status(Unit& unit, const Event& /*event*/) {
  if (!unit.path.at("is_container_reachable").yes(unit.workload.can_connect())) {
    return unit.path.done("rtn", "the container is not reachable");
  }
  if (unit.path.at("is_waiting_or_blocked").yes(is_waiting_or_blocked(unit))) {
    return unit.path.done("rtn", "another hook goes on with it");
  }
  // The layer comes with pebble-ready: before it there is nothing to start.
  unit.path.at("is_service_planned");
  const auto planned = unit.workload.is_plan_current();
  if (!planned) return unreachable(unit);
  if (!unit.path.yes(*planned)) return unit.path.done("rtn", "pebble-ready is still to come");
  unit.path.at("is_service_running");
  const auto running = unit.workload.is_service_running();
  if (!running) return unreachable(unit);
  if (!unit.path.yes(*running)) {
    unit.path.at("restart_service");
    if (!unit.workload.update_and_restart_service()) return unreachable(unit);
    unit.path.took("done");
  }
  if (unit.path.at("has_member_started").yes(steps::is_own_member_up(unit))) {
    unit.path.at("set_active");
    steps::set_active(unit);
    return unit.path.done("rtn2", "the member works");
  }
  if (unit.path.at("was_service_running").yes(*running)) {
    return unit.path.done("rtn", "Patroni is at work");
  }
  unit.path.at("set_maintenance");
  unit.juju.set_unit_status({StatusKind::maintenance, messages::service_inactive});
  return unit.path.done("rtn", "the service was started again");
}

}  // namespace charm
