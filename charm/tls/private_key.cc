#include "charm/tls/private_key.h"

#include <array>
#include <cstddef>

namespace charm::tls {
namespace {

constexpr std::string_view blanks = " \t\r\n";
constexpr std::string_view begin_mark = "-----BEGIN ";
constexpr std::string_view end_mark = "-----END ";
constexpr std::string_view dashes = "-----";
// PKCS#8, PKCS#1, SEC 1.
constexpr std::array<std::string_view, 3> private_keys{"PRIVATE KEY", "RSA PRIVATE KEY",
                                                       "EC PRIVATE KEY"};

std::string_view strip(std::string_view text) {
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line.substr(0, line.find_last_not_of(blanks) + 1);
}

// `PRIVATE KEY` of `-----BEGIN PRIVATE KEY-----`; empty if it is no such line.
std::string_view label_of(std::string_view line, std::string_view mark) {
  if (!line.starts_with(mark) || !line.ends_with(dashes)) return {};
  if (line.size() < mark.size() + dashes.size()) return {};
  return line.substr(mark.size(), line.size() - mark.size() - dashes.size());
}

bool is_private_key(std::string_view label) {
  for (const std::string_view known : private_keys) {
    if (label == known) return true;
  }
  return false;
}

constexpr std::uint32_t not_base64 = 64;

std::uint32_t value_of(char letter) {
  if (letter >= 'A' && letter <= 'Z') return static_cast<std::uint32_t>(letter - 'A');
  if (letter >= 'a' && letter <= 'z') return static_cast<std::uint32_t>(letter - 'a') + 26;
  if (letter >= '0' && letter <= '9') return static_cast<std::uint32_t>(letter - '0') + 52;
  if (letter == '+') return 62;
  if (letter == '/') return 63;
  return not_base64;
}

// One DER SEQUENCE with its length, and nothing after it (X.690, 8.1.3: definite form).
bool is_one_sequence(std::string_view der) {
  const auto byte = [der](std::size_t at) -> std::size_t {
    return static_cast<unsigned char>(der[at]);
  };
  if (der.size() < 2 || byte(0) != 0x30) return false;
  if (byte(1) < 0x80) return der.size() == 2 + byte(1);
  const std::size_t digits = byte(1) - 0x80;
  if (digits == 0 || digits > 3 || der.size() < 2 + digits) return false;
  std::size_t length = 0;
  for (std::size_t at = 0; at < digits; ++at) length = length * 256 + byte(2 + at);
  return der.size() == 2 + digits + length;
}

std::expected<std::string, KeyError> read_pem(std::string_view text) {
  const std::string_view label = label_of(take_line(text), begin_mark);
  if (!is_private_key(label)) return std::unexpected(KeyError::not_a_private_key);
  std::string block(begin_mark);
  block.append(label).append(dashes).append("\n");
  std::string body;
  for (;;) {
    if (text.empty()) return std::unexpected(KeyError::damaged);
    const std::string_view line = take_line(text);
    block.append(line).append("\n");
    if (label_of(line, end_mark) == label) break;
    body.append(line);
  }
  // A second block would be stored and never looked at.
  if (!strip(text).empty()) return std::unexpected(KeyError::damaged);
  const auto der = decode_base64(body);
  if (!der || !is_one_sequence(*der)) return std::unexpected(KeyError::damaged);
  return block;
}

}  // namespace

std::string_view to_text(KeyError error) {
  switch (error) {
    case KeyError::neither_pem_nor_base64: return "neither PEM nor base64 of PEM";
    case KeyError::not_a_private_key: return "no private key without a passphrase";
    case KeyError::damaged: return "a damaged private key";
  }
  return {};
}

std::expected<std::string, KeyError> decode_base64(std::string_view text) {
  std::string out;
  std::uint32_t bits = 0;
  std::size_t letters = 0;
  std::size_t padding = 0;
  for (const char letter : text) {
    if (blanks.find(letter) != std::string_view::npos) continue;
    if (letter == '=') {
      ++padding;
      continue;
    }
    const std::uint32_t value = value_of(letter);
    if (value == not_base64 || padding > 0) {
      return std::unexpected(KeyError::neither_pem_nor_base64);
    }
    bits = bits << 6 | value;
    if (++letters % 4 != 0) continue;
    out += static_cast<char>(bits >> 16 & 0xFF);
    out += static_cast<char>(bits >> 8 & 0xFF);
    out += static_cast<char>(bits & 0xFF);
    bits = 0;
  }
  const std::size_t left = letters % 4;
  const bool complete = left == 0 ? padding == 0 : left != 1 && padding == 4 - left;
  if (!complete) return std::unexpected(KeyError::neither_pem_nor_base64);
  if (left == 2) out += static_cast<char>(bits >> 4 & 0xFF);
  if (left == 3) {
    out += static_cast<char>(bits >> 10 & 0xFF);
    out += static_cast<char>(bits >> 2 & 0xFF);
  }
  return out;
}

std::expected<std::string, KeyError> read_private_key(std::string_view given) {
  const std::string_view text = strip(given);
  if (text.starts_with(begin_mark)) return read_pem(text);
  const auto decoded = decode_base64(text);
  if (!decoded || text.empty()) return std::unexpected(KeyError::neither_pem_nor_base64);
  const std::string_view inside = strip(*decoded);
  if (!inside.starts_with(begin_mark)) return std::unexpected(KeyError::neither_pem_nor_base64);
  return read_pem(inside);
}

}  // namespace charm::tls
