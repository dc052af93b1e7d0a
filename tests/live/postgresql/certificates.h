// An authority of the tests' own, and certificates that it gives.
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

namespace live {

class Authority {
 public:
  explicit Authority(const std::string& name = "authority");

  // PEM.
  [[nodiscard]] std::string certificate() const;
  struct Issued {
    std::string certificate;
    std::string key;
  };
  // `name`: as in a subjectAltName, `IP:127.0.0.1`.
  [[nodiscard]] Issued issue(const std::string& name) const;

 private:
  std::shared_ptr<EVP_PKEY> key_;
  std::shared_ptr<X509> certificate_;
};

}  // namespace live
