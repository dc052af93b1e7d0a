// SIGTERM: the agent, or the pod, is about to end. A hook that is told so ends at its next call;
// Juju drops what it had staged, and runs it again. Source: juju-and-pebble.md, section 1.3.
#pragma once

#include "charm/types/time.h"

namespace charm::live {

// From now on SIGTERM is noted, and ends nothing by itself.
void note_termination();
[[nodiscard]] bool is_told_to_end();
// Throws HookFailed if it is.
void end_if_told();
// Returns early if it is.
void sleep_unless_told(Duration time);
// Ends this process as SIGTERM would have: to Juju it is no failed hook, then, but one that did not
// take place.
[[noreturn]] void end_as_told();

}  // namespace charm::live
