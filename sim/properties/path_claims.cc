#include "sim/properties/path_claims.h"

#include <algorithm>
#include <array>

#include "sim/properties/memory.h"

namespace sim::properties::judge {
namespace {

// Decisions that are answered with yes by the leader alone.
constexpr std::array<std::string_view, 6> asks_for_the_leader{
    "is_leader", "is_still_leader", "may_initialise", "is_leader_and_is_not_departing",
    "may_pop",   "is_first_held"};

}  // namespace

std::optional<std::string> leaders_lead(const Moment& moment) {
  const HandlerEnding& ending = *moment.handler;
  if (moment.memory->queues[ending.unit.ordinal].led) return std::nullopt;
  for (const charm::Path::Step& step : ending.path.steps()) {
    if (step.arrow != "yes") continue;
    if (std::ranges::find(asks_for_the_leader, step.node) == asks_for_the_leader.end()) continue;
    return std::string(ending.handler.name) + " of " + name_of(moment, ending.unit) +
           " goes by yes from " + std::string(step.node) + ", and it does not lead";
  }
  return std::nullopt;
}

std::optional<std::string> defer_boxes_defer(const Moment& moment) {
  const HandlerEnding& ending = *moment.handler;
  const auto& steps = ending.path.steps();
  if (ending.outcome.deferred() || steps.empty()) return std::nullopt;
  const std::string_view last = steps[steps.size() - 1].node;
  if (!last.starts_with("defer")) return std::nullopt;
  return std::string(ending.handler.name) + " of " + name_of(moment, ending.unit) + " ends at " +
         std::string(last) + ", and is not queued";
}

}  // namespace sim::properties::judge
