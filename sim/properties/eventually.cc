// What is missing, while it is.
#include <algorithm>

#include "model/patroni_objects.h"
#include "model/postgresql.h"
#include "sim/properties/postgresql.h"
#include "sim/properties/refresh.h"
#include "sim/properties/sight.h"
#include "sim/properties/wishes.h"

namespace sim::properties::judge {
namespace {

using charm::UnitName;

// Units that can come back: a lost node has taken the others.
charm::UnitSet staying(const model::World& world) {
  charm::UnitSet set;
  for (UnitName unit : world.planned()) {
    if (!world.unit(unit).pod.node_lost) set.insert(unit);
  }
  return set;
}

std::string_view missing_of(const Moment& moment, UnitName name, const charm::UnitSet& listed) {
  const model::UnitState& unit = moment.world.unit(name);
  const bool is_told = unit.status == charm::StatusKind::active ||
                       wishes::is_rightly_blocked(moment, name);  // its member works all the same
  if (!is_told) return "is not Active: ";
  if (!listed.contains(name)) return "is not listed";
  const bool works = model::postgresql::is_primary(moment.world, name) ||
                     model::postgresql::is_streaming(moment.world, name);
  return works ? std::string_view() : std::string_view("is neither primary nor streaming");
}

// Two histories with one timeline number (ARCHITECTURE.md): neither Patroni nor pg_rewind tells
// them apart, and whoever has the one that nobody serves waits until an operator re-clones it.
bool has_number_of_another(const model::World& world, UnitName name) {
  const charm::MaybeUnit holder = sight::working_holder(world);
  if (!holder || *holder == name) return false;
  const auto& branches = world.shared().branches;
  const std::uint16_t own = world.unit(name).postgres.branch;
  for (std::uint16_t at = world.unit(*holder).postgres.branch; at != 0; at = branches[at].parent) {
    if (at == own) return false;
    if (branches[at].timeline == branches[own].timeline) return true;
  }
  return false;
}

}  // namespace

Judgement units_active(const Moment& moment) {
  if (wishes::is_cluster_held_up_by_option(moment)) return std::nullopt;
  const charm::UnitSet listed = sight::listed(moment.world);
  for (UnitName name : staying(moment.world)) {
    const std::string_view missing = missing_of(moment, name, listed);
    if (missing.empty() || is_held_by_refresh(moment, name)) continue;
    if (has_number_of_another(moment.world, name)) continue;
    const model::UnitState& unit = moment.world.unit(name);
    std::string text = to_text(moment.scenario.world.app, name) + ' ';
    text += missing;
    if (missing.ends_with(": ")) {
      text.append(to_text(unit.status)).append(" '");
      text.append(moment.texts.text_of(unit.status_text)).append("'");
    }
    return text;
  }
  return std::nullopt;
}

Judgement queues_empty(const Moment& moment) {
  if (wishes::is_cluster_held_up_by_option(moment)) return std::nullopt;
  for (UnitName name : staying(moment.world)) {
    if (moment.world.notice_count(name) == 0) continue;
    std::size_t count = 0;
    for (const charm::Notice& notice : moment.world.notices(name)) {
      // An option waits for the end of a refresh, which waits for its operator.
      const bool may_wait =
          notice.event.kind == charm::EventKind::config_changed && waits_for_operator(moment.world);
      if (!may_wait) ++count;
    }
    // Who is Blocked for an option tries it again and again.
    if (count > 0 && !wishes::is_blocked_by_option(moment, name)) {
      return to_text(moment.scenario.world.app, name) + " has " + std::to_string(count) +
             " deferred";
    }
  }
  return std::nullopt;
}

Judgement service_selects_primary(const Moment& moment) {
  if (staying(moment.world).empty() || wishes::is_cluster_held_up_by_option(moment)) {
    return std::nullopt;
  }
  const charm::UnitSet targets = moment.world.shared().application.primary_route;
  const charm::MaybeUnit runs = sight::primary(moment.world);
  if (runs && targets == charm::UnitSet{*runs}) return std::nullopt;
  const charm::AppName& app = moment.scenario.world.app;
  std::string leads;
  for (UnitName target : targets) leads += (leads.empty() ? "" : " and ") + to_text(app, target);
  return "it leads to " + (leads.empty() ? std::string("nobody") : leads) + ", the primary is " +
         (runs ? to_text(app, *runs) : std::string("nobody"));
}

namespace {

struct Dynamic {
  std::size_t standbys = 0;
  bool strict = false;
  model::MaximumLag maximum_lag = 0;
  model::KeptWal kept_wal = 0;

  friend bool operator==(const Dynamic&, const Dynamic&) = default;
};

// As the options' documentation has it (charm-hooks.md, section 8.1), of the units that are planned
// alone, and not by the charm's own code, which would agree with itself.
Dynamic asked_for(const charm::CharmConfig& configuration, std::size_t planned) {
  std::size_t count = planned - 1;
  if (configuration.synchronous_node_count == charm::CharmConfig::NodeCount::majority) {
    count = planned / 2;
  } else if (configuration.synchronous_node_count == charm::CharmConfig::NodeCount::number) {
    count = std::min<std::size_t>(count, configuration.synchronous_node_number);
  }
  static const std::size_t lag = charm::option_index("durability_maximum_lag_on_failover");
  static const std::size_t wal = charm::option_index("durability_wal_keep_size");
  const auto number = [&configuration](std::size_t option) {
    const auto* value = std::get_if<std::int64_t>(&charm::options_of(configuration).at(option));
    return value == nullptr ? std::int64_t{0} : *value;
  };
  constexpr std::int64_t least_wal = 16;  // Patroni takes no less
  return {count, configuration.synchronous_mode_strict && count > 0,
          model::maximum_lag(number(lag)), model::kept_wal(std::max(number(wal), least_wal))};
}

std::string to_text(const Dynamic& dynamic) {
  return std::to_string(dynamic.standbys) + (dynamic.strict ? ", strict" : ", not strict") +
         ", a lag of " + std::to_string(dynamic.maximum_lag) + " bytes, " +
         std::to_string(dynamic.kept_wal) + " MB of WAL";
}

}  // namespace

Judgement configuration_converges(const Moment& moment) {
  const model::Shared& shared = moment.world.shared();
  if (!model::patroni_objects::has_configuration(shared.dcs)) return std::nullopt;
  const std::size_t planned = moment.world.planned().size();
  if (planned == 0) return std::nullopt;
  // A hook tells it to nobody while its member sees no leader: GET /cluster in a race steals locks.
  if (!sight::primary(moment.world)) return std::nullopt;
  const std::size_t newest = shared.application.configuration;
  const charm::CharmConfig configuration = configuration_at(moment.scenario, newest);
  // Of a bad option the charm says so, and sends what holds in any case.
  if (wishes::has_bad_option(moment, wishes::decides_for_all(moment))) {
    if (planned > 1 || !shared.dcs.strict) return std::nullopt;
    return "one unit is planned, and its commits wait for a standby";
  }
  const Dynamic wanted = asked_for(configuration, planned);
  const Dynamic found{shared.dcs.node_count, shared.dcs.strict, shared.dcs.maximum_lag,
                      shared.dcs.kept_wal};
  if (found == wanted) return std::nullopt;
  // An option waits for the end of a refresh, which waits for its operator: those before it hold
  // until then.
  for (std::size_t before = 0; before < newest && waits_for_operator(moment.world); ++before) {
    if (found == asked_for(configuration_at(moment.scenario, before), planned)) return std::nullopt;
  }
  return "synchronous standbys: " + to_text(found) + "; wanted: " + to_text(wanted);
}

Judgement scale_reached(const Moment& moment) {
  const model::Application& application = moment.world.shared().application;
  const auto there = moment.world.existing();
  if (there == moment.world.planned() && there.size() == application.scale) return std::nullopt;
  for (UnitName unit : there - moment.world.planned()) {
    if (moment.world.unit(unit).record.life == model::Life::dying)
      return to_text(moment.scenario.world.app, unit) + " is still being torn down";
  }
  return "there are " + std::to_string(there.size()) + " units, asked for were " +
         std::to_string(application.scale);
}

}  // namespace sim::properties::judge
