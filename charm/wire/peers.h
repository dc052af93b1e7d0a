// The bags of `database-peers` and the application's secret. What is not named here belongs to
// Juju or to another revision: it is not read, and a writer leaves it where it is
// (charm/wire/keys.cc). Source: charm-hooks.md, sections 1.4 and 1.5.
#pragma once

#include <array>

#include "charm/types/cluster.h"
#include "charm/types/names.h"
#include "charm/types/secret.h"
#include "charm/wire/bag.h"
#include "charm/wire/error.h"

namespace charm::wire {

// --- application bag ---

// `["app-0.app-endpoints", "app-1.app-endpoints"]`, in its order, with its duplicates.
Wire<HostList> parse_endpoints(const AppName& app, std::string_view text);
std::string endpoints_text(const AppName& app, const HostList& hosts);

// `True` or absent.
Wire<bool> parse_cluster_initialised(std::string_view text);
inline constexpr std::string_view cluster_initialised_text = "True";

// --- unit bag ---

// Whether the unit talks https to Patroni: `enabled` or absent.
Wire<bool> parse_tls_announced(std::string_view text);
inline constexpr std::string_view tls_announced_text = "enabled";

// --- the application's secret ---

// `operator-password`, in the secret and in the bag alike.
std::string password_key(SystemUser user);
// Empty: there is none. Refused: a password that is longer than ours can be, or has characters that
// no password of the charm has.
Wire<Secret> parse_password(std::string_view key, std::string_view text);

using Passwords = std::array<Secret, system_user_count>;
// Of a cluster from before Juju had secrets they stand in the application's bag.
Wire<Passwords> parse_passwords(const Bag& peers_app, const Bag& content);
// The content with that one password; other revisions' keys stay. Who writes it takes the key out
// of the application's bag: what stands there would come first.
Bag with_password(Bag content, SystemUser user, const Secret& password);

}  // namespace charm::wire
