// The bags of the peer relations and the application's secret. What is not named here belongs to
// Juju or to another revision: it is not read, and a writer leaves it where it is. Source:
// charm-hooks.md, sections 1.4 and 1.5; config-and-wire.md, sections 3.3 and 3.4.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "charm/types/cluster.h"
#include "charm/types/names.h"
#include "charm/types/secret.h"
#include "charm/wire/bag.h"
#include "charm/wire/error.h"

namespace charm::wire {

// --- database-peers, application bag ---

// `["app-0.app-endpoints", "app-1.app-endpoints"]`, in its order, with its duplicates.
Wire<HostList> parse_endpoints(const AppName& app, std::string_view text);
std::string endpoints_text(const AppName& app, const HostList& hosts);

// `True` or absent.
Wire<bool> parse_cluster_initialised(std::string_view text);
inline constexpr std::string_view cluster_initialised_text = "True";

// --- database-peers, unit bag ---

struct UnitFlags {
  bool tls = false;        // `enabled`: this unit talks https to Patroni
  bool connected = true;   // `connectivity` is not `off`
  bool departing = false;  // `True`
  bool stopped = false;    // `True`: a conversion holds its database stopped

  friend bool operator==(const UnitFlags&, const UnitFlags&) = default;
};
Wire<UnitFlags> parse_unit_flags(const Bag& bag);
// Only those keys; an empty value removes its key.
Bag unit_flags_bag(const UnitFlags& flags);

// --- the application's secret ---

using Passwords = std::array<Secret, system_user_count>;
// A key that holds the word `None` was removed. Refused: a password that is longer than ours can
// be, or has characters that no password of the charm has.
Wire<Passwords> parse_passwords(const Bag& content);
// The content with that one password; other revisions' keys stay.
Bag with_password(Bag content, SystemUser user, const Secret& password);

// --- upgrade ---

// In the order of how far behind a unit is.
enum class UpgradeState : std::uint8_t { recovery, failed, idle, ready, upgrading, completed };
std::string_view to_text(UpgradeState state);
// None: the unit has not written it yet.
Wire<std::optional<UpgradeState>> parse_upgrade_state(std::string_view text);
// `[0, 1, 2]`: the last is upgraded next. Each once; absent: empty.
Wire<std::vector<UnitName>> parse_upgrade_stack(std::string_view text);
std::string upgrade_stack_text(const std::vector<UnitName>& stack);
// `["app/1", "app/0"]`. None: absent, which restricts nothing.
Wire<std::optional<UnitSet>> parse_sync_standbys(const AppName& app, std::string_view text);
std::string sync_standbys_text(const AppName& app, UnitSet units);

// --- restart: the rolling lock (section 3.4) ---

enum class RestartLock : std::uint8_t { none, pending, held, release_requested };
// The key of a unit in the application bag: `<ops.model.Unit app/0>`.
std::string restart_lock_key(const AppName& app, UnitName unit);
// By the application bag's value for the unit, `granted` or `idle`, and the unit's own `state`,
// `acquire` or `release`.
Wire<RestartLock> parse_restart_lock(std::string_view granted, std::string_view wanted);

}  // namespace charm::wire
