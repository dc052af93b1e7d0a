// What the charm owes beside section 9: to who has left, to what is queued, to who deploys after
// it. S14 is here because the label is Patroni's and the Service is the charm's.
#pragma once

#include "sim/properties/property.h"

namespace sim::properties {

namespace judge {
std::optional<std::string> one_primary_label(const Moment& moment);
std::optional<std::string> departed_forgotten(const Moment& moment);
std::optional<std::string> nothing_left_behind(const Moment& moment);
std::optional<std::string> deferred_runs(const Moment& moment);
std::optional<std::string> flag_stays(const Moment& moment);
std::optional<std::string> copies_when_admitted(const Moment& moment);
std::optional<std::string> listed_when_labelled(const Moment& moment);
std::optional<std::string> members_run(const Moment& moment);
}  // namespace judge

inline constexpr Property one_primary_label{
    "the primary Service selects one Ready pod at most, the lock holder's",
    Form::eventually,
    {},
    judge::one_primary_label,
    "every member that runs has its cycles, and reaches the API server in one of them",
    "S14"};
inline constexpr Property departed_forgotten{
    "a departed unit disappears everywhere",
    Form::eventually,
    {},
    judge::departed_forgotten,
    "every due hook is run, failing calls stop failing, the leader's hooks too: leases are "
    "granted; Patroni's cycles go on; of a unit whose node is lost nothing is asked"};
inline constexpr Property nothing_left_behind{
    "removal leaves nothing that hinders redeployment",
    Form::eventually,
    {},
    judge::nothing_left_behind,
    "every due hook is run until its unit is dead, and every pod ends; the API server takes a "
    "write of the last hooks; the garbage collector comes round"};
// What is in the queue is re-emitted by the next dispatch that comes to its end.
inline constexpr Property deferred_runs{
    "whatever is deferred runs in each dispatch until it does not defer", Form::always,
    on_dispatch_end, judge::deferred_runs,
    "a dispatch that fails is run again; one that cannot read its state runs nothing, and loses "
    "nothing"};

// Without the flag the next leader takes the cluster for one that is still to be made
// (charm-hooks.md, hazards 1 and 7).
inline constexpr Property flag_stays{
    "cluster_initialised is never cleared while a listed member holds data",
    Form::always,
    on_facts(model::FactKind::flushed),
    judge::flag_stays,
    {}};
// By the flag, as the leader in that dispatch, or over data that are there already its unit may
// start it; by the list and pg_hba it may copy (charm-hooks.md, 3.2, 8.3).
inline constexpr Property copies_when_admitted{
    "a replica copies the data only when it is admitted", Form::always,
    on_facts(model::FactKind::job_ended), judge::copies_when_admitted, "who is leaving may copy"};
// Without its labels Patroni counts nobody as a member, and no Service leads to it; and who is
// listed is asked whether it is ready before the next one is let in. Its pod may be another by now,
// which has none yet: labelled once is enough.
inline constexpr Property listed_when_labelled{
    "no unit is listed whose pod was never labelled", Form::always,
    on_facts(model::FactKind::endpoints_written), judge::listed_when_labelled,
    "a leader may list itself, before there is a cluster"};
// A bad option, a plugin or a client that is refused, a certificate that does not come: none is a
// reason to leave a member down that ran before.
inline constexpr Property members_run{
    "a member that has a file and data runs, whatever the options are",
    Form::eventually,
    {},
    judge::members_run,
    "the cluster is initialised and lists it; every due hook is run, failing calls stop failing, "
    "update-status keeps firing, its container comes back; of a unit whose node is lost nothing is "
    "asked"};

}  // namespace sim::properties
