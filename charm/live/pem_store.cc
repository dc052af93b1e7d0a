#include "charm/live/pem_store.h"

#include <openssl/sha.h>

#include <array>

#include "charm/types/check.h"

namespace charm::live {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

std::uint64_t digest_of(std::string_view text) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> hash{};
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes are bytes to OpenSSL.
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), hash.data());
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < sizeof number; ++i) number = number << 8U | hash[i];
  return number == 0 ? 1 : number;
}

}  // namespace

Pem PemStore::keep(std::string_view text) {
  const std::string_view contents = trimmed(text);
  if (contents.empty()) return {};
  const Pem pem{digest_of(contents)};
  texts_.try_emplace(pem.digest, std::string(contents).append("\n"));
  return pem;
}

const std::string& PemStore::text(Pem pem) const {
  static const std::string none;
  if (pem.empty()) return none;
  const auto found = texts_.find(pem.digest);
  CHECK(found != texts_.end());
  return found->second;
}

}  // namespace charm::live
