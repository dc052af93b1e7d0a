// What an operator has said to an action, as action-get tells it in JSON. Juju holds it against the
// schema of actions.yaml first; what it lets through is read all the same as if it had not. Source:
// config-and-wire.md, section 2; juju-and-pebble.md, section 1.7.
#pragma once

#include <optional>
#include <string>

#include "charm/types/action.h"
#include "charm/wire/error.h"

namespace charm::wire {

// Refused, with a text for the operator: a parameter of another type. A name that is longer than
// any there is comes cut: the action says that it knows nobody of that name. Parameters that are
// not known are not looked at, as upstream does; the private key is left to parse_given_key().
Wire<ActionParameters> parse_action_parameters(std::string_view json);

// `private-key`, as it was given; nothing if it was not. Its text is no part of the parameters
// (charm/types/tls.h): whoever keeps the texts completes them.
Wire<std::optional<std::string>> parse_given_key(std::string_view json);

}  // namespace charm::wire
