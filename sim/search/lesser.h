// Scenarios that are a little less than one: what shrinking tries.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace sim {

struct Lesser {
  nlohmann::ordered_json json;
  // How much was left out; of faults, how many kinds.
  std::size_t steps = 0;
  std::size_t units = 0;
  std::size_t faults = 0;
};

// Whether this member of `faults` is a kind with its budget, and not from when or until when.
bool is_budget(const std::string& key);

// Without all faults, without one step, unit or kind of fault; the largest parts first, of a story
// the last steps first. Some of them may be no scenario: a step that needs what is left out.
std::vector<Lesser> lesser(const nlohmann::ordered_json& scenario);

}  // namespace sim
