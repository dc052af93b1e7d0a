// The unit's secret and the relation `certificates`, in texts: the ports hand on their numbers
// (charm/types/tls.h). Source: charm-hooks.md, sections 1.5 and 5.2; config-and-wire.md, section
// 3.2.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "charm/wire/bag.h"
#include "charm/wire/error.h"

namespace charm::wire {

// --- the unit's secret ---

struct UnitSecret {
  // What the unit serves with: all three, or none.
  std::string key;          // `key`
  std::string certificate;  // `cert`
  std::string authority;    // `chain`, or `cauth` where there is no chain
  std::string request;      // `csr`
  // `requested-key`, which this charm alone writes; without it `key` is what was requested with.
  std::string request_key;

  friend bool operator==(const UnitSecret&, const UnitSecret&) = default;
};
// Whether its key and its certificate belong together is not looked at. Of a unit from before Juju
// had secrets its bag has the fields.
Wire<UnitSecret> parse_unit_secret(const Bag& peers_unit, const Bag& content);
// Those fields of the bag.
inline constexpr std::array<std::string_view, 5> clear_tls_fields{"key", "csr", "cert", "ca",
                                                                  "chain"};
// The content with it; other revisions' keys stay. `cauth` and `chain` say the same, so that
// upstream serves with it, too. Who writes it takes the fields out of the bag.
Bag with_unit_secret(Bag content, const UnitSecret& secret);

// --- the relation `certificates` ---

// The requests in the unit's own bag: `[{"certificate_signing_request": PEM, "ca": false}]`.
Wire<std::vector<std::string>> parse_certificate_requests(std::string_view text);
std::string certificate_requests_text(const std::string& request);

// What a provider has for a request; empty: nothing yet.
struct IssuedCertificate {
  std::string certificate;
  std::string authority;  // its chain, or the CA where there is none
  bool revoked = false;

  friend bool operator==(const IssuedCertificate&, const IssuedCertificate&) = default;
};
// `certificates` of the provider's application bag. A bag that does not fit counts as empty: it is
// another application's, and may yet be mended.
IssuedCertificate parse_issued_certificate(std::string_view certificates, std::string_view request);

}  // namespace charm::wire
