// The relation `certificates`, and the unit's own secret, which keeps what came of it. Source:
// config-and-wire.md, section 3.2; charm-hooks.md, section 1.5.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "charm/wire/bag.h"
#include "charm/wire/error.h"

namespace charm::wire {

// `certificate_signing_requests` of a requirer's unit bag: the PEM texts, blanks at both ends
// aside. Entries without one are left out.
Wire<std::vector<std::string>> parse_certificate_requests(std::string_view text);
// One request, alone.
std::string certificate_requests_text(std::string_view pem);

// One of `certificates` in a provider's application bag. PEM texts, blanks at both ends aside.
struct IssuedCertificate {
  std::string request;
  std::string certificate;
  std::string ca;
  std::string chain;  // its blocks joined by newlines; may be empty
  bool revoked = false;

  friend bool operator==(const IssuedCertificate&, const IssuedCertificate&) = default;
};
// All or nothing: one entry that does not have the shape makes the whole of it count as empty, as
// upstream's library does.
Wire<std::vector<IssuedCertificate>> parse_issued_certificates(std::string_view text);

// The unit's secret, as texts; empty where there is none.
struct UnitSecret {
  std::string key;
  std::string request;      // `csr`
  std::string certificate;  // `cert`
  std::string ca;           // `cauth`
  std::string chain;
  std::string requested_key;  // of a secret that upstream has written: `key`

  friend bool operator==(const UnitSecret&, const UnitSecret&) = default;
};
UnitSecret parse_unit_secret(const Bag& content);
// The content with these; other revisions' fields stay. A field that was there and is empty now has
// the word by which upstream marks it as removed.
Bag with_unit_secret(Bag content, const UnitSecret& secret);

}  // namespace charm::wire
