// Questions to the peer databag and to Patroni.
#include "charm/steps/members.h"

#include <algorithm>

#include "charm/steps/retry.h"

namespace charm::steps {
namespace {

using namespace std::chrono_literals;

bool is_up(MemberState state) {
  return state == MemberState::running || state == MemberState::streaming;
}

bool is_up_or_starting(MemberState state) { return is_up(state) || state == MemberState::starting; }

bool all_ready(const ClusterView& members) {
  const bool has_leader =
      std::any_of(members.begin(), members.end(),
                  [](const ClusterMember& member) { return member.role == MemberRole::leader; });
  return has_leader && std::all_of(members.begin(), members.end(),
                                   [](const ClusterMember& member) { return is_up(member.state); });
}

bool names_as_leader(const ClusterView& members, MemberName name) {
  return std::any_of(members.begin(), members.end(), [name](const ClusterMember& member) {
    return member.role == MemberRole::leader && member.name == name;
  });
}

}  // namespace

UnitSet known_units(Unit& unit) {
  UnitSet units = unit.juju.peers();
  units.insert(unit.name);
  return units;
}

bool is_part_of_cluster(Unit& unit) { return unit.juju.endpoints().contains(host_of(unit.name)); }

std::expected<void, NotLeader> list_unit(Unit& unit, UnitName name) {
  HostList hosts = unit.juju.endpoints();
  if (hosts.contains(host_of(name))) return {};
  hosts.push_back(host_of(name));
  return unit.juju.set_endpoints(hosts);
}

namespace {

// What stays of the list.
HostList without_departed(Unit& unit, const HostList& hosts) {
  const UnitSet living = unit.juju.planned_units();
  HostList kept;
  for (HostName host : hosts) {
    if (living.contains(unit_of(host)) && !kept.contains(host)) kept.push_back(host);
  }
  return kept;
}

}  // namespace

bool are_departed_listed(Unit& unit) {
  const HostList hosts = unit.juju.endpoints();
  return without_departed(unit, hosts) != hosts;
}

std::expected<void, NotLeader> remove_departed_units(Unit& unit) {
  const HostList before = unit.juju.endpoints();
  const HostList after = without_departed(unit, before);
  if (after == before) return {};
  return unit.juju.set_endpoints(after);
}

namespace {

std::expected<ClusterView, Unreachable> cluster_by(Unit& unit, HostName host) {
  const auto no_leader = unit.patroni.sees_no_leader(host);
  if (!no_leader) return std::unexpected(no_leader.error());
  if (*no_leader) return ClusterView{};
  auto members = unit.kubernetes.published_members();
  if (!members) return std::unexpected(Unreachable{});
  return std::move(*members);
}

}  // namespace

std::expected<ClusterView, Unreachable> cluster(Unit& unit) {
  return cluster_by(unit, host_of(unit.name));
}

bool are_all_members_ready(Unit& unit) {
  return retry_for(unit.clock, {.total = 10s, .every = 3s}, [&unit] {
    const auto members = cluster_by_any_member(unit);
    return members && all_ready(*members);
  });
}

bool has_member_started(Unit& unit) {
  return retry_for(unit.clock, {.total = 15s, .every = 3s}, [&unit] {
    const auto state = unit.patroni.own_health();
    return state && is_up_or_starting(*state);
  });
}

bool is_own_member_up(Unit& unit) {
  const auto state = unit.patroni.own_health();
  return state && is_up(*state);
}

bool is_own_member_up_soon(Unit& unit) {
  bool up = false;
  (void)retry_for(unit.clock, {.total = 15s, .every = 3s}, [&unit, &up] {
    const auto state = unit.patroni.own_health();
    up = state && is_up(*state);
    return state != MemberState::starting;
  });
  return up;
}

bool does_primary_endpoint_answer(Unit& unit) {
  const auto state = unit.patroni.primary_endpoint_health();
  return state && is_up(*state);
}

bool is_primary_endpoint_ready(Unit& unit) {
  return retry_for(unit.clock, {.total = 10s, .every = 1s},
                   [&unit] { return does_primary_endpoint_answer(unit); });
}

bool is_own_member_leader(Unit& unit) {
  const auto members = cluster(unit);
  return members && names_as_leader(*members, member_of(unit.name));
}

namespace {

bool does_api_server_answer(Unit& unit) {
  const auto annotation = unit.kubernetes.leader_annotation();
  return annotation || annotation.error() == ApiError::not_found;
}

}  // namespace

std::optional<bool> is_own_member_replicating(Unit& unit) {
  bool answered = false;
  bool sees_no_leader = false;
  const auto replicates = [&unit, &answered, &sees_no_leader] {
    if (unit.patroni.own_health() == MemberState::streaming) return true;
    const auto members = cluster(unit);
    sees_no_leader = members && members->empty();
    answered = answered || (members && !members->empty());
    return members && names_as_leader(*members, member_of(unit.name));
  };
  if (retry_for(unit.clock, {.total = 10s, .every = 1s}, replicates)) return true;
  answered = answered || (sees_no_leader && does_api_server_answer(unit));
  return answered ? std::optional(false) : std::nullopt;
}

bool has_another_leader(Unit& unit) {
  const auto members = cluster(unit);
  return members &&
         std::any_of(members->begin(), members->end(), [&unit](const ClusterMember& member) {
           return member.role == MemberRole::leader && member.name != member_of(unit.name);
         });
}

MaybeMember synchronous_standby(Unit& unit, UnitSet of) {
  const auto members = cluster(unit);
  if (!members) return {};
  for (const ClusterMember& member : *members) {
    const bool has_all = member.role == MemberRole::sync_standby && is_up(member.state);
    if (has_all && of.contains(unit_of(member.name))) return member.name;
  }
  return {};
}

namespace {

bool waits_for_the_unsynchronous(Unit& unit) {
  const auto members = cluster(unit);
  if (!members || !names_as_leader(*members, member_of(unit.name))) return false;
  auto named = unit.postgresql.waited_for();
  if (!named) return false;
  const UnitSet staying = unit.juju.planned_units();
  for (const ClusterMember& member : *members) {
    if (member.role != MemberRole::sync_standby) continue;
    // It would be handed the lock, and take it away with it.
    if (!staying.contains(unit_of(member.name))) return false;
    named->erase(unit_of(member.name));
  }
  return !named->empty();
}

}  // namespace

bool is_waiting_in_vain(Unit& unit) {
  return !retry_for(unit.clock, {.total = 30s, .every = 5s},
                    [&unit] { return !waits_for_the_unsynchronous(unit); });
}

MaybeUnit lock_holder(Unit& unit) {
  const auto annotation = unit.kubernetes.leader_annotation();
  if (!annotation || !annotation->leader) return {};
  return unit_of(*annotation->leader);
}

namespace {

// One after the other: which operand of an operator is asked first is the compiler's choice.
UnitSet known_and_planned(Unit& unit) {
  const UnitSet known = known_units(unit);
  return known | unit.juju.planned_units();
}

}  // namespace

bool is_any_member_running(Unit& unit) {
  for (UnitName name : known_and_planned(unit)) {
    const auto state = unit.patroni.member_health(host_of(name));
    if (state && is_up_or_starting(*state)) return true;
  }
  return false;
}

bool are_all_pods_running(Unit& unit) {
  const UnitSet units = known_and_planned(unit);
  return std::all_of(units.begin(), units.end(), [&unit](UnitName name) {
    return unit.kubernetes.is_pod_running(pod_of(name)).value_or(false);
  });
}

bool is_any_member_recorded(Unit& unit) {
  const auto members = unit.kubernetes.published_members();
  return !members || std::any_of(members->begin(), members->end(), [](const ClusterMember& member) {
    return is_up_or_starting(member.state);
  });
}

std::expected<ClusterView, Unreachable> cluster_by_any_member(Unit& unit) {
  auto seen = cluster(unit);
  if (seen) return seen;
  for (HostName host : unit.juju.endpoints()) {
    if (host == host_of(unit.name)) continue;
    seen = cluster_by(unit, host);
    if (seen) break;
  }
  return seen;
}

MaybeMember leader_of(const ClusterView& cluster) {
  for (const ClusterMember& member : cluster) {
    if (member.role == MemberRole::leader) return member.name;
  }
  return {};
}

}  // namespace charm::steps
