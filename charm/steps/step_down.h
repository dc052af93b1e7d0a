// The leadership is gone.
#pragma once

#include <optional>

#include "charm/runtime/unit.h"
#include "charm/types/outcome.h"

namespace charm::steps {

// The box step_down: what this unit has listed, or dropped from the list, while it led brings it no
// event, so it is rendered here; a Blocked that stands no more is lifted. Nothing, or the exit to
// take. Not for a unit that is being removed, or that is on no list.
std::optional<Outcome> step_down(Unit& unit);

}  // namespace charm::steps
