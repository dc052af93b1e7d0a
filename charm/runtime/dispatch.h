// One run of the charm for one Juju event, in both worlds: the deferred events oldest first, then
// the new one. Source: juju-and-pebble.md, sections 5.1 to 5.4; charm-hooks.md, section 2.
#pragma once

#include <string>
#include <string_view>

#include "charm/runtime/definition.h"

namespace charm {

// Hears of each handler as it starts and ends: a log in production, a trace elsewhere. Decides
// nothing.
class DispatchObserver {
 public:
  virtual ~DispatchObserver() = default;

  // `reemitted`: the event comes from the deferral queue.
  virtual void handler_started(const Handler& handler, const Event& event, bool reemitted) = 0;
  // The unit's path is this handler's.
  virtual void handler_ended(const Handler& handler, const Outcome& outcome, const Path& path) = 0;
  // An equal notice is queued and has just deferred again, so the new event's handler is not
  // called.
  virtual void handler_merged(const Handler& handler, const Event& event) = 0;
};

// How a dispatch ended. Failed: nothing may be flushed, and Juju retries the hook.
struct DispatchResult {
  bool ok = true;
  std::string error;  // of HookFailed; empty if ok
};

// Runs the queue and the event. Catches HookFailed and nothing else.
//
// As long as something of the charm's state cannot be read, nothing is run: the unit is Blocked
// with its name, the event is queued, and config-changed with it, so that the first dispatch that
// can read everything also makes up for what was not done, and lifts the status. An action fails
// with the same text. What cannot be queued (stop, remove) passes: the unit goes, and Patroni hands
// over what it leads.
DispatchResult dispatch(const CharmDefinition& charm, Unit& unit, const Event& event,
                        DispatchObserver& observer);

// The same as for state that cannot be read, with this text: nothing is run, and nothing is lost.
DispatchResult set_aside(const CharmDefinition& charm, Unit& unit, const Event& event,
                         DispatchObserver& observer, std::string_view why);

}  // namespace charm
