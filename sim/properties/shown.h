// What is promised of what `juju status` shows beside each member's state: little space, the
// version of PostgreSQL, its ports. Source: charm-hooks.md, sections 3.2, 3.7 and 3.9.
#pragma once

#include "sim/properties/property.h"

namespace sim::properties {

namespace judge {

std::optional<std::string> volume_is_told(const Moment& moment);
std::optional<std::string> version_and_ports_are_shown(const Moment& moment);
std::optional<std::string> little_space_was_told(const Moment& moment);

}  // namespace judge

// Whose Blocked, or whose place in a refresh, is told instead.
inline constexpr Property volume_is_told{
    "a volume with less than a tenth free is told by its unit's status, and no other one is",
    Form::eventually,
    {},
    judge::volume_is_told,
    "update-status keeps firing, and what else a unit is Blocked for or a refresh tells comes "
    "first"};
inline constexpr Property version_and_ports_are_shown{
    "each unit that is listed shows the version of its PostgreSQL, and has its ports open",
    Form::eventually,
    {},
    judge::version_and_ports_are_shown,
    "its hooks run"};
inline constexpr Property little_space_was_told{"a unit told that its volume fills up",
                                                Form::sometimes,
                                                on_handler_end,
                                                judge::little_space_was_told,
                                                {}};

}  // namespace sim::properties
