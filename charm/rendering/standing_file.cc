#include "charm/rendering/standing_file.h"

#include <charconv>
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

}  // namespace

std::optional<StandingParameters> read_standing(std::string_view standing) {
  try {
    const YAML::Node file = YAML::Load(std::string(standing));
    StandingParameters found{.dynamic = file["bootstrap"]["dcs"],
                             .local = file["postgresql"]["parameters"]};
    if (!found.dynamic.IsMap() || !found.local.IsMap()) return std::nullopt;
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
