// Chart: charm/flowcharts/restart-relation-changed.mmd. Names are its node ids: a statement a box,
// a return an exit.
#include "charm/hooks/hooks.h"
#include "charm/steps/restart.h"

namespace charm {
namespace {

// It ends with the lock given back, whatever has come of it: whoever still needs a restart asks
// anew.
void take_turn(Unit& unit) {
  const bool needed = unit.path.at("is_restart_needed").yes(steps::is_restart_pending(unit));
  if (needed && unit.path.at("do_all_others_work").yes(steps::do_all_others_work(unit))) {
    unit.path.at("restart");
    unit.path.took(steps::restart_postgresql(unit) ? "done" : "refused");
  }
  unit.path.at("release_lock");
  steps::release_restart_lock(unit);
}

// Not at each change in the relation: it would ask again as soon as its release is seen, as long as
// another member is down.
void ask(Unit& unit, const Event& event) {
  const bool comes_round = event.kind == EventKind::update_status;
  if (!unit.path.at("is_update_status").yes(comes_round)) return;
  if (unit.path.at("is_granted_in_vain").yes(steps::is_granted_in_vain(unit))) {
    unit.path.at("release_again");
    return steps::release_again(unit);
  }
  if (!unit.path.at("is_restart_pending").yes(steps::is_restart_pending(unit))) return;
  unit.path.at("ask_for_restart");
  steps::ask_for_restart(unit, steps::Written::same_parameters);
}

}  // namespace

Outcome on_restart_relation_changed(Unit& unit, const Event& event) {
  if (!unit.path.at("stays").yes(unit.juju.planned_units().contains(unit.name))) {
    return unit.path.done("rtn", "the unit is being removed");
  }
  const bool holds = unit.path.at("holds_lock").yes(steps::holds_restart_lock(unit));
  holds ? take_turn(unit) : ask(unit, event);
  if (!unit.path.at("is_leader").yes(unit.juju.is_leader())) {
    return unit.path.done("rtn2", "the leader grants the lock");
  }
  unit.path.at("process_locks");
  if (!steps::process_restart_locks(unit, event)) {
    unit.path.took("not leader");
    return unit.path.done("rtn2", "leadership was lost: the next leader grants the lock");
  }
  unit.path.took("done");
  return unit.path.done("rtn3", "the locks are as they shall be");
}

}  // namespace charm
