// The rules on source files that no compiler checks: who may include whom, and what stays outside.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace layering {

struct Violation {
  std::string path;
  std::size_t line = 0;
  std::string what;

  friend bool operator==(const Violation&, const Violation&) = default;
};

// `charm/hooks/start.cc:12: may not include sim/`.
std::string to_text(const Violation& violation);

// The text with comments and what stands in quotes blanked out, line by line as before.
std::string without_comments_and_literals(std::string_view text);

// `path` is relative to the project's root: it tells which rules apply.
std::vector<Violation> check_includes(const std::string& path, std::string_view text);
std::vector<Violation> check_words(const std::string& path, std::string_view text);
std::vector<Violation> check_length(const std::string& path, std::string_view text);
std::vector<Violation> check_opening(const std::string& path, std::string_view text);

}  // namespace layering
