// Refuses worlds that Juju or Kubernetes could not produce, and stories that cannot be told in
// them.
#pragma once

#include <optional>

#include "sim/scenario/error.h"
#include "sim/scenario/scenario.h"

namespace sim {

// For now, a world has room for this many units; all that a story adds are counted.
inline constexpr std::uint16_t max_scenario_units = 16;

// The first rule that is broken, with the pointer to what breaks it; without file and line.
std::optional<ScenarioError> check_consistency(const Scenario& scenario);

// The deed's key in the file format: `kill_pod`.
std::string_view key_of(const Deed& deed);
// Whom it is about, if it is about one.
std::optional<Target> target_of(const Deed& deed);

}  // namespace sim
