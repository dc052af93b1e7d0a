// Files that one command keeps and another reads: how JSON of them is read, and refused.
#pragma once

#include <cstdint>
#include <expected>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "sim/scenario/error.h"

namespace sim {

// What is wrong at this pointer into the file; empty: with all of it.
ScenarioError wrong_in(const std::string& file, std::string pointer, std::string what,
                       std::string expected);

// The object that a file holds. Of a text that is no JSON it says from which line and column on;
// `expected` is what should have been there.
std::expected<nlohmann::ordered_json, ScenarioError> parse_object(std::string_view text,
                                                                  const std::string& file,
                                                                  const std::string& expected);

// The whole file; an error says why not.
inline constexpr std::uintmax_t largest_file = 64U * 1024 * 1024;
std::expected<std::string, ScenarioError> read_file(const std::string& path,
                                                    std::uintmax_t most_bytes = largest_file);

// What an object keeps in its member "digests": a digest of each of these members, which it has; of
// a list also one of four digits for each element ("steps/*"), so that the one that was edited can
// be named. They guard against accidents and careless edits. They are no signature: anybody can
// make them anew.
nlohmann::ordered_json digests_of(const nlohmann::ordered_json& json,
                                  std::span<const std::string_view> members);
// The first of these members that is not as the object's digests say, with what is to be done
// about it. A digest that is absent is not missed.
std::optional<ScenarioError> edited_member(const nlohmann::ordered_json& json,
                                           std::span<const std::string_view> members,
                                           const std::string& file, const std::string& advice);

// 16 digits.
std::string to_hex(std::uint64_t number);

}  // namespace sim
