// Chart: charm/flowcharts/action-get-primary.mmd. Names are its node ids: a statement a box, a
// return an exit.
#include "charm/actions/actions.h"
#include "charm/steps/members.h"

namespace charm {

Outcome on_get_primary(Unit& unit, const Event& /*event*/) {
  unit.path.at("ask_members");
  const auto cluster = steps::cluster_by_any_member(unit);
  if (!cluster) {
    unit.path.took("unreachable");
    unit.path.at("log_unreachable");
    unit.action.log("No member answers: the primary is not known");
    return unit.path.done("rtn_unknown", "no member answers");
  }
  unit.path.took("answered");
  unit.path.at("set_result");
  const MaybeMember leader = steps::leader_of(*cluster);
  unit.action.set_result("primary", leader ? to_text(unit.app, unit_of(*leader)) : std::string());
  return unit.path.done("rtn", leader ? "there is a primary" : "there is no primary");
}

}  // namespace charm
