// Chart: charm/flowcharts/action-resume-upgrade.mmd. Names are its node ids: a statement a box, a
// return an exit.
#include "charm/actions/actions.h"
#include "charm/steps/action.h"

namespace charm {

Outcome on_resume_upgrade(Unit& unit, const Event& /*event*/) {
  if (!unit.path.at("is_leader").yes(unit.juju.is_leader())) {
    return steps::fail_action(unit, "fail_leader", "Action must be ran on the Juju leader.",
                              "the leader does it");
  }
  return steps::fail_action(unit, "fail_no_stack", "Nothing to resume, upgrade stack unset.",
                            "no upgrade was prepared");
}

}  // namespace charm
