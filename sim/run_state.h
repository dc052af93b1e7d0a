// Where a run stands between two of its steps, as a value: what the explorer keeps, hashes and goes
// back to. With the scenario and the charm it decides everything that can come.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "model/world.h"
#include "sim/execution/unit_run.h"
#include "sim/properties/memory.h"
#include "sim/scenario/scenario.h"

namespace sim {

struct Property;

struct RunState {
  model::World world{1};
  Memory memory;
  std::vector<StoppedHook> hooks;  // one a unit
  std::array<std::uint16_t, fault_kind_count> fault_budget{};
  Changes changes_left;
  charm::Instant settled_since;
  bool settled = false;
  bool may_have_settled = true;
  const Property* last_missing = nullptr;

  // Of its own, and of what it holds.
  [[nodiscard]] std::size_t bytes() const;
};

}  // namespace sim
