// What the simulator is given: a charm's handlers, the properties it is judged by, and its charts.
// The simulator sees nothing else of a charm.
#pragma once

#include <span>

#include "charm/runtime/definition.h"
#include "sim/flow/monitor.h"
#include "sim/properties/property.h"

namespace sim {

struct CharmUnderTest {
  const charm::CharmDefinition* definition = nullptr;
  std::span<const Property> properties;
  // Checks that paths are walks of the charts, and counts them; may be absent.
  FlowMonitor* flow = nullptr;
};

}  // namespace sim
