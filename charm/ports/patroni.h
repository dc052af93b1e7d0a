// What a hook asks of Patroni's REST API. One call is one try: waiting and retrying is the hook's,
// by steps/retry.h. A call goes by https and by http, whichever its member serves, as [HEAD] does
// for the primary: members switch one after the other, and what a unit announces is behind what
// its member does. Source: charm-hooks.md, section 7; patroni-and-kubernetes.md, section 3.
#pragma once

#include <expected>

#include "charm/types/cluster.h"
#include "charm/types/errors.h"

namespace charm::ports {

// Why a switchover to the own member did not come about, as far as an operator is told apart.
enum class TakeOverError : std::uint8_t {
  not_synchronous,  // 412: it may lack commits
  failed,           // refused otherwise, or no answer within 10 s: it may come about all the same
};

// Whether POST /restart asks for a pending restart only (`restart_pending`).
enum class RestartWhen : std::uint8_t { always, pending };

class Patroni {
 public:
  virtual ~Patroni() = default;

  // GET /patroni of a unit's member, its `cluster_unlocked`: whether nobody held the lock when it
  // loaded the cluster last. It loads nothing for the answer.
  virtual std::expected<bool, Unreachable> sees_no_leader(HostName host) = 0;
  // GET /cluster of the own member. It loads the cluster for the answer, and forgets what it had
  // loaded for its HA loop. No hook of PostgreSQL's charm asks (ARCHITECTURE.md, deviations): what
  // is asked of it while it races for the lock makes it overwrite what a faster member has written
  // (patroni-and-kubernetes.md, 8.1), and no answer tells that its race does not begin before the
  // next request. Kubernetes::published_members() tells the same.
  virtual std::expected<ClusterView, Unreachable> cluster() = 0;
  // GET /cluster of another unit's member. Nor does anybody ask this.
  virtual std::expected<ClusterView, Unreachable> cluster_by(HostName host) = 0;
  // GET /health of the own member; `streaming` is what its replication_state says.
  virtual std::expected<MemberState, Unreachable> own_health() = 0;
  // GET /health of whatever `<app>-primary` leads to.
  virtual std::expected<MemberState, Unreachable> primary_endpoint_health() = 0;
  // GET /health of another unit's member.
  virtual std::expected<MemberState, Unreachable> member_health(HostName host) = 0;

  // PATCH /config of the own member. Unreachable: refused or no reply; it may have taken effect.
  virtual std::expected<void, Unreachable> patch_configuration(
      const DynamicConfiguration& configuration) = 0;
  // The same, of these keys alone: all others stay as they are.
  virtual std::expected<void, Unreachable> patch_synchronous(
      const SynchronousSettings& settings) = 0;
  // POST /switchover of the own member, which leads: to a synchronous standby, by name or whoever
  // is best. It answers when the lock has changed hands. Unreachable: refused, or no answer within
  // 10 s; it may come about all the same (section 8, 34).
  virtual std::expected<void, Unreachable> switch_over(MaybeMember candidate) = 0;
  // POST /switchover of the own member, which follows: from the member that leads to itself.
  virtual std::expected<void, TakeOverError> take_over_from(MemberName leader) = 0;
  // POST /switchover of the own member, whatever it does: from the member that leads to a
  // synchronous standby.
  virtual std::expected<void, Unreachable> switch_over_between(MemberName leader,
                                                               MemberName candidate) = 0;
  // POST /reload of the own member: patroni.yml is read again, its parameters with the next cycle.
  virtual std::expected<void, Unreachable> reload() = 0;
  // GET /patroni of the own member, `pending_restart`: PostgreSQL runs, and with parameters that it
  // will take only when it starts. Unreachable, too, if PostgreSQL does not run.
  virtual std::expected<bool, Unreachable> is_restart_pending() = 0;
  // POST /restart of the own member: PostgreSQL ends and starts again, in its role, and holds the
  // lock meanwhile; with `pending` only if a restart is pending at that moment. It answers when
  // that is over; Unreachable: refused, failed, or no answer within 60 s, in which case it may come
  // about all the same (section 3.7).
  virtual std::expected<void, Unreachable> restart(RestartWhen when) = 0;
};

}  // namespace charm::ports
