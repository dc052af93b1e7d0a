// What was measured of failovers as one page that stands alone: it reads no network, and shows
// tables and curves without a script, too.
#pragma once

#include <string>

#include "sim/commands/failover_report.h"

namespace sim {

// The same bytes for the same view on any machine. Settings are compared whether the view asks for
// it or not: all series of a view have the same seeds.
std::string to_html_text(const FailoverView& view);

}  // namespace sim
