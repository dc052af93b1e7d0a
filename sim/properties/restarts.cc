// Who restarts, and with which parameters everybody runs.
#include "sim/properties/restarts.h"

#include <algorithm>

#include "charm/options/parameters.h"
#include "charm/steps/configuration.h"
#include "model/patroni.h"
#include "model/patroni_objects.h"
#include "sim/ports/ports.h"
#include "sim/properties/refresh.h"
#include "sim/properties/wishes.h"

namespace sim::properties::judge {
namespace {

using charm::UnitName;

// An option waits for the end of a refresh, which waits for its operator.
bool may_wait(const model::World& world, UnitName unit) {
  if (world.notice_count(unit) == 0) return false;
  return std::ranges::any_of(world.notices(unit),
                             [](const charm::Notice& notice) {
                               return notice.event.kind == charm::EventKind::config_changed;
                             }) &&
         waits_for_operator(world);
}

bool is_node_lost(const model::World& world) {
  for (UnitName unit : world.planned()) {
    if (world.unit(unit).pod.node_lost) return true;
  }
  return false;
}

}  // namespace

std::optional<std::string> one_restarts(const Moment& moment) {
  const charm::AppName& app = moment.scenario.world.app;
  const model::World& world = moment.world;
  const charm::UnitSet planned = world.planned();
  if (const charm::UnitSet holders = world.shared().application.restart_granted & planned;
      holders.size() > 1) {
    return std::to_string(holders.size()) + " units are granted the lock";
  }
  charm::MaybeUnit first;
  for (UnitName unit : planned) {
    if (world.unit(unit).member.job != model::Job::restart) continue;
    if (first) return to_text(app, *first) + " and " + to_text(app, unit) + " restart together";
    first = unit;
  }
  return std::nullopt;
}

std::optional<std::string> restarts_are_needed(const Moment& moment) {
  for (const model::Fact& fact : moment.facts) {
    if (fact.kind != model::FactKind::restart_asked || fact.value == 0) continue;
    return to_text(moment.scenario.world.app, *fact.unit) +
           " is restarted, and has all its parameters";
  }
  return std::nullopt;
}

std::optional<std::string> working_members_go_on(const Moment& moment) {
  for (const model::Fact& fact : moment.facts) {
    if (fact.kind != model::FactKind::service_restarted) continue;
    if (moment.memory->queues[(*fact.unit).ordinal].ailed) continue;
    return name_of(moment, *fact.unit) + " is started anew, and its member works";
  }
  return std::nullopt;
}

namespace {

// What all members get, if the charm can bring it about: it follows from one unit's node.
std::optional<std::uint32_t> asked_of_all(const Moment& moment, const charm::CharmConfig& config) {
  const UnitName decides = wishes::decides_for_all(moment);
  if (wishes::has_bad_option(moment, decides)) return std::nullopt;
  return model::patroni::parameters_of(
      charm::steps::dynamic_configuration(config, 0, 0, node_of(moment.scenario, decides)));
}

// What a unit shall have in its own file follows from its node; most units have the same.
struct OfNode {
  const charm::NodeResources* node = nullptr;
  bool is_bad_option = false;  // there: it is judged by nothing else
  std::uint32_t local = 0;
};

OfNode of_node(const Moment& moment, UnitName unit, const charm::Options& options) {
  const charm::NodeResources& node = node_of(moment.scenario, unit);
  if (wishes::has_bad_option(moment, unit)) return {&node, true, 0};
  return {&node, false, digest_of_file(charm::postmaster_parameters(options, node))};
}

}  // namespace

std::optional<std::string> parameters_hold(const Moment& moment) {
  const model::World& world = moment.world;
  if (world.planned().empty() || is_node_lost(world)) return std::nullopt;
  if (!model::patroni_objects::has_configuration(world.shared().dcs)) return std::nullopt;
  const charm::CharmConfig config = wishes::asked_for(moment);
  if (!config.valid) return std::nullopt;
  const charm::Options& options = charm::options_of(config);
  const auto of_all = asked_of_all(moment, config);
  OfNode its_own;
  for (UnitName unit : world.planned()) {
    const model::UnitState& state = world.unit(unit);
    if (state.postgres.database != model::Database::running || may_wait(world, unit)) continue;
    if (its_own.node != &node_of(moment.scenario, unit)) its_own = of_node(moment, unit, options);
    if ((!its_own.is_bad_option && state.postgres.parameters.local != its_own.local) ||
        (of_all && state.postgres.parameters.dynamic != *of_all)) {
      return name_of(moment, unit) + " runs with other parameters";
    }
    if (!its_own.is_bad_option &&
        state.member.reloadable != reloaded_with(moment.scenario, options, unit)) {
      return name_of(moment, unit) + " has not reloaded its parameters";
    }
  }
  return std::nullopt;
}

std::optional<std::string> restart_lock_is_free(const Moment& moment) {
  const model::World& world = moment.world;
  if (is_node_lost(world)) return std::nullopt;
  for (UnitName unit : world.planned()) {
    const std::string name = to_text(moment.scenario.world.app, unit);
    if (world.shared().application.restart_granted.contains(unit)) return name + " holds it";
    const bool asks = world.unit(unit).record.restart_state == charm::RestartState::acquire;
    if (asks) return name + " waits for it";
  }
  return std::nullopt;
}

std::optional<std::string> member_restarted(const Moment& moment) {
  return to_text(moment.scenario.world.app, *moment.facts.front().unit);
}

std::optional<std::string> healed_under_bad_option(const Moment& moment) {
  if (moment.handler == nullptr || moment.handler->handler.name != "update-status") {
    return std::nullopt;
  }
  const auto has_started_it = [](const auto& step) {
    return step.node == "restart_service" && step.arrow == "done";
  };
  if (!std::ranges::any_of(moment.handler->path.steps(), has_started_it)) return std::nullopt;
  if (!wishes::has_bad_option(moment, moment.handler->unit)) return std::nullopt;
  return name_of(moment, moment.handler->unit);
}

}  // namespace sim::properties::judge
