// What another revision of the charm has left, by the name that an operator looks for: what may
// stand there in a form that this charm cannot read, and what tells of something under way that it
// does not do (charm/wire/keys.cc has every key, and what is made of it). Source: charm-hooks.md,
// sections 1.4 and 1.5; config-and-wire.md, section 3; juju-and-pebble.md, section 5.5.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace charm {

// The first of several is the one that is told.
enum class StateKey : std::uint8_t {
  none,
  // The application's bag of `database-peers`.
  endpoints,
  cluster_initialised,
  bag_password,  // of a cluster from before Juju had secrets
  promoted_cluster_counter,
  stanza,
  s3_initialization_start,
  restoring_backup,
  restore_stanza,
  restore_timeline,
  restore_to_time,
  ldap_enabled,
  // A unit's bag there.
  tls,
  bag_tls_file,  // as bag_password
  stopped,
  unit_promoted_cluster_counter,
  // The secrets, and the state store.
  application_secret,
  unit_secret,
  deferral_queue,
  // `upgrade`: the application's bag, but for the state, which is in the units'.
  dependencies,
  upgrade_stack,
  sync_standbys,
  upgrade_state,
  // `restart`: both bags, and a unit's.
  restart_lock,
  callback_override,
  // What the application has written for its clients, in its bag and in secrets: the leader's.
  client_offer,
  // The unit's own bag of `certificates`.
  certificate_requests,
};
inline constexpr std::size_t state_key_count = 27;

// `endpoints in database-peers`; empty for none.
std::string_view to_text(StateKey key);
// Whether it is known, and tells of something under way that this charm does not do: then nothing
// of it has been misread. All others hold what cannot be read.
bool is_under_way(StateKey key);
// What a unit says that is Blocked for it.
std::string refusal_of(StateKey key);
// The other way round; none if no key has this name.
StateKey state_key_named(std::string_view name);

}  // namespace charm
