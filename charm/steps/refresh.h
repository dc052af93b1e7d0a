// How the units of an application are upgraded one after the other (juju refresh): the states in
// the relation `upgrade`, the stack there, and the partition of the StatefulSet. Source:
// charm-hooks.md, sections 3.3, 3.12, 3.13, 6.12; config-and-wire.md, section 3.3.
#pragma once

#include <expected>

#include "charm/runtime/unit.h"

namespace charm::steps {

UpgradeState own_upgrade_state(Unit& unit);
// Of this unit and its peers there, the state that is furthest behind; a unit that has not said any
// counts as none.
UpgradeState furthest_upgrade_state(Unit& unit);
// All of them are idle.
bool are_upgrades_idle(Unit& unit);
// None of them is in the middle of a refresh, or stuck in one. Unlike upstream's `idle` a unit that
// has just come, and has not said anything yet, is no reason to wait for it (hazard 23).
bool is_refresh_idle(Unit& unit);

// Whether the own pod was made anew by a refresh that is not over: a pod that was only replaced is
// of the template that the others are of. The last pod of a refresh may find it complete. Nor is a
// unit upgraded that has come in the middle of a prepared one, though its pod is made anew again.
std::expected<bool, ApiError> is_refreshed(Unit& unit);
// Whether it is this unit's turn, though its state does not say so: a hook that is interrupted by
// the end of its pod is run again in the new one, instead of upgrade-charm (juju-and-pebble.md,
// section 4.7, step 4). Then its pod is of the new template, and it is on the stack; or, without
// one, the partition is at its ordinal, and nobody else moves it on. A pod that was replaced before
// its first hook ended runs no upgrade-charm either, so nobody has held the others: without a stack
// it is its turn, too, if its member does not run, which may wait for one of those.
std::expected<bool, ApiError> is_own_turn(Unit& unit);
bool is_first_to_upgrade(Unit& unit);  // of all planned units the one with the highest number

// Nobody leads for a minute (GET /cluster of any member, every 10 s), and the member of a unit with
// a lower number does not answer, or does not run: the lowest such unit whose pod is of the
// template before, for whoever has been released already may wait as well; or the lowest; or
// nobody. Its pod may have been made anew before its turn, so that nothing runs in it until then;
// and it may be the one that has the commits that nobody else may lead without.
MaybeUnit needed_before_its_turn(Unit& unit);
// GET /cluster of the own member, 5 min, every 10 s: there is a leader, and of this unit and those
// with higher numbers that are listed each leads or streams. Whoever has just come may wait for
// this unit to list it. Those with lower numbers have yet to be upgraded, and
// nothing but their turn heals one whose pod was replaced meanwhile: its agent ends at once
// (juju-and-pebble.md, section 4.9).
bool are_upgraded_members_healthy(Unit& unit);
// GET /cluster of the own member, 10 s, every 3 s: there is a leader, and each planned unit's
// member leads or streams.
bool are_all_members_healthy(Unit& unit);

// Kubernetes may make the pod of this ordinal anew. Whom another unit has let go is not held again.
std::expected<void, ApiError> release(Unit& unit, std::uint16_t ordinal);
// The same, at once: Kubernetes goes no further while a pod above is not Ready, and that one may
// wait for just this member (patroni-and-kubernetes.md, section 7.7).
std::expected<void, ApiError> release_at_once(Unit& unit, UnitName needed);

// The unit on top of the stack, if it is the highest of all planned ones, and is held all the same:
// those above it are gone. The leader's to ask; nobody for another one.
MaybeUnit first_that_is_held(Unit& unit);

// The end of the hook if the API server has not moved the partition; in the charts: set_partition,
// hold_partition.
Outcome exit_for_partition(Unit& unit, ApiError error);
// Status Blocked, state failed: the refresh goes no further, and what to do is in the log.
void set_upgrade_failed(Unit& unit);

// What there is to do when states have changed: the leader takes off the stack who is upgraded, or
// gone; when the stack is empty, and everybody is upgraded or idle, this unit is idle again, and
// Active. In the charts: from has_stack on.
enum class Progress : std::uint8_t {
  none,       // that was prepared, or it is over for this unit, and not for all
  under_way,  // somebody is on the stack
  over,       // for all, and for this unit as of now
};
Progress go_on_with_refresh(Unit& unit);

}  // namespace charm::steps
