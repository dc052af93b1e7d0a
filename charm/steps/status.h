// Statuses that several hooks set, and the exits that go with them.
#pragma once

#include "charm/runtime/unit.h"

namespace charm::steps {

void set_blocked(Unit& unit, std::string_view message);
void set_waiting(Unit& unit, std::string_view message);
// Active; `Primary` if the own member is the leader in its own view of the cluster. What a refresh
// has set stays, until no unit is in the middle of one.
void set_active(Unit& unit);
void set_active_after_refresh(Unit& unit);
// Whether the status is one that a refresh has set.
bool tells_of_refresh(Unit& unit);

// Active again, if the status is Blocked: nobody else would lift what a run of the same hook has
// set.
void lift_block(Unit& unit);

// The exits for a refused API call: Blocked with the text that tells what to do, then deferred, so
// that the handler runs again and the status heals. `blocked_trust -> defer_trust` and so on in the
// charts.
Outcome blocked_for_trust(Unit& unit);
Outcome blocked_for_services(Unit& unit);
Outcome blocked_for_labels(Unit& unit, ApiError error);
Outcome blocked_for_configuration(Unit& unit);

}  // namespace charm::steps
