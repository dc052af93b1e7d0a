// The story that stands beside a scenario as its golden one.
#pragma once

#include <string>

#include "sim/simulation.h"

namespace sim {

// Of the run of these choices, which are the scenario's own (own_choices()): each line of the
// story, and the verdict. `file` is how the scenario is called.
std::string golden_story(const Scenario& scenario, const Deviations& choices,
                         const CharmUnderTest& charm, const std::string& file);

}  // namespace sim
