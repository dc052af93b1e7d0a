// Where a run stands between two of its steps, as a value: what the explorer keeps, hashes and goes
// back to. With the scenario and the charm it decides everything that can come.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "charm/runtime/dispatch.h"
#include "model/world.h"
#include "sim/execution/unit_run.h"
#include "sim/properties/memory.h"
#include "sim/properties/property_set.h"
#include "sim/scenario/scenario.h"

namespace sim {

struct Property;

// A dispatch that is stopped at a call: its event and what it has been told so far. Its path and
// its stack come back when it is run again on that.
struct StoppedHook {
  bool active = false;  // otherwise the unit is in none, and nothing else here means anything
  bool in_call = false;
  Disturbance disturbance = Disturbance::none;
  charm::Event event;
  AnswerLog log;
  std::uint32_t heard = 0;
  const charm::Handler* handler = nullptr;
  charm::Event handler_event;
  bool handler_reemitted = false;
  std::string action_text;
};

struct RunState {
  model::World world{1};
  Memory memory;
  std::vector<StoppedHook> hooks;  // one a unit
  std::array<std::uint16_t, fault_kind_count> fault_budget{};
  charm::Instant settled_since;
  bool settled = false;
  bool may_have_settled = true;
  const Property* last_missing = nullptr;
  PropertySet witnesses;
};

}  // namespace sim
