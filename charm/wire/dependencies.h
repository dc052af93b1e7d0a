// `dependencies` in the application bag of the relation `upgrade`. Source: config-and-wire.md,
// section 3.3.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "charm/types/dependencies.h"
#include "charm/wire/error.h"

namespace charm::wire {

// None: no revision has stored them. Refused: no JSON of that shape, a version that is too long.
Wire<std::optional<Dependencies>> parse_dependencies(std::string_view text);
// With the names and the inner dependencies that upstream's file has, and nobody reads.
std::string dependencies_text(const Dependencies& dependencies);

}  // namespace charm::wire
