// A unit without data waits for a copy of the primary's, whose pg_hba has to name it. That is for
// the primary's own unit to write; and in the middle of a refresh nobody may be there to do it,
// since an agent that begins anew in a pod of the template before ends at once (juju-and-pebble.md,
// section 4.9). A copy that is refused and one that takes hours look the same to Patroni; but
// whoever tries to connect as it does is told.
#pragma once

#include "charm/runtime/unit.h"

namespace charm::steps {

// The primary, if its pod is of the template before, and its server keeps this listed unit out for
// a minute (it tries every 10 s). An agent that is there needs seconds, unless a hook holds it up:
// then what comes of it is only early.
MaybeUnit shut_out_by(Unit& unit);
// A synchronous standby that lets this unit in is asked to lead instead, one that is upgraded first
// of all. Where there is none, and the refresh was not prepared, the primary's pod is made anew
// before its turn; of one that was each turn is the operator's to give. False: nothing was done, or
// not for certain.
bool let_another_lead(Unit& unit, UnitName primary);

}  // namespace charm::steps
