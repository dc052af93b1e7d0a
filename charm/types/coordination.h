// How the units of an application wait for each other, in its peer relations `restart` and
// `upgrade`. Source: charm-hooks.md, sections 1.4, 6.11; config-and-wire.md, sections 3.3, 3.4.
#pragma once

#include <cstdint>

#include "charm/types/bounded_vector.h"
#include "charm/types/names.h"

namespace charm {

// `state` in a unit's bag of `restart`.
enum class RestartState : std::uint8_t { none, acquire, release };

// Those of this unit and of the peers whose joined it has run there, by what their bags say.
struct RestartStates {
  UnitSet acquire;
  UnitSet release;

  friend bool operator==(const RestartStates&, const RestartStates&) = default;
};

// `state` in a unit's bag of `upgrade`. In this order: the first of several is the furthest behind.
// None until the unit has run its relation-created there.
enum class UpgradeState : std::uint8_t {
  none,
  recovery,
  failed,
  idle,
  ready,
  upgrading,
  completed
};

struct UpgradeMember {
  UnitName unit;
  UpgradeState state = UpgradeState::none;
  std::uint8_t unused = 0;

  friend bool operator==(const UpgradeMember&, const UpgradeMember&) = default;
};
// This unit and the peers whose joined it has run there, in ascending order.
using UpgradeMembers = BoundedVector<UpgradeMember, max_units>;

// `upgrade-stack` of the application's bag there: the last goes first.
using UpgradeStack = BoundedVector<UnitName, max_units>;

// `sync-standbys` there.
struct UpgradeStandbys {
  UnitSet units;
  bool restricted = false;  // absent: no restriction

  friend bool operator==(const UpgradeStandbys&, const UpgradeStandbys&) = default;
};

}  // namespace charm
