// Chart: charm/flowcharts/action-pre-upgrade-check.mmd. Names are its node ids: a statement a box,
// a return an exit.
#include <optional>
#include <string>

#include "charm/actions/actions.h"
#include "charm/steps/action.h"
#include "charm/steps/configuration.h"
#include "charm/steps/members.h"
#include "charm/steps/refresh.h"
#include "charm/steps/retry.h"
#include "charm/steps/status.h"
#include "charm/steps/versions.h"

namespace charm {
namespace {

using namespace std::chrono_literals;

constexpr UnitName first_unit{0};

Outcome fail_leader(Unit& unit) {
  return steps::fail_action(unit, "fail_leader", "Action must be ran on the Juju leader.",
                            "the leader does it");
}

Outcome fail_upgrading(Unit& unit) {
  return steps::fail_action(unit, "fail_upgrading",
                            "Cannot run pre-upgrade checks, cluster already upgrading.",
                            "a refresh is under way");
}

Outcome fail_switchover(Unit& unit) {
  return steps::fail_action(unit, "fail_switchover",
                            "Switchover failed or timed out, check the logs for details",
                            "unit 0 is not the primary");
}

// All may be idle before the last pods are replaced: without a stack a unit is idle as soon as it
// is upgraded, and one whose pod is about to go has said nothing yet. Nothing, or the exit to take.
std::optional<Outcome> await_rollout(Unit& unit) {
  unit.path.at("is_rolling_out");
  const auto rollout = unit.kubernetes.rollout(pod_of(unit.name));
  if (!rollout) {
    unit.path.took("unknown");
    return steps::fail_action(unit, "fail_rollout", "Kubernetes StatefulSet could not be read",
                              "whether a refresh is under way is not known");
  }
  if (unit.path.yes(rollout->under_way)) return fail_upgrading(unit);
  return std::nullopt;
}

// Kubernetes makes the pod with the highest number anew, and no other one. Nothing, or the exit to
// take.
std::optional<Outcome> set_partition(Unit& unit, std::string_view node) {
  std::uint16_t highest = 0;
  for (UnitName name : unit.juju.planned_units()) highest = name.ordinal;
  unit.path.at(node);
  const auto set = unit.kubernetes.set_rolling_partition(highest);
  if (set) {
    unit.path.took("done");
    return std::nullopt;
  }
  const bool forbidden = set.error() == ApiError::forbidden;
  unit.path.took("refused");
  unit.juju.log(forbidden ? "`juju trust` needed" : "the API server has refused it");
  return steps::fail_action(unit, "fail_partition", "Kubernetes StatefulSet patch failed",
                            "the StatefulSet could not be patched");
}

// From unit 0 up: the last one goes first.
UpgradeStack stack_of_all(Unit& unit) {
  UpgradeStack stack;
  for (UnitName name : unit.juju.planned_units()) stack.push_back(name);
  return stack;
}

// What an older revision has written of members that shall not be synchronous goes.
bool write_stack(Unit& unit) {
  return unit.juju.set_upgrade_stack(stack_of_all(unit)) && unit.juju.set_upgrade_standbys({}) &&
         unit.juju.set_dependencies(steps::own_dependencies());
}

// The way back is the same as the way there.
Outcome recover(Unit& unit) {
  if (auto end = set_partition(unit, "set_partition_back")) return *end;
  unit.path.at("rebuild_stack");
  if (!unit.juju.set_upgrade_stack(stack_of_all(unit))) {
    unit.path.took("not leader");
    return fail_leader(unit);
  }
  unit.path.took("done");
  unit.path.at("set_recovery");
  steps::set_blocked(unit, messages::ready_to_roll_back);
  unit.juju.set_upgrade_state(UpgradeState::recovery);
  return unit.path.done("rtn_recovery", "the operator may refresh to the older revision");
}

// PATCHes the synchronous settings alone, whatever the other options are: not in the middle of a
// race, for it loads the cluster (patroni-and-kubernetes.md, section 8.1).
bool is_asked_for(Unit& unit, const CharmConfig& config) {
  const std::size_t planned = unit.juju.planned_units().size();
  const std::size_t members = unit.juju.endpoints().size();
  if (unit.patroni.sees_no_leader(host_of(unit.name)).value_or(true)) return false;
  return unit.patroni
      .patch_synchronous(steps::synchronous_settings(config, planned, members))
      .has_value();
}

void ask_for_standbys(Unit& unit, std::string_view node, const CharmConfig& config) {
  unit.path.at(node);
  unit.path.took(is_asked_for(unit, config) ? "done" : "refused");
}

Outcome fail_first(Unit& unit) {
  const std::string first = to_text(unit.app, first_unit);
  return steps::fail_action(
      unit, "fail_first",
      first +
          " needs to be a synchronous standby in order to become the primary before the "
          "upgrade process can start - wait 30 seconds for " +
          first + " to become a synchronous standby and run this action again",
      "unit 0 may lack commits");
}

bool leads(Unit& unit, UnitName name) {
  const auto cluster = steps::cluster_by_any_member(unit);
  return cluster && steps::leader_of(*cluster) == member_of(name);
}

bool has_primary_changed(Unit& unit) {
  return steps::retry_for(unit.clock, {.total = 60s, .every = 3s},
                          [&unit] { return leads(unit, first_unit); });
}

bool is_synchronous(const ClusterView& cluster, MemberName name) {
  for (const ClusterMember& member : cluster) {
    if (member.name == name) return member.role == MemberRole::sync_standby;
  }
  return false;
}

// Everybody who streams shall be synchronous, unit 0, too. Nothing, or the exit to take.
std::optional<Outcome> make_first_synchronous(Unit& unit) {
  const CharmConfig before = unit.juju.config();
  CharmConfig all = before;
  all.synchronous_node_count = CharmConfig::NodeCount::all;
  ask_for_standbys(unit, "ask_for_more", all);
  const bool become = steps::retry_for(unit.clock, {.total = 30s, .every = 3s}, [&unit] {
    const auto cluster = steps::cluster_by_any_member(unit);
    return cluster && is_synchronous(*cluster, member_of(first_unit));
  });
  if (unit.path.at("has_become_synchronous").yes(become)) return std::nullopt;
  ask_for_standbys(unit, "take_back", before);
  return fail_first(unit);
}

bool has_synchronous_standby(const ClusterView& cluster) {
  for (const ClusterMember& member : cluster) {
    if (member.role == MemberRole::sync_standby) return true;
  }
  return false;
}

// Unit 0 is the last to be upgraded: it is the primary until then. Nothing, or the exit to take.
std::optional<Outcome> make_first_primary(Unit& unit) {
  const ClusterView cluster = steps::cluster_by_any_member(unit).value_or(ClusterView());
  const MaybeMember leader = steps::leader_of(cluster);
  if (unit.path.at("is_first_primary").yes(leader == member_of(first_unit))) return std::nullopt;
  if (!unit.path.at("has_synchronous_standby").yes(leader && has_synchronous_standby(cluster))) {
    return steps::fail_action(unit, "fail_standby", "invalid number of sync nodes",
                              "nobody could take over");
  }
  if (!unit.path.at("is_first_synchronous").yes(is_synchronous(cluster, member_of(first_unit)))) {
    if (auto end = make_first_synchronous(unit)) return end;
  }
  unit.path.at("switch_over");
  // Patroni may do it after its client has given up.
  const auto asked = unit.patroni.switch_over_between(*leader, member_of(first_unit));
  unit.path.took(asked ? "done" : "refused");
  const bool changed = has_primary_changed(unit);
  ask_for_standbys(unit, "restore_standbys", unit.juju.config());
  if (!unit.path.at("has_primary_changed").yes(changed)) {
    return fail_switchover(unit);
  }
  return std::nullopt;
}

}  // namespace

Outcome on_pre_upgrade_check(Unit& unit, const Event& /*event*/) {
  const bool related = steps::own_upgrade_state(unit) != UpgradeState::none;
  if (!unit.path.at("has_relation").yes(related)) {
    return steps::fail_action(unit, "fail_relation", "Could not find upgrade relation.",
                              "it is not made yet");
  }
  if (!unit.path.at("is_leader").yes(unit.juju.is_leader())) return fail_leader(unit);
  const bool failed = steps::furthest_upgrade_state(unit) == UpgradeState::failed;
  if (unit.path.at("has_failed").yes(failed)) return recover(unit);
  if (!unit.path.at("is_idle").yes(steps::are_upgrades_idle(unit))) {
    return fail_upgrading(unit);
  }
  if (auto end = await_rollout(unit)) return *end;
  if (!unit.path.at("are_members_healthy").yes(steps::are_all_members_healthy(unit))) {
    return steps::fail_action(unit, "fail_members",
                              "Pre-upgrade check failed and cannot safely upgrade",
                              "not every member works");
  }
  if (auto end = make_first_primary(unit)) return *end;
  if (auto end = set_partition(unit, "set_partition")) return *end;
  unit.path.at("write_stack");
  if (!write_stack(unit)) {
    unit.path.took("not leader");
    return fail_leader(unit);
  }
  unit.path.took("done");
  return unit.path.done("rtn", "the operator may refresh");
}

}  // namespace charm
