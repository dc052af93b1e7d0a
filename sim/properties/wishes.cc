#include "sim/properties/wishes.h"

#include <algorithm>
#include <array>

#include "charm/options/extensions.h"
#include "charm/options/ldap_map.h"
#include "charm/options/parameters.h"
#include "charm/types/status.h"
#include "model/postgresql.h"
#include "sim/ports/ports.h"
#include "sim/properties/sight.h"

namespace sim::properties::wishes {
namespace {

using charm::Options;

// Looked up once: they are asked for at every moment that is judged.
struct Need {
  Need(std::string_view plugin, std::string_view other)
      : option(option_of(plugin)), needs(option_of(other)) {}

  std::size_t option;
  std::size_t needs;

 private:
  static std::size_t option_of(std::string_view plugin) {
    return charm::option_index("plugin_" + std::string(plugin) + "_enable");
  }
};

// config-and-wire.md, section 1.7.
bool lacks_a_need(const Options& options) {
  static const std::array needs{Need{"address_standardizer", "postgis"},
                                Need{"address_standardizer_data_us", "postgis"},
                                Need{"postgis_raster", "postgis"},
                                Need{"postgis_topology", "postgis"},
                                Need{"postgis_tiger_geocoder", "postgis"},
                                Need{"postgis_tiger_geocoder", "fuzzystrmatch"},
                                Need{"jsonb_plperl", "plperl"}};
  const charm::OptionValue on = true;
  return std::ranges::any_of(needs, [&](const Need& need) {
    return options.at(need.option) == on && options.at(need.needs) != on;
  });
}

// The database has all roles that groups are mapped to.
bool has_unknown_role(const Scenario& scenario, const Options& options) {
  static const std::size_t option = charm::option_index("ldap_map");
  const auto* map = std::get_if<std::string>(&options.at(option));
  const auto roles = map == nullptr ? std::nullopt : charm::ldap_roles(*map);
  return roles && std::ranges::any_of(*roles, [&scenario](std::string_view role) {
           return !is_known(scenario, role);
         });
}

// config-and-wire.md, section 1.5.
bool is_unknown_to_the_system(const Scenario& scenario, const Options& options) {
  static const std::array asked{charm::option_index("instance_default_text_search_config"),
                                charm::option_index("request_date_style"),
                                charm::option_index("request_time_zone"),
                                charm::option_index("storage_default_table_access_method"),
                                charm::option_index("response_lc_monetary"),
                                charm::option_index("response_lc_numeric"),
                                charm::option_index("response_lc_time")};
  if (has_unknown_role(scenario, options)) return true;
  return std::ranges::any_of(asked, [&](std::size_t option) {
    const auto* value = std::get_if<std::string>(&options.at(option));
    return value != nullptr && !options.is_default(option) && !is_known(scenario, *value);
  });
}

// Whether a client that has its database uses what the options do not ask for.
bool is_in_use(const Moment& moment, charm::UnitName primary, const Options& options) {
  const auto related = clients(moment.scenario);
  for (std::size_t client = 0; client < related.size(); ++client) {
    if (!model::postgresql::client_user(moment.world, primary, client).granted) continue;
    for (const charm::Extension& one : charm::extensions(charm::enabled_extensions(options))) {
      const charm::ExtensionSet used = charm::extension_named(one.name) & related[client]->uses;
      if (!one.enabled && used.any()) return true;
    }
  }
  return false;
}

}  // namespace

bool can_be_served(const charm::ClientRequest& request) {
  return !request.database.empty() && are_valid_roles(request.extra_user_roles.view()) &&
         is_valid_database(request.database.view());
}

charm::CharmConfig asked_for(const Moment& moment) {
  return configuration_at(moment.scenario, moment.world.shared().application.configuration);
}

bool has_option_out_of_range(const Moment& moment, charm::UnitName unit) {
  const charm::CharmConfig asked = asked_for(moment);
  return !asked.valid ||
         charm::too_much_for(node_of(moment.scenario, unit), charm::options_of(asked)).has_value();
}

bool has_bad_option(const Moment& moment, charm::UnitName unit) {
  return has_option_out_of_range(moment, unit) ||
         is_unknown_to_the_system(moment.scenario, charm::options_of(asked_for(moment)));
}

charm::UnitName decides_for_all(const Moment& moment) { return moment.world.planned().first(); }

bool knows_bad_option(const Moment& moment, charm::UnitName unit) {
  if (has_bad_option(moment, unit)) return true;
  return moment.world.shared().application.lease_holder == unit &&
         has_bad_option(moment, decides_for_all(moment));
}

bool is_blocked_by_option(const Moment& moment, charm::UnitName unit) {
  const model::UnitState& state = moment.world.unit(unit);
  return state.status == charm::StatusKind::blocked &&
         moment.texts.text_of(state.status_text) == charm::messages::bad_configuration &&
         knows_bad_option(moment, unit);
}

bool is_cluster_held_up_by_option(const Moment& moment) {
  const model::Application& application = moment.world.shared().application;
  return !application.initialised && application.lease_holder &&
         is_blocked_by_option(moment, *application.lease_holder);
}

std::string_view refused_plugin(const Moment& moment) {
  const charm::CharmConfig asked = asked_for(moment);
  if (!asked.valid) return {};  // the charm says so, and looks at no plugin
  const Options& options = charm::options_of(asked);
  if (lacks_a_need(options)) return charm::messages::unsatisfied_plugin;
  const charm::MaybeUnit primary = sight::primary(moment.world);
  const bool in_use = primary && is_in_use(moment, *primary, options);
  return in_use ? charm::messages::plugin_in_use : std::string_view();
}

std::string_view refused_client(const Moment& moment) {
  const auto all = clients(moment.scenario);
  for (std::size_t client = 0; client < all.size(); ++client) {
    const bool asks = moment.world.shared().relations[client].life == model::Relating::requested;
    const charm::ClientRequest& request = all[client]->request;
    if (!asks || request.database.empty() || can_be_served(request)) continue;
    return is_valid_database(request.database.view()) ? charm::messages::invalid_roles
                                                      : charm::messages::no_database;
  }
  return {};
}

bool is_blocked_by_volume(const Moment& moment, charm::UnitName unit) {
  const model::UnitState& state = moment.world.unit(unit);
  return state.status == charm::StatusKind::blocked &&
         moment.texts.text_of(state.status_text) == charm::messages::little_space;
}

bool is_rightly_blocked(const Moment& moment, charm::UnitName unit) {
  const model::UnitState& state = moment.world.unit(unit);
  if (state.status != charm::StatusKind::blocked) return false;
  const std::string_view text = moment.texts.text_of(state.status_text);
  // Of a volume volume_is_told judges whether it is right.
  if (is_blocked_by_option(moment, unit) || is_blocked_by_volume(moment, unit)) return true;
  return !text.empty() && (text == refused_plugin(moment) || text == refused_client(moment));
}

}  // namespace sim::properties::wishes
