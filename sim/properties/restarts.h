// What is promised of the rolling restart, and of what it is there for. Source: charm-hooks.md,
// sections 6.9, 6.11 and 11.20.
#pragma once

#include "sim/properties/property.h"

namespace sim::properties {

namespace judge {

std::optional<std::string> one_restarts(const Moment& moment);
std::optional<std::string> restarts_are_needed(const Moment& moment);
std::optional<std::string> working_members_go_on(const Moment& moment);
std::optional<std::string> parameters_hold(const Moment& moment);
std::optional<std::string> restart_lock_is_free(const Moment& moment);
std::optional<std::string> member_restarted(const Moment& moment);
std::optional<std::string> healed_under_bad_option(const Moment& moment);

}  // namespace judge

// A unit that is being removed has handed over, and does not count.
inline constexpr Property one_restarts{
    "at most one member restarts under the lock",
    Form::always,
    on_facts(model::FactKind::restart_asked, model::FactKind::restart_granted),
    judge::one_restarts,
    {}};
inline constexpr Property restarts_are_needed{"no healthy member is restarted without need",
                                              Form::always,
                                              on_facts(model::FactKind::restart_asked),
                                              judge::restarts_are_needed,
                                              {}};
// Of Patroni's service, by Pebble: it takes PostgreSQL with it.
inline constexpr Property working_members_go_on{
    "the charm starts nobody anew who leads or streams", Form::always,
    on_facts(model::FactKind::service_restarted), judge::working_members_go_on,
    "who did neither at some moment of the same dispatch may be"};
inline constexpr Property parameters_hold{
    "a configuration change holds on every unit",
    Form::eventually,
    {},
    judge::parameters_hold,
    "every due hook is run, failing calls stop failing, update-status keeps firing, leases are "
    "granted, no node is lost"};
inline constexpr Property restart_lock_is_free{
    "nobody holds the restart lock or waits for it",
    Form::eventually,
    {},
    judge::restart_lock_is_free,
    "every due hook is run, failing calls stop failing, update-status keeps firing, leases are "
    "granted, no node is lost"};
inline constexpr Property member_restarted{"a member was restarted under the lock",
                                           Form::sometimes,
                                           on_facts(model::FactKind::restart_asked),
                                           judge::member_restarted,
                                           {}};
inline constexpr Property healed_under_bad_option{
    "update-status started a dead service while an option was bad",
    Form::sometimes,
    on_handler_end,
    judge::healed_under_bad_option,
    {}};

}  // namespace sim::properties
