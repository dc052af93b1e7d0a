// What surrounds a pod: who reaches whom, how its clock runs, whether its processes run at all.
// Source: patroni-and-kubernetes.md, sections 1.7, 2.11 and 8.
#pragma once

#include "model/step.h"

namespace model::network {

enum class Cut : std::uint8_t {
  from_api,         // the API server cannot be reached from the pod
  to_peers,         // nothing that the pod sends reaches another pod; it still hears them
  from_peers,       // nothing from another pod reaches it
  from_all,         // both ways, the API server, and Juju's controller
  from_controller,  // Juju's controller cannot be reached from the pod
  lossy,            // packets between the pod and the others are late, or lost
  api_lossy,        // the same between the pod and the API server
  split,            // the pods are in two groups, and each reaches its own
};

// Whatever is cut around a pod heals at once, this long from now; a later cut sets a new time.
void cut(Step& step, charm::UnitName unit, Cut what, charm::Duration lasts);
// Two groups that do not reach each other: these pods, and all others. The API server can be with
// both of them, or with the others only.
enum class ApiSide : std::uint8_t { both, others };
void split(Step& step, const charm::UnitSet& side, ApiSide api, charm::Duration lasts);
// Over a lossy link to the API server: whether this pod gets through until it draws anew.
void try_api(Step& step, charm::UnitName unit);
// The processes stop where they are, and go on later as if no time had passed; what was due in the
// meantime happens then. Clocks go on: that is what makes it dangerous.
void freeze(Step& step, charm::UnitName unit, Frozen what, charm::Duration lasts);
void on_recovery_timer(Step& step, charm::UnitName unit);
// The API server answers nobody for a while.
void stop_api(Step& step, charm::Duration lasts);
// It is there, watches go on, and requests are answered with an error (section 7.4).
void refuse_api(Step& step, ApiTrouble trouble, charm::Duration lasts);
void on_api_timer(Step& step);
// The pod's wall clock jumps, forward or back: what Patroni waits for by that clock comes sooner or
// later (the lock's expiry, the next loop).
void step_clock(Step& step, charm::UnitName unit, charm::Duration by);
// From now on the pod's clock is faster than real time by so many millionths, or slower.
void drift_clock(Step& step, charm::UnitName unit, std::int32_t rate_ppm);

// A packet from one pod arrives at the other. Both pods run, and neither is frozen.
bool reaches(const World& world, charm::UnitName from, charm::UnitName to);
// There and back: what a connection or a request needs.
bool connected(const World& world, charm::UnitName a, charm::UnitName b);
bool reaches_api(const World& world, charm::UnitName unit);
// What it answers to the pods of the application, if they reach it: charm and workload have one
// service account, so without `juju trust` it is 403 for both (section 1.11).
ApiTrouble api_trouble(const World& world);
// It is reached, and does what it is asked for, whether or not its answer comes in time.
bool api_acts(const World& world, charm::UnitName unit);
// ... and answers in time.
bool api_serves(const World& world, charm::UnitName unit);
// A request between these two pods gets its answer in time. Over a lossy link that is a matter of
// luck, each time anew.
bool answers_in_time(Step& step, charm::UnitName from, charm::UnitName to);
bool is_lossy(const World& world, charm::UnitName a, charm::UnitName b);
bool reaches_controller(const World& world, charm::UnitName unit);
// Whether this timer of a frozen pod has to wait.
bool is_held(const World& world, charm::UnitName unit, UnitTimer timer);
// It has fired while it was held: it fires again when the pod is thawed.
void keep_for_later(World& world, charm::UnitName unit, UnitTimer timer);
// What passes on the pod's clock meanwhile.
charm::Duration on_clock_of(const World& world, charm::UnitName unit, charm::Duration time);
// How long this takes in real time, by the pod's clock.
charm::Duration by_clock_of(const World& world, charm::UnitName unit, charm::Duration time);

}  // namespace model::network
