// JSON from files, read with suspicion.
#include "sim/commands/json_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <system_error>

namespace sim {
namespace {

using Json = nlohmann::ordered_json;

// Line and column of a byte, both from 1, as the byte is.
void place(ScenarioError& error, std::string_view text, std::size_t byte) {
  const std::string_view before = text.substr(0, std::min(text.size(), byte == 0 ? 0 : byte - 1));
  error.line = static_cast<std::size_t>(std::ranges::count(before, '\n')) + 1;
  const std::size_t line_begin = before.rfind('\n');
  error.column = before.size() - (line_begin == before.npos ? 0 : line_begin + 1) + 1;
}

}  // namespace

ScenarioError wrong_in(const std::string& file, std::string pointer, std::string what,
                       std::string expected) {
  return {.file = file,
          .line = {},
          .column = {},
          .pointer = std::move(pointer),
          .what = std::move(what),
          .expected = std::move(expected)};
}

std::expected<Json, ScenarioError> parse_object(std::string_view text, const std::string& file,
                                                const std::string& expected) {
  try {
    Json json = Json::parse(text);
    if (!json.is_object()) return std::unexpected(wrong_in(file, "", "is no object", expected));
    return json;
  } catch (const Json::parse_error& error) {
    ScenarioError refused = wrong_in(file, "", "is no JSON from here on", expected);
    place(refused, text, error.byte);
    return std::unexpected(refused);
  }
}

std::string to_hex(std::uint64_t number) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text(16, '0');
  for (std::size_t at = 16; at > 0; --at, number >>= 4U) text[at - 1] = digits[number & 0xFU];
  return text;
}

std::expected<std::string, ScenarioError> read_file(const std::string& path,
                                                    std::uintmax_t most_bytes) {
  const auto refuse = [&path](const std::string& why) {
    return std::unexpected(wrong_in(path, "", "cannot be read: " + why, ""));
  };
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return refuse("it is a folder");
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  if (!in) return refuse(std::generic_category().message(errno));
  // Part by part, as a pipe does not tell how long it is.
  std::string text;
  std::array<char, 1U << 16U> part{};
  while (in) {
    in.read(part.data(), part.size());
    text.append(part.data(), static_cast<std::size_t>(in.gcount()));
    if (text.size() > most_bytes) {
      return refuse("it has more than " + std::to_string(most_bytes >> 20U) + " MiB");
    }
  }
  if (in.bad()) return refuse(std::generic_category().message(errno));
  return text;
}

}  // namespace sim
