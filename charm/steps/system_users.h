// The users that the charm has made for itself, by the names that operators use. Source:
// charm-hooks.md, sections 1.5 and 1.6.
#pragma once

#include <optional>
#include <string_view>

#include "charm/runtime/unit.h"

namespace charm::steps {

// As the failure texts of the actions list them.
inline constexpr std::string_view known_users =
    "backup, replication, rewind, operator, monitoring, patroni";

bool is_known_user(std::string_view name);

// Those whose password an operator may choose. Not `patroni`, whom only Patroni knows; nor
// `backup`: it is a superuser that logs in by the operating system's word, and with a password it
// could from everywhere.
inline constexpr std::string_view database_users = "replication, rewind, operator, monitoring";
std::optional<SystemUser> database_user(std::string_view name);

// It can stand everywhere that a password goes to, unquoted too (the exporter's DATA_SOURCE_NAME):
// printable ASCII without blanks, quotes and backslashes, and something.
bool is_usable_password(const Secret& password);
inline constexpr std::string_view usable_passwords =
    "1 to 63 printable ASCII characters without blanks, quotes and backslashes";

// What the application secret has for it. Empty for `backup`, which logs in without one, and before
// the passwords are made.
Secret stored_password(Unit& unit, std::string_view name);
// All that the database knows.
DatabasePasswords stored_passwords(Unit& unit);

}  // namespace charm::steps
