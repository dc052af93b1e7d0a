// A refresh goes from the highest unit to unit 0, which is the primary by then: the partition lets
// Kubernetes replace one pod after the other, and each unit moves it on when it works.
#include "charm/steps/refresh.h"

#include <algorithm>
#include <string>

#include "charm/steps/members.h"
#include "charm/steps/retry.h"
#include "charm/steps/status.h"
#include "charm/steps/versions.h"

namespace charm::steps {
namespace {

using namespace std::chrono_literals;

// Upstream tries six times, and each try waits up to a minute, and ten seconds more: for longer
// than update-status may be late.
constexpr Patience patience_for_health{.total = 300s, .every = 10s};
constexpr Patience patience_for_a_leader{.total = 60s, .every = 10s};
constexpr Patience patience_for_a_look{.total = 10s, .every = 3s};

// There is a leader, and each of these leads or streams.
bool works(const ClusterView& cluster, UnitSet units) {
  if (!leader_of(cluster)) return false;
  for (const ClusterMember& member : cluster) {
    const bool replicates =
        member.role == MemberRole::leader || member.state == MemberState::streaming;
    if (replicates) units.erase(unit_of(member.name));
  }
  return units.empty();
}

bool work(Unit& unit, Patience patience, UnitSet units) {
  return retry_for(unit.clock, patience, [&unit, units] {
    const auto seen = cluster(unit);
    return seen && works(*seen, units);
  });
}

UpgradeState state_of(const UpgradeMembers& members, UnitName name) {
  for (const UpgradeMember& member : members) {
    if (member.unit == name) return member.state;
  }
  return UpgradeState::none;
}

bool has_begun(UpgradeState state) {
  return state == UpgradeState::upgrading || state == UpgradeState::completed ||
         state == UpgradeState::failed || state == UpgradeState::recovery;
}

// Who is on top has had its turn, or is no unit any more.
bool has_top_ended(Unit& unit, const UpgradeStack& stack) {
  const UnitName top = stack[stack.size() - 1];
  return state_of(unit.juju.upgrade_states(), top) == UpgradeState::completed ||
         !unit.juju.planned_units().contains(top);
}

bool is_anybody_upgraded(Unit& unit) {
  const UpgradeMembers members = unit.juju.upgrade_states();
  return std::any_of(members.begin(), members.end(), [](const UpgradeMember& member) {
    return member.state == UpgradeState::completed;
  });
}

bool has_been_refreshed(Unit& unit, const ports::Rollout& rollout) {
  return rollout.pod_updated && (rollout.under_way || is_anybody_upgraded(unit));
}

// Of a refresh that was prepared. Kubernetes goes from the highest unit down: whoever has said
// nothing, and is above one that has begun, has come with this revision, and has nothing to be
// upgraded from. Without preparation the one below may have begun before its turn.
bool has_come_with_it(Unit& unit) {
  const UpgradeMembers members = unit.juju.upgrade_states();
  if (state_of(members, unit.name) != UpgradeState::idle) return false;
  const UpgradeStack stack = unit.juju.upgrade_stack();
  if (stack.empty() || stack.contains(unit.name)) return false;
  return std::any_of(members.begin(), members.end(), [&unit](const UpgradeMember& member) {
    return member.unit.ordinal < unit.name.ordinal && has_begun(member.state);
  });
}

bool is_over(Unit& unit) {
  const UpgradeMembers members = unit.juju.upgrade_states();
  return state_of(members, unit.name) == UpgradeState::completed &&
         std::all_of(members.begin(), members.end(), [](const UpgradeMember& member) {
           return member.state == UpgradeState::completed || member.state == UpgradeState::idle;
         });
}

}  // namespace

UpgradeState own_upgrade_state(Unit& unit) {
  return state_of(unit.juju.upgrade_states(), unit.name);
}

UpgradeState furthest_upgrade_state(Unit& unit) {
  UpgradeState furthest = UpgradeState::completed;
  for (const UpgradeMember& member : unit.juju.upgrade_states()) {
    furthest = std::min(furthest, member.state);
  }
  return furthest;
}

bool are_upgrades_idle(Unit& unit) {
  const UpgradeMembers members = unit.juju.upgrade_states();
  return std::all_of(members.begin(), members.end(), [](const UpgradeMember& member) {
    return member.state == UpgradeState::idle;
  });
}

bool is_refresh_idle(Unit& unit) {
  const UpgradeMembers members = unit.juju.upgrade_states();
  return std::all_of(members.begin(), members.end(), [](const UpgradeMember& member) {
    return member.state == UpgradeState::idle || member.state == UpgradeState::none;
  });
}

std::expected<bool, ApiError> is_refreshed(Unit& unit) {
  const auto rollout = unit.kubernetes.rollout(pod_of(unit.name));
  if (!rollout) return std::unexpected(rollout.error());
  return has_been_refreshed(unit, *rollout) && !has_come_with_it(unit);
}

std::expected<bool, ApiError> is_own_turn(Unit& unit) {
  const UpgradeStack stack = unit.juju.upgrade_stack();
  const bool is_prepared = stack.contains(unit.name);
  // At 0 the partition holds nobody, and nobody waits for unit 0.
  if (!is_prepared && unit.name.ordinal == 0) return false;
  const auto rollout = unit.kubernetes.rollout(pod_of(unit.name));
  if (!rollout) return std::unexpected(rollout.error());
  // Below the partition the template is that of the refresh that has failed.
  if (rollout->partition > unit.name.ordinal) return false;
  if (is_prepared) return has_been_refreshed(unit, *rollout);
  if (!rollout->under_way || !rollout->pod_updated || has_come_with_it(unit)) return false;
  if (rollout->partition == unit.name.ordinal) return true;
  return stack.empty() && rollout->partition < unit.name.ordinal && !is_own_member_up(unit);
}

bool is_first_to_upgrade(Unit& unit) {
  for (UnitName other : unit.juju.planned_units()) {
    if (other.ordinal > unit.name.ordinal) return false;
  }
  return true;
}

MaybeUnit needed_before_its_turn(Unit& unit) {
  const auto leads = [&unit] {
    const auto cluster = cluster_by_any_member(unit);
    return cluster && leader_of(*cluster);
  };
  if (retry_for(unit.clock, patience_for_a_leader, leads)) return {};
  MaybeUnit lowest;
  for (UnitName other : unit.juju.planned_units()) {
    if (other.ordinal >= unit.name.ordinal) break;
    const auto state = unit.patroni.member_health(host_of(other));
    if (state && *state != MemberState::other) continue;
    const auto rollout = unit.kubernetes.rollout(pod_of(other));
    if (rollout && !rollout->pod_updated) return other;
    if (!lowest) lowest = other;
  }
  return lowest;
}

bool are_upgraded_members_healthy(Unit& unit) {
  UnitSet upgraded;
  const HostList listed = unit.juju.endpoints();
  for (UnitName other : unit.juju.planned_units()) {
    const bool is_member = other == unit.name || listed.contains(host_of(other));
    if (other.ordinal >= unit.name.ordinal && is_member) upgraded.insert(other);
  }
  return work(unit, patience_for_health, upgraded);
}

bool are_all_members_healthy(Unit& unit) {
  return work(unit, patience_for_a_look, unit.juju.planned_units());
}

std::expected<void, ApiError> release(Unit& unit, std::uint16_t ordinal) {
  const auto rollout = unit.kubernetes.rollout(pod_of(unit.name));
  if (!rollout) return std::unexpected(rollout.error());
  if (rollout->partition <= ordinal) return {};
  return unit.kubernetes.set_rolling_partition(ordinal);
}

std::expected<void, ApiError> release_at_once(Unit& unit, UnitName needed) {
  if (auto released = release(unit, needed.ordinal); !released) return released;
  const auto rollout = unit.kubernetes.rollout(pod_of(needed));
  if (!rollout) return std::unexpected(rollout.error());
  if (rollout->pod_updated) return {};
  return unit.kubernetes.delete_pod(pod_of(needed));
}

MaybeUnit first_that_is_held(Unit& unit) {
  if (!unit.juju.is_leader()) return {};
  const UpgradeStack stack = unit.juju.upgrade_stack();
  const UnitName top = stack[stack.size() - 1];
  for (UnitName other : unit.juju.planned_units()) {
    if (other.ordinal > top.ordinal) return {};
  }
  const auto rollout = unit.kubernetes.rollout(pod_of(unit.name));
  const bool held = rollout && rollout->partition > top.ordinal;
  return held ? MaybeUnit(top) : MaybeUnit();
}

Outcome exit_for_partition(Unit& unit, ApiError error) {
  if (error == ApiError::forbidden) {
    unit.path.took("forbidden");
    return blocked_for_trust(unit);
  }
  unit.path.took("refused");
  return unit.path.deferred("defer_partition", "the StatefulSet could not be patched");
}

void set_upgrade_failed(Unit& unit) {
  unit.path.at("set_failed");
  set_blocked(unit, messages::upgrade_failed);
  unit.juju.set_upgrade_state(UpgradeState::failed);
  unit.juju.log(
      "to roll back: pre-upgrade-check on the leader, juju refresh --revision with the "
      "older revision, and resume-upgrade on the leader");
}

Progress go_on_with_refresh(Unit& unit) {
  UpgradeStack stack = unit.juju.upgrade_stack();
  while (unit.path.at("has_stack").yes(!stack.empty())) {
    const bool pops = unit.juju.is_leader() && has_top_ended(unit, stack);
    if (!unit.path.at("may_pop").yes(pops)) return Progress::under_way;
    unit.path.at("pop_stack");
    stack.erase_all(stack[stack.size() - 1]);
    if (!unit.juju.set_upgrade_stack(stack)) {
      unit.path.took("not leader");
      return Progress::under_way;
    }
    unit.path.took("done");
  }
  if (!unit.path.at("is_over").yes(is_over(unit))) return Progress::none;
  unit.path.at("set_idle");
  unit.juju.set_upgrade_state(UpgradeState::idle);
  set_active_after_refresh(unit);
  unit.path.at("store_dependencies");
  const bool leads = unit.juju.is_leader();
  unit.path.took(leads && unit.juju.set_dependencies(own_dependencies()) ? "done" : "not leader");
  return Progress::over;
}

}  // namespace charm::steps
