// What a hook asks of Patroni's REST API. One call is one try: waiting and retrying is the hook's,
// by steps/retry.h. Source: charm-hooks.md, section 7; patroni-and-kubernetes.md, section 3.
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

class Patroni {
 public:
  virtual ~Patroni() = default;

  // GET /cluster of the own member.
  virtual std::expected<ClusterView, Unreachable> cluster() = 0;
  // GET /cluster of another unit's member.
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
  // POST /reload of the own member: patroni.yml is read again.
  virtual std::expected<void, Unreachable> reload() = 0;
};

}  // namespace charm::ports
