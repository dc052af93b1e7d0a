// Why a scenario is refused: where it stands in the file, what is wrong there, and what would be
// right.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace sim {

struct ScenarioError {
  std::string file;
  std::optional<std::size_t> line;    // from 1
  std::optional<std::size_t> column;  // from 1, in bytes; of JSON syntax errors only
  std::string pointer;                // RFC 6901, `/world/units`; empty: the whole file
  std::string what;                   // `is 0`
  std::string expected;               // `must be 1 to 16`; may be empty

  friend bool operator==(const ScenarioError&, const ScenarioError&) = default;
};

// `split.json:4: /world/units: is 0; must be 1 to 16`.
std::string to_text(const ScenarioError& error);

// ASCII as it is, anything else as `\xff`: it stays on its line, and moves no cursor.
std::string printable(std::string_view text);

// The pointer to a member of what `parent` points to.
std::string pointer_to(const std::string& parent, const std::string& key);
std::string pointer_to(const std::string& parent, std::size_t index);

}  // namespace sim
