// PEM texts in bags and secrets: keys, requests, certificates. Source: config-and-wire.md, section
// 3.2; RFC 7468. What they say is OpenSSL's to read, at the live edge; here it is a text of the
// right shape.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "charm/wire/error.h"

namespace charm::wire {

enum class PemKind : std::uint8_t {
  private_key,   // one, without a passphrase
  request,       // one
  certificates,  // one or more, one after the other
};

// Without the blanks at both ends.
std::string_view strip(std::string_view text);

// The text without the blanks at both ends; empty if there is none. Between and around the blocks
// of requests and certificates there may be other lines, as in RFC 7468.
Wire<std::string> parse_pem(std::string_view key, PemKind kind, std::string_view text);

}  // namespace charm::wire
