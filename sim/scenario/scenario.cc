// The names of faults, how many units a story needs, and which configurations it sets.
#include "sim/scenario/scenario.h"

#include <algorithm>

#include "charm/types/check.h"

namespace sim {

std::string_view to_text(FaultKind kind) {
  switch (kind) {
    case FaultKind::kill_hook: return "kill_hook";
    case FaultKind::kill_after_flush: return "kill_after_flush";
    case FaultKind::kill_pod: return "kill_pod";
    case FaultKind::move_leadership: return "move_leadership";
    case FaultKind::refuse_kubernetes: return "refuse_kubernetes";
    case FaultKind::lose_kubernetes: return "lose_kubernetes";
    case FaultKind::refuse_patroni: return "refuse_patroni";
    case FaultKind::lose_patroni: return "lose_patroni";
    case FaultKind::slow_kubernetes: return "slow_kubernetes";
    case FaultKind::crash_agent: return "crash_agent";
    case FaultKind::restart_workload: return "restart_workload";
    case FaultKind::crash_postgresql: return "crash_postgresql";
    case FaultKind::crash_patroni: return "crash_patroni";
    case FaultKind::delete_pod: return "delete_pod";
    case FaultKind::lose_pod: return "lose_pod";
    case FaultKind::break_container: return "break_container";
    case FaultKind::freeze_patroni: return "freeze_patroni";
    case FaultKind::freeze_pod: return "freeze_pod";
    case FaultKind::cut_from_api: return "cut_from_api";
    case FaultKind::cut_one_way: return "cut_one_way";
    case FaultKind::cut_off: return "cut_off";
    case FaultKind::stop_api: return "stop_api";
    case FaultKind::step_clock: return "step_clock";
    case FaultKind::throttle_kubernetes: return "throttle_kubernetes";
    case FaultKind::freeze_charm: return "freeze_charm";
    case FaultKind::refuse_workload: return "refuse_workload";
    case FaultKind::lose_workload: return "lose_workload";
    case FaultKind::silence_watch: return "silence_watch";
    case FaultKind::lag_watch: return "lag_watch";
    case FaultKind::throttle_api: return "throttle_api";
    case FaultKind::forbid_api: return "forbid_api";
    case FaultKind::drift_clock: return "drift_clock";
    case FaultKind::lose_packets: return "lose_packets";
    case FaultKind::cut_from_controller: return "cut_from_controller";
    case FaultKind::delay_api: return "delay_api";
    case FaultKind::slow_recovery: return "slow_recovery";
    case FaultKind::split_network: return "split_network";
    case FaultKind::lose_api_packets: return "lose_api_packets";
    case FaultKind::kill_postgresql: return "kill_postgresql";
    case FaultKind::kill_patroni: return "kill_patroni";
    case FaultKind::kill_node: return "kill_node";
    case FaultKind::lose_node: return "lose_node";
    case FaultKind::sweep_endpoints: return "sweep_endpoints";
  }
  CHECK(false);
}

std::uint16_t unit_capacity(const Scenario& scenario) {
  std::uint32_t units = scenario.world.units;
  std::uint32_t most = units;
  for (const StoryStep& step : scenario.story) {
    units = scale_after(step.deed, units);
    most = std::max(most, units);
  }
  return static_cast<std::uint16_t>(most);
}

std::uint32_t scale_after(const Deed& deed, std::uint32_t before) {
  if (const auto* add = std::get_if<AddUnits>(&deed)) return before + add->count;
  if (const auto* remove = std::get_if<RemoveUnits>(&deed)) {
    return before - std::min<std::uint32_t>(before, remove->count);
  }
  if (const auto* scale = std::get_if<ScaleTo>(&deed)) return scale->units;
  if (std::holds_alternative<RemoveApplication>(deed)) return 0;
  if (const auto* again = std::get_if<DeployAgain>(&deed)) return again->units;
  return before;
}

std::vector<charm::CharmConfig> configurations(const Scenario& scenario) {
  std::vector<charm::CharmConfig> all{scenario.world.configuration.config};
  for (const StoryStep& step : scenario.story) {
    const auto* set = std::get_if<SetConfig>(&step.deed);
    if (set == nullptr) continue;
    const charm::CharmConfig& config = set->configuration.config;
    if (std::ranges::find(all, config) == all.end()) all.push_back(config);
  }
  return all;
}

// Judges ask at every moment, and mostly for the first: without a list of them all.
charm::CharmConfig configuration_at(const Scenario& scenario, std::size_t place) {
  return place == 0 ? scenario.world.configuration.config : configurations(scenario)[place];
}

const charm::NodeResources& node_of(const Scenario& scenario, charm::UnitName unit) {
  const auto other = scenario.world.nodes.find(unit);
  return other != scenario.world.nodes.end() ? other->second : usual_node;
}

std::uint32_t reloaded_with(const Scenario& scenario, const charm::Options& options,
                            charm::UnitName unit) {
  if (&options == &charm::default_options()) return scenario.world.reloaded_by_default.of(unit);
  const auto has = [&options](const Configuration& one) { return one.options.get() == &options; };
  if (has(scenario.world.configuration)) return scenario.world.configuration.reloaded.of(unit);
  for (const StoryStep& step : scenario.story) {
    const auto* set = std::get_if<SetConfig>(&step.deed);
    if (set != nullptr && has(set->configuration)) return set->configuration.reloaded.of(unit);
  }
  return digest_of_reloaded(options, node_of(scenario, unit));
}

std::vector<const Relate*> clients(const Scenario& scenario) {
  std::vector<const Relate*> all;
  for (const StoryStep& step : scenario.story) {
    if (const auto* relate = std::get_if<Relate>(&step.deed)) all.push_back(relate);
  }
  return all;
}

std::vector<const RelateProvider*> providers(const Scenario& scenario) {
  std::vector<const RelateProvider*> all;
  for (const StoryStep& step : scenario.story) {
    if (const auto* relate = std::get_if<RelateProvider>(&step.deed)) all.push_back(relate);
  }
  return all;
}

std::vector<const RunAction*> actions(const Scenario& scenario) {
  std::vector<const RunAction*> all;
  for (const StoryStep& step : scenario.story) {
    if (const auto* run = std::get_if<RunAction>(&step.deed)) all.push_back(run);
  }
  return all;
}

}  // namespace sim
