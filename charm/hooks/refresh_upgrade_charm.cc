// Chart: charm/flowcharts/refresh-upgrade-charm.mmd. Names are its node ids: a statement a box, a
// return an exit.
#include "charm/hooks/hooks.h"
#include "charm/steps/refresh.h"
#include "charm/steps/status.h"
#include "charm/steps/versions.h"

namespace charm {
namespace {

// What an older revision has not stored cannot be looked at: those that store nothing can be
// followed.
bool can_follow(Unit& unit) {
  const auto stored = unit.juju.dependencies();
  return !stored || steps::can_follow(*stored, steps::own_dependencies());
}

}  // namespace

Outcome on_refresh_upgrade_charm(Unit& unit, const Event& /*event*/) {
  unit.path.at("is_refreshed");
  const auto refreshed = steps::is_refreshed(unit);
  if (!refreshed) {
    unit.path.took("unknown");
    return unit.path.deferred("defer_api", "the StatefulSet could not be read");
  }
  if (!unit.path.yes(*refreshed)) return unit.path.done("rtn", "only the pod was made anew");
  if (!unit.path.at("is_prepared").yes(!unit.juju.upgrade_stack().empty())) {
    unit.path.at("hold_partition");
    if (auto held = unit.kubernetes.set_rolling_partition(unit.name.ordinal); !held) {
      return steps::exit_for_partition(unit, held.error());
    }
    unit.path.took("done");
  }
  if (unit.path.at("is_first").yes(steps::is_first_to_upgrade(unit)) &&
      !unit.path.at("can_follow").yes(can_follow(unit))) {
    steps::set_upgrade_failed(unit);
    return unit.path.done("rtn_failed", "no version can follow the one before");
  }
  unit.path.at("set_upgrading");
  unit.juju.set_unit_status({StatusKind::maintenance, messages::upgrading});
  unit.juju.set_upgrade_state(UpgradeState::upgrading);
  return unit.path.done("rtn2", "the unit is being upgraded");
}

}  // namespace charm
