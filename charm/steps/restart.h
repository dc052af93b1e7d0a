// The rolling restart: PostgreSQL of one unit after the other, under a lock that the leader gives.
// Source: charm-hooks.md, section 6.11; config-and-wire.md, section 3.4.
#pragma once

#include "charm/runtime/unit.h"
#include "charm/steps/configuration.h"
#include "charm/types/event.h"

namespace charm::steps {

// Whether the own member says that PostgreSQL has to start anew; no, if it does not answer.
bool is_restart_pending(Unit& unit);
// Asks for the lock, if a restart is pending. After new parameters it is waited for that Patroni's
// next cycle has told PostgreSQL: 12 s, every 3 s.
void ask_for_restart(Unit& unit, Written written);

// This unit has asked, and the leader has granted it.
bool holds_restart_lock(Unit& unit);
// The leader's bag still grants to this unit what it has not asked for, or has given back.
bool is_granted_in_vain(Unit& unit);
// The unit's bag changes, and means the same: the leader, whoever it is now, is told of it.
void release_again(Unit& unit);
// Of the other listed members one leads or this one does, and all others stream, 30 s, every 3 s:
// whoever was restarted before is back; and one of them is synchronous again, which a primary that
// was restarted finds out with its next cycle: without one nobody could take over. This one runs.
bool do_all_others_work(Unit& unit);
// POST /restart of the own member, with its status; when it ends, PostgreSQL is up, or 300 s are
// over. False: Patroni has refused, or did not answer; or it was not asked, since it sees no leader
// (see cluster(): this request loads the cluster, too).
bool restart_postgresql(Unit& unit);
void release_restart_lock(Unit& unit);

// The leader takes back what was released, and grants the lock to one unit that has asked, if
// nobody has it: the others before itself. A release counts when it is this event that tells of it:
// otherwise the agent may have kept what the unit's bag said before it asked the last time.
std::expected<void, NotLeader> process_restart_locks(Unit& unit, const Event& event);

}  // namespace charm::steps
