// Keys and certificates, by OpenSSL, as PEM texts. Nothing here asks anybody for a passphrase.
// Source: config-and-wire.md, section 3.2.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace charm::live {

// RSA, 2048 bits, exponent 65537, PKCS#1.
std::string make_rsa_key();

// Whether a certificate can be asked for with it: a key of RSA or of an elliptic curve that OpenSSL
// reads without a passphrase.
bool is_private_key(std::string_view key);

struct RequestNames {
  std::string common_name;        // at most 64 bytes
  std::string unique_identifier;  // by which two requests with one key differ
  std::vector<std::string> dns;   // subjectAltName, without duplicates
  std::vector<std::string> addresses;
};
// Signed with SHA-256. Nothing, if the key is none, or a name cannot stand in a request.
std::optional<std::string> make_request(std::string_view key, const RequestNames& names);

// Whether that is a certificate for the key of this request.
bool certifies(std::string_view certificate, std::string_view request);
// Whether the text is certificates, one or more, and nothing else that is PEM.
bool are_certificates(std::string_view text);

}  // namespace charm::live
