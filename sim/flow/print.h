// A chart as text again: as Mermaid, for a page, or as DOT, for Graphviz; with what was walked.
#pragma once

#include <cstdint>
#include <string>

#include "sim/flow/chart.h"
#include "sim/flow/coverage.h"

namespace sim {

enum class ChartFormat : std::uint8_t { mermaid, dot };

// Without counts, Mermaid reads back as the same chart. With counts, each node and arrow says how
// often it was walked, and what never was is red and dashed.
std::string print_chart(const Chart& chart, ChartFormat format,
                        const ChartCounts* counts = nullptr);

}  // namespace sim
