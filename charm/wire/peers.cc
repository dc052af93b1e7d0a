#include "charm/wire/peers.h"

#include <algorithm>

#include "charm/wire/json.h"
#include "charm/wire/secret_content.h"

namespace charm::wire {
namespace {

// A key that holds one word, or is absent.
Wire<bool> parse_word(std::string_view key, std::string_view text, std::string_view word) {
  if (text.empty()) return false;
  if (text == word) return true;
  return refuse(key, std::string("is not ").append(word));
}

bool is_of_password(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte > 0x20 && byte < 0x7f;
}

}  // namespace

Wire<HostList> parse_endpoints(const AppName& app, std::string_view text) {
  constexpr std::string_view key = "endpoints";
  const auto names = parse_text_list(key, text);
  if (!names) return std::unexpected(names.error());
  HostList hosts;
  for (const std::string& name : *names) {
    const auto host = parse_host_name(app, name);
    if (!host) return refuse(key, "names no host of " + app.text);
    if (hosts.full()) return refuse(key, "has too many hosts");
    hosts.push_back(*host);
  }
  return hosts;
}

std::string endpoints_text(const AppName& app, const HostList& hosts) {
  nlohmann::json list = nlohmann::json::array();
  for (const HostName host : hosts) list.push_back(to_text(app, host));
  return to_python_json(list);
}

Wire<bool> parse_cluster_initialised(std::string_view text) {
  return parse_word("cluster_initialised", text, cluster_initialised_text);
}

Wire<bool> parse_tls_announced(std::string_view text) {
  return parse_word("tls", text, tls_announced_text);
}

std::string password_key(SystemUser user) { return std::string(to_text(user)) + "-password"; }

Wire<Secret> parse_password(std::string_view key, std::string_view text) {
  if (text.size() > Secret::capacity) return refuse(key, "is too long");
  if (!std::ranges::all_of(text, is_of_password)) return refuse(key, "is no password");
  return Secret(text);
}

Wire<Passwords> parse_passwords(const Bag& peers_app, const Bag& content) {
  Passwords passwords;
  for (std::size_t at = 0; at < passwords.size(); ++at) {
    const std::string key = password_key(static_cast<SystemUser>(at));
    const auto password = parse_password(key, field_of(peers_app, key, content, key));
    if (!password) return std::unexpected(password.error());
    passwords[at] = *password;
  }
  return passwords;
}

Bag with_password(Bag content, SystemUser user, const Secret& password) {
  const std::string_view text = password.empty() ? removed_marker : password.reveal();
  content.insert_or_assign(password_key(user), std::string(text));
  return content;
}

}  // namespace charm::wire
