// JSON from files, read with suspicion.
#include "sim/commands/json_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <system_error>

#include "model/hash.h"

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

std::string digest_of_member(const Json& member) {
  const std::string text = member.dump(-1, ' ', false, Json::error_handler_t::replace);
  return to_hex(model::hash_text(text, 0x5A));
}

// For each element the last digits of its digest: the whole list has a digest besides.
constexpr std::size_t element_digits = 4;
std::string digests_of_elements(const Json& list) {
  std::string digits;
  digits.reserve(list.size() * element_digits);
  for (const Json& element : list) {
    const std::string digest = digest_of_member(element);
    digits.append(digest, digest.size() - element_digits);
  }
  return digits;
}

std::string key_of_elements(std::string_view member) { return std::string(member) + "/*"; }

// Of a member that was edited: the element, where that can be told.
std::string edited_place(const Json& member, std::string_view key, const Json& digests) {
  std::string pointer = pointer_to("", std::string(key));
  const Json elements = digests.value(key_of_elements(key), Json());
  if (!member.is_array() || !elements.is_string()) return pointer;
  const auto& expected = elements.get_ref<const std::string&>();
  const std::string found = digests_of_elements(member);
  if (found == expected) return pointer;
  const auto [at, unused] = std::ranges::mismatch(found, expected);
  return pointer_to(pointer, static_cast<std::size_t>(at - found.begin()) / element_digits);
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

Json digests_of(const Json& json, std::span<const std::string_view> members) {
  Json digests = Json::object();
  for (const std::string_view key : members) {
    const Json& member = json.at(std::string(key));
    digests[std::string(key)] = digest_of_member(member);
    if (member.is_array()) digests[key_of_elements(key)] = digests_of_elements(member);
  }
  return digests;
}

std::optional<ScenarioError> edited_member(const Json& json,
                                           std::span<const std::string_view> members,
                                           const std::string& file, const std::string& advice) {
  const Json digests = json.value("digests", Json());
  if (!digests.is_object()) return std::nullopt;
  for (const std::string_view key : members) {
    const auto member = json.find(std::string(key));
    const auto digest = digests.find(std::string(key));
    if (member == json.end() || digest == digests.end()) continue;
    if (*digest == Json(digest_of_member(*member))) continue;
    return wrong_in(file, edited_place(*member, key, digests),
                    "is not what was written: the file was edited", advice);
  }
  return std::nullopt;
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
