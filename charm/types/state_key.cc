#include "charm/types/state_key.h"

#include "charm/types/check.h"

namespace charm {

std::string_view to_text(StateKey key) {
  switch (key) {
    case StateKey::none: return "";
    case StateKey::endpoints: return "endpoints in database-peers";
    case StateKey::cluster_initialised: return "cluster_initialised in database-peers";
    case StateKey::application_secret: return "the application's secret";
    case StateKey::deferral_queue: return "the deferral queue";
    case StateKey::upgrade_stack: return "upgrade-stack in upgrade";
    case StateKey::sync_standbys: return "sync-standbys in upgrade";
    case StateKey::upgrade_state: return "state in upgrade";
    case StateKey::restart_lock: return "the lock in restart";
  }
  CHECK(false && "no such key");
  return {};
}

}  // namespace charm
