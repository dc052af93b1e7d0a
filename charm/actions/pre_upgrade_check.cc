// Chart: charm/flowcharts/action-pre-upgrade-check.mmd. Names are its node ids: a statement a box,
// a return an exit.
#include "charm/actions/actions.h"
#include "charm/steps/members.h"

namespace charm {
namespace {

Outcome fail(Unit& unit, std::string_view node, std::string_view text, std::string_view reason) {
  unit.path.at(node);
  unit.action.fail(text);
  return unit.path.done("rtn_failed", reason);
}

}  // namespace

Outcome on_pre_upgrade_check(Unit& unit, const Event& /*event*/) {
  constexpr std::string_view unsafe = "Pre-upgrade check failed and cannot safely upgrade";
  if (!unit.path.at("is_leader").yes(unit.juju.is_leader())) {
    return fail(unit, "fail_leader", "Action must be ran on the Juju leader.",
                "the leader does it");
  }
  if (!unit.path.at("are_members_ready").yes(steps::are_all_members_ready(unit))) {
    return fail(unit, "fail_members", unsafe, "not every member is ready");
  }
  return fail(unit, "fail_no_stack", unsafe, "nothing would upgrade the units one by one");
}

}  // namespace charm
