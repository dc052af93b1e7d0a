#include "charm/wire/peers.h"

#include <algorithm>

#include "charm/wire/json.h"

namespace charm::wire {
namespace {

// A key that holds one word, or is absent.
Wire<bool> parse_word(std::string_view key, std::string_view text, std::string_view word) {
  if (text.empty()) return false;
  if (text == word) return true;
  return refuse(key, std::string("is not ").append(word));
}

std::string password_key(SystemUser user) { return std::string(to_text(user)) + "-password"; }

bool is_of_password(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte > 0x20 && byte < 0x7f;
}

constexpr std::string_view removed_marker = "None";

constexpr std::array<std::string_view, 6> upgrade_states{"recovery", "failed",    "idle",
                                                         "ready",    "upgrading", "completed"};

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

Wire<UnitFlags> parse_unit_flags(const Bag& bag) {
  const auto word = [&bag](std::string_view key, std::string_view expected) {
    return parse_word(key, value_of(bag, key), expected);
  };
  const auto tls = word("tls", "enabled");
  if (!tls) return std::unexpected(tls.error());
  const auto departing = word("departing", "True");
  if (!departing) return std::unexpected(departing.error());
  const auto stopped = word("stopped", "True");
  if (!stopped) return std::unexpected(stopped.error());
  const std::string_view connectivity = value_of(bag, "connectivity");
  if (!connectivity.empty() && connectivity != "on" && connectivity != "off") {
    return refuse("connectivity", "is neither on nor off");
  }
  return UnitFlags{.tls = *tls,
                   .connected = connectivity != "off",
                   .departing = *departing,
                   .stopped = *stopped};
}

Bag unit_flags_bag(const UnitFlags& flags) {
  return {{"tls", flags.tls ? "enabled" : ""},
          {"connectivity", flags.connected ? "on" : "off"},
          {"departing", flags.departing ? "True" : ""},
          {"stopped", flags.stopped ? "True" : ""}};
}

Wire<Passwords> parse_passwords(const Bag& content) {
  Passwords passwords;
  for (std::size_t at = 0; at < passwords.size(); ++at) {
    const std::string key = password_key(static_cast<SystemUser>(at));
    const std::string_view text = value_of(content, key);
    if (text.empty() || text == removed_marker) continue;
    if (text.size() > Secret::capacity) return refuse(key, "is too long");
    if (!std::ranges::all_of(text, is_of_password)) return refuse(key, "is no password");
    passwords[at] = Secret(text);
  }
  return passwords;
}

Bag with_password(Bag content, SystemUser user, const Secret& password) {
  const std::string_view text = password.empty() ? removed_marker : password.reveal();
  content.insert_or_assign(password_key(user), std::string(text));
  return content;
}

std::string_view to_text(UpgradeState state) {
  return upgrade_states[static_cast<std::size_t>(state)];
}

Wire<std::optional<UpgradeState>> parse_upgrade_state(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const auto found = std::ranges::find(upgrade_states, text);
  if (found == upgrade_states.end()) return refuse("state", "is no state of an upgrade");
  return static_cast<UpgradeState>(found - upgrade_states.begin());
}

Wire<std::vector<UnitName>> parse_upgrade_stack(std::string_view text) {
  constexpr std::string_view key = "upgrade-stack";
  const auto numbers = parse_number_list(key, text);
  if (!numbers) return std::unexpected(numbers.error());
  std::vector<UnitName> stack;
  UnitSet seen;
  for (const std::int64_t number : *numbers) {
    if (number < 0 || number >= static_cast<std::int64_t>(max_units)) {
      return refuse(key, "names a unit that there cannot be");
    }
    const UnitName unit{static_cast<std::uint16_t>(number)};
    if (seen.contains(unit)) return refuse(key, "names a unit twice");
    seen.insert(unit);
    stack.push_back(unit);
  }
  return stack;
}

std::string upgrade_stack_text(const std::vector<UnitName>& stack) {
  nlohmann::json list = nlohmann::json::array();
  for (const UnitName unit : stack) list.push_back(unit.ordinal);
  return to_python_json(list);
}

Wire<std::optional<UnitSet>> parse_sync_standbys(const AppName& app, std::string_view text) {
  constexpr std::string_view key = "sync-standbys";
  if (text.empty()) return std::nullopt;
  const auto names = parse_text_list(key, text);
  if (!names) return std::unexpected(names.error());
  UnitSet units;
  for (const std::string& name : *names) {
    const auto unit = parse_unit_name(app, name);
    if (!unit) return refuse(key, "names no unit of " + app.text);
    units.insert(*unit);
  }
  return units;
}

std::string sync_standbys_text(const AppName& app, UnitSet units) {
  nlohmann::json list = nlohmann::json::array();
  for (const UnitName unit : units) list.push_back(to_text(app, unit));
  return to_python_json(list);
}

std::string restart_lock_key(const AppName& app, UnitName unit) {
  return "<ops.model.Unit " + to_text(app, unit) + ">";
}

Wire<RestartLock> parse_restart_lock(std::string_view granted, std::string_view wanted) {
  const bool is_granted = granted == "granted";
  if (!is_granted && !granted.empty() && granted != "idle") {
    return refuse("the lock", "is neither granted nor idle");
  }
  if (!wanted.empty() && wanted != "acquire" && wanted != "release" && wanted != "idle") {
    return refuse("state", "is neither acquire nor release");
  }
  if (is_granted) return wanted == "release" ? RestartLock::release_requested : RestartLock::held;
  return wanted == "acquire" ? RestartLock::pending : RestartLock::none;
}

}  // namespace charm::wire
