// Where secrets come from.
#pragma once

#include "charm/types/names.h"
#include "charm/types/secret.h"
#include "charm/types/tls.h"

namespace charm::ports {

class Entropy {
 public:
  virtual ~Entropy() = default;

  // 16 characters, letters and digits (charm-hooks.md, section 1.5).
  virtual Secret make_password(SystemUser user) = 0;
  // The same for a client's user: another one at each call.
  virtual Secret make_client_password(RelationId relation) = 0;
  // RSA 2048, PKCS#1 (config-and-wire.md, section 3.2).
  virtual Pem make_private_key() = 0;
  // For this unit's names, with that key: another one at each call, by its random identifier.
  virtual Pem make_certificate_request(Pem key) = 0;
};

}  // namespace charm::ports
