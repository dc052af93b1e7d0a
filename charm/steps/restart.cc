// Asking, taking turns, and giving back.
#include "charm/steps/restart.h"

#include <algorithm>
#include <chrono>

#include "charm/steps/members.h"
#include "charm/steps/retry.h"
#include "charm/steps/status.h"

namespace charm::steps {
namespace {

using namespace std::chrono_literals;

// The first to go: the highest number, this unit (it leads) last.
MaybeUnit next_in_turn(UnitSet asking, UnitName leader) {
  MaybeUnit next;
  for (UnitName unit : asking) {
    if (unit != leader) next = unit;
  }
  if (!next && asking.contains(leader)) next = leader;
  return next;
}

// Not in the hook in which it asks itself: the others, who may have to come first (a standby with
// fewer max_connections than its primary pauses), are not heard of yet.
bool may_go_itself(const Event& event, UnitSet planned) {
  return planned.size() == 1 || event.kind == EventKind::relation_changed ||
         event.kind == EventKind::relation_departed || event.kind == EventKind::update_status;
}

bool tells_of(const Event& event, UnitName unit) {
  return event.kind == EventKind::relation_changed && event.remote_unit == unit;
}

bool has_departed(const Event& event, UnitName unit) {
  return event.kind == EventKind::relation_departed && event.remote_unit == unit;
}

// Beside this unit's member.
bool has_synchronous_standby(Unit& unit, const ClusterView& cluster) {
  return std::ranges::any_of(cluster, [&unit](const ClusterMember& member) {
    return member.role == MemberRole::sync_standby && member.name != member_of(unit.name);
  });
}

// By their own word: a record in the cluster is as old as its last cycle.
bool work_now(Unit& unit) {
  const auto seen = cluster(unit);
  const MaybeMember leader = seen ? leader_of(*seen) : MaybeMember();
  if (!leader) return false;
  bool has_replica = false;
  for (HostName host : unit.juju.endpoints()) {
    if (host == host_of(unit.name)) continue;
    const bool leads = *leader == member_of(unit_of(host));
    const MemberState wanted = leads ? MemberState::running : MemberState::streaming;
    if (unit.patroni.member_health(host) != wanted) return false;
    has_replica = has_replica || !leads;
  }
  return !has_replica || has_synchronous_standby(unit, *seen);
}

}  // namespace

bool is_restart_pending(Unit& unit) {
  const auto pending = unit.patroni.is_restart_pending();
  return pending && *pending;
}

void ask_for_restart(Unit& unit, Written written) {
  const auto pending = [&unit] { return is_restart_pending(unit); };
  const bool needed = written == Written::new_parameters
                          ? retry_for(unit.clock, {.total = 12s, .every = 3s}, pending)
                          : pending();
  if (!needed) return;
  // As long as the leader has not taken the last grant back, this would pass for holding the lock.
  if (unit.juju.restart_granted().contains(unit.name)) return;
  unit.juju.set_restart_state(RestartState::acquire);
}

bool holds_restart_lock(Unit& unit) {
  return unit.juju.restart_granted().contains(unit.name) &&
         unit.juju.restart_states().acquire.contains(unit.name);
}

bool is_granted_in_vain(Unit& unit) {
  return unit.juju.restart_granted().contains(unit.name) &&
         !unit.juju.restart_states().acquire.contains(unit.name);
}

void release_again(Unit& unit) {
  const bool released = unit.juju.restart_states().release.contains(unit.name);
  unit.juju.set_restart_state(released ? RestartState::none : RestartState::release);
}

bool do_all_others_work(Unit& unit) {
  return retry_for(unit.clock, {.total = 30s, .every = 3s},
                   [&unit] { return work_now(unit) && is_own_member_up(unit); });
}

bool restart_postgresql(Unit& unit) {
  // The request makes Patroni load the cluster: not in the middle of a race.
  if (unit.patroni.sees_no_leader(host_of(unit.name)).value_or(true)) return false;
  unit.juju.set_unit_status({StatusKind::maintenance, messages::restarting});
  const bool done = unit.patroni.restart(ports::RestartWhen::pending).has_value();
  // Asked for, and not answered: it may be down now.
  (void)retry_for(unit.clock, {.total = 300s, .every = 3s},
                  [&unit] { return is_own_member_up(unit); });
  return done;
}

void release_restart_lock(Unit& unit) {
  unit.juju.set_restart_state(RestartState::release);
  if (unit.juju.unit_status().message == messages::restarting) set_active(unit);
}

std::expected<void, NotLeader> process_restart_locks(Unit& unit, const Event& event) {
  const UnitSet granted = unit.juju.restart_granted();
  const RestartStates states = unit.juju.restart_states();
  const UnitSet planned = unit.juju.planned_units();
  UnitSet held;
  for (UnitName holder : granted) {
    const bool is_known = holder == unit.name || tells_of(event, holder);
    const bool released = is_known && !states.acquire.contains(holder);
    const bool left = !planned.contains(holder) || has_departed(event, holder);
    if (!released && !left) held.insert(holder);
  }
  if (held.empty()) {
    UnitSet asking = states.acquire & planned;
    if (!may_go_itself(event, planned)) asking.erase(unit.name);
    if (const MaybeUnit next = next_in_turn(asking, unit.name)) {
      held.insert(*next);
    }
  }
  if (held == granted) return {};
  return unit.juju.set_restart_granted(held);
}

}  // namespace charm::steps
