// Statuses that several hooks set, and the exits that go with them.
#pragma once

#include <cstdint>
#include <string_view>

#include "charm/runtime/unit.h"

namespace charm::steps {

void set_blocked(Unit& unit, std::string_view message);
void set_waiting(Unit& unit, std::string_view message);
// Active; `Primary` if the own member is the leader in its own view of the cluster. A Blocked for
// what is asked for in vain stays; so does what a refresh has set, until no unit is in the middle
// of one.
void set_active(Unit& unit);
void set_active_after_refresh(Unit& unit);
// Whether the status is one that a refresh has set.
bool tells_of_refresh(Unit& unit);

// Whoever asks for what cannot be had. Blocked says so of the leader, whose member works: it holds
// nothing up, and is lifted by the handler that has set it.
enum class Wish : std::uint8_t {
  client,  // a role or a database that there cannot be
  plugin,  // one that lacks what it needs, or shall go while it is in use
};
bool is_blocked_by_any_wish(Unit& unit);
// Not over a Blocked for anything else, but for that of the volume.
void set_blocked_by(Unit& unit, Wish wish, std::string_view message);
// Active again, if the status is Blocked by it.
void lift_wish(Unit& unit, Wish wish);

// Blocked, since less than a tenth of the volume is free: it holds nothing up. Over all but a
// Blocked for anything else and what a refresh has set; whether it stands now. No Active is set
// over it, but what another hook waits for or is blocked by is, and update-status looks again.
bool set_blocked_by_volume(Unit& unit);
bool is_blocked_by_volume(Unit& unit);
// The status that the member has.
void lift_block_by_volume(Unit& unit);

// Active again, if the status is Blocked and the member works: nobody else would lift what a run of
// the same hook has set.
void lift_block(Unit& unit);
// Maintenance; update-status sets Active once the member is up.
void set_not_running(Unit& unit);

// The exits for a refused API call: Blocked with the text that tells what to do, then deferred, so
// that the handler runs again and the status heals. `blocked_trust -> defer_trust` and so on in the
// charts.
Outcome blocked_for_trust(Unit& unit);
Outcome blocked_for_services(Unit& unit);
Outcome blocked_for_labels(Unit& unit, ApiError error);
Outcome blocked_for_configuration(Unit& unit);

}  // namespace charm::steps
