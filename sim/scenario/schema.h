// The scenarios' JSON Schema (scenarios/scenario.schema.json), as the build has put it into the
// program.
#pragma once

#include <string_view>

namespace sim {

std::string_view scenario_schema();

}  // namespace sim
