// The flag comes last: whoever sees it may rely on the primary behind the Service.
#include "charm/steps/initialisation.h"

#include "charm/steps/kubernetes_resources.h"
#include "charm/steps/members.h"

namespace charm::steps {
namespace {

using namespace std::chrono_literals;

// initdb and the first start take seconds, on the slowest of disks a minute.
constexpr Duration bootstrap_patience = 2min;

}  // namespace

Initialisation initialise_cluster(Unit& unit) {
  // The primary may be another unit, one that lost its leadership after it had made the database.
  const MaybeUnit holder = lock_holder(unit);
  const UnitName primary = holder ? *holder : unit.name;
  if (!unit.kubernetes.label_pod_as_member(pod_of(primary))) return Initialisation::labels_refused;
  if (!apply_services(unit)) return Initialisation::services_refused;
  if (!does_primary_endpoint_answer(unit)) return Initialisation::service_does_not_route;
  if (!unit.postgresql.create_users_and_grants(unit.juju.password(SystemUser::monitoring))) {
    return Initialisation::users_refused;
  }
  if (!unit.juju.set_cluster_initialised()) return Initialisation::not_leader;
  return Initialisation::marked;
}

std::optional<ports::ResourceVersion> orphaned_bootstrap(Unit& unit) {
  if (!unit.juju.is_leader() || unit.juju.cluster_initialised()) return std::nullopt;
  const auto record = unit.kubernetes.bootstrap_record();
  if (!record || record->state != ports::BootstrapState::begun) return std::nullopt;
  if (record->unchanged_for < bootstrap_patience) return std::nullopt;
  if (is_any_member_running(unit) || is_any_member_recorded(unit)) return std::nullopt;
  return record->version;
}

}  // namespace charm::steps
