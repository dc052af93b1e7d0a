// Chart: charm/flowcharts/refresh-pebble-ready.mmd. Names are its node ids: a statement a box, a
// return an exit.
#include <expected>
#include <optional>
#include <string_view>

#include "charm/hooks/hooks.h"
#include "charm/steps/members.h"
#include "charm/steps/passwords.h"
#include "charm/steps/refresh.h"
#include "charm/steps/retry.h"
#include "charm/steps/status.h"

namespace charm {
namespace {

using namespace std::chrono_literals;

// The primary names a standby that has just come in one of its next cycles.
constexpr steps::Patience patience_for_a_name{.total = 30s, .every = 5s};

std::expected<bool, ApiError> is_upgrading(Unit& unit) {
  const UpgradeState state = steps::own_upgrade_state(unit);
  if (state == UpgradeState::upgrading) return true;
  if (state == UpgradeState::failed || state == UpgradeState::completed) return false;
  return steps::is_own_turn(unit);
}

// Before anything is waited for: whoever looks would otherwise take an Active member for one that
// works.
void set_upgrading(Unit& unit) {
  unit.path.at("set_upgrading");
  if (steps::own_upgrade_state(unit) != UpgradeState::upgrading) {
    unit.juju.set_upgrade_state(UpgradeState::upgrading);
  }
  // Another Maintenance says more.
  if (unit.juju.unit_status().kind != StatusKind::maintenance) {
    unit.juju.set_unit_status({StatusKind::maintenance, messages::upgrading});
  }
}

// Nothing, or the exit to take.
std::optional<Outcome> release_whom_all_need(Unit& unit, std::string_view node) {
  const MaybeUnit needed = steps::needed_before_its_turn(unit);
  if (!unit.path.at(node).yes(needed.has_value())) return std::nullopt;
  unit.path.at("release_needed");
  if (auto moved = steps::release_at_once(unit, *needed); !moved) {
    return steps::exit_for_partition(unit, moved.error());
  }
  unit.path.took("done");
  return unit.path.deferred("defer_needed", "nobody leads before another unit is upgraded, too");
}

// What a revision before did not have yet. Nothing, or the exit to take.
std::optional<Outcome> complete_users(Unit& unit) {
  if (!unit.path.at("is_leader").yes(unit.juju.is_leader())) return std::nullopt;
  if (!unit.path.at("is_service_redirecting_traffic").yes(steps::is_primary_endpoint_ready(unit))) {
    return unit.path.deferred("defer_endpoint",
                              "the primary does not work through its Service yet");
  }
  unit.path.at("complete_users");
  const bool completed =
      steps::generate_passwords(unit) &&
      unit.postgresql.create_users_and_grants(unit.juju.passwords().of(SystemUser::monitoring));
  if (!completed) {
    unit.path.took("refused");
    return unit.path.deferred("defer_users", "users and grants could not be made");
  }
  unit.path.took("done");
  return std::nullopt;
}

MaybeMember leader_now(Unit& unit) {
  const auto cluster = steps::cluster(unit);
  return cluster ? steps::leader_of(*cluster) : MaybeMember();
}

// Nobody can tell whether members work: their refresh has not failed.
bool may_not_look(Unit& unit) {
  const auto members = unit.kubernetes.published_members();
  return !members && members.error() == ApiError::forbidden;
}

// Before Kubernetes ends the primary's pod: this member is upgraded, and has all commits.
void take_over(Unit& unit) {
  const MaybeMember leader = leader_now(unit);
  const bool leads = leader && (*leader).ordinal + 1 == unit.name.ordinal;
  if (!unit.path.at("does_next_lead").yes(leads)) return;
  unit.path.at("take_over");
  // The request makes Patroni load the cluster: not in the middle of a race.
  const auto takes_over = [&unit, &leader] {
    const MaybeMember now = leader_now(unit);
    if (now == member_of(unit.name)) return true;
    return now == leader && unit.patroni.take_over_from(*leader).has_value();
  };
  unit.path.took(steps::retry_for(unit.clock, patience_for_a_name, takes_over) ? "done"
                                                                               : "refused");
}

// Of a prepared refresh the first unit's success is for the operator to look at.
bool is_resumed_by_operator(Unit& unit) {
  return steps::is_first_to_upgrade(unit) && !unit.juju.upgrade_stack().empty();
}

void set_completed(Unit& unit, bool resumed) {
  unit.path.at("set_completed");
  unit.juju.set_unit_status(
      {StatusKind::maintenance, resumed ? messages::upgraded_first : messages::upgraded});
  unit.juju.set_upgrade_state(UpgradeState::completed);
}

}  // namespace

// With update-status, too: upgrade-charm's part may have been deferred until after pebble-ready.
Outcome on_refresh_pebble_ready(Unit& unit, const Event& /*event*/) {
  unit.path.at("is_upgrading");
  const auto upgrading = is_upgrading(unit);
  if (!upgrading) {
    unit.path.took("unknown");
    return unit.path.deferred("defer_api", "the StatefulSet could not be read");
  }
  if (!unit.path.yes(*upgrading)) return unit.path.done("rtn", "it is not being upgraded");
  set_upgrading(unit);
  if (auto end = release_whom_all_need(unit, "is_anybody_needed")) return *end;
  if (!unit.path.at("has_member_started").yes(steps::is_own_member_up(unit))) {
    return unit.path.deferred("defer", "the member has not started");
  }
  if (auto end = complete_users(unit)) return *end;
  unit.path.at("is_healthy");
  const bool healthy = steps::are_upgraded_members_healthy(unit);
  if (!healthy && may_not_look(unit)) {
    unit.path.took("forbidden");
    return steps::blocked_for_trust(unit);
  }
  if (!unit.path.yes(healthy)) {
    // The leader may be lost meanwhile.
    if (auto end = release_whom_all_need(unit, "is_anybody_missed")) return *end;
    steps::set_upgrade_failed(unit);
    return unit.path.done("rtn_failed", "the upgraded members do not work");
  }
  const bool is_last = unit.name.ordinal == 0;
  const bool resumed = !is_last && is_resumed_by_operator(unit);
  if (unit.path.at("is_resumed_by_operator").yes(resumed)) {
    set_completed(unit, true);
  } else {
    if (!unit.path.at("is_last").yes(is_last)) {
      take_over(unit);
      unit.path.at("set_partition");
      const auto next = static_cast<std::uint16_t>(unit.name.ordinal - 1);
      if (auto moved = steps::release(unit, next); !moved) {
        return steps::exit_for_partition(unit, moved.error());
      }
      unit.path.took("done");
    }
    set_completed(unit, false);
  }
  (void)steps::go_on_with_refresh(unit);  // the own write brings no event
  return unit.path.done("rtn2", "the unit is upgraded");
}

}  // namespace charm
