// Chart: charm/flowcharts/upgrade-relation-changed.mmd. Names are its node ids: a statement a box,
// a return an exit.
#include <algorithm>

#include "charm/hooks/hooks.h"
#include "charm/steps/refresh.h"
#include "charm/steps/status.h"

namespace charm {
namespace {

// A refresh goes from the highest unit down: those above have their turn before this one.
bool does_one_above_upgrade(Unit& unit) {
  const UpgradeMembers members = unit.juju.upgrade_states();
  return std::any_of(members.begin(), members.end(), [&unit](const UpgradeMember& member) {
    return member.unit.ordinal > unit.name.ordinal && member.state == UpgradeState::upgrading;
  });
}

// Only an Active unit says so: what keeps it from being Active is for another hook to end.
bool may_say_so(Unit& unit) {
  const UpgradeState own = steps::own_upgrade_state(unit);
  const bool is_next = own == UpgradeState::idle || own == UpgradeState::ready;
  return is_next && unit.juju.unit_status().kind == StatusKind::active;
}

bool says_so(Unit& unit) {
  return unit.juju.unit_status().message == messages::others_upgrade_first;
}

// The first unit of a prepared refresh told its operator to go on, then something else, and is
// Active again: nobody else would tell.
bool is_question_forgotten(Unit& unit) {
  return unit.juju.unit_status().kind == StatusKind::active &&
         steps::own_upgrade_state(unit) == UpgradeState::completed &&
         steps::is_first_to_upgrade(unit);
}

// Whoever was to be upgraded first is gone, and nobody else would move the partition on.
void let_first_go(Unit& unit) {
  const MaybeUnit first = steps::first_that_is_held(unit);
  if (!unit.path.at("is_first_held").yes(first.has_value())) return;
  unit.path.at("let_first_go");
  unit.path.took(steps::release(unit, (*first).ordinal) ? "done" : "refused");
}

}  // namespace

// With leader-elected and update-status, too: a leader that is gone before it has taken a unit off
// the stack leaves nothing that would tell the next one.
Outcome on_upgrade_relation_changed(Unit& unit, const Event& /*event*/) {
  const steps::Progress progress = steps::go_on_with_refresh(unit);
  if (progress == steps::Progress::over) {
    return unit.path.done("rtn_over", "every unit is upgraded");
  }
  if (progress == steps::Progress::under_way) {
    let_first_go(unit);
    if (unit.path.at("is_question_forgotten").yes(is_question_forgotten(unit))) {
      unit.path.at("ask_again");
      unit.juju.set_unit_status({StatusKind::maintenance, messages::upgraded_first});
      return unit.path.done("rtn", "the operator is asked again");
    }
  }
  if (!unit.path.at("does_wait").yes(does_one_above_upgrade(unit))) {
    if (!unit.path.at("does_say_so").yes(says_so(unit))) {
      return unit.path.done("rtn", "nothing is to be told");
    }
    unit.path.at("set_active");
    steps::set_active_after_refresh(unit);
    return unit.path.done("rtn", "nobody above is being upgraded any more");
  }
  if (!unit.path.at("may_say_so").yes(may_say_so(unit))) {
    return unit.path.done("rtn", "another hook has something to tell");
  }
  unit.path.at("set_waiting");
  steps::set_waiting(unit, messages::others_upgrade_first);
  return unit.path.done("rtn2", "others are upgraded first");
}

}  // namespace charm
