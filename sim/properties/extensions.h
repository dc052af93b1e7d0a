// What is promised about the databases' extensions. Source: config-and-wire.md, section 1.7.
#pragma once

#include "sim/properties/property.h"

namespace sim::properties {

namespace judge {

std::optional<std::string> extensions_converge(const Moment& moment);
std::optional<std::string> extensions_changed(const Moment& moment);
std::optional<std::string> refusals_are_told(const Moment& moment);
std::optional<std::string> plugin_refused(const Moment& moment);

}  // namespace judge

// But for what cannot be: one that lacks what it needs, or that a client's objects depend on.
inline constexpr Property extensions_converge{
    "each database has the extensions that the options ask for, as far as they can be had",
    Form::eventually,
    {},
    judge::extensions_converge,
    "somebody leads, update-status keeps firing, and the primary is reached"};
inline constexpr Property refusals_are_told{
    "an option, a plugin or a client that asks for what there cannot be is refused by a status",
    Form::eventually,
    {},
    judge::refusals_are_told,
    "somebody leads, update-status keeps firing, and the primary is reached"};
inline constexpr Property extensions_changed{"the databases' extensions were changed",
                                             Form::sometimes,
                                             on_facts(model::FactKind::extensions_set),
                                             judge::extensions_changed,
                                             {}};
inline constexpr Property plugin_refused{
    "a plugin was refused, by Blocked", Form::sometimes, on_handler_end, judge::plugin_refused, {}};

}  // namespace sim::properties
