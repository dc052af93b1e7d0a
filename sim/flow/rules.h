// What must hold of a chart as a whole, after its lines have been read.
#pragma once

#include <optional>

#include "sim/flow/chart.h"
#include "sim/flow/mermaid.h"

namespace sim {

// The first rule that the chart breaks, if any: it begins at hook_fired and reaches each node from
// there; boxes and decisions lead on, returns do not; decisions name their arrows; deviations name
// nodes.
std::optional<ChartError> broken_rule(const Chart& chart);

}  // namespace sim
