// Chart: charm/flowcharts/leader-elected.mmd. Names are its node ids: a statement a box, a return
// an exit.
#include "charm/hooks/hooks.h"
#include "charm/steps/admission.h"
#include "charm/steps/configuration.h"
#include "charm/steps/kubernetes_resources.h"
#include "charm/steps/members.h"
#include "charm/steps/passwords.h"
#include "charm/steps/status.h"
#include "charm/steps/step_down.h"

namespace charm {
namespace {

Outcome step_down(Unit& unit) {
  if (auto end = steps::step_down(unit)) return *end;
  return unit.path.done("rtn_not_leader", "leadership was lost; the next leader goes on");
}

Outcome leadership_lost(Unit& unit) {
  unit.path.took("not leader");
  return step_down(unit);
}

}  // namespace

Outcome on_leader_elected(Unit& unit, const Event& /*event*/) {
  if (!unit.path.at("is_still_leader").yes(unit.juju.is_leader())) return step_down(unit);
  unit.path.at("generate_passwords");
  if (!steps::generate_passwords(unit)) return leadership_lost(unit);
  unit.path.took("done");
  if (auto end = steps::create_k8s_resources(unit)) return *end;
  if (!unit.path.at("is_part_of_cluster").yes(steps::is_part_of_cluster(unit))) {
    unit.path.at("add_to_cluster");
    if (!steps::list_unit(unit, unit.name)) return leadership_lost(unit);
    unit.path.took("listed");
  }
  unit.path.at("remove_departed_units");
  if (!steps::remove_departed_units(unit)) return leadership_lost(unit);
  unit.path.took("done");
  if (!unit.path.at("has_cluster_initialised").yes(unit.juju.cluster_initialised())) {
    return unit.path.done("rtn", "nothing to join yet");
  }

  const auto admission = steps::admit_units(unit);
  if (!admission) return admission.error();
  if (*admission == steps::Admission::not_leader) return step_down(unit);
  unit.path.at("update_config");  // The published arrow leads here from defer2, too.
  if (auto updated = steps::update_config(unit); !updated) {
    return steps::exit_for(unit, updated.error());
  }
  unit.path.took("done");
  unit.path.at("lift_block");
  steps::lift_block(unit);
  return steps::end_after(unit, *admission, "rtn2", "every unit is on the cluster");
}

}  // namespace charm
