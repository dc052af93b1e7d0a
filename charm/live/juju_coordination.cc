// Juju's peer relations `restart` and `upgrade`. Source: config-and-wire.md, sections 3.3 and 3.4;
// charm-hooks.md, section 1.4.
#include "charm/live/juju.h"
#include "charm/live/need.h"
#include "charm/wire/dependencies.h"
#include "charm/wire/peers.h"

namespace charm::live {
namespace {

constexpr std::string_view restart = "restart";
constexpr std::string_view upgrade = "upgrade";

std::string text_of(RestartState state) {
  switch (state) {
    case RestartState::none: return {};
    case RestartState::acquire: return "acquire";
    case RestartState::release: return "release";
  }
  return {};
}

UpgradeState known(std::optional<wire::UpgradeState> state) {
  if (!state) return UpgradeState::none;
  switch (*state) {
    case wire::UpgradeState::recovery: return UpgradeState::recovery;
    case wire::UpgradeState::failed: return UpgradeState::failed;
    case wire::UpgradeState::idle: return UpgradeState::idle;
    case wire::UpgradeState::ready: return UpgradeState::ready;
    case wire::UpgradeState::upgrading: return UpgradeState::upgrading;
    case wire::UpgradeState::completed: return UpgradeState::completed;
  }
  return UpgradeState::none;
}

std::string text_of(UpgradeState state) {
  switch (state) {
    case UpgradeState::none: return {};
    case UpgradeState::recovery: return std::string(to_text(wire::UpgradeState::recovery));
    case UpgradeState::failed: return std::string(to_text(wire::UpgradeState::failed));
    case UpgradeState::idle: return std::string(to_text(wire::UpgradeState::idle));
    case UpgradeState::ready: return std::string(to_text(wire::UpgradeState::ready));
    case UpgradeState::upgrading: return std::string(to_text(wire::UpgradeState::upgrading));
    case UpgradeState::completed: return std::string(to_text(wire::UpgradeState::completed));
  }
  return {};
}

}  // namespace

UnitSet Juju::members(std::string_view endpoint) {
  UnitSet units = bags_.peers(endpoint);
  units.insert(who_.unit);
  return units;
}

RestartStates Juju::restart_states() {
  RestartStates states;
  for (const UnitName unit : members(restart)) {
    const std::string_view wanted = wire::value_of(bags_.unit(restart, unit), "state");
    need(wire::parse_restart_lock({}, wanted));
    if (wanted == text_of(RestartState::acquire)) states.acquire.insert(unit);
    if (wanted == text_of(RestartState::release)) states.release.insert(unit);
  }
  return states;
}

// With an acquire upstream runs the callback that is named beside it, or its default one.
void Juju::set_restart_state(RestartState state) {
  bags_.set_unit(restart, {{"state", text_of(state)}, {"callback_override", ""}});
}

UnitSet Juju::restart_granted() {
  const wire::Bag& bag = bags_.application(restart);
  UnitSet units;
  for (std::uint16_t ordinal = 0; ordinal < max_units; ++ordinal) {
    const UnitName unit{ordinal};
    const std::string_view lock = wire::value_of(bag, wire::restart_lock_key(who_.app, unit));
    need(wire::parse_restart_lock(lock, {}));
    if (lock == "granted") units.insert(unit);
  }
  return units;
}

// An absent lock is an idle one.
Juju::Written Juju::set_restart_granted(UnitSet units) {
  if (!is_leader()) return std::unexpected(NotLeader{});
  wire::Bag changes;
  for (const UnitName unit : restart_granted() - units) {
    changes.insert_or_assign(wire::restart_lock_key(who_.app, unit), "");
  }
  for (const UnitName unit : units) {
    changes.insert_or_assign(wire::restart_lock_key(who_.app, unit), "granted");
  }
  if (changes.empty()) return {};
  return bags_.set_application(restart, changes);
}

UpgradeMembers Juju::upgrade_states() {
  UpgradeMembers all;
  for (const UnitName unit : members(upgrade)) {
    const auto state =
        need(wire::parse_upgrade_state(wire::value_of(bags_.unit(upgrade, unit), "state")));
    all.push_back({.unit = unit, .state = known(state)});
  }
  return all;
}

void Juju::set_upgrade_state(UpgradeState state) {
  bags_.set_unit(upgrade, {{"state", text_of(state)}});
}

UpgradeStack Juju::upgrade_stack() {
  const wire::Bag& bag = bags_.application(upgrade);
  UpgradeStack stack;
  for (const UnitName unit :
       need(wire::parse_upgrade_stack(wire::value_of(bag, "upgrade-stack")))) {
    stack.push_back(unit);
  }
  return stack;
}

Juju::Written Juju::set_upgrade_stack(const UpgradeStack& stack) {
  const std::vector<UnitName> units(stack.begin(), stack.end());
  return set_application(upgrade, {{"upgrade-stack", wire::upgrade_stack_text(units)}});
}

UpgradeStandbys Juju::upgrade_standbys() {
  const wire::Bag& bag = bags_.application(upgrade);
  const auto units =
      need(wire::parse_sync_standbys(who_.app, wire::value_of(bag, "sync-standbys")));
  if (!units) return {};
  return {.units = *units, .restricted = true};
}

Juju::Written Juju::set_upgrade_standbys(const UpgradeStandbys& standbys) {
  const std::string text =
      standbys.restricted ? wire::sync_standbys_text(who_.app, standbys.units) : std::string();
  return set_application(upgrade, {{"sync-standbys", text}});
}

std::optional<Dependencies> Juju::dependencies() {
  const wire::Bag& bag = bags_.application(upgrade);
  return need(wire::parse_dependencies(wire::value_of(bag, "dependencies")));
}

Juju::Written Juju::set_dependencies(const Dependencies& dependencies) {
  return set_application(upgrade, {{"dependencies", wire::dependencies_text(dependencies)}});
}

}  // namespace charm::live
