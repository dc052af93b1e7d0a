// Where secrets come from: OpenSSL's random bytes.
#pragma once

#include "charm/live/hook_tools.h"
#include "charm/live/identity.h"
#include "charm/live/pem_store.h"
#include "charm/live/x509.h"
#include "charm/ports/entropy.h"

namespace charm::live {

class Entropy final : public ports::Entropy {
 public:
  Entropy(const Identity& who, HookTools& tools, PemStore& pems)
      : who_(who), tools_(tools), pems_(pems) {}

  Secret make_password(SystemUser user) override;
  Secret make_client_password(RelationId relation) override;
  Pem make_private_key() override;
  // Throws HookFailed if Juju does not tell this unit's address, or if it cannot be made.
  Pem make_certificate_request(Pem key) override;

 private:
  const Identity& who_;
  HookTools& tools_;
  PemStore& pems_;
};

// The names that others know this unit by. An application's name may be so long that its hosts do
// not fit into a common name; the pod's name stands there then, and the host with the others.
RequestNames names_of(const Identity& who, const std::string& address,
                      const std::string& unique_identifier);

}  // namespace charm::live
