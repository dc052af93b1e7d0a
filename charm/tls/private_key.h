// What an operator gives as a private key: PEM, or base64 of PEM. Source: config-and-wire.md,
// section 2.1. Whether it is a key of a kind that certificates can be asked for is OpenSSL's to
// say, at the live edge; here it is a text of the right shape.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace charm::tls {

enum class KeyError : std::uint8_t {
  neither_pem_nor_base64,
  not_a_private_key,  // PEM of something else, or a key that needs a passphrase
  damaged,            // its lines do not hold one whole DER sequence
};
std::string_view to_text(KeyError error);

// The key's own block, its lines ended by a newline, as it is stored; nothing around it.
std::expected<std::string, KeyError> read_private_key(std::string_view given);

// Standard base64 with its padding; blanks and line ends between are skipped. Nothing: it is none.
std::expected<std::string, KeyError> decode_base64(std::string_view text);

}  // namespace charm::tls
