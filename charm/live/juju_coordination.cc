// Juju's peer relations `restart` and `upgrade`. Source: config-and-wire.md, sections 3.3 and 3.4;
// charm-hooks.md, section 1.4.
#include "charm/live/juju.h"
#include "charm/live/need.h"
#include "charm/wire/coordination.h"

namespace charm::live {
namespace {

constexpr std::string_view restart = "restart";
constexpr std::string_view upgrade = "upgrade";

}  // namespace

UnitSet Juju::members(std::string_view endpoint) {
  UnitSet units = bags_.peers(endpoint);
  units.insert(who_.unit);
  return units;
}

RestartStates Juju::restart_states() {
  RestartStates states;
  for (const UnitName unit : members(restart)) {
    const auto state =
        need(wire::parse_restart_state(wire::value_of(bags_.unit(restart, unit), "state")));
    if (state == RestartState::acquire) states.acquire.insert(unit);
    if (state == RestartState::release) states.release.insert(unit);
  }
  return states;
}

void Juju::set_restart_state(RestartState state) {
  bags_.set_unit(restart, {{"state", std::string(wire::to_text(state))}});
}

UnitSet Juju::restart_granted() {
  return need(wire::parse_restart_granted(who_.app, bags_.application(restart)));
}

// An absent lock is an idle one.
Juju::Written Juju::set_restart_granted(UnitSet units) {
  if (!is_leader()) return std::unexpected(NotLeader{});
  wire::Bag changes;
  for (const UnitName unit : restart_granted() - units) {
    changes.insert_or_assign(wire::restart_lock_key(who_.app, unit), "");
  }
  for (const UnitName unit : units) {
    changes.insert_or_assign(wire::restart_lock_key(who_.app, unit),
                             std::string(wire::restart_granted_text));
  }
  if (changes.empty()) return {};
  return bags_.set_application(restart, changes);
}

UpgradeMembers Juju::upgrade_states() {
  UpgradeMembers all;
  for (const UnitName unit : members(upgrade)) {
    const std::string_view state = wire::value_of(bags_.unit(upgrade, unit), "state");
    all.push_back({.unit = unit, .state = need(wire::parse_upgrade_state(state))});
  }
  return all;
}

void Juju::set_upgrade_state(UpgradeState state) {
  bags_.set_unit(upgrade, {{"state", std::string(wire::to_text(state))}});
}

UpgradeStack Juju::upgrade_stack() {
  const wire::Bag& bag = bags_.application(upgrade);
  return need(wire::parse_upgrade_stack(wire::value_of(bag, "upgrade-stack")));
}

Juju::Written Juju::set_upgrade_stack(const UpgradeStack& stack) {
  return set_application(upgrade, {{"upgrade-stack", wire::upgrade_stack_text(stack)}});
}

UpgradeStandbys Juju::upgrade_standbys() {
  const wire::Bag& bag = bags_.application(upgrade);
  return need(wire::parse_sync_standbys(who_.app, wire::value_of(bag, "sync-standbys")));
}

Juju::Written Juju::set_upgrade_standbys(const UpgradeStandbys& standbys) {
  return set_application(upgrade,
                         {{"sync-standbys", wire::sync_standbys_text(who_.app, standbys)}});
}

std::optional<Dependencies> Juju::dependencies() {
  const wire::Bag& bag = bags_.application(upgrade);
  return need(wire::parse_dependencies(wire::value_of(bag, "dependencies")));
}

Juju::Written Juju::set_dependencies(const Dependencies& dependencies) {
  return set_application(upgrade, {{"dependencies", wire::dependencies_text(dependencies)}});
}

}  // namespace charm::live
