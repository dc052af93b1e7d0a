// Chart: charm/flowcharts/update-status.mmd. Names are its node ids: a statement a box, a return an
// exit.
#include <cstdint>
#include <optional>
#include <string_view>

#include "charm/hooks/hooks.h"
#include "charm/steps/configuration.h"
#include "charm/steps/members.h"
#include "charm/steps/status.h"

namespace charm {
namespace {

constexpr std::uint8_t least_free_percent = 10;

bool is_blocked_by_option(const Status& status) {
  return status.kind == StatusKind::blocked && status.message == messages::bad_configuration;
}

// A Blocked or Waiting is lifted by the handler that has set it: it is queued, and ran just now.
// But for what a client, a plugin or an option asks for in vain, or a volume that fills up: the
// member works. And a unit that waits for others to be upgraded heals meanwhile.
bool is_waiting_or_blocked(Unit& unit) {
  const Status status = unit.juju.unit_status();
  if (status.message == messages::others_upgrade_first) return false;
  if (status.kind != StatusKind::blocked) return status.kind == StatusKind::waiting;
  return !is_blocked_by_option(status) && !steps::is_blocked_by_any_wish(unit) &&
         !steps::is_blocked_by_volume(unit);
}

// A leader that has never run the `joined` of a unit is not told of its departure. Nothing, or the
// exit to take.
std::optional<Outcome> drop_departed(Unit& unit) {
  const bool leads = unit.juju.is_leader() && unit.juju.cluster_initialised() &&
                     unit.juju.planned_units().contains(unit.name);
  if (!unit.path.at("is_leader").yes(leads)) return std::nullopt;
  if (!unit.path.at("are_departed_listed").yes(steps::are_departed_listed(unit))) {
    return std::nullopt;
  }
  unit.path.at("remove_departed_units");
  if (!steps::remove_departed_units(unit)) {
    unit.path.took("not leader");
    return std::nullopt;
  }
  unit.path.took("done");
  unit.path.at("update_config");
  if (auto updated = steps::update_config(unit); !updated) {
    return steps::exit_for(unit, updated.error());
  }
  unit.path.took("done");
  return std::nullopt;
}

Outcome unreachable(Unit& unit) {
  unit.path.took("unreachable");
  return unit.path.done("rtn", "the container is not reachable");
}

// Whoever is Blocked by an option or its volume is told so anew before each look, and the status
// does not tell what the last one found: a minute of looks, ten seconds each, stands for it.
constexpr int looks_without_memory = 6;

bool is_so_for_a_minute(Unit& unit) {
  for (int look = 0; look < looks_without_memory; ++look) {
    if (steps::is_own_member_replicating(unit).value_or(true)) return false;
  }
  return true;
}

// The last look found it so, too, and there is somebody to follow. A Patroni that begins anew
// compares the histories (patroni-and-kubernetes.md, section 8, 12); nothing is lost by it, for who
// does not stream confirms nothing.
bool is_stuck(Unit& unit) {
  const Status before = unit.juju.unit_status();
  const bool found_so =
      before.kind == StatusKind::maintenance && before.message == messages::not_replicating;
  if (found_so) return steps::has_another_leader(unit);
  const bool is_told_of_other = is_blocked_by_option(before) || steps::is_blocked_by_volume(unit);
  return is_told_of_other && steps::has_another_leader(unit) && is_so_for_a_minute(unit);
}

// A full volume may be why, and is what an operator has to look at.
void set_maintenance(Unit& unit, std::string_view message) {
  if (steps::is_blocked_by_volume(unit)) return;
  unit.juju.set_unit_status({StatusKind::maintenance, message});
}

Outcome say_not_replicating(Unit& unit) {
  unit.path.at("set_not_replicating");
  set_maintenance(unit, messages::not_replicating);
  return unit.path.done("rtn", "the member runs by itself");
}

// A primary hands over to a synchronous standby, if there is one, and whoever leads then names its
// standbys afresh.
Outcome restart_member(Unit& unit) {
  unit.path.at("restart_member");
  if (!unit.workload.restart_service()) return unreachable(unit);
  unit.path.took("done");
  return say_not_replicating(unit);
}

Outcome tell_of_replication(Unit& unit) {
  unit.path.at("is_replicating");
  const auto replicating = steps::is_own_member_replicating(unit);
  if (!replicating) {
    unit.path.took("unknown");
    return unit.path.done("rtn", "Patroni does not answer");
  }
  if (!unit.path.yes(*replicating)) {
    if (unit.path.at("is_stuck").yes(is_stuck(unit))) return restart_member(unit);
    return say_not_replicating(unit);
  }
  if (unit.path.at("waits_in_vain").yes(steps::is_waiting_in_vain(unit))) {
    return restart_member(unit);
  }
  if (unit.path.at("is_option_bad").yes(is_blocked_by_option(unit.juju.unit_status()))) {
    return unit.path.done("rtn_blocked", "the member works, and an option is bad");
  }
  unit.path.at("set_active");
  steps::set_active(unit);
  return unit.path.done("rtn2", "the member works");
}

void tell_of_volume(Unit& unit) {
  unit.path.at("is_volume_nearly_full");
  const auto free_percent = unit.workload.free_percent_of_volume();
  if (!free_percent) {
    unit.path.took("unknown");
    return;
  }
  if (unit.path.yes(*free_percent < least_free_percent)) {
    unit.path.at("set_blocked_by_volume");
    unit.path.took(steps::set_blocked_by_volume(unit) ? "done" : "kept");
    return;
  }
  if (!unit.path.at("was_volume_nearly_full").yes(steps::is_blocked_by_volume(unit))) return;
  unit.path.at("lift_block");
  steps::lift_block_by_volume(unit);
}

}  // namespace

Outcome on_update_status(Unit& unit, const Event& /*event*/) {
  if (auto end = drop_departed(unit)) return *end;
  if (!unit.path.at("is_container_reachable").yes(unit.workload.can_connect())) {
    return unit.path.done("rtn", "the container is not reachable");
  }
  tell_of_volume(unit);
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
    const Secret monitoring = unit.juju.passwords().of(SystemUser::monitoring);
    if (!unit.workload.update_and_restart_service(monitoring)) return unreachable(unit);
    unit.path.took("done");
  }
  if (unit.path.at("is_waiting_or_blocked").yes(is_waiting_or_blocked(unit))) {
    return unit.path.done("rtn", "another hook goes on with it");
  }
  if (unit.path.at("has_member_started").yes(steps::is_own_member_up_soon(unit))) {
    return tell_of_replication(unit);
  }
  if (unit.path.at("was_service_running").yes(*running)) {
    unit.path.at("set_not_running");
    set_maintenance(unit, messages::not_running);
    return unit.path.done("rtn", "Patroni is at work");
  }
  unit.path.at("set_maintenance");
  set_maintenance(unit, messages::service_inactive);
  return unit.path.done("rtn", "the service was started again");
}

}  // namespace charm
