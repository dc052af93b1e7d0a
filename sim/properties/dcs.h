// Section 9 of patroni-and-kubernetes.md, the safety half; S3, S4, S12 and S16 are in postgresql.h.
// S15 ("unknown" is never "not applied") is the ports': a lost reply takes effect and fails
// (sim/ports/call_gate.h), and every other property judges what a hook makes of it.
#pragma once

#include "sim/properties/property.h"

namespace sim::properties {

namespace judge {
using Judgement = std::optional<std::string>;
Judgement lock_history(const Moment& moment);
Judgement entitled(const Moment& moment);
Judgement loss_bound(const Moment& moment);
Judgement standbys_enforced(const Moment& moment);
Judgement races_fairly(const Moment& moment);
Judgement synchronous_promotes(const Moment& moment);
Judgement timelines_rise(const Moment& moment);
Judgement streams_its_history(const Moment& moment);
Judgement initialised_once(const Moment& moment);
Judgement one_answers_as_primary(const Moment& moment);
Judgement last_copy_is_spared(const Moment& moment);
Judgement annotation_is_patronis(const Moment& moment);
Judgement data_stay(const Moment& moment);
}  // namespace judge

inline constexpr Property lock_history{
    "the lock changes hands by compare and set, and transitions count it",
    Form::always,
    on_facts(model::FactKind::lock_taken, model::FactKind::lock_released,
             model::FactKind::lock_granted, model::FactKind::object_removed),
    judge::lock_history,
    {},
    "S1"};
inline constexpr Property entitled{
    "who acknowledges held the lock within the last ttl of its clock",
    Form::always,
    on_facts(model::FactKind::unentitled),
    judge::entitled,
    "who is frozen, or whose Patroni is dead or has just come back, nobody stops; in a pause, in "
    "failsafe mode and in its own bootstrap a member needs no lock",
    "S2"};
inline constexpr Property loss_bound{
    "no more is lost than maximum_lag_on_failover beyond the stored position",
    Form::always,
    on_facts(model::FactKind::loss_unbound),
    judge::loss_bound,
    {},
    "S5"};
inline constexpr Property standbys_enforced{
    "the lock's holder waits for everybody in -sync",
    Form::always,
    on_facts(model::FactKind::sync_standbys, model::FactKind::standby_names,
             model::FactKind::promoted),
    judge::standbys_enforced,
    {},
    "S6"};
// Not of section 9: what its 8.1 breaks first; its consequences are S3, S7, S8 and S11.
inline constexpr Property races_fairly{"nobody takes the lock that another has won since it looked",
                                       Form::always,
                                       on_facts(model::FactKind::lock_stolen),
                                       judge::races_fairly,
                                       {},
                                       {}};
inline constexpr Property synchronous_promotes{"nobody outside of -sync takes the lock",
                                               Form::always,
                                               on_facts(model::FactKind::lock_taken),
                                               judge::synchronous_promotes,
                                               "but for whoever is a primary still, and had been "
                                               "frozen, or cut off, while it lost the lock",
                                               "S7"};
inline constexpr Property timelines_rise{
    "timelines rise with each promotion, and the history only grows",
    Form::always,
    on_facts(model::FactKind::promoted, model::FactKind::history_written),
    judge::timelines_rise,
    {},
    "S8"};
inline constexpr Property streams_its_history{
    "a member streams its own history only, and no rewind takes confirmed commits",
    Form::always,
    on_facts(model::FactKind::diverged, model::FactKind::rewound_acknowledged),
    judge::streams_its_history,
    {},
    "S9"};
inline constexpr Property initialised_once{
    "`initialize` goes from absent to empty to a system identifier, with one initdb",
    Form::always,
    on_facts(model::FactKind::initialise_changed, model::FactKind::job_started),
    judge::initialised_once,
    {},
    "S10"};
inline constexpr Property one_answers_as_primary{
    "at most one member answers 200 to GET /primary",
    Form::always,
    on_facts(model::FactKind::lock_taken, model::FactKind::promoted, model::FactKind::thawed,
             model::FactKind::healed, model::FactKind::api_started),
    judge::one_answers_as_primary,
    "not in a pause, not by failsafe mode, not until -sync is there again that an outsider has "
    "deleted, not by a stepped clock until ttl after the next record; a renewal counts for ttl of "
    "the fastest clock",
    "S11"};
inline constexpr Property last_copy_is_spared{
    "the charm restarts nobody who alone holds acknowledged data",
    Form::always,
    on_facts(model::FactKind::service_restarted),
    judge::last_copy_is_spared,
    "a lock's holder that waits for who is not in -sync may be restarted, and who is the only unit",
    "S13"};
inline constexpr Property annotation_is_patronis{
    "nobody but the lock's owner or an election writes the leader annotation",
    Form::always,
    on_facts(model::FactKind::lock_granted),
    judge::annotation_is_patronis,
    {}};
inline constexpr Property data_stay{
    "no member is wiped but by Patroni",
    Form::always,
    on_dispatch_end | on_facts(model::FactKind::job_ended, model::FactKind::service_started,
                               model::FactKind::service_stopped, model::FactKind::pod_stopped),
    judge::data_stay,
    {}};

}  // namespace sim::properties
