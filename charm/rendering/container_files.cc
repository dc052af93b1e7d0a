#include "charm/rendering/container_files.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <functional>
#include <ranges>
#include <utility>

#include "charm/rendering/pebble_layer.h"
#include "charm/rendering/standing_file.h"
#include "charm/types/text.h"

namespace charm {
namespace {

// Deeper than a plan or a patroni.yml is: what aliases make of a few lines has no end.
constexpr int deepest = 16;

// Nothing: it is no map.
std::optional<YAML::Node> load_map(std::string_view text) {
  try {
    YAML::Node file = YAML::Load(std::string(text));
    if (file.IsMap()) return file;
  } catch (const YAML::Exception&) {
    return std::nullopt;
  }
  return std::nullopt;
}

// Of a map; undefined if there is no such key. Never adds one.
YAML::Node child(const YAML::Node& map, const std::string& key) {
  if (!map.IsDefined() || !map.IsMap()) return YAML::Node(YAML::NodeType::Undefined);
  for (const auto& entry : map) {
    if (entry.first.IsScalar() && entry.first.Scalar() == key) return entry.second;
  }
  return YAML::Node(YAML::NodeType::Undefined);
}

bool is_of_tls(std::string_view parameter) {
  static constexpr std::array<std::string_view, 4> names{"ssl", "ssl_ca_file", "ssl_cert_file",
                                                         "ssl_key_file"};
  return std::ranges::find(names, parameter) != names.end();
}

using Parameters = std::vector<std::pair<std::string, std::string>>;

// By name; what is no text has none.
Parameters parameters_of(const YAML::Node& map) {
  Parameters found;
  if (!map.IsDefined() || !map.IsMap()) return found;
  for (const auto& entry : map) {
    if (!entry.first.IsScalar() || is_of_tls(entry.first.Scalar())) continue;
    found.emplace_back(entry.first.Scalar(),
                       entry.second.IsScalar() ? entry.second.Scalar() : std::string());
  }
  std::ranges::sort(found);
  return found;
}

// What Pebble writes into a plan, whether the layer says so or not (plan.go, CombineLayers).
bool is_default(const std::string& key, const YAML::Node& value) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 4> defaults{
      {{"period", "10s"}, {"startup", "enabled"}, {"threshold", "3"}, {"timeout", "3s"}}};
  return value.IsScalar() &&
         std::ranges::find(defaults, std::pair<std::string_view, std::string_view>(
                                         key, value.Scalar())) != defaults.end();
}

enum class Kind : std::uint8_t { service, check };

bool is_same(const YAML::Node& asked, const YAML::Node& there, int depth);

bool has_same_entries(const YAML::Node& asked, const YAML::Node& there, int depth) {
  return asked.size() == there.size() && std::ranges::all_of(asked, [&](const auto& entry) {
           const YAML::Node other = child(there, entry.first.Scalar());
           return other.IsDefined() && is_same(entry.second, other, depth + 1);
         });
}

bool has_same_items(const YAML::Node& asked, const YAML::Node& there, int depth) {
  if (asked.size() != there.size()) return false;
  for (std::size_t i = 0; i < asked.size(); ++i) {
    if (!is_same(asked[i], there[i], depth + 1)) return false;
  }
  return true;
}

// As texts: `8` and `"8"` are the same to Pebble.
bool is_same(const YAML::Node& asked, const YAML::Node& there, int depth) {
  if (depth > deepest || asked.Type() != there.Type()) return false;
  if (asked.IsScalar()) return asked.Scalar() == there.Scalar();
  if (asked.IsMap()) return has_same_entries(asked, there, depth);
  return asked.IsSequence() && has_same_items(asked, there, depth);
}

// One service or check: each key that is asked for, and no other one.
bool is_there_as_asked(const YAML::Node& asked, const YAML::Node& there, Kind kind) {
  if (!there.IsDefined() || !there.IsMap()) return false;
  for (const auto& entry : there) {
    if (!entry.first.IsScalar()) return false;
    const std::string& key = entry.first.Scalar();
    const bool may_be_added = kind == Kind::check && is_default(key, entry.second);
    if (!child(asked, key).IsDefined() && !may_be_added) return false;
  }
  return std::ranges::all_of(asked, [&](const auto& entry) {
    const YAML::Node other = child(there, entry.first.Scalar());
    return other.IsDefined() && is_same(entry.second, other, 0);
  });
}

bool are_there(const YAML::Node& layer, const YAML::Node& plan, const char* section, Kind kind) {
  const YAML::Node asked = child(layer, section);
  const YAML::Node there = child(plan, section);
  if (!asked.IsDefined()) return true;
  return std::ranges::all_of(asked, [&](const auto& entry) {
    const std::string& name = entry.first.Scalar();
    if (kind == Kind::service && name == exporter_service) return true;
    return is_there_as_asked(entry.second, child(there, name), kind);
  });
}

// Empty: it is no text, or not there.
std::string text_of(const YAML::Node& value) {
  return value.IsDefined() && value.IsScalar() ? value.Scalar() : std::string();
}

YAML::Node exporter_of(const YAML::Node& layer) {
  return child(child(layer, "services"), exporter_service);
}

std::string login_of(const YAML::Node& service) {
  return text_of(child(child(service, "environment"), "DATA_SOURCE_NAME"));
}

}  // namespace

bool serves_tls(std::string_view patroni_yml) {
  const auto file = load_map(patroni_yml);
  return file && child(child(*file, "restapi"), "certfile").IsDefined();
}

bool is_written_as_asked(std::string_view patroni_yml, std::string_view pg_hba_conf) {
  const auto asked = rendering::standing_pg_hba(patroni_yml);
  if (asked.empty()) return true;
  const auto says_nothing = [](std::string_view line) {
    return line.empty() || line.starts_with('#');
  };
  std::vector<std::string> written;
  while (!pg_hba_conf.empty()) written.emplace_back(take_until(pg_hba_conf, '\n'));
  return std::ranges::equal(asked | std::views::filter(std::not_fn(says_nothing)),
                            written | std::views::filter(std::not_fn(says_nothing)));
}

bool have_other_parameters(std::string_view before, std::string_view after) {
  const auto old_file = rendering::read_standing(before);
  const auto new_file = rendering::read_standing(after);
  if (!old_file || !new_file) return true;
  const auto at_bootstrap = [](const rendering::StandingParameters& file) {
    return parameters_of(child(child(file.dynamic, "postgresql"), "parameters"));
  };
  return parameters_of(old_file->local) != parameters_of(new_file->local) ||
         at_bootstrap(*old_file) != at_bootstrap(*new_file);
}

std::optional<std::string> postgresql_version_of(std::string_view snap_yaml) {
  const auto file = load_map(snap_yaml);
  const YAML::Node version = file ? child(*file, "version") : YAML::Node();
  if (!version.IsDefined() || !version.IsScalar()) return std::nullopt;
  std::string text = version.Scalar();
  const std::string_view major = std::string_view(text).substr(0, text.find('.'));
  const bool is_number = !major.empty() && major.size() <= 3 &&
                         std::ranges::all_of(major, [](char c) { return c >= '0' && c <= '9'; });
  const bool is_plain = std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
  if (!is_number || !is_plain) return std::nullopt;
  return text;
}

std::optional<bool> is_in_plan(std::string_view layer, std::string_view plan) {
  const auto asked = load_map(layer);
  // A plan without a layer is an empty map, `{}`.
  const auto there = load_map(plan);
  if (!asked || !there) return std::nullopt;
  return are_there(*asked, *there, "services", Kind::service) &&
         are_there(*asked, *there, "checks", Kind::check);
}

std::optional<bool> is_exporter_in_plan(std::string_view layer, std::string_view plan) {
  const auto asked = load_map(layer);
  const auto there = load_map(plan);
  if (!asked || !there) return std::nullopt;
  const YAML::Node wanted = exporter_of(*asked);
  const YAML::Node found = exporter_of(*there);
  if (!found.IsDefined()) return text_of(child(wanted, "startup")) == "disabled";
  return login_of(wanted) == login_of(found);
}

}  // namespace charm
