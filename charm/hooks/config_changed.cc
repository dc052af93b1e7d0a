// Chart: charm/flowcharts/config-changed.mmd. Names are its node ids: a statement a box, a return
// an exit.
#include "charm/hooks/hooks.h"
#include "charm/steps/configuration.h"
#include "charm/steps/members.h"
#include "charm/steps/restart.h"
#include "charm/steps/status.h"

namespace charm {

Outcome on_config_changed(Unit& unit, const Event& /*event*/) {
  if (!unit.path.at("has_cluster_initialised").yes(unit.juju.cluster_initialised())) {
    return unit.path.deferred("defer", "the cluster is not initialised");
  }
  if (!unit.path.at("is_part_of_cluster").yes(steps::is_part_of_cluster(unit))) {
    return unit.path.done("rtn", "not listed yet: pebble-ready and the peers' changes render it");
  }
  if (!unit.path.at("is_container_reachable").yes(unit.workload.can_connect())) {
    return unit.path.deferred("defer_unreachable", "the container is not reachable");
  }
  unit.path.at("update_config");
  const auto updated = steps::update_config(unit, steps::Unanswered::is_refused);
  if (!updated) return steps::exit_for(unit, updated.error());
  unit.path.took("done");
  unit.path.at("ask_for_restart");
  steps::ask_for_restart(unit, *updated);
  unit.path.at("lift_block");
  steps::lift_block(unit);
  return unit.path.done("rtn2", "the configuration is what was asked for");
}

}  // namespace charm
