// The choices that a scenario's file has of its own, as `export` writes it.
#pragma once

#include <string_view>

#include "sim/choices/choices.h"

namespace sim {

// How the run that is played where nothing else is asked for deviates from the calm one; sorted,
// and empty if the file says nothing. A seed, or a list that is given, takes no notice of it.
// `text` has been read by read_scenario(), which refuses what is no choice.
Deviations own_choices(std::string_view text);

}  // namespace sim
