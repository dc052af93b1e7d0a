#include "charm/steps/shut_out.h"

#include "charm/steps/members.h"
#include "charm/steps/refresh.h"
#include "charm/steps/retry.h"

namespace charm::steps {
namespace {

using namespace std::chrono_literals;

constexpr Patience patience_for_an_agent{.total = 60s, .every = 10s};

// Nothing: nobody answers, or not to this password.
std::expected<bool, Unreachable> lets_in(Unit& unit, UnitName other) {
  return unit.postgresql.lets_replicate(host_of(other),
                                        unit.juju.passwords().of(SystemUser::replication));
}

bool is_upgraded(Unit& unit, UnitName other) {
  const auto rollout = unit.kubernetes.rollout(pod_of(other));
  return rollout && rollout->pod_updated;
}

// One that is upgraded, if there is one: another's pod goes before long, and hands over to anybody,
// to the primary of now, too.
MaybeMember standby_that_lets_in(Unit& unit, UnitName primary) {
  UnitSet all;
  UnitSet upgraded;
  for (UnitName other : unit.juju.planned_units()) {
    if (other == unit.name || other == primary) continue;
    if (!lets_in(unit, other).value_or(false)) continue;
    all.insert(other);
    if (is_upgraded(unit, other)) upgraded.insert(other);
  }
  const MaybeMember best = synchronous_standby(unit, upgraded);
  return best ? best : synchronous_standby(unit, all);
}

}  // namespace

MaybeUnit shut_out_by(Unit& unit) {
  if (!unit.juju.cluster_initialised() || !is_part_of_cluster(unit)) return {};
  // Not by the units' states: whoever has come in the middle of a refresh has said nothing of it.
  const auto refresh = unit.kubernetes.rollout(pod_of(unit.name));
  if (!refresh || !refresh->under_way) return {};
  const MaybeUnit primary = lock_holder(unit);
  if (!primary || *primary == unit.name) return {};
  const auto of_primary = unit.kubernetes.rollout(pod_of(*primary));
  if (!of_primary || of_primary->pod_updated) return {};
  const auto may_copy = [&unit, primary] { return lets_in(unit, *primary).value_or(true); };
  return retry_for(unit.clock, patience_for_an_agent, may_copy) ? MaybeUnit() : primary;
}

bool let_another_lead(Unit& unit, UnitName primary) {
  if (const MaybeMember standby = standby_that_lets_in(unit, primary)) {
    return unit.patroni.switch_over_between(member_of(primary), *standby).has_value();
  }
  if (!unit.juju.upgrade_stack().empty()) return false;
  return release_at_once(unit, primary).has_value();
}

}  // namespace charm::steps
