// Each unit is tried once a run, and listing never makes a duplicate.
#include "charm/steps/admission.h"

#include <algorithm>
#include <optional>

#include "charm/steps/members.h"
#include "charm/steps/status.h"

namespace charm::steps {
namespace {

// A unit that is not on the cluster, if any.
struct Missing {
  MaybeUnit unit;
  // Some pod does not exist now. It cannot be labelled, and it must not keep the others out; it
  // comes back without labels, so the hook runs again.
  bool pod_gone = false;
};

std::expected<Missing, ApiError> next_unit_not_on_cluster(Unit& unit, UnitSet candidates) {
  const HostList hosts = unit.juju.endpoints();
  Missing missing;
  for (UnitName name : candidates) {
    const auto labelled = unit.kubernetes.is_labelled_as_member(pod_of(name));
    if (labelled && (!*labelled || !hosts.contains(host_of(name)))) {
      missing.unit = name;
      return missing;
    }
    if (labelled) continue;
    if (labelled.error() != ApiError::not_found) return std::unexpected(labelled.error());
    missing.pod_gone = true;
  }
  return missing;
}

Outcome exit_for_api(Unit& unit, ApiError error) {
  if (error == ApiError::forbidden) {
    unit.path.took("forbidden");
    return blocked_for_trust(unit);
  }
  unit.path.took("unavailable");
  return unit.path.deferred("defer_api", "the API server did not do as asked");
}

enum class Added : std::uint8_t { done, pod_gone, not_leader };

// The unit is listed and its pod labelled, or neither.
std::expected<Added, Outcome> add_unit(Unit& unit, UnitName name) {
  const HostList before = unit.juju.endpoints();
  unit.path.at("add_unit_to_cluster");
  if (!list_unit(unit, name)) {
    unit.path.took("not leader");
    return Added::not_leader;
  }
  unit.path.took("listed");
  unit.path.at("patch_pod_labels");
  const auto labelled = unit.kubernetes.label_pod_as_member(pod_of(name));
  if (labelled) {
    unit.path.took("done");
    return Added::done;
  }
  // Staged only, so taking it back leaves no trace; without leadership the flush would be refused.
  (void)unit.juju.set_endpoints(before);
  if (labelled.error() == ApiError::not_found) {
    unit.path.took("pod gone");
    return Added::pod_gone;
  }
  if (labelled.error() == ApiError::forbidden)
    return std::unexpected(exit_for_api(unit, labelled.error()));
  unit.path.took("refused");
  return std::unexpected(blocked_for_labels(unit, labelled.error()));
}

// Two that waiting for every member to be ready would keep out for ever are let in without waiting.
// A label takes effect at once, the listing with the end of the hook: a hook that died between the
// two, or lost its leadership, leaves a member that pg_hba keeps out and that is never ready. And
// while the lock holder's pod has no labels, nobody can copy its data, and no view of the cluster
// has a leader. False: leadership was lost.
bool complete_admissions(Unit& unit) {
  unit.path.at("complete_admissions");
  const MaybeUnit holder = lock_holder(unit);
  const HostList hosts = unit.juju.endpoints();
  for (UnitName name : known_units(unit)) {
    const bool holds_lock = holder == name;
    const bool listed = hosts.contains(host_of(name));
    if (listed && !holds_lock) continue;
    const bool labelled = unit.kubernetes.is_labelled_as_member(pod_of(name)).value_or(false);
    if (!labelled && !holds_lock) continue;
    if (!labelled && !unit.kubernetes.label_pod_as_member(pod_of(name))) continue;
    if (!listed && !list_unit(unit, name)) {
      unit.path.took("not leader");
      return false;
    }
  }
  unit.path.took("done");
  return true;
}

}  // namespace

std::optional<Outcome> restore_labels(Unit& unit) {
  if (!unit.path.at("is_listed").yes(is_part_of_cluster(unit))) return std::nullopt;
  unit.path.at("restore_labels");
  const auto labelled = unit.kubernetes.label_pod_as_member(pod_of(unit.name));
  if (labelled) {
    unit.path.took("done");
    return std::nullopt;
  }
  if (labelled.error() == ApiError::forbidden) {
    unit.path.took("forbidden");
    return blocked_for_trust(unit);
  }
  unit.path.took("refused");
  return blocked_for_labels(unit, labelled.error());
}

bool is_anybody_left_out(Unit& unit) {
  if (!unit.juju.is_leader() || !unit.juju.cluster_initialised()) return false;
  const UnitSet planned = unit.juju.planned_units();
  if (!planned.contains(unit.name)) return false;
  const HostList hosts = unit.juju.endpoints();
  const UnitSet staying = known_units(unit) & planned;
  return std::any_of(staying.begin(), staying.end(),
                     [&hosts](UnitName name) { return !hosts.contains(host_of(name)); });
}

std::expected<Admission, Outcome> admit_units(Unit& unit) {
  if (!complete_admissions(unit)) return Admission::not_leader;
  UnitSet candidates = known_units(unit);
  bool pod_gone = false;
  for (;;) {  // at most once a unit: each pass takes a candidate away
    unit.path.at("all_units_on_cluster");
    const auto missing = next_unit_not_on_cluster(unit, candidates);
    if (!missing) return std::unexpected(exit_for_api(unit, missing.error()));
    if (unit.path.yes(!missing->unit.has_value())) {
      return pod_gone || missing->pod_gone ? Admission::pod_gone : Admission::complete;
    }
    if (!unit.path.at("are_all_members_ready").yes(are_all_members_ready(unit))) {
      unit.path.at("defer2");
      return Admission::not_ready;
    }
    const auto added = add_unit(unit, *missing->unit);
    if (!added) return std::unexpected(added.error());
    if (*added == Added::not_leader) return Admission::not_leader;
    pod_gone = pod_gone || *added == Added::pod_gone;
    candidates.erase(*missing->unit);
  }
}

Outcome end_after(Unit& unit, Admission admission, std::string_view exit,
                  std::string_view done_reason) {
  switch (admission) {
    case Admission::complete: return unit.path.done(exit, done_reason);
    case Admission::pod_gone:
      return unit.path.deferred(exit, "the pod of a unit does not exist now");
    case Admission::not_ready: return unit.path.deferred(exit, "a member is not ready");
    case Admission::not_leader: break;
  }
  CHECK(admission != Admission::not_leader);  // the chart has an exit of its own for it
  return {};
}

}  // namespace charm::steps
