// Chart: charm/flowcharts/upgrade-charm.mmd. Names are its node ids: a statement a box, a return an
// exit.
#include "charm/hooks/hooks.h"
#include "charm/steps/admission.h"

namespace charm {

Outcome on_upgrade_charm(Unit& unit, const Event& /*event*/) {
  if (auto end = steps::restore_labels(unit)) return *end;
  return unit.path.done("rtn", "a member's pod is labelled as one");
}

}  // namespace charm
