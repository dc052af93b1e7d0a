// Reads the world of a scenario, and what its story is read with, too. The shape has been checked:
// what is there has the right type, and is in range.
#pragma once

#include <expected>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "sim/scenario/error.h"
#include "sim/scenario/scenario.h"

namespace sim {

template <class Value>
using Read = std::expected<Value, ScenarioError>;

charm::Duration seconds_of(const nlohmann::json& object, const char* key,
                           charm::Duration otherwise);
// A unit of this application; its number may still be one that does not exist.
Read<charm::UnitName> read_unit(const charm::AppName& app, const std::string& text,
                                const std::string& pointer);
Read<WorldSpec> read_world(const nlohmann::json& object);

}  // namespace sim
