// The messages are verbatim the published ones (charm-hooks.md, section 10).
#include "charm/steps/status.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "charm/steps/members.h"
#include "charm/steps/refresh.h"

namespace charm::steps {
namespace {

std::optional<Wish> wish_of(const Status& status) {
  if (status.kind != StatusKind::blocked) return std::nullopt;
  const auto is = [&status](std::string_view message) { return status.message == message; };
  if (is(messages::invalid_roles) || is(messages::no_database)) return Wish::client;
  if (is(messages::unsatisfied_plugin) || is(messages::plugin_in_use)) return Wish::plugin;
  return std::nullopt;
}

void show_active(Unit& unit) {
  const bool primary = is_own_member_leader(unit);
  unit.juju.set_unit_status({StatusKind::active, primary ? messages::primary : std::string_view()});
}

void show_member(Unit& unit) {
  if (is_own_member_up(unit)) return show_active(unit);
  set_not_running(unit);
}

// A Blocked that is no reason for a member not to work.
bool holds_nothing_up(Unit& unit) {
  return is_blocked_by_any_wish(unit) || is_blocked_by_volume(unit);
}

}  // namespace

void set_blocked(Unit& unit, std::string_view message) {
  unit.juju.set_unit_status({StatusKind::blocked, message});
}

void set_waiting(Unit& unit, std::string_view message) {
  unit.juju.set_unit_status({StatusKind::waiting, message});
}

bool tells_of_refresh(Unit& unit) {
  constexpr std::array texts{
      messages::others_upgrade_first, messages::upgrading,      messages::upgraded,
      messages::upgraded_first,       messages::upgrade_failed, messages::ready_to_roll_back};
  const Status status = unit.juju.unit_status();
  return std::find(texts.begin(), texts.end(), status.message) != texts.end();
}

void set_active(Unit& unit) {
  if (holds_nothing_up(unit)) return;
  // A status is set at once; what the same hook says to the others is lost with the hook.
  if (!tells_of_refresh(unit) || is_refresh_idle(unit)) show_active(unit);
}

void set_active_after_refresh(Unit& unit) {
  if (!holds_nothing_up(unit)) show_active(unit);
}

bool is_blocked_by_volume(Unit& unit) {
  const Status status = unit.juju.unit_status();
  return status.kind == StatusKind::blocked && status.message == messages::little_space;
}

void lift_block_by_volume(Unit& unit) { show_member(unit); }

bool set_blocked_by_volume(Unit& unit) {
  if (is_blocked_by_volume(unit)) return true;
  if (unit.juju.unit_status().kind == StatusKind::blocked || tells_of_refresh(unit)) return false;
  set_blocked(unit, messages::little_space);
  return true;
}

bool is_blocked_by_any_wish(Unit& unit) { return wish_of(unit.juju.unit_status()).has_value(); }

void set_blocked_by(Unit& unit, Wish wish, std::string_view message) {
  const Status status = unit.juju.unit_status();
  const bool is_other = status.kind == StatusKind::blocked && wish_of(status) != wish;
  if (is_other && !is_blocked_by_volume(unit)) return;
  set_blocked(unit, message);
}

void lift_wish(Unit& unit, Wish wish) {
  if (wish_of(unit.juju.unit_status()) == wish) show_active(unit);
}

void lift_block(Unit& unit) {
  const Status status = unit.juju.unit_status();
  if (status.kind != StatusKind::blocked || wish_of(status) || is_blocked_by_volume(unit)) return;
  show_member(unit);
}

void set_not_running(Unit& unit) {
  unit.juju.set_unit_status({StatusKind::maintenance, messages::not_running});
}

Outcome blocked_for_trust(Unit& unit) {
  unit.path.at("blocked_trust");
  set_blocked(
      unit, std::string(messages::no_trust) + "`juju trust " + unit.app.text + " --scope=cluster`");
  return unit.path.deferred("defer_trust", "the API server answers 403");
}

Outcome blocked_for_services(Unit& unit) {
  unit.path.at("blocked_services");
  set_blocked(unit, messages::no_services);
  return unit.path.deferred("defer_services", "the Services could not be created");
}

Outcome blocked_for_labels(Unit& unit, ApiError error) {
  unit.path.at("blocked_labels");
  set_blocked(unit, std::string(messages::patch_failed_with).append(to_text(error)));
  return unit.path.deferred("defer_labels", "a pod could not be labelled");
}

Outcome blocked_for_configuration(Unit& unit) {
  unit.path.at("blocked_configuration");
  set_blocked(unit, messages::bad_configuration);
  return unit.path.deferred("defer_configuration",
                            "an option has a value that PostgreSQL would refuse");
}

}  // namespace charm::steps
