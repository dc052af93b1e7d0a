// Whether one revision can follow another: versions and constraints as Poetry writes them. Source:
// config-and-wire.md, section 3.3.
#pragma once

#include <string_view>

#include "charm/types/dependencies.h"

namespace charm::steps {

// Of this revision.
const Dependencies& own_dependencies();

// `14.11` satisfies `^14`, `>0`, `~14.1`, `>=14,<15`, `14.11` and `*`. Versions are numbers between
// dots, missing ones being 0. False, too, for what is no version or no constraint.
bool satisfies(std::string_view version, std::string_view constraint);

// Every stored version is one that this revision can be upgraded from.
bool can_follow(const Dependencies& stored, const Dependencies& own);

}  // namespace charm::steps
