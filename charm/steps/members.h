// Who is in the cluster, in the charm's sense (listed, its pod labelled) and in Patroni's (ready).
#pragma once

#include <expected>
#include <optional>

#include "charm/runtime/unit.h"

namespace charm::steps {

// This unit and the peers that it knows.
UnitSet known_units(Unit& unit);
// Whether the own host is listed.
bool is_part_of_cluster(Unit& unit);

// Lists a unit, never twice.
std::expected<void, NotLeader> list_unit(Unit& unit, UnitName name);
// Drops every host whose unit the application shall not have any more, and every duplicate; writes
// only if something changes. Judged by the plan: a unit that has just come up has not joined its
// peers yet, and if it becomes the leader then, to it they look departed.
std::expected<void, NotLeader> remove_departed_units(Unit& unit);
// Whether that would change anything.
bool are_departed_listed(Unit& unit);

// The cluster as its members have published it; no members at all while the own one, which has to
// answer, sees no leader: the object goes on naming whoever let the lock run out. GET /cluster
// would tell the same, but in a race for the lock it makes a member overwrite what a faster one has
// written (patroni-and-kubernetes.md, section 8.1).
std::expected<ClusterView, Unreachable> cluster(Unit& unit);
// The same, by the first listed member that answers.
std::expected<ClusterView, Unreachable> cluster_by_any_member(Unit& unit);
MaybeMember leader_of(const ClusterView& cluster);

// The cluster by the own member or another one (hazard 29: a leader of Juju's whose Patroni is
// down admitted nobody), 10 s, every 3 s: all running or streaming, and one of them the leader. An
// empty list is not ready (charm-hooks.md, sections 7 and 11.26).
bool are_all_members_ready(Unit& unit);
// GET /health of the own member, 15 s, every 3 s: running, streaming or starting.
bool has_member_started(Unit& unit);
// The same, once, and starting is not enough.
bool is_own_member_up(Unit& unit);
// The same, but one that is starting is waited for, 15 s, every 3 s.
bool is_own_member_up_soon(Unit& unit);
// GET /health through the primary Service: running. Once, or 10 s, every second.
bool does_primary_endpoint_answer(Unit& unit);
bool is_primary_endpoint_ready(Unit& unit);
bool is_own_member_leader(Unit& unit);
// Whether the own member leads (by the cluster) or streams (GET /health), 10 s, every second: a
// record in the cluster is as old as its last cycle. Nothing: no answer. A member
// that sees no leader may do so because nobody leads, or since it does not reach the API server,
// and leads without it (failsafe): what this unit reaches is taken for what its member reaches.
std::optional<bool> is_own_member_replicating(Unit& unit);
// Whether another member leads, as far as the own one sees a leader.
bool has_another_leader(Unit& unit);
// One of these units whose member is synchronous and replicates, as published; or nobody.
MaybeMember synchronous_standby(Unit& unit, UnitSet of);
// Whether commits on the own member, the primary, have waited for half a minute for somebody whom
// Patroni does not count as synchronous. Its loop would have seen to it; 3.1 forgets a standby that
// goes within the 2 s after it was named, and nobody ever confirms again (its issue 3468). Not
// while a synchronous standby is being removed: whoever starts this member anew hands over to it.
bool is_waiting_in_vain(Unit& unit);
// Who holds Patroni's lock, by the annotation; nobody if it cannot be read.
MaybeUnit lock_holder(Unit& unit);
// Whether the member of any planned or known unit answers as running, or as on its way to it.
bool is_any_member_running(Unit& unit);
// Whether the pod of every planned or known unit runs, as far as Kubernetes knows.
bool are_all_pods_running(Unit& unit);
// Whether there is a record, however old, of a member that runs or is on its way to it; yes, too,
// if the API server does not answer. For a database that was never finished, so there is nobody who
// could race. A frozen one, and one that is cut off, has left that.
bool is_any_member_recorded(Unit& unit);

}  // namespace charm::steps
