#include "charm/rendering/standing_file.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "charm/rendering/yaml.h"

namespace charm::rendering {
namespace {

// The tag of a scalar that stands in quotes.
constexpr std::string_view quoted = "!";

std::optional<std::int64_t> whole_number(const std::string& value) {
  std::int64_t number = 0;
  const char* last = std::to_address(value.end());
  const auto [end, error] = std::from_chars(value.data(), last, number);
  return error == std::errc() && end == last ? std::optional(number) : std::nullopt;
}

// What another one has written without quotes and is none of the three, as `on`, is a text here: a
// YAML 1.1 reader would take it for a boolean, and PostgreSQL takes the text.
void emit_scalar(YAML::Emitter& out, const YAML::Node& node) {
  const std::string& value = node.Scalar();
  const bool plain = node.Tag() != quoted;
  if (plain && (value == "true" || value == "false")) {
    out << (value == "true");
  } else if (const auto number = whole_number(value); plain && number) {
    out << *number;
  } else {
    text(out, value);
  }
}

// Deeper, and of more nodes, than any patroni.yml is: what aliases make of a few lines has no end,
// or only one that nobody lives to see.
constexpr int deepest = 16;
constexpr std::size_t most_nodes = 10'000;

// Whether it may be written out; takes its nodes off those that are left.
bool has_an_end(const YAML::Node& node, int depth, std::size_t& left) {
  if (depth > deepest || left == 0) return false;
  --left;
  if (node.IsSequence()) {
    return std::ranges::all_of(
        node, [&](const YAML::Node& item) { return has_an_end(item, depth + 1, left); });
  }
  return !node.IsMap() || std::ranges::all_of(node, [&](const auto& entry) {
    return has_an_end(entry.second, depth + 1, left);
  });
}

bool is_short_map(const YAML::Node& node) {
  std::size_t left = most_nodes;
  return node.IsMap() && has_an_end(node, 0, left);
}

}  // namespace

std::optional<StandingParameters> read_standing(std::string_view standing) {
  try {
    const YAML::Node file = YAML::Load(std::string(standing));
    StandingParameters found{.dynamic = file["bootstrap"]["dcs"],
                             .local = file["postgresql"]["parameters"]};
    if (!is_short_map(found.dynamic) || !is_short_map(found.local)) return std::nullopt;
    return found;
  } catch (const YAML::Exception&) {
    return std::nullopt;
  }
}

std::vector<std::string> standing_pg_hba(std::string_view standing) {
  try {
    const YAML::Node file = YAML::Load(std::string(standing));
    if (!file.IsMap()) return {};
    const YAML::Node list = file["postgresql"]["pg_hba"];
    if (!list.IsSequence()) return {};
    return list.as<std::vector<std::string>>();
  } catch (const YAML::Exception&) {
    return {};
  }
}

bool is_pg_hba_marked(std::string_view standing) {
  const std::vector<std::string> lines = standing_pg_hba(standing);
  return !lines.empty() && lines.back() == pg_hba_mark;
}

void emit(YAML::Emitter& out, const YAML::Node& node) {
  switch (node.Type()) {
    case YAML::NodeType::Scalar: return emit_scalar(out, node);
    case YAML::NodeType::Sequence:
      out << YAML::BeginSeq;
      for (const YAML::Node& item : node) emit(out, item);
      out << YAML::EndSeq;
      return;
    case YAML::NodeType::Map:
      out << YAML::BeginMap;
      for (const auto& entry : node) {
        out << YAML::Key << entry.first.Scalar() << YAML::Value;
        emit(out, entry.second);
      }
      out << YAML::EndMap;
      return;
    case YAML::NodeType::Undefined:
    case YAML::NodeType::Null: out << YAML::Null; return;
  }
}

}  // namespace charm::rendering
