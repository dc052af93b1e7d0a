// What the bounds see of the world.
#pragma once

#include "model/step.h"
#include "model/world.h"
#include "sim/properties/property.h"

namespace sim::sight {

// Whom the list of endpoints names.
charm::UnitSet listed(const model::World& world);
// The first member that takes commits, if any.
charm::MaybeUnit primary(const model::World& world);
// The API server answers and nothing is paused.
bool is_cluster_undisturbed(const model::World& world);
// Nothing is in the way of this unit, but that its PostgreSQL may recover; not that either; of any.
bool is_in_reach(const model::World& world, charm::UnitName name);
bool is_undisturbed(const model::World& world, charm::UnitName name);
bool is_undisturbed(const model::World& world);
bool is_ready_to_lead(const model::World& world, charm::UnitName name);
// Who else may win: running, in -sync, with nothing to be mended first, and nobody who has more.
charm::UnitSet who_may_win(const model::World& world, charm::UnitName but);
bool somebody_may_win(const model::World& world, charm::UnitName but);
// Whoever may win would let in another member that runs, and that could confirm its commits. What
// a primary lets in is what its unit's charm has told it last.
bool a_winner_has_a_standby(const model::World& world, charm::UnitName but);
// Somebody but `but` could confirm this primary's commits.
bool has_a_standby(const model::World& world, charm::UnitName primary, charm::UnitName but);
charm::MaybeUnit working_holder(const model::World& world);
bool follows_or_leads(const model::World& world, charm::UnitName name);
// Its Patroni runs and is known, and the holder lets it in.
bool may_stream_from(const model::World& world, charm::UnitName name, charm::UnitName holder);
// One primary, and every member that may stream streams from it.
bool is_whole(const model::World& world);
// A leader told some member within ttl that it goes on without the DCS (failsafe, section 2.11).
bool is_led_by_failsafe(const model::World& world, charm::Duration ttl);
// Why nobody leads, if there is a reason (V11). That is one.
bool has_reason_to_be_leaderless(const model::World& world, charm::Duration ttl);
// Some member sees that somebody holds the lock.
bool is_led(const model::World& world);
// Some other member that could lead has not read how the lock was written last.
bool has_unread_news(const model::World& world, charm::UnitName but);
// Somebody holds the lock and is no primary: until the others notice, that is V1's time.
bool hides_a_loss(const model::World& world);
// Whoever holds the lock has a Patroni that runs.
bool holder_is_up(const model::World& world);
// The label of a member whose Patroni is down stays (section 2.13).
bool another_is_labelled(const model::World& world, charm::UnitName but);
// Somebody else has to do something first: a unit is Blocked, and not because of a refresh, which
// holds nobody but who says so; nobody may take the lock (section 4.6); or, before 4.1.1, a
// follower has missed a timeline (section 8, 12).
bool waits_for_an_operator(const Moment& moment);
// Its member is of use: it streams, or leads and waits for nobody whom Patroni does not count as
// synchronous.
bool works(const model::World& world, charm::UnitName name);
bool all_are_active(const model::World& world);
// ... but those that a refresh holds.
bool all_are_active_or_held(const Moment& moment);
// What somebody who reads the status would take for granted, and is not so.
bool status_contradicts(const Moment& moment, charm::UnitName name);

// Whatever befalls the cluster from outside.
bool is_disturbance(model::FactKind kind);
// Of those: whoever it befalls, it concerns everybody.
bool is_of_the_cluster(model::FactKind kind);
// What no bound begins or ends with; most steps of a healthy run.
bool is_of_no_concern(model::FactKind kind);

}  // namespace sim::sight
