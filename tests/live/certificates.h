// Certificates for servers of tests: made when they are asked for, so none can run out.
#pragma once

#include <openssl/x509.h>

#include <memory>
#include <string>

namespace charm::live::given {

// PEM texts.
struct Certificate {
  std::string certificate;
  std::string key;
};

enum class Validity { now, over };

class Authority {
 public:
  Authority();

  [[nodiscard]] const std::string& pem() const { return pem_; }
  [[nodiscard]] X509* certificate() const { return certificate_.get(); }
  // For whom: `IP:127.0.0.1`, `DNS:localhost`.
  [[nodiscard]] Certificate issue(const std::string& for_whom,
                                  Validity validity = Validity::now) const;

 private:
  std::shared_ptr<EVP_PKEY> key_;
  std::shared_ptr<X509> certificate_;
  std::string pem_;
};

}  // namespace charm::live::given
