// Chart: charm/flowcharts/peer-relation-departed.mmd. Names are its node ids: a statement a box, a
// return an exit.
#include "charm/hooks/hooks.h"
#include "charm/steps/clients.h"
#include "charm/steps/configuration.h"
#include "charm/steps/members.h"
#include "charm/steps/status.h"
#include "charm/steps/step_down.h"

namespace charm {
namespace {

// A leader that is on its way out leaves it to the next one, whose leader-elected does the same.
bool is_leader_and_is_not_departing(Unit& unit, const Event& event) {
  return unit.juju.is_leader() && !(event.departing_unit == unit.name) &&
         unit.juju.planned_units().contains(unit.name);
}

}  // namespace

Outcome on_peer_relation_departed(Unit& unit, const Event& event) {
  const bool leads = is_leader_and_is_not_departing(unit, event);
  if (!unit.path.at("is_leader_and_is_not_departing").yes(leads)) {
    // It may have dropped them while it led, and have deferred.
    if (auto end = steps::step_down(unit)) return *end;
    return unit.path.done("rtn", "the leader that stays does it");
  }
  if (!unit.path.at("has_cluster_initialised").yes(unit.juju.cluster_initialised())) {
    return unit.path.deferred("defer", "the cluster is not initialised");
  }
  unit.path.at("update_read_only_endpoint");
  steps::update_read_only_endpoint(unit);
  unit.path.at("remove_departing_units");
  if (!steps::remove_departed_units(unit)) {
    unit.path.took("not leader");
    return unit.path.done("rtn_not_leader", "leadership was lost; the next leader drops them");
  }
  unit.path.took("done");
  unit.path.at("update_config");  // Its own write brings this unit no event: it renders here.
  if (auto updated = steps::update_config(unit); !updated) {
    return steps::exit_for(unit, updated.error());
  }
  unit.path.took("done");
  unit.path.at("lift_block");
  steps::lift_block(unit);
  return unit.path.done("rtn2", "the departed are off the list");
}

}  // namespace charm
