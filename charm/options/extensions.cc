#include "charm/options/extensions.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <variant>

#include "charm/types/check.h"

namespace charm {
namespace {

constexpr std::string_view prefix = "plugin_";
constexpr std::string_view suffix = "_enable";

// Plugins that are not called as their extension is, or have several.
struct Named {
  std::string_view plugin;
  std::span<const std::string_view> extensions;
};
constexpr std::array<std::string_view, 1> of_audit{"pgaudit"};
constexpr std::array<std::string_view, 1> of_uuid{"\"uuid-ossp\""};
constexpr std::array<std::string_view, 4> of_spi{"refint", "autoinc", "insert_username",
                                                 "moddatetime"};
constexpr std::array named{Named{"audit", of_audit}, Named{"spi", of_spi},
                           Named{"uuid_ossp", of_uuid}};

struct Need {
  std::string_view plugin;
  std::string_view needs;
};
constexpr std::array needs{Need{"address_standardizer", "postgis"},
                           Need{"address_standardizer_data_us", "postgis"},
                           Need{"jsonb_plperl", "plperl"},
                           Need{"postgis_raster", "postgis"},
                           Need{"postgis_tiger_geocoder", "postgis"},
                           Need{"postgis_tiger_geocoder", "fuzzystrmatch"},
                           Need{"postgis_topology", "postgis"}};

std::string option_of(std::string_view plugin) {
  return std::string(prefix).append(plugin).append(suffix);
}

// Empty: the option is no plugin's.
std::string_view plugin_of(std::string_view option) {
  if (!option.starts_with(prefix) || !option.ends_with(suffix)) return {};
  return option.substr(prefix.size(), option.size() - prefix.size() - suffix.size());
}

struct Known {
  std::string_view name;
  std::size_t option;   // its place in the table
  bool needed = false;  // by another
};

// By their bits.
std::vector<Known> make_known() {
  std::vector<Known> all;
  for (const OptionSpec& spec : option_table()) {
    const std::string_view plugin = plugin_of(spec.name);
    if (plugin.empty()) continue;
    const std::size_t option = option_index(spec.name);
    const bool needed = std::ranges::find(needs, plugin, &Need::needs) != needs.end();
    const auto other = std::ranges::find(named, plugin, &Named::plugin);
    if (other == named.end()) {
      all.push_back({plugin, option, needed});
      continue;
    }
    for (const std::string_view name : other->extensions) all.push_back({name, option, needed});
  }
  CHECK(all.size() <= ExtensionSet().size());
  return all;
}
const std::vector<Known>& known() {
  static const std::vector<Known> all = make_known();
  return all;
}

// The places of the two options in the table.
struct NeededOption {
  std::size_t option;
  std::size_t needs;
};
std::array<NeededOption, needs.size()> make_needed_options() {
  std::array<NeededOption, needs.size()> all{};
  std::ranges::transform(needs, all.begin(), [](const Need& need) {
    return NeededOption{option_index(option_of(need.plugin)), option_index(option_of(need.needs))};
  });
  return all;
}

bool is_on(const Options& options, std::size_t option) {
  const auto* value = std::get_if<bool>(&options.at(option));
  return value != nullptr && *value;
}

}  // namespace

ExtensionSet enabled_extensions(const Options& options) {
  ExtensionSet set;
  for (std::size_t bit = 0; bit < known().size(); ++bit) {
    set[bit] = is_on(options, known()[bit].option);
  }
  return set;
}

std::vector<Extension> extensions(const ExtensionSet& enabled) {
  std::vector<Extension> first;   // to be created, and needed by others
  std::vector<Extension> second;  // the other ones, both ways
  std::vector<Extension> last;    // to be dropped, and needed by others
  for (std::size_t bit = 0; bit < known().size(); ++bit) {
    const Known& one = known()[bit];
    std::vector<Extension>& list = !one.needed ? second : enabled[bit] ? first : last;
    list.push_back({one.name, enabled[bit]});
  }
  first.insert(first.end(), second.begin(), second.end());
  first.insert(first.end(), last.begin(), last.end());
  return first;
}

ExtensionSet extension_named(std::string_view name) {
  ExtensionSet set;
  const auto found = std::ranges::find(known(), name, &Known::name);
  if (found != known().end()) set.set(static_cast<std::size_t>(found - known().begin()));
  return set;
}

std::optional<OptionError> unsatisfied_plugin(const Options& options) {
  static const auto needed = make_needed_options();
  for (const NeededOption& need : needed) {
    if (!is_on(options, need.option) || is_on(options, need.needs)) continue;
    const auto name = [](std::size_t option) { return std::string(option_table()[option].name); };
    return OptionError{name(need.option), "needs " + name(need.needs)};
  }
  return std::nullopt;
}

}  // namespace charm
