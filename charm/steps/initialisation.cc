// The flag comes last: whoever sees it may rely on the primary behind the Service.
#include "charm/steps/initialisation.h"

#include "charm/steps/kubernetes_resources.h"
#include "charm/steps/members.h"
#include "charm/steps/retry.h"

namespace charm::steps {
namespace {

using namespace std::chrono_literals;

// initdb and the first start take seconds, on the slowest of disks a minute.
constexpr Duration bootstrap_patience = 2min;

// Whoever has led may have made the database. If its pod comes back, and the API server fails its
// pebble-ready, it starts with its next update-status only, which Juju puts off by six minutes at
// most unless it is told otherwise, and behind the hooks before it.
constexpr Duration patience_for_others = 10min;

// A pod that has just come back with a database on its volume starts Patroni, and Patroni that.
constexpr Duration start_patience = 1min;

// The record of a bootstrap that should have ended by now.
std::optional<ports::ResourceVersion> overdue_bootstrap(Unit& unit, Duration patience) {
  const auto record = unit.kubernetes.bootstrap_record();
  if (!record || record->state != ports::BootstrapState::begun) return std::nullopt;
  if (record->unchanged_for < patience) return std::nullopt;
  return record->version;
}

}  // namespace

Initialisation initialise_cluster(Unit& unit) {
  // The primary may be another unit, one that lost its leadership after it had made the database.
  const MaybeUnit holder = lock_holder(unit);
  const UnitName primary = holder ? *holder : unit.name;
  if (!unit.kubernetes.label_pod_as_member(pod_of(primary))) return Initialisation::labels_refused;
  if (!apply_services(unit)) return Initialisation::services_refused;
  if (!does_primary_endpoint_answer(unit)) return Initialisation::service_does_not_route;
  if (!unit.postgresql.create_users_and_grants(unit.juju.passwords().of(SystemUser::monitoring))) {
    return Initialisation::users_refused;
  }
  if (!unit.juju.set_cluster_initialised()) return Initialisation::not_leader;
  return Initialisation::marked;
}

std::optional<ports::ResourceVersion> orphaned_bootstrap(Unit& unit) {
  if (!unit.juju.is_leader() || unit.juju.cluster_initialised()) return std::nullopt;
  const bool alone = unit.juju.planned_units().size() == 1;
  const auto record = overdue_bootstrap(unit, alone ? bootstrap_patience : patience_for_others);
  if (!record) return std::nullopt;
  const auto somebody_goes_on = [&unit] {
    return is_any_member_running(unit) || is_any_member_recorded(unit);
  };
  if (somebody_goes_on() || !are_all_pods_running(unit)) return std::nullopt;
  if (retry_for(unit.clock, {.total = start_patience, .every = 5s}, somebody_goes_on)) {
    return std::nullopt;
  }
  return record;
}

bool is_bootstrap_unfinished(Unit& unit) {
  return !unit.juju.cluster_initialised() && overdue_bootstrap(unit, bootstrap_patience) &&
         is_own_member_up(unit);
}

}  // namespace charm::steps
