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
