#include "charm/options/extensions.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>

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

bool is_needed(std::string_view plugin) {
  return std::ranges::find(needs, plugin, &Need::needs) != needs.end();
}

void add(std::vector<Extension>& list, std::string_view plugin, bool enabled) {
  const auto other = std::ranges::find(named, plugin, &Named::plugin);
  if (other == named.end()) {
    list.push_back({plugin, enabled});
    return;
  }
  for (const std::string_view name : other->extensions) list.push_back({name, enabled});
}

}  // namespace

std::vector<Extension> extensions(const Options& options) {
  std::vector<Extension> first;   // to be created, and needed by others
  std::vector<Extension> second;  // the other ones, both ways
  std::vector<Extension> last;    // to be dropped, and needed by others
  for (const OptionSpec& spec : option_table()) {
    const std::string_view plugin = plugin_of(spec.name);
    if (plugin.empty()) continue;
    const bool enabled = options.flag(spec.name).value_or(false);
    if (!is_needed(plugin)) {
      add(second, plugin, enabled);
    } else {
      add(enabled ? first : last, plugin, enabled);
    }
  }
  first.insert(first.end(), second.begin(), second.end());
  first.insert(first.end(), last.begin(), last.end());
  return first;
}

std::optional<OptionError> unsatisfied_plugin(const Options& options) {
  for (const Need& need : needs) {
    const std::string option = option_of(need.plugin);
    if (!options.flag(option).value_or(false)) continue;
    const std::string needed = option_of(need.needs);
    if (options.flag(needed).value_or(false)) continue;
    return OptionError{option, "needs " + needed};
  }
  return std::nullopt;
}

}  // namespace charm
