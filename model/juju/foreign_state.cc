// What another revision of the charm has left that this one cannot read: who meets it, and who is
// told. What else stands beside it stays as it was. Source: juju-and-pebble.md, sections 2.4, 3.8
// and 5.5.
#include <algorithm>

#include "model/juju/parts.h"

namespace model::juju {
namespace {

using charm::StateKey;
using charm::UnitName;

// Where it stands, and so who reads it.
enum class Holder : std::uint8_t {
  database_peers,  // each reads the application's bag, and those of all units
  restart,
  upgrade,
  unit,    // a secret, a queue or a bag of its own
  client,  // the application's bag in relations with clients, which its leader alone may read
};

Holder holder_of(StateKey key) {
  switch (key) {
    case StateKey::restart_lock:
    case StateKey::callback_override: return Holder::restart;
    case StateKey::dependencies:
    case StateKey::upgrade_stack:
    case StateKey::sync_standbys:
    case StateKey::upgrade_state: return Holder::upgrade;
    case StateKey::unit_secret:
    case StateKey::deferral_queue:
    case StateKey::certificate_requests: return Holder::unit;
    case StateKey::client_offer: return Holder::client;
    case StateKey::none:
    case StateKey::endpoints:
    case StateKey::cluster_initialised:
    case StateKey::bag_password:
    case StateKey::promoted_cluster_counter:
    case StateKey::stanza:
    case StateKey::s3_initialization_start:
    case StateKey::restoring_backup:
    case StateKey::restore_stanza:
    case StateKey::restore_timeline:
    case StateKey::restore_to_time:
    case StateKey::ldap_enabled:
    case StateKey::tls:
    case StateKey::bag_tls_file:
    case StateKey::stopped:
    case StateKey::unit_promoted_cluster_counter:
    case StateKey::application_secret: break;
  }
  return Holder::database_peers;
}

// The units have no news of what only one of them reads, nor of the own bag in a relation with
// others. Of the application's secret they have, as of the bag beside it; whose bag it is, is not
// told apart.
void tell(Step& step, StateKey key) {
  switch (holder_of(key)) {
    case Holder::database_peers: return tell_application_data(step, {}, database_peers);
    case Holder::restart: return tell_application_data(step, {}, restart_peers);
    case Holder::upgrade: return tell_application_data(step, {}, upgrade_peers);
    case Holder::unit:
    case Holder::client: return;
  }
}

constexpr ClientSet clients_only = (1U << max_clients) - 1U;

// Nothing stands in a relation that is not there.
bool meets(const Step& step, UnitName unit, StateKey key) {
  const ClientSet relations = client_relations(step, unit);
  if (key == StateKey::certificate_requests) return (relations & ~clients_only) != 0;
  if (key != StateKey::client_offer) return true;
  return (relations & clients_only) != 0 && is_leader(step.world, unit);
}

}  // namespace

bool is_of_one_unit(StateKey key) { return holder_of(key) == Holder::unit; }

void write_foreign_state(Step& step, StateKey key, charm::MaybeUnit of) {
  if (!is_of_one_unit(key)) {
    step.world.shared().application.unreadable = key;
    return tell(step, key);
  }
  for (const UnitName unit : step.world.existing()) {
    if (!of || of == unit) step.world.unit(unit).record.unreadable = key;
  }
}

void mend_state(Step& step) {
  for (const UnitName unit : step.world.existing()) {
    step.world.unit(unit).record.unreadable = StateKey::none;
  }
  StateKey& key = step.world.shared().application.unreadable;
  if (key != StateKey::none) tell(step, key);
  key = StateKey::none;
}

StateKey read_unreadable(const Step& step, UnitName unit) {
  const StateKey of_all = step.world.shared().application.unreadable;
  const StateKey own = step.world.unit(unit).record.unreadable;
  const bool meets_all = of_all != StateKey::none && meets(step, unit, of_all);
  const bool meets_own = own != StateKey::none && meets(step, unit, own);
  if (meets_all && meets_own) return std::min(of_all, own);
  if (meets_all) return of_all;
  return meets_own ? own : StateKey::none;
}

}  // namespace model::juju
