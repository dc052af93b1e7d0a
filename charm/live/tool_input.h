// What the hook tools read from their standard input: a mapping of texts. Source:
// juju-and-pebble.md, section 2.2 (relation-set, state-set).
#pragma once

#include <string>

#include "charm/wire/bag.h"

namespace charm::live {

// JSON that is also YAML, for Juju reads it as that: characters beyond U+FFFF stand as they are,
// since two escapes for one character are no YAML. What is no UTF-8 is replaced.
std::string to_tool_input(const wire::Bag& bag);

}  // namespace charm::live
