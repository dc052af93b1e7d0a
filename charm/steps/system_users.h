// The users that the charm has made for itself, by the names that operators use. Source:
// charm-hooks.md, sections 1.5 and 1.6.
#pragma once

#include <string_view>

#include "charm/runtime/unit.h"

namespace charm::steps {

// As the failure texts of the actions list them.
inline constexpr std::string_view known_users =
    "backup, replication, rewind, operator, monitoring, patroni";

bool is_known_user(std::string_view name);
// What the application secret has for it. Empty for `backup`, which logs in without one, and before
// the passwords are made.
Secret stored_password(Unit& unit, std::string_view name);

}  // namespace charm::steps
