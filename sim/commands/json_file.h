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

// The object that a file holds. Of a text that is no JSON it says from which line and column on,
// and of a key that stands twice in its object both lines: whoever reads it elsewhere may see the
// other value. Nothing is nested deeper than `deepest_json`. `expected` is what should have been
// there.
inline constexpr std::size_t deepest_json = 64;
std::expected<nlohmann::ordered_json, ScenarioError> parse_object(std::string_view text,
                                                                  const std::string& file,
                                                                  const std::string& expected);

// The whole file; an error says why not.
inline constexpr std::uintmax_t largest_file = 64U * 1024 * 1024;
std::expected<std::string, ScenarioError> read_file(const std::string& path,
                                                    std::uintmax_t most_bytes = largest_file);

// What an object keeps in its member "digests": a digest of each other member; of a list also one
// of four digits for each element ("steps/*"), so that the one that was edited can be named. They
// guard against accidents and careless edits. They are no signature: anybody can make them anew.
nlohmann::ordered_json digests_of(const nlohmann::ordered_json& json);

// What an object of some format has, beside its digests.
struct FileMembers {
  std::span<const std::string_view> always;
  std::span<const std::string_view> sometimes;
};
// Where an object is not as it was written: a member is missing or edited, or is none of these; or
// a digest is. With what is to be done about it.
std::optional<ScenarioError> edited_place(const nlohmann::ordered_json& json,
                                          const FileMembers& members, const std::string& file,
                                          const std::string& advice);
// Of an object of another version, whose members and digests may be others: the first member that
// is not as those digests say that are there. (A version that makes them in another way has to call
// them otherwise.)
std::optional<ScenarioError> edited_place_of_other_version(const nlohmann::ordered_json& json,
                                                           const std::string& file,
                                                           const std::string& advice);

// 16 digits.
std::string to_hex(std::uint64_t number);

}  // namespace sim
