// Chart: charm/flowcharts/action-resume-upgrade.mmd. Names are its node ids: a statement a box, a
// return an exit.
#include "charm/actions/actions.h"

namespace charm {

Outcome on_resume_upgrade(Unit& unit, const Event& /*event*/) {
  if (!unit.path.at("is_leader").yes(unit.juju.is_leader())) {
    unit.path.at("fail_leader");
    unit.action.fail("Action must be ran on the Juju leader.");
    return unit.path.done("rtn_failed", "the leader does it");
  }
  unit.path.at("fail_no_stack");
  unit.action.fail("Nothing to resume, upgrade stack unset.");
  return unit.path.done("rtn_failed", "no upgrade was prepared");
}

}  // namespace charm
