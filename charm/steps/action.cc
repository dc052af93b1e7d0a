// The end of an action that fails.
#include "charm/steps/action.h"

namespace charm::steps {

Outcome fail_action(Unit& unit, std::string_view node, std::string_view text,
                    std::string_view reason) {
  unit.path.at(node);
  unit.action.fail(text);
  return unit.path.done("rtn_failed", reason);
}

}  // namespace charm::steps
