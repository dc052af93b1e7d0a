#include "charm/types/state_key.h"

#include <algorithm>
#include <array>

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

StateKey state_key_named(std::string_view name) {
  const auto found = std::ranges::find(names, name);
  return found == names.end() ? StateKey::none : static_cast<StateKey>(found - names.begin());
}

}  // namespace charm
