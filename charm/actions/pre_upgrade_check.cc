// Chart: charm/flowcharts/action-pre-upgrade-check.mmd. Names are its node ids: a statement a box,
// a return an exit.
#include "charm/actions/actions.h"
#include "charm/steps/action.h"
#include "charm/steps/members.h"

namespace charm {

Outcome on_pre_upgrade_check(Unit& unit, const Event& /*event*/) {
  constexpr std::string_view unsafe = "Pre-upgrade check failed and cannot safely upgrade";
  if (!unit.path.at("is_leader").yes(unit.juju.is_leader())) {
    return steps::fail_action(unit, "fail_leader", "Action must be ran on the Juju leader.",
                              "the leader does it");
  }
  if (!unit.path.at("are_members_ready").yes(steps::are_all_members_ready(unit))) {
    return steps::fail_action(unit, "fail_members", unsafe, "not every member is ready");
  }
  return steps::fail_action(unit, "fail_no_stack", unsafe,
                            "nothing would upgrade the units one by one");
}

}  // namespace charm
