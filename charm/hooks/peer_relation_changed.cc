// Chart: charm/flowcharts/peer-relation-changed.mmd. Names are its node ids: a statement a box, a
// return an exit.
#include "charm/hooks/hooks.h"
#include "charm/steps/admission.h"
#include "charm/steps/clients.h"
#include "charm/steps/configuration.h"
#include "charm/steps/initialisation.h"
#include "charm/steps/members.h"
#include "charm/steps/restart.h"
#include "charm/steps/status.h"
#include "charm/steps/tls.h"

namespace charm {
namespace {

// At update-status nothing is told, and nothing is to be done, but by a leader that has a unit to
// admit: it was held up for longer than its lease, went on as a follower, and leads again before
// its agent has looked, so that neither the unit's hooks nor a leader-elected come to it.
bool is_told_or_behind(Unit& unit, const Event& event) {
  return event.kind != EventKind::update_status || steps::is_anybody_left_out(unit);
}

// The leader does more than wait: if its pebble-ready never comes to it, this is where the flag is
// set.
Outcome wait_for_initialisation(Unit& unit) {
  if (unit.path.at("may_initialise").yes(unit.juju.is_leader())) {
    unit.path.at("initialise_cluster");
    (void)steps::initialise_cluster(unit);  // The next run sees how far it got.
  }
  return unit.path.deferred("defer", "the cluster is not initialised");
}

// Enough to go on: a member that does not run yet reads the file when it starts.
bool is_written(const steps::ConfigurationResult& updated) {
  return steps::is_done_but_for_options(updated) ||
         updated.error() == steps::ConfigurationError::not_taken;
}

}  // namespace

Outcome on_peer_relation_changed(Unit& unit, const Event& event) {
  if (!unit.path.at("is_told_or_behind").yes(is_told_or_behind(unit, event))) {
    return unit.path.done("rtn_nothing", "nobody waits to be admitted");
  }
  if (!unit.path.at("has_cluster_initialised").yes(unit.juju.cluster_initialised())) {
    return wait_for_initialisation(unit);
  }
  auto admission = std::expected<steps::Admission, Outcome>(steps::Admission::complete);
  if (unit.path.at("is_leader").yes(unit.juju.is_leader())) {
    admission = steps::admit_units(unit);
    if (!admission) return admission.error();
    if (*admission == steps::Admission::not_leader) {
      return unit.path.deferred("defer_not_leader",
                                "leadership was lost; as a follower it goes on");
    }
  }
  if (!unit.path.at("is_part_of_cluster").yes(steps::is_part_of_cluster(unit))) {
    // A leader that is not listed itself has still to admit the others.
    return steps::end_after(unit, *admission, "rtn", "not listed yet");
  }
  if (!unit.path.at("is_container_reachable").yes(unit.workload.can_connect())) {
    return unit.path.deferred("defer_unreachable", "the container is not reachable");
  }
  unit.path.at("update_config");
  const auto updated = steps::update_config(unit);
  if (!is_written(updated)) return steps::exit_for(unit, updated.error());
  unit.path.took("done");
  unit.path.at("restart_postgresql");
  if (updated) steps::ask_for_restart(unit, *updated);
  // A Patroni that does not run is not waited for, in front of the pebble-ready that starts it.
  const bool started =
      unit.workload.is_service_running().value_or(false) && steps::has_member_started(unit);
  if (!unit.path.at("has_member_started").yes(started)) {
    unit.path.at("await_member");
    steps::set_waiting(unit, messages::awaiting_member);
    return unit.path.deferred("defer3", "the member has not started");
  }
  const bool taken = steps::is_done_but_for_options(updated);
  if (!unit.path.at("has_taken_configuration").yes(taken)) {
    return unit.path.deferred("defer_update", "the configuration could not be brought to Patroni");
  }
  unit.path.at("update_read_only_endpoint");
  steps::update_read_only_endpoint(unit);
  steps::update_client_tls(unit);
  if (!updated) return steps::exit_for(unit, updated.error());
  unit.path.took("done");
  unit.path.at("set_active");
  steps::set_active(unit);
  return steps::end_after(unit, *admission, "rtn2", "the member works");
}

}  // namespace charm
