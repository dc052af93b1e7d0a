// The part of Juju's hook tools that is about the peer relations `restart` and `upgrade`: several
// bags in one answer, of one moment, but for what the agent has cached.
#include "model/juju.h"
#include "sim/ports/ports.h"

namespace sim {
namespace {

namespace juju = model::juju;
using charm::NotLeader;
using charm::UnitName;
using charm::UnitSet;

std::uint32_t digest_units(UnitSet units) {
  std::uint64_t hash = units.size();
  for (UnitName unit : units) hash = model::mix(hash, unit.ordinal);
  return digest(hash);
}

// In the order of the list.
std::uint32_t digest_stack(const charm::UpgradeStack& stack) {
  std::uint64_t hash = stack.size();
  for (UnitName unit : stack) hash = model::mix(hash, unit.ordinal);
  return digest(hash);
}

UnitSet members(const model::World& world, UnitName unit, std::uint8_t relation) {
  UnitSet set = juju::peers(world, unit, relation);
  set.insert(unit);
  return set;
}

}  // namespace

template <class Write>
std::expected<void, NotLeader> JujuPort::write_as_leader(Call call, std::uint32_t arguments,
                                                         Write write) {
  return gate_.make(call, arguments, [this, &write]() -> std::expected<void, NotLeader> {
    if (!ask_leadership()) return std::unexpected(NotLeader{});
    write();
    return {};
  });
}

charm::RestartStates JujuPort::restart_states() {
  return gate_.make(Call::restart_states, 0, [this] {
    charm::RestartStates states;
    for (UnitName unit : members(gate_.world(), gate_.unit(), model::restart_peers)) {
      switch (juju::read_restart_state(gate_.world(), gate_.unit(), unit)) {
        case charm::RestartState::none: break;
        case charm::RestartState::acquire: states.acquire.insert(unit); break;
        case charm::RestartState::release: states.release.insert(unit); break;
      }
    }
    return states;
  });
}

void JujuPort::set_restart_state(charm::RestartState state) {
  gate_.make(Call::set_restart_state, static_cast<std::uint32_t>(state), [this, state] {
    juju::stage_restart_state(gate_.world(), gate_.unit(), state);
    return Done{};
  });
}

UnitSet JujuPort::restart_granted() {
  return gate_.make(Call::restart_granted, 0,
                    [this] { return juju::read_restart_granted(gate_.world(), gate_.unit()); });
}

std::expected<void, NotLeader> JujuPort::set_restart_granted(UnitSet units) {
  return write_as_leader(Call::set_restart_granted, digest_units(units), [this, units] {
    juju::stage_restart_granted(gate_.world(), gate_.unit(), units);
  });
}

charm::UpgradeMembers JujuPort::upgrade_states() {
  return gate_.make(Call::upgrade_states, 0, [this] {
    charm::UpgradeMembers states;
    for (UnitName unit : members(gate_.world(), gate_.unit(), model::upgrade_peers)) {
      states.push_back(
          {.unit = unit, .state = juju::read_upgrade_state(gate_.world(), gate_.unit(), unit)});
    }
    return states;
  });
}

void JujuPort::set_upgrade_state(charm::UpgradeState state) {
  gate_.make(Call::set_upgrade_state, static_cast<std::uint32_t>(state), [this, state] {
    juju::stage_upgrade_state(gate_.world(), gate_.unit(), state);
    return Done{};
  });
}

charm::UpgradeStack JujuPort::upgrade_stack() {
  return gate_.make(Call::upgrade_stack, 0,
                    [this] { return juju::read_upgrade_stack(gate_.world(), gate_.unit()); });
}

std::expected<void, NotLeader> JujuPort::set_upgrade_stack(const charm::UpgradeStack& stack) {
  return write_as_leader(Call::set_upgrade_stack, digest_stack(stack), [this, &stack] {
    juju::stage_upgrade_stack(gate_.world(), gate_.unit(), stack);
  });
}

charm::UpgradeStandbys JujuPort::upgrade_standbys() {
  return gate_.make(Call::upgrade_standbys, 0,
                    [this] { return juju::read_upgrade_standbys(gate_.world(), gate_.unit()); });
}

std::expected<void, NotLeader> JujuPort::set_upgrade_standbys(
    const charm::UpgradeStandbys& standbys) {
  const std::uint32_t arguments = digest_units(standbys.units) + (standbys.restricted ? 1U : 0U);
  return write_as_leader(Call::set_upgrade_standbys, arguments, [this, &standbys] {
    juju::stage_upgrade_standbys(gate_.world(), gate_.unit(), standbys);
  });
}

}  // namespace sim
