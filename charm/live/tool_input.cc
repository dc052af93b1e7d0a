#include "charm/live/tool_input.h"

#include <charconv>
#include <cstdint>

#include "charm/wire/json.h"

namespace charm::live {
namespace {

constexpr std::size_t escape_size = 6;  // `\ud83d`

// The number of the escape at the beginning of the text; 0 if it is none.
std::uint32_t unit_at(std::string_view text) {
  std::uint32_t unit = 0;
  if (text.size() < escape_size || !text.starts_with("\\u")) return 0;
  const std::string_view digits = text.substr(2, 4);
  std::from_chars(digits.data(), digits.data() + digits.size(), unit, 16);
  return unit;
}

void append_utf8(std::string& out, std::uint32_t point) {
  for (const int shift : {18, 12, 6, 0}) {
    const std::uint32_t bits = point >> static_cast<unsigned>(shift);
    out += static_cast<char>(shift == 18 ? 0xF0U | (bits & 0x07U) : 0x80U | (bits & 0x3FU));
  }
}

}  // namespace

std::string to_tool_input(const wire::Bag& bag) {
  const std::string ascii = wire::to_python_json(bag);
  std::string out;
  std::string_view rest = ascii;
  while (!rest.empty()) {
    const std::uint32_t high = unit_at(rest);
    if (high >= 0xD800 && high < 0xDC00) {
      const std::uint32_t low = unit_at(rest.substr(escape_size));
      append_utf8(out, 0x10000 + ((high - 0xD800) << 10U) + (low - 0xDC00));
      rest.remove_prefix(2 * escape_size);
      continue;
    }
    const std::size_t count = rest.front() == '\\' ? 2 : 1;  // no escape begins within another one
    out.append(rest.substr(0, count));
    rest.remove_prefix(count);
  }
  return out;
}

}  // namespace charm::live
