// How an action ends that cannot do what it was asked to.
#pragma once

#include <string_view>

#include "charm/runtime/unit.h"

namespace charm::steps {

// At this node of its chart it tells the operator this text; it returns by `rtn_failed`. The reason
// is for the trace.
Outcome fail_action(Unit& unit, std::string_view node, std::string_view text,
                    std::string_view reason);

}  // namespace charm::steps
