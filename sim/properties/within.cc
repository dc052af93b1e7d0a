#include "sim/properties/within.h"

#include "sim/report/story_text.h"

namespace sim::properties {

std::optional<std::string> overdue(const Moment& moment, Bound bound) {
  const Bounds& bounds = moment.memory->bounds;
  const auto at = static_cast<std::size_t>(bound);
  if ((bounds.overdue >> at & 1U) == 0) return std::nullopt;
  const Obligation& open = bounds.open[at];
  return (open.unit ? to_text(moment.scenario.world.app, *open.unit) : std::string("the cluster")) +
         ": since t=" + to_seconds(charm::Duration(open.since_us)) + ", for longer than " +
         to_seconds(charm::Duration(open.due_us - open.since_us));
}

}  // namespace sim::properties
