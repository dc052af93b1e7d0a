// What another revision of the charm has left, by the name that an operator looks for. Source:
// charm-hooks.md, sections 1.4 and 1.5; juju-and-pebble.md, section 5.5.
#pragma once

#include <cstdint>
#include <string_view>

namespace charm {

enum class StateKey : std::uint8_t {
  none,
  endpoints,            // of database-peers' application bag
  cluster_initialised,  // there, too
  application_secret,
  deferral_queue,
  upgrade_stack,  // of upgrade's application bag
  sync_standbys,  // there, too
  upgrade_state,  // of upgrade's unit bags
  restart_lock,   // of restart's bags
};
inline constexpr std::size_t state_key_count = 9;

// `endpoints in database-peers`; empty for none.
std::string_view to_text(StateKey key);

}  // namespace charm
