// Where secrets come from.
#pragma once

#include "charm/types/names.h"
#include "charm/types/secret.h"

namespace charm::ports {

class Entropy {
 public:
  virtual ~Entropy() = default;

  // 16 characters, letters and digits (charm-hooks.md, section 1.5).
  virtual Secret make_password(SystemUser user) = 0;
  // The same for a client's user: another one at each call.
  virtual Secret make_client_password(RelationId relation) = 0;
};

}  // namespace charm::ports
