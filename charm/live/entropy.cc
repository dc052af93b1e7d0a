#include "charm/live/entropy.h"

#include <arpa/inet.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <span>

#include "charm/live/need.h"
#include "charm/types/check.h"

namespace charm::live {
namespace {

void fill(std::span<unsigned char> bytes) {
  CHECK(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1);
}

// Bytes beyond the last whole round of the letters are thrown away: each letter is as likely as the
// others.
Secret random_word() {
  constexpr std::string_view letters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  constexpr std::size_t size = 16;
  constexpr std::size_t usable = 256 / letters.size() * letters.size();
  std::string word;
  std::array<unsigned char, 32> bytes{};
  while (word.size() < size) {
    fill(bytes);
    for (const unsigned char byte : bytes) {
      if (byte < usable && word.size() < size) word += letters[byte % letters.size()];
    }
  }
  return Secret(word);
}

// Version 4.
std::string random_uuid() {
  constexpr std::string_view digits = "0123456789abcdef";
  std::array<unsigned char, 16> bytes{};
  fill(bytes);
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0FU) | 0x40U);
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3FU) | 0x80U);
  std::string text;
  for (const unsigned char byte : bytes) {
    if (text.size() == 8 || text.size() == 13 || text.size() == 18 || text.size() == 23) {
      text += '-';
    }
    text += digits[byte >> 4U];
    text += digits[byte & 0x0FU];
  }
  return text;
}

bool is_address(const std::string& text) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  return inet_pton(AF_INET, text.c_str(), bytes.data()) == 1 ||
         inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1;
}

}  // namespace

RequestNames names_of(const Identity& who, const std::string& address,
                      const std::string& unique_identifier) {
  constexpr std::size_t longest_common_name = 64;  // X.520, ub-common-name
  const std::string pod = to_text(who.app, pod_of(who.unit));
  const std::string host = to_text(who.app, host_of(who.unit));
  const std::string domain = '.' + who.model + ".svc.cluster.local";
  RequestNames names{.common_name = host.size() <= longest_common_name ? host : pod,
                     .unique_identifier = unique_identifier,
                     .dns = {pod, host, host + domain, address, who.app.text + "-primary" + domain,
                             who.app.text + "-replicas" + domain}};
  // Upstream has the address among the names, too, for pgBackRest.
  if (is_address(address)) names.addresses.push_back(address);
  std::ranges::sort(names.dns);
  names.dns.erase(std::ranges::unique(names.dns).begin(), names.dns.end());
  return names;
}

Secret Entropy::make_password(SystemUser /*user*/) { return random_word(); }

Secret Entropy::make_client_password(RelationId /*relation*/) { return random_word(); }

Pem Entropy::make_private_key() { return pems_.keep(make_rsa_key()); }

Pem Entropy::make_certificate_request(Pem key) {
  const std::string address = need(tools_.bind_address("database-peers"));
  const auto request = make_request(pems_.text(key), names_of(who_, address, random_uuid()));
  if (!request) throw HookFailed("cannot make a certificate request with the stored key");
  return pems_.keep(*request);
}

}  // namespace charm::live
