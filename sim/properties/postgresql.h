// The properties, one constant each; always.cc, eventually.cc and sometimes.cc say how they are
// judged.
#pragma once

#include "sim/properties/property.h"

namespace sim::properties {

using Judgement = std::optional<std::string>;

namespace judge {
Judgement one_acknowledger(const Moment& moment);
Judgement initialised_after_service(const Moment& moment);
Judgement endpoints_by_leader(const Moment& moment);
Judgement endpoints_without_duplicates(const Moment& moment);
Judgement endpoints_keep_units(const Moment& moment);
Judgement no_hook_exception(const Moment& moment);
Judgement one_system_identifier(const Moment& moment);
Judgement no_confirmed_commit_lost(const Moment& moment);
Judgement lock_is_patronis(const Moment& moment);
Judgement used_objects_stay(const Moment& moment);
Judgement configuration_converges(const Moment& moment);
Judgement units_active(const Moment& moment);
Judgement queues_empty(const Moment& moment);
Judgement service_selects_primary(const Moment& moment);
Judgement scale_reached(const Moment& moment);
Judgement deferral_reemitted(const Moment& moment);
Judgement leader_changed_early(const Moment& moment);
Judgement killed_after_flush(const Moment& moment);
Judgement replica_promoted(const Moment& moment);
Judgement primary_restarted(const Moment& moment);
}  // namespace judge

// Weak fairness (juju-and-pebble.md, section 7.7). Without update-status no bound exists on how
// long a deferral waits.
inline constexpr std::string_view usual_fairness =
    "every due hook is run, failing calls stop failing, update-status keeps firing, leases are "
    "granted; of a unit whose node is lost nothing is asked, nor of a cluster that a bad option "
    "keeps from being made, nor of a member whose timeline has the number of another's";
inline constexpr std::string_view fairness_of_queues =
    "every due hook is run, failing calls stop failing, update-status keeps firing: nothing else "
    "wakes what is deferred; of a unit whose node is lost, or that is Blocked for a bad option "
    "that stands, nothing is asked, nor of a cluster that such an option keeps from being made";
inline constexpr std::string_view fairness_of_routes =
    "every member that runs has its cycles and reaches the API server, EndpointSlices follow "
    "labels; no bad option keeps the cluster from being made";
inline constexpr std::string_view fairness_of_scale =
    "the provisioner looks, every due hook of a dying unit is run, every pod ends within its grace";
inline constexpr std::string_view fairness_of_configuration =
    "there is a primary, the charm takes the configuration, leases are granted, the leader's due "
    "hooks are run, its calls to Patroni stop failing";

// --- always ---

// Two members that acknowledge commits in overlapping intervals: split brain, strong form (5.1).
inline constexpr Property one_acknowledger{
    "no two members acknowledge commits in overlapping intervals",
    Form::always,
    on_facts(model::FactKind::overlap),
    judge::one_acknowledger,
    {},
    "S3"};
inline constexpr Property initialised_after_service{
    "cluster_initialised is never set before the primary works through the Service",
    Form::always,
    on_facts(model::FactKind::initialised),
    judge::initialised_after_service,
    {}};
inline constexpr Property endpoints_by_leader{"endpoints is written only by the leader",
                                              Form::always,
                                              on_facts(model::FactKind::endpoints_written),
                                              judge::endpoints_by_leader,
                                              {}};
inline constexpr Property endpoints_without_duplicates{"endpoints has no duplicates",
                                                       Form::always,
                                                       on_facts(model::FactKind::endpoints_written),
                                                       judge::endpoints_without_duplicates,
                                                       {}};
inline constexpr Property endpoints_keep_units{"endpoints loses no unit that stays",
                                               Form::always,
                                               on_facts(model::FactKind::endpoints_written),
                                               judge::endpoints_keep_units,
                                               {}};
inline constexpr Property no_hook_exception{
    "no hook ends by an exception", Form::always, on_dispatch_end, judge::no_hook_exception, {}};
inline constexpr Property one_system_identifier{"one system identifier per application",
                                                Form::always,
                                                on_facts(model::FactKind::job_ended),
                                                judge::one_system_identifier,
                                                {}};

// S4: whatever a synchronous standby had confirmed when it was acknowledged is in the history of
// whoever acknowledges later.
inline constexpr Property no_confirmed_commit_lost{
    "no acknowledged commit is lost that a synchronous standby had confirmed",
    Form::always,
    on_facts(model::FactKind::commit_lost),
    judge::no_confirmed_commit_lost,
    "what an operator gives up who names a member to fail over to, and what nothing protected "
    "while "
    "an outsider had deleted -sync, may be lost",
    "S4"};
// S12, first half.
inline constexpr Property lock_is_patronis{
    "the charm names no lock holder while a member could win the lock",
    Form::always,
    on_facts(model::FactKind::lock_granted),
    judge::lock_is_patronis,
    {},
    "S12"};
// S12, second half.
inline constexpr Property used_objects_stay{
    "the charm removes no object that a running cluster uses",
    Form::always,
    on_facts(model::FactKind::object_removed),
    judge::used_objects_stay,
    {},
    "S12"};

// --- eventually; of units whose node is lost for good, nothing is asked ---

inline constexpr Property units_active{"every planned unit is Active, listed and streaming",
                                       Form::eventually,
                                       {},
                                       judge::units_active,
                                       usual_fairness};
inline constexpr Property queues_empty{"the deferral queue of each unit is empty",
                                       Form::eventually,
                                       {},
                                       judge::queues_empty,
                                       fairness_of_queues};
inline constexpr Property service_selects_primary{"the primary Service selects exactly the primary",
                                                  Form::eventually,
                                                  {},
                                                  judge::service_selects_primary,
                                                  fairness_of_routes};

inline constexpr Property scale_reached{"there are as many units as were asked for",
                                        Form::eventually,
                                        {},
                                        judge::scale_reached,
                                        fairness_of_scale};

// S16: what /config says in the end is what the charm's configuration and the members ask for.
inline constexpr Property configuration_converges{
    "the dynamic configuration is what the charm's configuration asks for",
    Form::eventually,
    {},
    judge::configuration_converges,
    fairness_of_configuration,
    "S16"};

// --- sometimes ---

inline constexpr Property deferral_reemitted{
    "a deferral was re-emitted", Form::sometimes, on_handler_end, judge::deferral_reemitted, {}};
inline constexpr Property leader_changed_early{"the leader changed before initialisation",
                                               Form::sometimes,
                                               on_facts(model::FactKind::leadership_gained),
                                               judge::leader_changed_early,
                                               {}};
inline constexpr Property killed_after_flush{"a hook was killed after its flush",
                                             Form::sometimes,
                                             on_dispatch_end,
                                             judge::killed_after_flush,
                                             {}};
inline constexpr Property replica_promoted{"a replica was promoted",
                                           Form::sometimes,
                                           on_facts(model::FactKind::promoted),
                                           judge::replica_promoted,
                                           {}};
inline constexpr Property primary_restarted{"a primary restarted and stayed the primary",
                                            Form::sometimes,
                                            on_facts(model::FactKind::promoted),
                                            judge::primary_restarted,
                                            {}};

}  // namespace sim::properties
