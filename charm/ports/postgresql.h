// What a hook asks of PostgreSQL, on the primary through its Service. Source:
// charm-hooks.md, 1.6, 6.3.
#pragma once

#include <expected>

#include "charm/types/errors.h"

namespace charm::ports {

class PostgreSQL {
 public:
  virtual ~PostgreSQL() = default;

  // The roles `backup`, `monitoring` and `admin` with their grants; harmless where they exist.
  virtual std::expected<void, Unreachable> create_users_and_grants() = 0;
};

}  // namespace charm::ports
