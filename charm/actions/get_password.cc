// Chart: charm/flowcharts/action-get-password.mmd. Names are its node ids: a statement a box, a
// return an exit.
#include <string>

#include "charm/actions/actions.h"
#include "charm/steps/action.h"
#include "charm/steps/system_users.h"

namespace charm {

Outcome on_get_password(Unit& unit, const Event& /*event*/) {
  const ActionParameters asked = unit.action.parameters();
  const ParameterText name = asked.username.value_or(ParameterText("operator"));
  if (!unit.path.at("is_known_user").yes(steps::is_known_user(name.view()))) {
    return steps::fail_action(
        unit, "fail_user",
        std::string("The action can be run only for system users or Patroni: ")
            .append(steps::known_users)
            .append(" not ")
            .append(name.view()),
        "it is no user of the charm");
  }
  unit.path.at("set_result");
  unit.action.set_result("password", steps::stored_password(unit, name.view()));
  return unit.path.done("rtn", "the operator has the password");
}

}  // namespace charm
