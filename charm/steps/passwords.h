// The charm users' passwords.
#pragma once

#include <expected>

#include "charm/runtime/unit.h"

namespace charm::steps {

// Makes those that nobody has made yet, in the order of SystemUser.
std::expected<void, NotLeader> generate_passwords(Unit& unit);

}  // namespace charm::steps
