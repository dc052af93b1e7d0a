// Constraints are ranges: at least one version, and below another.
#include "charm/steps/versions.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <compare>
#include <cstdint>
#include <optional>

namespace charm::steps {
namespace {

struct Version {
  static constexpr std::size_t most_parts = 4;

  std::array<std::uint32_t, most_parts> parts{};
  std::size_t count = 0;  // how many it names

  friend auto operator<=>(const Version& a, const Version& b) { return a.parts <=> b.parts; }
  friend bool operator==(const Version& a, const Version& b) { return a.parts == b.parts; }
};

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

std::optional<std::uint32_t> parse_number(std::string_view text) {
  std::uint32_t number = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = result.ec == std::errc() && result.ptr == text.data() + text.size();
  return whole ? std::optional(number) : std::nullopt;
}

std::optional<Version> parse_version(std::string_view text) {
  Version version;
  while (true) {
    if (version.count == Version::most_parts) return std::nullopt;
    const std::size_t dot = text.find('.');
    const auto part = parse_number(text.substr(0, dot));
    if (!part) return std::nullopt;
    version.parts.at(version.count++) = *part;
    if (dot == std::string_view::npos) return version;
    text.remove_prefix(dot + 1);
  }
}

// The first version in which the part at that place is another one.
Version next_at(const Version& version, std::size_t place) {
  Version next = version;
  ++next.parts.at(place);
  std::fill(next.parts.begin() + static_cast<std::ptrdiff_t>(place) + 1, next.parts.end(), 0U);
  return next;
}

// `^`: up to the next change of the first part that is not 0.
Version after_caret(const Version& version) {
  std::size_t place = 0;
  while (place + 1 < version.count && version.parts.at(place) == 0) ++place;
  return next_at(version, place);
}

// `~14.1` is up to 14.2, `~14` up to 15.
Version after_tilde(const Version& version) {
  return next_at(version, version.count == 1 ? 0U : 1U);
}

bool satisfies_one(const Version& version, std::string_view constraint) {
  if (constraint == "*") return true;
  constexpr std::array<std::string_view, 8> operators{">=", "<=", "!=", "==", ">", "<", "^", "~"};
  std::string_view found;
  for (const std::string_view one : operators) {
    if (found.empty() && constraint.starts_with(one)) found = one;
  }
  const auto bound = parse_version(trimmed(constraint.substr(found.size())));
  if (!bound) return false;
  if (found == ">=") return version >= *bound;
  if (found == "<=") return version <= *bound;
  if (found == "!=") return !(version == *bound);
  if (found == ">") return version > *bound;
  if (found == "<") return version < *bound;
  if (found == "^") return version >= *bound && version < after_caret(*bound);
  if (found == "~") return version >= *bound && version < after_tilde(*bound);
  return version == *bound;
}

bool can_follow(const Dependency& stored, const Dependency& own) {
  return satisfies(stored.version.view(), own.upgrade_supported.view());
}

}  // namespace

const Dependencies& own_dependencies() {
  static const Dependencies own{
      .charm = {.version = VersionText("2"), .upgrade_supported = VersionText(">0")},
      .rock = {.version = VersionText("14.11"), .upgrade_supported = VersionText("^14")}};
  return own;
}

bool satisfies(std::string_view version, std::string_view constraint) {
  const auto parsed = parse_version(trimmed(version));
  if (!parsed) return false;
  while (true) {
    const std::size_t comma = constraint.find(',');
    if (!satisfies_one(*parsed, trimmed(constraint.substr(0, comma)))) return false;
    if (comma == std::string_view::npos) return true;
    constraint.remove_prefix(comma + 1);
  }
}

bool can_follow(const Dependencies& stored, const Dependencies& own) {
  return can_follow(stored.charm, own.charm) && can_follow(stored.rock, own.rock);
}

}  // namespace charm::steps
