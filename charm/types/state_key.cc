#include "charm/types/state_key.h"

#include <algorithm>
#include <array>

#include "charm/types/status.h"

namespace charm {
namespace {

// By StateKey.
constexpr std::array<std::string_view, state_key_count> names{
    "",
    "endpoints in database-peers",
    "cluster_initialised in database-peers",
    "a password in database-peers",
    "promoted-cluster-counter in database-peers",
    "stanza in database-peers",
    "s3-initialization-start in database-peers",
    "restoring-backup in database-peers",
    "restore-stanza in database-peers",
    "restore-timeline in database-peers",
    "restore-to-time in database-peers",
    "ldap_enabled in database-peers",
    "tls in database-peers",
    "a key or certificate in database-peers",
    "stopped in database-peers",
    "unit-promoted-cluster-counter in database-peers",
    "the application's secret",
    "the unit's secret",
    "the deferral queue",
    "dependencies in upgrade",
    "upgrade-stack in upgrade",
    "sync-standbys in upgrade",
    "state in upgrade",
    "the lock in restart",
    "callback_override in restart",
    "the offer in database",
    "certificate_signing_requests in certificates",
};

}  // namespace

std::string_view to_text(StateKey key) { return names.at(static_cast<std::size_t>(key)); }

bool is_under_way(StateKey key) {
  using enum StateKey;
  switch (key) {
    case promoted_cluster_counter:
    case stanza:
    case s3_initialization_start:
    case restoring_backup:
    case restore_stanza:
    case restore_timeline:
    case restore_to_time:
    case ldap_enabled:
    case stopped:
    case unit_promoted_cluster_counter:
    case callback_override: return true;
    case none:
    case endpoints:
    case cluster_initialised:
    case bag_password:
    case tls:
    case bag_tls_file:
    case application_secret:
    case unit_secret:
    case deferral_queue:
    case dependencies:
    case upgrade_stack:
    case sync_standbys:
    case upgrade_state:
    case restart_lock:
    case client_offer:
    case certificate_requests: return false;
  }
  return false;
}

std::string refusal_of(StateKey key) {
  const std::string_view what =
      is_under_way(key) ? messages::refused_state : messages::unreadable_state;
  return std::string(what).append(to_text(key));
}

StateKey state_key_named(std::string_view name) {
  const auto found = std::ranges::find(names, name);
  return found == names.end() ? StateKey::none : static_cast<StateKey>(found - names.begin());
}

}  // namespace charm
