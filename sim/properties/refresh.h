// What is promised to an operator who refreshes the charm. Source: charm-hooks.md, sections 3.3,
// 3.12, 3.13 and 4; patroni-and-kubernetes.md, section 7.7.
#pragma once

#include "sim/properties/property.h"

namespace sim::properties {

// A refresh that goes on only when its operator does something: it has failed, or its first unit is
// upgraded and the others wait for resume-upgrade, or it is about to be rolled back.
bool waits_for_operator(const model::World& world);
// Some unit is in the middle of one, or has had its turn, and others have not.
bool is_refreshing(const model::World& world);
// The unit shows so, and may: what keeps it from working is for the operator to look at. Or it is
// silenced. Whoever is not held has to work,
// though a refresh waits.
bool is_held_by_refresh(const Moment& moment, charm::UnitName unit);
// It is mute, and Kubernetes holds its pod until the operator goes on: from the partition on its
// turn has come.
bool is_silenced_by_refresh(const model::World& world, charm::UnitName unit);
// Its agent ends as soon as it has begun, until its pod is made anew (juju-and-pebble.md, section
// 4.9): it runs no hook that could say anything.
bool is_mute(const model::World& world, charm::UnitName unit);
// The unit's status tells how far a refresh is, and there is one.
bool tells_of_refresh(const Moment& moment, charm::UnitName unit);

namespace judge {

std::optional<std::string> one_upgrade_at_a_time(const Moment& moment);
std::optional<std::string> primary_hands_over(const Moment& moment);
std::optional<std::string> upgraded_took_over(const Moment& moment);
std::optional<std::string> only_who_is_down(const Moment& moment);
std::optional<std::string> let_go_ahead(const Moment& moment);
std::optional<std::string> refresh_ends(const Moment& moment);
std::optional<std::string> refreshed(const Moment& moment);
std::optional<std::string> refresh_stopped(const Moment& moment);

}  // namespace judge

// Of a refresh that was prepared: without pre-upgrade-check Kubernetes is quicker than the charm.
// And while somebody serves: otherwise the pod below may be the one that is needed.
inline constexpr Property one_upgrade_at_a_time{
    "a prepared refresh replaces a pod when the units above it are upgraded",
    Form::always,
    on_facts(model::FactKind::pod_outdated),
    judge::one_upgrade_at_a_time,
    {}};
// The pod ends as the primary's otherwise, and clients wait for a failover. It is asked of the hook
// that lets Kubernetes go on, of the unit above. Whether Patroni takes the request is not asked.
inline constexpr Property primary_hands_over{
    "a refresh comes to the primary's pod when an upgraded member was to take over", Form::always,
    on_handler_end, judge::primary_hands_over,
    "what an action lets go on goes on as it is; nothing befalls the cluster, and no call fails, "
    "while that hook runs"};
inline constexpr Property upgraded_took_over{"an upgraded member was to take over",
                                             Form::sometimes,
                                             on_facts(model::FactKind::partition_set),
                                             judge::upgraded_took_over,
                                             {}};
// Where nobody leads, somebody whose turn has not come may be needed; and where the primary keeps a
// listed unit out and its agent ends at once, its pod has to be made anew.
inline constexpr Property only_who_is_down{
    "a refresh comes to a unit ahead of its turn only when its member is down or shuts another out",
    Form::always, on_facts(model::FactKind::partition_set), judge::only_who_is_down,
    "what an action lets go on goes on as it is; nothing befalls the cluster, and no call fails, "
    "while that hook runs"};
inline constexpr Property let_go_ahead{"a refresh came to a unit ahead of its turn",
                                       Form::sometimes,
                                       on_facts(model::FactKind::partition_set),
                                       judge::let_go_ahead,
                                       {}};
inline constexpr Property refresh_ends{
    "a refresh is completed, or waits for its operator and says so",
    Form::eventually,
    {},
    judge::refresh_ends,
    "every due hook is run, pods become Ready, the API server takes a patch of the StatefulSet, "
    "the leader's hooks are run: leases are granted; update-status keeps firing"};
inline constexpr Property refreshed{
    "a refresh was completed", Form::sometimes, on_dispatch_end, judge::refreshed, {}};
inline constexpr Property refresh_stopped{
    "a refresh failed", Form::sometimes, on_dispatch_end, judge::refresh_stopped, {}};

}  // namespace sim::properties
