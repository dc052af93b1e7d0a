// Chart: charm/flowcharts/upgrade-relation-changed.mmd. Names are its node ids: a statement a box,
// a return an exit.
#include <algorithm>

#include "charm/hooks/hooks.h"
#include "charm/steps/refresh.h"
#include "charm/steps/status.h"

namespace charm {
namespace {

// Only an Active unit says so: what keeps it from being Active is for another hook to end.
bool does_wait(Unit& unit) {
  const UpgradeMembers members = unit.juju.upgrade_states();
  const bool others_upgrade =
      std::any_of(members.begin(), members.end(), [&unit](const UpgradeMember& member) {
        return member.unit != unit.name && member.state == UpgradeState::upgrading;
      });
  if (!others_upgrade) return false;
  const UpgradeState own = steps::own_upgrade_state(unit);
  const bool is_next = own == UpgradeState::idle || own == UpgradeState::ready;
  return is_next && unit.juju.unit_status().kind == StatusKind::active;
}

}  // namespace

// With leader-elected and update-status, too: a leader that is gone before it has taken a unit off
// the stack leaves nothing that would tell the next one.
Outcome on_upgrade_relation_changed(Unit& unit, const Event& /*event*/) {
  if (steps::go_on_with_refresh(unit) == steps::Progress::over) {
    return unit.path.done("rtn_over", "every unit is upgraded");
  }
  if (!unit.path.at("does_wait").yes(does_wait(unit))) {
    return unit.path.done("rtn", "nothing is to be told");
  }
  unit.path.at("set_waiting");
  steps::set_waiting(unit, messages::others_upgrade_first);
  return unit.path.done("rtn2", "others are upgraded first");
}

}  // namespace charm
