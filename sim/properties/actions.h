// What is promised to an operator who runs an action. Source: charm-hooks.md, section 4;
// juju-and-pebble.md, section 1.7.
#pragma once

#include "sim/properties/property.h"

namespace sim::properties {

namespace judge {

std::optional<std::string> action_keeps_its_word(const Moment& moment);
std::optional<std::string> action_ran(const Moment& moment);
std::optional<std::string> actions_end(const Moment& moment);

}  // namespace judge

// Judged where the action is reported as it ended: what was killed, or could not be committed, Juju
// reports by itself.
inline constexpr Property action_keeps_its_word{
    "an action does what it says, or fails with its text",
    Form::always,
    on_dispatch_end,
    judge::action_keeps_its_word,
    {}};
inline constexpr Property actions_end{"every action that was asked for ends",
                                      Form::eventually,
                                      {},
                                      judge::actions_end,
                                      "every due hook is run"};
inline constexpr Property action_ran{"an action was run",
                                     Form::sometimes,
                                     on_facts(model::FactKind::action_started),
                                     judge::action_ran,
                                     {}};

}  // namespace sim::properties
