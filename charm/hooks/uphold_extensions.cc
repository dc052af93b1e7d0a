// Chart: charm/flowcharts/uphold-extensions.mmd. Names are its node ids: a statement a box, a
// return an exit.
#include <optional>

#include "charm/hooks/hooks.h"
#include "charm/steps/extensions.h"
#include "charm/steps/status.h"

namespace charm {
namespace {

Outcome unreachable(Unit& unit) {
  unit.path.took("unreachable");
  return unit.path.deferred("defer_unreachable", "the primary does not answer");
}

Outcome blocked(Unit& unit, std::string_view node, std::string_view message, std::string_view exit,
                std::string_view reason) {
  unit.path.at(node);
  steps::set_blocked_by(unit, steps::Wish::plugin, message);
  return unit.path.done(exit, reason);
}

// Nothing, or the exit to take.
std::optional<Outcome> change(Unit& unit, const ExtensionSet& wanted) {
  unit.path.at("set_extensions");
  const auto changed = unit.postgresql.set_extensions(wanted);
  if (!changed && changed.error() == ports::ExtensionError::unreachable) return unreachable(unit);
  if (!changed) {
    unit.path.took("objects depend");
    return blocked(unit, "blocked_dependent", messages::plugin_in_use, "rtn_dependent",
                   "objects depend on an extension that is to go");
  }
  unit.path.took("done");
  return std::nullopt;
}

}  // namespace

Outcome on_uphold_extensions(Unit& unit, const Event& /*event*/) {
  if (!unit.path.at("is_leader").yes(unit.juju.is_leader())) {
    unit.path.at("leave_to_leader");
    steps::lift_wish(unit, steps::Wish::plugin);
    return unit.path.done("rtn_not_leader", "the leader sees to them");
  }
  if (!unit.path.at("has_cluster_initialised").yes(unit.juju.cluster_initialised())) {
    return unit.path.done("rtn", "pebble-ready sets them");
  }
  unit.path.at("are_plugins_satisfied");
  const auto wanted = steps::wanted_extensions(unit);
  if (!wanted && wanted.error() == steps::PluginError::bad_option) {
    unit.path.took("bad option");
    return unit.path.done("rtn", "config-changed says which");
  }
  if (!unit.path.yes(wanted.has_value())) {
    return blocked(unit, "blocked_unsatisfied", messages::unsatisfied_plugin, "rtn_unsatisfied",
                   "a plugin lacks what it needs");
  }
  unit.path.at("has_extensions");
  const auto has = unit.postgresql.has_extensions(*wanted);
  if (!has) return unreachable(unit);
  if (!unit.path.yes(*has)) {
    if (auto end = change(unit, *wanted)) return *end;
  }
  unit.path.at("lift_block");
  steps::lift_wish(unit, steps::Wish::plugin);
  return unit.path.done("rtn2", "each database has its extensions");
}

}  // namespace charm
