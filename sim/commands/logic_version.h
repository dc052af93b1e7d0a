// Which charm logic and which model this program has.
#pragma once

#include <string_view>

namespace sim {

// 16 hex digits: a digest of the sources that decide what happens in a run of PostgreSQL's charm,
// made when the program is built (hash_sources.cmake). Of another charm, of all but its own.
std::string_view logic_version();

// Likewise of what decides the result of a campaign: the same, and those that draw, measure and
// count.
std::string_view campaign_version();

}  // namespace sim
