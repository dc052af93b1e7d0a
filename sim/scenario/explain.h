// A schema violation in plain words: what a value is, and what the schema wants there.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "sim/scenario/error.h"

namespace sim {

// The part of the schema that a JSON pointer into a document is judged by; null if there is none.
const nlohmann::json* schema_at(const nlohmann::json& schema, const std::string& pointer);

// What is wrong with the value itself, not counting what is inside it; nothing if it is as `node`
// wants.
std::optional<ScenarioError> explain(const nlohmann::json& schema, const nlohmann::json& node,
                                     const nlohmann::json& value, const std::string& pointer);

}  // namespace sim
