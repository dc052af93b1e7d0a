// What a hook asks of PostgreSQL. Source: charm-hooks.md, 1.6, 6.3.
#pragma once

#include <expected>

#include "charm/types/errors.h"
#include "charm/types/names.h"

namespace charm::ports {

class PostgreSQL {
 public:
  virtual ~PostgreSQL() = default;

  // On the primary, through its Service: the roles `backup`, `monitoring` and `admin` with their
  // grants; harmless where they exist.
  virtual std::expected<void, Unreachable> create_users_and_grants() = 0;
  // On the own member: the units that its synchronous_standby_names names; `*` names none.
  virtual std::expected<UnitSet, Unreachable> waited_for() = 0;
};

}  // namespace charm::ports
