// Section 9 of patroni-and-kubernetes.md, the liveness half, and two bounds more. What each says
// after "within" is in bound_lengths.cc.
#pragma once

#include "sim/properties/property.h"

namespace sim::properties {

std::optional<std::string> overdue(const Moment& moment, Bound bound);
template <Bound bound>
std::optional<std::string> judge_bound(const Moment& moment) {
  return overdue(moment, bound);
}
template <Bound bound>
constexpr Property within(std::string_view name, std::string_view fairness, std::string_view id) {
  return {name, Form::within, {}, judge_bound<bound>, fairness, id};
}

inline constexpr auto primary_after_loss = within<Bound::primary_after_loss>(
    "a silent loss of the lock's holder is over within D + 2 s + c + p, and loop_wait for each "
    "race that fails",
    "the API server answers, nobody is cut off or frozen, a synchronous standby runs, and whoever "
    "may lead has read the last renewal; where its cycle is out of step with the renewals, since "
    "it "
    "has read that one by itself or a hook has reloaded it, 2 s + c + p count from its first look "
    "after ttl, and where its process is new, ttl from its first look; a holder that is back "
    "before "
    "that promotes under its own lock, and is given its start, crash recovery, 2 loop_wait and p",
    "V1");
inline constexpr auto primary_after_release = within<Bound::primary_after_release>(
    "a lock that was given away has a primary within 3 s + c + p + loop_wait",
    "the API server answers, nobody is cut off or frozen, a synchronous standby runs and goes on "
    "to be able to lead",
    "V2");
inline constexpr auto writable_after_crash = within<Bound::writable_after_crash>(
    "a crashed primary is writable again within loop_wait + crash recovery + p + c",
    "the API server answers, nobody is cut off or frozen, Patroni lives and is idle", "V3");
inline constexpr auto whole_after_healing = within<Bound::whole_after_healing>(
    "a healed cluster has one primary and streams within max(loop_wait, retry_timeout) + rewind + "
    "loop_wait + wal_retrieve_retry_interval",
    "the API server answers, nobody else is cut off or frozen, Patroni runs on labelled pods, the "
    "lock's holder is up or there is none, and nothing speaks against a primary (V11)",
    "V4");
inline constexpr auto writable_after_outage = within<Bound::writable_after_outage>(
    "a primary is writable within retry_timeout + 2 loop_wait + p of the API server's return",
    "nobody is cut off or frozen, the lock's holder is up, a member of -sync runs, and nothing "
    "speaks against a primary (V11)",
    "V5");
inline constexpr auto commits_after_loss = within<Bound::commits_after_loss>(
    "commits go on within loop_wait + wal_sender_timeout + 2 s + c of a synchronous standby's loss",
    "the API server answers, nobody is cut off or frozen, the primary stays and is naming no "
    "standby at that moment, another one streams or strict is off",
    "V6");
inline constexpr auto commits_with_standby = within<Bound::commits_with_standby>(
    "commits that wait go on within loop_wait + 2 s of a standby that streams",
    "the API server answers, nobody is cut off or frozen, primary and standby stay, and all that "
    "the primary waits for are in -sync",
    "V7");
inline constexpr auto rejoined = within<Bound::rejoined>(
    "a member with old data streams within its start + rewind + 2 loop_wait + "
    "wal_retrieve_retry_interval",
    "the API server answers, there is a primary, it admits the member, the pod is labelled, and "
    "nothing befalls the two",
    "V8");
inline constexpr auto joined = within<Bound::joined>(
    "an added unit's member streams within its start + a base backup + 2 loop_wait + "
    "wal_retrieve_retry_interval",
    "the API server answers, there is a primary, it admits the member, the pod is labelled, and "
    "nothing befalls the two",
    "V9");
inline constexpr auto route_follows =
    within<Bound::route_follows>("the Service leads to a new lock holder within loop_wait + k",
                                 "the API server answers, the holder's pod is labelled, ready and "
                                 "stays, no other carries the label",
                                 "V10");
inline constexpr auto leader_or_reason = within<Bound::leader_or_reason>(
    "nobody leads for longer than 2 loop_wait + 2.5 s + c only for a reason",
    "the API server answers, nobody is cut off or frozen; a reason is: a pause, no database yet, "
    "nobody in -sync who may win, failsafe mode within the last ttl",
    "V11");
inline constexpr auto active_again = within<Bound::active_again>(
    "units are Active within 2 update-status cycles and V4 and V9 of the last disturbance",
    "every due hook is run, no call fails, update-status keeps firing, no operator is waited for",
    "V12");
inline constexpr auto planned_removal = within<Bound::planned_removal>(
    "a planned removal of the primary has no write gap as long as ttl",
    "the API server answers, nobody is cut off or frozen, a synchronous standby runs, and somebody "
    "can confirm if strict is on",
    "");
// Of a unit that has no agent while a refresh holds its pod, for 90 s longer: others have to see
// it.
inline constexpr auto status_tells = within<Bound::status_tells>(
    "no status contradicts its member for longer than one update-status",
    "every due hook is run, no call fails, update-status keeps firing, Pebble answers, the primary "
    "Service leads to the primary alone, and nothing befalls the unit or the primary",
    "");

}  // namespace sim::properties
