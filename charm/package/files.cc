#include "charm/package/files.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <utility>

#include "charm/options/extensions.h"
#include "charm/options/option.h"
#include "charm/options/parameters.h"
#include "charm/rendering/standing_file.h"
#include "charm/types/check.h"
#include "charm/types/text.h"

namespace charm::package {
namespace {

constexpr std::string_view config_opening =
    "# Written from charm/options/table.cc by charm/package.\n";

// --- config.yaml ---

const char* type_name(OptionType type) {
  switch (type) {
    case OptionType::boolean: return "boolean";
    case OptionType::integer: return "int";
    case OptionType::real: return "float";
    case OptionType::text:
    case OptionType::word_or_integer: return "string";
  }
  CHECK(false && "no such type");
  return "";
}

std::string plain(double number) {
  std::array<char, 32> text{};
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed).ptr;
  return {text.data(), end};
}

// To Juju `2` is no float.
std::string as_float(double number) {
  std::string text = plain(number);
  return text.contains('.') ? text : text + ".0";
}

// `what`: `a whole number`.
std::string range_of(const OptionSpec& option, const std::string& what) {
  const bool from = std::isfinite(option.least);
  const bool to = std::isfinite(option.most);
  if (from && to) return what + " from " + plain(option.least) + " to " + plain(option.most);
  if (from) return what + " of at least " + plain(option.least);
  if (to) return what + " of at most " + plain(option.most);
  return what;
}

std::string words_of(const OptionSpec& option) {
  std::string text;
  std::string_view words = option.words;
  while (!words.empty()) {
    if (!text.empty()) text += ", ";
    text += take_until(words, '|');
  }
  return text;
}

// What it may be; empty: true or false, or any text.
std::string allowed(const OptionSpec& option) {
  switch (option.type) {
    case OptionType::boolean: return {};
    case OptionType::integer: return range_of(option, "a whole number");
    case OptionType::real: return range_of(option, "a number");
    case OptionType::text:
      return option.words.empty() ? std::string() : "one of " + words_of(option);
    case OptionType::word_or_integer:
      return words_of(option) + ", or " + range_of(option, "a whole number");
  }
  CHECK(false && "no such type");
  return {};
}

using Described = std::pair<std::string_view, std::string_view>;

// Those that are neither one parameter nor one extension.
constexpr std::array described{
    Described{"durability_maximum_lag_on_failover",
              "How many bytes a standby may lack and still become the primary"},
    Described{"experimental_max_connections",
              "Sets PostgreSQL's parameter max_connections, 25 at least; unset, or 0: 4 for each "
              "core, 100 at least"},
    Described{"instance_max_locks_per_transaction",
              "Sets nothing: Patroni takes max_locks_per_transaction from elsewhere"},
    Described{"ldap_map", "Sets nothing yet: there is no relation with an LDAP server"},
    Described{"ldap_search_filter", "Sets nothing yet: there is no relation with an LDAP server"},
    Described{"plugin_audit_enable",
              "Creates the extension pgaudit in every database, and logs roles, DDL and settings"},
    Described{"plugin_spi_enable",
              "Creates the extensions refint, autoinc, insert_username and "
              "moddatetime in every database"},
    Described{"plugin_uuid_ossp_enable", "Creates the extension uuid-ossp in every database"},
    Described{"profile",
              "How much memory PostgreSQL plans with: production takes a quarter of "
              "what there is for shared_buffers, testing PostgreSQL's own defaults"},
    Described{"profile_limit_memory",
              "Plans with no more memory than this, in megabytes; unset: with all there is"},
    Described{"synchronous_mode_strict",
              "Whether a primary without a synchronous standby takes no commits"},
    Described{"synchronous_node_count", "How many standbys have to confirm a commit"},
};

std::string purpose(std::string_view option) {
  const auto found = std::ranges::find(described, option, &Described::first);
  if (found != described.end()) return std::string(found->second);
  if (const std::string parameter = parameter_of(option); !parameter.empty()) {
    return "Sets PostgreSQL's parameter " + parameter;
  }
  constexpr std::string_view prefix = "plugin_";
  constexpr std::string_view suffix = "_enable";
  CHECK(option.starts_with(prefix));
  CHECK(option.ends_with(suffix));
  option.remove_prefix(prefix.size());
  option.remove_suffix(suffix.size());
  CHECK(extension_named(option).any());
  return "Creates the extension " + std::string(option) + " in every database";
}

void emit_default(YAML::Emitter& out, const OptionDefault& value) {
  if (std::holds_alternative<std::monostate>(value)) return;
  out << YAML::Key << "default" << YAML::Value;
  if (const auto* flag = std::get_if<bool>(&value)) {
    out << *flag;
  } else if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    out << *integer;
  } else if (const auto* real = std::get_if<double>(&value)) {
    out << as_float(*real);
  } else {
    // In quotes: `on` would be a boolean.
    out << YAML::DoubleQuoted << std::string(std::get<std::string_view>(value));
  }
}

// --- what charmcraft.yaml says ---

constexpr std::array<std::string_view, 5> charmcrafts_own{"type", "bases", "parts", "actions",
                                                          "config"};

std::expected<YAML::Node, MalformedFile> read(std::string_view text) {
  constexpr const char* malformed = "it is no YAML map";
  try {
    YAML::Node file = YAML::Load(std::string(text));
    if (!file.IsMap()) return std::unexpected(MalformedFile{malformed});
    return file;
  } catch (const YAML::Exception&) {
    return std::unexpected(MalformedFile{malformed});
  }
}

std::string text_of(const YAML::Node& node) {
  YAML::Emitter out;
  rendering::emit(out, node);
  CHECK(out.good());
  return std::string(out.c_str()) + '\n';
}

}  // namespace

std::string config_yaml() {
  YAML::Emitter out;
  out << YAML::BeginMap << YAML::Key << "options" << YAML::Value << YAML::BeginMap;
  for (const OptionSpec& option : option_table()) {
    out << YAML::Key << std::string(option.name) << YAML::Value << YAML::BeginMap;
    std::string text = purpose(option.name);
    if (const std::string values = allowed(option); !values.empty()) text += ": " + values;
    out << YAML::Key << "description" << YAML::Value << text + ".";
    out << YAML::Key << "type" << YAML::Value << type_name(option.type);
    emit_default(out, option.value);
    out << YAML::EndMap;
  }
  out << YAML::EndMap << YAML::EndMap;
  CHECK(out.good());
  return std::string(config_opening) + out.c_str() + '\n';
}

std::expected<std::string, MalformedFile> metadata_yaml(std::string_view charmcraft) {
  const auto file = read(charmcraft);
  if (!file) return std::unexpected(file.error());
  YAML::Node metadata(YAML::NodeType::Map);
  for (const auto& entry : *file) {
    const std::string key = entry.first.Scalar();
    if (std::ranges::find(charmcrafts_own, key) != charmcrafts_own.end()) continue;
    // charmcraft calls Juju's `display-name` so.
    metadata[key == "title" ? "display-name" : key] = entry.second;
  }
  return text_of(metadata);
}

std::expected<std::string, MalformedFile> actions_yaml(std::string_view charmcraft) {
  const auto file = read(charmcraft);
  if (!file) return std::unexpected(file.error());
  const YAML::Node actions = (*file)["actions"];
  if (!actions || !actions.IsMap()) return std::unexpected(MalformedFile{"it has no actions"});
  return text_of(actions);
}

std::expected<std::string, MalformedFile> manifest_yaml(std::string_view charmcraft,
                                                        std::string_view made_at) {
  const auto file = read(charmcraft);
  if (!file) return std::unexpected(file.error());
  const YAML::Node bases = (*file)["bases"];
  if (!bases || !bases.IsSequence()) return std::unexpected(MalformedFile{"it has no bases"});
  YAML::Node manifest(YAML::NodeType::Map);
  manifest["charmcraft-started-at"] = std::string(made_at);
  manifest["bases"] = bases;
  for (const char* name : {"language", "framework"}) {
    YAML::Node attribute(YAML::NodeType::Map);
    attribute["name"] = name;
    attribute["result"] = "unknown";
    manifest["analysis"]["attributes"].push_back(attribute);
  }
  return text_of(manifest);
}

}  // namespace charm::package
