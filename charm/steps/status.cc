// The messages are verbatim the published ones (charm-hooks.md, section 10).
#include "charm/steps/status.h"

#include <algorithm>
#include <array>
#include <string>

#include "charm/steps/members.h"
#include "charm/steps/refresh.h"

namespace charm::steps {

void set_blocked(Unit& unit, std::string_view message) {
  unit.juju.set_unit_status({StatusKind::blocked, message});
}

void set_waiting(Unit& unit, std::string_view message) {
  unit.juju.set_unit_status({StatusKind::waiting, message});
}

bool tells_of_refresh(Unit& unit) {
  constexpr std::array texts{messages::others_upgrade_first, messages::upgrading,
                             messages::upgraded,             messages::upgraded_first,
                             messages::upgrade_failed,       messages::ready_to_roll_back};
  const Status status = unit.juju.unit_status();
  return std::find(texts.begin(), texts.end(), status.message) != texts.end();
}

void set_active(Unit& unit) {
  // A status is set at once; what the same hook says to the others is lost with the hook.
  if (!tells_of_refresh(unit) || is_refresh_idle(unit)) set_active_after_refresh(unit);
}

void set_active_after_refresh(Unit& unit) {
  const bool primary = is_own_member_leader(unit);
  unit.juju.set_unit_status({StatusKind::active, primary ? messages::primary : std::string_view()});
}

void lift_block(Unit& unit) {
  if (unit.juju.unit_status().kind == StatusKind::blocked) set_active(unit);
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
