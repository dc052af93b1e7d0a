// What another revision of the charm has left, and this one cannot read. Source: charm-hooks.md,
// sections 1.4 and 1.5; juju-and-pebble.md, section 5.5.
#pragma once

#include "sim/properties/property.h"

namespace sim::properties {

namespace judge {
std::optional<std::string> unreadable_is_refused(const Moment& moment);
std::optional<std::string> unreadable_was_refused(const Moment& moment);
}  // namespace judge

// Of each dispatch that began with it, and that Juju has committed.
inline constexpr Property unreadable_is_refused{
    "state that cannot be read is refused by name, and nothing is lost",
    Form::always,
    on_dispatch_end,
    judge::unreadable_is_refused,
    {}};
inline constexpr Property unreadable_was_refused{"state that cannot be read was refused",
                                                 Form::sometimes,
                                                 on_dispatch_end,
                                                 judge::unreadable_was_refused,
                                                 {}};

}  // namespace sim::properties
