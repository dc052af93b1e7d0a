// Quotes.
#include "sim/commands/quoted.h"

namespace sim {

std::string quoted(const std::string& path) {
  constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./+,:@%";
  if (!path.empty() && path.find_first_not_of(plain) == std::string::npos) return path;
  std::string text = "'";
  for (const char letter : path)
    text += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
  return text + '\'';
}

}  // namespace sim
