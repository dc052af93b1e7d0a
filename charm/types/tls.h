// TLS of one unit: its key, its certificate, and what it asks of whoever issues certificates.
// Source: charm-hooks.md, sections 1.5, 5.2, 6.10; config-and-wire.md, section 3.2.
#pragma once

#include <cstdint>

namespace charm {

// One PEM text (a key, a certificate, a request, or an authority with its chain), by its contents:
// two are equal when their texts are, blanks at both ends aside. The text stays with the adapters,
// which keep it by this number; so no key is ever part of an answer, of a log or of a world.
struct Pem {
  std::uint64_t digest = 0;  // 0: none

  [[nodiscard]] bool empty() const { return digest == 0; }
  friend bool operator==(const Pem&, const Pem&) = default;
};

// What a unit serves with: all three, of one another, or none.
struct TlsFiles {
  Pem key;
  Pem certificate;
  Pem authority;  // the chain if there is one, else the CA

  friend bool operator==(const TlsFiles&, const TlsFiles&) = default;
};

// The unit's own secret, and the key `tls` of its peer bag.
struct TlsState {
  TlsFiles files;  // `key`, `cert`, `cauth` and `chain`
  Pem request;     // `csr`: the request that was sent last
  // `requested-key`: the key that it was made with; of a secret that upstream has written, `key`.
  Pem request_key;
  bool announced = false;

  // Whether Patroni and PostgreSQL shall talk TLS.
  [[nodiscard]] bool enabled() const { return !files.certificate.empty(); }
  friend bool operator==(const TlsState&, const TlsState&) = default;
};

// The relation `certificates`, as far as it is about this unit.
struct CertificatesRelation {
  // The stored request, if it stands in its unit bag; what upstream's library left there beside it
  // is none of it.
  Pem asked;
  // What the provider has for that request; empty: nothing yet.
  Pem certificate;
  Pem authority;
  bool revoked = false;

  friend bool operator==(const CertificatesRelation&, const CertificatesRelation&) = default;
};

// A private key as an operator gives it.
struct GivenKey {
  Pem key;
  bool usable = false;  // it is what charm/tls/private_key.h can read

  friend bool operator==(const GivenKey&, const GivenKey&) = default;
};

}  // namespace charm
