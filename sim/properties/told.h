// What a hook says by its unit's status of what it has met: a 403, a service that it found down.
// Source: charm-hooks.md, sections 3.9 and 10.
#pragma once

#include "sim/properties/property.h"

namespace sim::properties {

namespace judge {

std::optional<std::string> forbidden_is_told(const Moment& moment);
std::optional<std::string> inactive_was_started(const Moment& moment);
std::optional<std::string> lack_of_trust_was_told(const Moment& moment);
std::optional<std::string> inactive_was_told(const Moment& moment);

}  // namespace judge

// Within that hook: what waits for an operator says so. Which text, status_boxes_tell asks: another
// refusal of that hook may be the one that is told.
inline constexpr Property forbidden_is_told{
    "a handler that is deferred after a 403 leaves its unit Blocked", Form::always, on_handler_end,
    judge::forbidden_is_told,
    "a look at how far a refresh is waits without a word, and so does a leader that tries once "
    "more to make the cluster: its pebble-ready says it; who waits for a member says that"};
// Both texts are Maintenance; this one says what the hook has done.
inline constexpr Property inactive_was_started{
    "a unit that says that its database service was inactive has started it",
    Form::always,
    on_dispatch_end,
    judge::inactive_was_started,
    {}};
inline constexpr Property lack_of_trust_was_told{"a unit told that it lacks trust",
                                                 Form::sometimes,
                                                 on_handler_end,
                                                 judge::lack_of_trust_was_told,
                                                 {}};
inline constexpr Property inactive_was_told{"a unit told that its database service was inactive",
                                            Form::sometimes,
                                            on_dispatch_end,
                                            judge::inactive_was_told,
                                            {}};

}  // namespace sim::properties
