// Each unit is tried once a run, and listing never makes a duplicate.
#include "charm/steps/admission.h"

#include "charm/steps/members.h"
#include "charm/steps/status.h"

namespace charm::steps {
namespace {

// A unit that is not on the cluster, none, or the error that hides it. A pod that does not exist
// now cannot be labelled; it must not keep the others out, so it counts only when nobody else is
// missing.
std::expected<MaybeUnit, ApiError> next_unit_not_on_cluster(Unit& unit, UnitSet candidates) {
  const HostList hosts = unit.juju.endpoints();
  bool pod_gone = false;
  for (UnitName name : candidates) {
    const auto labelled = unit.kubernetes.is_labelled_as_member(pod_of(name));
    if (labelled && (!*labelled || !hosts.contains(host_of(name)))) return name;
    if (labelled) continue;
    if (labelled.error() != ApiError::not_found) return std::unexpected(labelled.error());
    pod_gone = true;
  }
  if (pod_gone) return std::unexpected(ApiError::not_found);
  return MaybeUnit();
}

Outcome exit_for_api(Unit& unit, ApiError error) {
  switch (error) {
    case ApiError::forbidden: unit.path.took("forbidden"); return blocked_for_trust(unit);
    case ApiError::not_found:
      // It comes back, and then its labels must be put back, too.
      unit.path.took("pod gone");
      return unit.path.deferred("defer_pod_gone", "the pod of a unit does not exist now");
    case ApiError::conflict:
    case ApiError::unavailable: break;
  }
  unit.path.took("unavailable");
  return unit.path.deferred("defer_api", "the API server did not do as asked");
}

Outcome leadership_lost(Unit& unit) {
  unit.path.took("not leader");
  return unit.path.done("rtn_not_leader", "leadership was lost; the next leader goes on");
}

// The unit is listed and its pod labelled, or neither. Nothing, or the exit to take.
std::optional<Outcome> add_unit(Unit& unit, UnitName name) {
  const HostList before = unit.juju.endpoints();
  unit.path.at("add_unit_to_cluster");
  if (!list_unit(unit, name)) return leadership_lost(unit);
  unit.path.took("listed");
  unit.path.at("patch_pod_labels");
  const auto labelled = unit.kubernetes.label_pod_as_member(pod_of(name));
  if (labelled) {
    unit.path.took("done");
    return std::nullopt;
  }
  // Staged only, so taking it back leaves no trace; if leadership has gone, the flush is refused
  // anyway.
  (void)unit.juju.set_endpoints(before);
  if (labelled.error() == ApiError::conflict || labelled.error() == ApiError::unavailable) {
    unit.path.took("refused");
    return blocked_for_labels(unit, labelled.error());
  }
  return exit_for_api(unit, labelled.error());
}

// Two that waiting for every member to be ready would keep out for ever are let in without waiting.
// A label takes effect at once, the listing with the end of the hook: a hook that died between the
// two, or lost its leadership, leaves a member that pg_hba keeps out and that is never ready. And
// while the lock holder's pod has no labels, nobody can copy its data, and no view of the cluster
// has a leader.
std::optional<Outcome> complete_admissions(Unit& unit) {
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
    if (!listed && !list_unit(unit, name)) return leadership_lost(unit);
  }
  unit.path.took("done");
  return std::nullopt;
}

}  // namespace

std::expected<Admission, Outcome> admit_units(Unit& unit) {
  if (auto end = complete_admissions(unit)) return std::unexpected(*end);
  UnitSet candidates = known_units(unit);
  for (;;) {  // at most once a unit: each pass takes a candidate away
    unit.path.at("all_units_on_cluster");
    const auto missing = next_unit_not_on_cluster(unit, candidates);
    if (!missing) return std::unexpected(exit_for_api(unit, missing.error()));
    if (unit.path.yes(!missing->has_value())) return Admission::complete;
    if (!unit.path.at("are_all_members_ready").yes(are_all_members_ready(unit))) {
      unit.path.at("defer2");
      return Admission::not_ready;
    }
    if (auto end = add_unit(unit, **missing)) return std::unexpected(*end);
    candidates.erase(**missing);
  }
}

}  // namespace charm::steps
