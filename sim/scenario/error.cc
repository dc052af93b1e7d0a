// The text of a refused scenario's error, and JSON pointers.
#include "sim/scenario/error.h"

namespace sim {
std::string printable(std::string_view text) {
  static constexpr std::string_view digits = "0123456789abcdef";
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7F) {
      result += c;
    } else {
      result += {'\\', 'x', digits[byte / 16], digits[byte % 16]};
    }
  }
  return result;
}

std::string to_text(const ScenarioError& error) {
  std::string text = error.file;
  if (error.line) text += ':' + std::to_string(*error.line);
  if (error.column) text += ':' + std::to_string(*error.column);
  if (!text.empty()) text += ": ";
  if (!error.pointer.empty()) text += printable(error.pointer) + ": ";
  text += printable(error.what);
  if (!error.expected.empty()) text += "; " + printable(error.expected);
  return text;
}

std::string pointer_to(const std::string& parent, const std::string& key) {
  std::string pointer = parent + '/';
  for (const char c : key) {
    if (c == '~') {
      pointer += "~0";
    } else if (c == '/') {
      pointer += "~1";
    } else {
      pointer += c;
    }
  }
  return pointer;
}

std::string pointer_to(const std::string& parent, std::size_t index) {
  return parent + '/' + std::to_string(index);
}

}  // namespace sim
