// Chart: charm/flowcharts/action-resume-upgrade.mmd. Names are its node ids: a statement a box, a
// return an exit.
#include <string>

#include "charm/actions/actions.h"
#include "charm/steps/action.h"
#include "charm/steps/refresh.h"

namespace charm {
namespace {

Outcome fail_partition(Unit& unit) {
  return steps::fail_action(unit, "fail_partition", "Cannot set rolling update partition.",
                            "the StatefulSet could not be read or patched");
}

}  // namespace

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
  // The unit on top is held, and nobody above it is on the stack any more.
  unit.path.at("is_first_upgraded");
  const auto rollout = unit.kubernetes.rollout(pod_of(unit.name));
  if (!rollout) {
    unit.path.took("unknown");
    return fail_partition(unit);
  }
  if (!unit.path.yes(rollout->partition > stack[stack.size() - 1].ordinal)) {
    return steps::fail_action(unit, "fail_not_now",
                              "Upgrade can be resumed only once after juju refresh is called.",
                              "the first unit is not upgraded, or others are, too");
  }
  // One at a time, on the stack or not: on the way back, who was upgraded before is taken off at
  // once.
  const auto next = static_cast<std::uint16_t>(rollout->partition - 1);
  unit.path.at("set_partition");
  if (!unit.kubernetes.set_rolling_partition(next)) {
    unit.path.took("refused");
    return fail_partition(unit);
  }
  unit.path.took("done");
  unit.path.at("set_result");
  unit.action.set_result("message", "Upgrade will resume on unit " + std::to_string(next));
  return unit.path.done("rtn", "Kubernetes goes on with the next unit");
}

}  // namespace charm
