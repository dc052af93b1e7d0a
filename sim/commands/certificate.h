// What an exploration has covered, as a file that can be checked (`charmsim-certificate/1`): its
// bounds, its worlds, what was left out and what was assumed, of which logic; and a sample of its
// worlds with the way to each.
#pragma once

#include <string>

#include "sim/commands/inputs.h"
#include "sim/search/exploration.h"

namespace sim {

std::string certificate_text(const ReadScenario& scenario, const Exploration& found);

}  // namespace sim
