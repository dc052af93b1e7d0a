// Deletes only what no running member can be using, and names no lock holder: after a scale to
// zero, too, Patroni's own race finds one, and knows whose data are whole (ARCHITECTURE.md).
#include "charm/steps/kubernetes_resources.h"

#include "charm/steps/members.h"
#include "charm/steps/status.h"

namespace charm::steps {
namespace {

using ports::PatroniObject;

// Only what is older than this application's StatefulSet, and only in the version that was seen.
std::expected<void, ApiError> delete_if_left_over(Unit& unit, PatroniObject object) {
  const auto found = unit.kubernetes.patroni_object(object);
  if (!found) {
    if (found.error() == ApiError::not_found) return {};
    return std::unexpected(found.error());
  }
  if (!found->older_than_application) return {};
  const auto deleted = unit.kubernetes.delete_patroni_object(object, found->version);
  if (!deleted && deleted.error() != ApiError::not_found) return deleted;
  return {};
}

std::expected<void, ApiError> delete_leftovers(Unit& unit) {
  for (std::size_t at = 0; at < ports::patroni_object_count; ++at) {
    if (auto done = delete_if_left_over(unit, static_cast<PatroniObject>(at)); !done) return done;
  }
  return {};
}

// Leaves the current box by what a call of it answered.
std::optional<Outcome> exit_unless_done(Unit& unit, const std::expected<void, ApiError>& result) {
  if (result) {
    unit.path.took("done");
    return std::nullopt;
  }
  if (result.error() == ApiError::forbidden) {
    unit.path.took("forbidden");
    return blocked_for_trust(unit);
  }
  unit.path.took("unavailable");
  return unit.path.deferred("defer_api", "the API server did not do as asked");
}

// Patroni writes its lock every few seconds, and may get between the look and the write.
constexpr int tries_against_patroni = 3;

std::expected<void, ApiError> own(Unit& unit, PatroniObject object) {
  for (int tries = 1;; ++tries) {
    const auto found = unit.kubernetes.patroni_object(object);
    if (!found) {
      if (found.error() == ApiError::not_found) return {};
      return std::unexpected(found.error());
    }
    if (found->goes_with_application) return {};
    const auto owned = unit.kubernetes.own_patroni_object(object, found->version);
    const bool interfered = !owned && owned.error() == ApiError::conflict;
    if (!interfered || tries == tries_against_patroni) return owned;
  }
}

}  // namespace

std::expected<void, ApiError> own_patroni_objects(Unit& unit) {
  std::expected<void, ApiError> result;
  for (std::size_t at = 0; at < ports::patroni_object_count; ++at) {
    const auto owned = own(unit, static_cast<PatroniObject>(at));
    if (!owned && result) result = owned;
  }
  return result;
}

std::expected<void, ApiError> apply_services(Unit& unit) {
  if (auto applied = unit.kubernetes.apply_service(ports::ServiceKind::primary); !applied)
    return applied;
  return unit.kubernetes.apply_service(ports::ServiceKind::replicas);
}

std::optional<Outcome> create_k8s_resources(Unit& unit) {
  unit.path.at("create_k8s_resources");
  const bool first = !unit.juju.cluster_initialised();
  if (unit.path.at("may_hold_leftovers").yes(first && !is_any_member_running(unit))) {
    unit.path.at("delete_leftovers");
    if (auto end = exit_unless_done(unit, delete_leftovers(unit))) return end;
  }
  unit.path.at("apply_services");
  const auto applied = apply_services(unit);
  if (applied || applied.error() == ApiError::forbidden) return exit_unless_done(unit, applied);
  if (applied.error() == ApiError::not_found && !first) {
    unit.path.took("pod gone");
    return std::nullopt;
  }
  unit.path.took("refused");
  return blocked_for_services(unit);
}

}  // namespace charm::steps
