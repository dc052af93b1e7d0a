// JSON that remembers where in the text each value stands, and refuses what a JSON library lets
// pass: keys that stand twice, and texts that are too deep or too large to be meant.
#pragma once

#include <cstddef>
#include <expected>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "sim/scenario/error.h"

namespace sim {

inline constexpr std::size_t max_json_bytes = std::size_t{1} << 20;
inline constexpr std::size_t max_json_depth = 16;
inline constexpr std::size_t max_json_values = 10'000;
inline constexpr std::size_t max_json_string_bytes = 1000;

struct JsonPlace {
  std::size_t line = 1;   // of the key, or of the value in a list
  std::size_t begin = 0;  // of an object, from its brace
  std::size_t end = 0;    // one past its closing brace
};

struct JsonText {
  nlohmann::json value;
  std::map<std::string, JsonPlace> places;  // by JSON pointer

  // Of what the pointer says or, if it does not stand in the text, of what would hold it.
  [[nodiscard]] std::size_t line_of(std::string pointer) const;
};

// `file` is for the error only.
std::expected<JsonText, ScenarioError> parse_json(std::string_view text, const std::string& file);

}  // namespace sim
