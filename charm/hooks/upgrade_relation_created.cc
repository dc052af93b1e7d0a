// Chart: charm/flowcharts/upgrade-relation-created.mmd. Names are its node ids: a statement a box,
// a return an exit.
#include "charm/hooks/hooks.h"
#include "charm/steps/refresh.h"
#include "charm/steps/versions.h"

namespace charm {

Outcome on_upgrade_relation_created(Unit& unit, const Event& /*event*/) {
  const bool is_new = steps::own_upgrade_state(unit) == UpgradeState::none;
  if (!unit.path.at("is_new").yes(is_new)) {
    return unit.path.done("rtn", "the hook has run before");
  }
  unit.path.at("set_idle");
  unit.juju.set_upgrade_state(UpgradeState::idle);
  if (!unit.path.at("is_leader").yes(unit.juju.is_leader())) {
    return unit.path.done("rtn2", "the unit has nothing to be upgraded from");
  }
  unit.path.at("store_dependencies");
  unit.path.took(unit.juju.set_dependencies(steps::own_dependencies()) ? "done" : "not leader");
  return unit.path.done("rtn2", "the unit has nothing to be upgraded from");
}

}  // namespace charm
