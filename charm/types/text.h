// Reading text from left to right.
#pragma once

#include <algorithm>
#include <string_view>

namespace charm {

// What stands before the separator, or all there is; it and the separator are taken off the text.
constexpr std::string_view take_until(std::string_view& text, char separator) {
  const std::size_t end = std::min(text.find(separator), text.size());
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

}  // namespace charm
