// Chart: charm/flowcharts/action-resume-upgrade.mmd. Names are its node ids: a statement a box, a
// return an exit.
#include <string>

#include "charm/actions/actions.h"
#include "charm/steps/action.h"
#include "charm/steps/refresh.h"

namespace charm {

Outcome on_resume_upgrade(Unit& unit, const Event& /*event*/) {
  const bool related = steps::own_upgrade_state(unit) != UpgradeState::none;
  if (!unit.path.at("has_relation").yes(related)) {
    return steps::fail_action(unit, "fail_relation", "Could not find upgrade relation.",
                              "it is not made yet");
  }
  if (!unit.path.at("is_leader").yes(unit.juju.is_leader())) {
    return steps::fail_action(unit, "fail_leader", "Action must be ran on the Juju leader.",
                              "the leader does it");
  }
  const UpgradeStack stack = unit.juju.upgrade_stack();
  if (!unit.path.at("has_stack").yes(!stack.empty())) {
    return steps::fail_action(unit, "fail_no_stack", "Nothing to resume, upgrade stack unset.",
                              "no upgrade was prepared");
  }
  const bool first_is_done = stack.size() + 1 == unit.juju.planned_units().size();
  if (!unit.path.at("is_first_upgraded").yes(first_is_done)) {
    return steps::fail_action(unit, "fail_not_now",
                              "Upgrade can be resumed only once after juju refresh is called.",
                              "the first unit is not upgraded, or others are, too");
  }
  const UnitName next = stack[stack.size() - 1];
  unit.path.at("set_partition");
  if (!unit.kubernetes.set_rolling_partition(next.ordinal)) {
    unit.path.took("refused");
    return steps::fail_action(unit, "fail_partition", "Cannot set rolling update partition.",
                              "the StatefulSet could not be patched");
  }
  unit.path.took("done");
  unit.path.at("set_result");
  unit.action.set_result("message", "Upgrade will resume on unit " + std::to_string(next.ordinal));
  return unit.path.done("rtn", "Kubernetes goes on with the next unit");
}

}  // namespace charm
