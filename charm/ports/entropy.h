// Where secrets come from.
#pragma once

#include "charm/types/secret.h"

namespace charm::ports {

class Entropy {
 public:
  virtual ~Entropy() = default;

  // 16 characters, letters and digits (charm-hooks.md, section 1.5).
  virtual Secret make_password(SystemUser user) = 0;
};

}  // namespace charm::ports
