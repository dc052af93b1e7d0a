// Whether a scenario file has the shape that scenarios/scenario.schema.json asks for.
#pragma once

#include <optional>

#include "sim/scenario/error.h"
#include "sim/scenario/json_text.h"

namespace sim {

// The first violation in the file's order; without the file's name.
std::optional<ScenarioError> check_shape(const JsonText& text);

}  // namespace sim
