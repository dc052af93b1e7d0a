// Reads a scenario: the whole of it or, with one clear error, nothing.
#pragma once

#include <expected>
#include <filesystem>
#include <string>
#include <string_view>

#include "sim/scenario/error.h"
#include "sim/scenario/scenario.h"

namespace sim {

// `file` names the text in errors, and its stem is the scenario's name.
std::expected<Scenario, ScenarioError> read_scenario(std::string_view text, std::string file);

std::expected<Scenario, ScenarioError> read_scenario_file(const std::filesystem::path& path);

}  // namespace sim
