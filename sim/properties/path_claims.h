// What a path through a chart says of the world, and of its end: that the walk is one of the chart
// does not tell whether its answers are true.
#pragma once

#include "sim/properties/property.h"

namespace sim::properties {

namespace judge {
std::optional<std::string> leaders_lead(const Moment& moment);
std::optional<std::string> defer_boxes_defer(const Moment& moment);
std::optional<std::string> status_boxes_tell(const Moment& moment);
}  // namespace judge

// Other answers are not compared with the world: they are of a moment that has gone by.
inline constexpr Property leaders_lead{"a hook goes the leader's way only on a unit that leads",
                                       Form::always, on_handler_end, judge::leaders_lead,
                                       "the unit may have lost its leadership within that hook"};
// In the charts a box whose name begins with `defer` leads to a return, or is one.
inline constexpr Property defer_boxes_defer{"a hook that ends where its chart defers is queued",
                                            Form::always,
                                            on_handler_end,
                                            judge::defer_boxes_defer,
                                            {}};

// Of boxes that set a Waiting or a Blocked whatever the status was: what somebody has to wait for,
// or to do. Which text a box has is charm-hooks.md's, section 10.
inline constexpr Property status_boxes_tell{
    "a hook that comes through a box that waits or blocks leaves its status", Form::always,
    on_handler_end, judge::status_boxes_tell, "a later box of that hook may set another"};

}  // namespace sim::properties
