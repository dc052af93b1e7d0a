// The options in force are held against what the primary's data have, by the options' names and not
// by what the charm makes of them.
#include "sim/properties/extensions.h"

#include <array>
#include <vector>

#include "charm/types/status.h"
#include "model/postgresql.h"
#include "sim/properties/sight.h"
#include "sim/properties/wishes.h"

namespace sim::properties::judge {
namespace {

using charm::Options;

// Their places in the table.
const std::vector<std::size_t>& plugins() {
  static const std::vector<std::size_t> all = [] {
    std::vector<std::size_t> found;
    for (const charm::OptionSpec& spec : charm::option_table()) {
      const bool is_plugin = spec.name.starts_with("plugin_") && spec.name.ends_with("_enable");
      if (is_plugin) found.push_back(charm::option_index(spec.name));
    }
    return found;
  }();
  return all;
}

// The first plugin that one of them has and the other has not.
std::string_view difference(const Options& a, const Options& b) {
  for (const std::size_t plugin : plugins()) {
    if (a.at(plugin) != b.at(plugin)) return charm::option_table()[plugin].name;
  }
  return {};
}

const Options& none() {
  static const std::array off{charm::RawOption{"plugin_audit_enable", false}};
  static const Options options = *Options::read(off);
  return options;
}

}  // namespace

std::optional<std::string> extensions_converge(const Moment& moment) {
  const model::Application& application = moment.world.shared().application;
  const charm::MaybeUnit primary = sight::primary(moment.world);
  if (!application.initialised || !primary || moment.world.planned().empty()) return std::nullopt;
  const charm::CharmConfig asked = wishes::asked_for(moment);
  if (!asked.valid) return std::nullopt;  // the charm says so, and changes nothing
  const Options& options = charm::options_of(asked);
  if (!wishes::refused_plugin(moment).empty()) return std::nullopt;
  const auto roles = model::postgresql::system_roles(moment.world, *primary);
  if (roles.without != 0) {
    return "a client's database of " + name_of(moment, *primary) + " has others";
  }
  const Options& found =
      roles.extensions == 0
          ? none()
          : charm::options_of(configuration_at(moment.scenario, roles.extensions - std::size_t{1}));
  const std::string_view other = difference(options, found);
  if (other.empty()) return std::nullopt;
  return "the databases of " + name_of(moment, *primary) + " differ by " + std::string(other);
}

std::optional<std::string> extensions_changed(const Moment& moment) {
  for (const model::Fact& fact : moment.facts) {
    if (fact.kind != model::FactKind::extensions_set) continue;
    return "by " + (fact.unit ? name_of(moment, *fact.unit) : std::string("nobody"));
  }
  return std::nullopt;
}

namespace {

// What else is wrong is told first; that a volume fills up is told last.
bool is_blocked_by_other(const Moment& moment, charm::UnitName unit) {
  return moment.world.unit(unit).status == charm::StatusKind::blocked &&
         !wishes::is_blocked_by_volume(moment, unit);
}

// Each unit renders its own file, and says for itself that an option keeps it from it.
std::optional<std::string> silent_on_option(const Moment& moment) {
  for (const charm::UnitName name : moment.world.planned()) {
    const model::UnitState& unit = moment.world.unit(name);
    if (!wishes::knows_bad_option(moment, name)) continue;
    if (unit.pod.node_lost || is_blocked_by_other(moment, name)) continue;
    if (!moment.world.endpoints().contains(charm::host_of(name))) continue;
    return name_of(moment, name) + " does not say '" +
           std::string(charm::messages::bad_configuration) + "'";
  }
  return std::nullopt;
}

// Who shall make the database, and does not for an option.
std::optional<std::string> silent_maker(const Moment& moment, charm::UnitName leader) {
  const model::UnitState& unit = moment.world.unit(leader);
  const bool is_reached = !unit.pod.node_lost && !unit.container.broken &&
                          unit.container.stage == model::ContainerStage::noticed;
  if (!is_reached || is_blocked_by_other(moment, leader)) return std::nullopt;
  if (!wishes::has_option_out_of_range(moment, leader)) return std::nullopt;
  return name_of(moment, leader) + " makes no database, and does not say '" +
         std::string(charm::messages::bad_configuration) + "'";
}

}  // namespace

std::optional<std::string> refusals_are_told(const Moment& moment) {
  const charm::MaybeUnit leader = moment.world.shared().application.lease_holder;
  if (!leader) return std::nullopt;
  if (!moment.world.shared().application.initialised) return silent_maker(moment, *leader);
  if (auto silent = silent_on_option(moment)) return silent;
  const std::string_view plugin = wishes::refused_plugin(moment);
  const std::string_view client = wishes::refused_client(moment);
  if (plugin.empty() && client.empty()) return std::nullopt;
  if (is_blocked_by_other(moment, *leader)) return std::nullopt;
  return name_of(moment, *leader) + " does not say '" +
         std::string(plugin.empty() ? client : plugin) + "'";
}

std::optional<std::string> plugin_refused(const Moment& moment) {
  if (moment.handler == nullptr || moment.handler->handler.name != "uphold-extensions") {
    return std::nullopt;
  }
  const model::UnitState& unit = moment.world.unit(moment.handler->unit);
  if (unit.status != charm::StatusKind::blocked) return std::nullopt;
  const std::string_view text = moment.texts.text_of(unit.status_text);
  if (text != charm::messages::unsatisfied_plugin && text != charm::messages::plugin_in_use) {
    return std::nullopt;
  }
  return std::string(text);
}

}  // namespace sim::properties::judge
