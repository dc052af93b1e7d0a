// What a world cannot be, and the words in which it is refused.
#pragma once

#include <optional>
#include <string>

#include "sim/scenario/error.h"
#include "sim/scenario/scenario.h"

namespace sim {

using MaybeError = std::optional<ScenarioError>;

ScenarioError error(std::string pointer, std::string what, std::string expected);
std::string in_words(charm::Duration time);
std::string beyond(charm::Duration horizon);

MaybeError check_world(const Scenario& scenario);

}  // namespace sim
