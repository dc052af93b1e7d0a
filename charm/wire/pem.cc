#include "charm/wire/pem.h"

#include <limits>
#include <optional>

#include "charm/tls/private_key.h"

namespace charm::wire {
namespace {

constexpr std::string_view blanks = " \t\r\n";
constexpr std::string_view begin_mark = "-----BEGIN ";
constexpr std::size_t longest = 65536;

std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return strip(line);
}

// How many whole blocks of this label there are; nothing, if one of them or of another is not.
std::optional<std::size_t> count_blocks(std::string_view text, const std::string& label) {
  const std::string begin = std::string(begin_mark) + label + "-----";
  const std::string end = "-----END " + label + "-----";
  std::size_t blocks = 0;
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    if (!line.starts_with(begin_mark)) continue;
    if (line != begin) return std::nullopt;
    std::string body;
    for (std::string_view inside = take_line(text); inside != end; inside = take_line(text)) {
      if (text.empty()) return std::nullopt;
      body += inside;
    }
    const auto der = tls::decode_base64(body);
    if (!der || der->empty()) return std::nullopt;
    ++blocks;
  }
  return blocks;
}

bool has_blocks(std::string_view text, const std::string& label, std::size_t most) {
  const auto blocks = count_blocks(text, label);
  return blocks && *blocks > 0 && *blocks <= most;
}

bool is_of_kind(PemKind kind, std::string_view text) {
  switch (kind) {
    // An operator may give base64 of PEM; what is stored is PEM.
    case PemKind::private_key:
      return text.starts_with(begin_mark) && tls::read_private_key(text).has_value();
    case PemKind::request: return has_blocks(text, "CERTIFICATE REQUEST", 1);
    case PemKind::certificates:
      return has_blocks(text, "CERTIFICATE", std::numeric_limits<std::size_t>::max());
  }
  return false;
}

std::string_view to_text(PemKind kind) {
  switch (kind) {
    case PemKind::private_key: return "is no private key in PEM";
    case PemKind::request: return "is no certificate request in PEM";
    case PemKind::certificates: return "is no certificate in PEM";
  }
  return {};
}

}  // namespace

std::string_view strip(std::string_view text) {
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

Wire<std::string> parse_pem(std::string_view key, PemKind kind, std::string_view text) {
  if (text.size() > longest) return refuse(key, "is longer than 64 KiB");
  const std::string_view stripped = strip(text);
  if (stripped.empty()) return std::string();
  if (!is_of_kind(kind, stripped)) return refuse(key, to_text(kind));
  return std::string(stripped);
}

}  // namespace charm::wire
