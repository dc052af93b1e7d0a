// Juju: leadership by lease, the unit agents and what they run next, the peer relation's bags.
// Source: juju-and-pebble.md, sections 1.4, 3.4, 4.1 to 4.7.
#pragma once

#include <optional>

#include "model/step.h"

namespace model::juju {

// The unit is in the model from now on; its pod comes up by itself.
void add_unit(Step& step, charm::UnitName unit);

// The agent process begins (its pod has come up) or ends with its pod.
void start_agent(Step& step, charm::UnitName unit);
void stop_agent(Step& step, charm::UnitName unit);
// SIGTERM: after the current hook, `stop` runs, and the agent exits.
void shut_agent_down(Step& step, charm::UnitName unit);

// Something may be due for this unit: its agent looks, after a while, unless it is busy.
void wake_agent(Step& step, charm::UnitName unit);

// The agent's timer has fired: gives up a lost leadership, and says what runs now, if anything.
// Implements the resolver's list (section 4.4). The hook is recorded as running.
std::optional<charm::Event> next_hook(Step& step, charm::UnitName unit);

// How the running hook ended. flush() applies what it staged, all or nothing; false: the unit was
// not the leader any more, and the hook has failed.
bool flush(Step& step, charm::UnitName unit);
void commit_hook(Step& step, charm::UnitName unit);
void fail_hook(Step& step, charm::UnitName unit);
// The charm process was killed: not a failure, the same hook is queued again (section 1.3).
void requeue_hook(Step& step, charm::UnitName unit);

// The lease.
void on_lease_timer(Step& step, charm::UnitName unit);
void on_lease_expiry(Step& step);
// The holder's renewals fail from now on: 30 s at most after the last one it knows, 60 s after it
// the lease has run out, and another unit gets it: the named one if it runs then, whoever claims
// first if not. There is no quicker way, and none to choose a leader (section 4.1).
void let_lease_go(Step& step, charm::MaybeUnit to);
void on_update_status_timer(Step& step, charm::UnitName unit);

// What the tools answer. A holder that could not renew is told that it does not lead, while the
// controller still takes its writes: true promises 30 s more (section 2.3).
bool is_leader(const World& world, charm::UnitName unit);
charm::UnitSet peers(const World& world, charm::UnitName unit);

}  // namespace model::juju
