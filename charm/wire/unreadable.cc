#include "charm/wire/unreadable.h"

#include "charm/runtime/stored_queue.h"

namespace charm::wire {
namespace {

// Remembers the first that could not be read.
class Reader {
 public:
  template <class Read>
  void see(StateKey key, const Read& read) {
    if (read || first_.key != StateKey::none) return;
    first_ = {key, read.error().text};
  }
  [[nodiscard]] const Unreadable& first() const { return first_; }

 private:
  Unreadable first_;
};

}  // namespace

Unreadable first_unreadable(const CharmDefinition& charm, const AppName& app, UnitName unit,
                            const StoredState& state) {
  const auto in_upgrade = [&state](std::string_view key) {
    return value_of(state.upgrade_app, key);
  };
  Reader reader;
  reader.see(StateKey::endpoints, parse_endpoints(app, value_of(state.peers_app, "endpoints")));
  reader.see(StateKey::cluster_initialised,
             parse_cluster_initialised(value_of(state.peers_app, "cluster_initialised")));
  reader.see(StateKey::application_secret, parse_passwords(state.application_secret));
  reader.see(StateKey::deferral_queue, parse_stored_text(charm, app, state.own_queue));
  reader.see(StateKey::deferral_queue, take_over_ops_queue(charm, app, state.of_ops));
  reader.see(StateKey::upgrade_stack, parse_upgrade_stack(in_upgrade("upgrade-stack")));
  reader.see(StateKey::sync_standbys, parse_sync_standbys(app, in_upgrade("sync-standbys")));
  reader.see(StateKey::upgrade_state, parse_upgrade_state(value_of(state.upgrade_unit, "state")));
  reader.see(StateKey::restart_lock,
             parse_restart_lock(value_of(state.restart_app, restart_lock_key(app, unit)),
                                value_of(state.restart_unit, "state")));
  return reader.first();
}

}  // namespace charm::wire
