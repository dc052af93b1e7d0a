// The same in every chart that has the box.
#include "charm/steps/step_down.h"

#include "charm/steps/configuration.h"
#include "charm/steps/members.h"
#include "charm/steps/status.h"

namespace charm::steps {

std::optional<Outcome> step_down(Unit& unit) {
  unit.path.at("step_down");
  if (unit.juju.cluster_initialised() && unit.juju.planned_units().contains(unit.name) &&
      is_part_of_cluster(unit)) {
    if (auto updated = update_config(unit); !updated) return exit_for(unit, updated.error());
    lift_block(unit);
  }
  unit.path.took("done");
  return std::nullopt;
}

}  // namespace charm::steps
