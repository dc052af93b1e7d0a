// The names of faults, and how many units a story needs.
#include "sim/scenario/scenario.h"

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
  }
  CHECK(false);
}

std::uint16_t unit_capacity(const Scenario& scenario) {
  std::uint32_t units = scenario.world.units;
  for (const StoryStep& step : scenario.story) {
    if (const auto* add = std::get_if<AddUnits>(&step.deed)) units += add->count;
  }
  return static_cast<std::uint16_t>(units);
}

}  // namespace sim
