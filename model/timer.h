// Everything that can come next is a timer: one of the world's, or one of a unit's. An action whose
// timer is not armed cannot happen; every expiry is such an action, and nothing compares stored
// times.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "charm/types/names.h"

namespace model {

enum class WorldTimer : std::uint8_t {
  lease_expiry,   // Juju's leadership lease ends
  primary_route,  // the primary Service follows the pod labels
  client,         // the client writes again
  story,          // the next step of the scenario
  mishap,         // something outside of any hook may go wrong
  api,            // the API server answers again
  request,        // a member's REST API looks what has become of a switchover
  provisioner,    // Juju compares the units that it shall have with those that there are; and
                  // Kubernetes deletes what belonged to a StatefulSet that Juju has removed
  client_0,       // the first client application does what comes next in its relation
  client_1,
  client_2,
  client_3,
  provider_0,  // the first provider of certificates does what comes next
  provider_1,
  rollout,  // the StatefulSet's controller looks which pod is the next to be made anew
};
inline constexpr std::size_t world_timer_count = 15;

enum class UnitTimer : std::uint8_t {
  agent,          // the unit agent looks for the next hook, or begins anew in its pod
  call,           // the port call of the running hook is answered, or its sleep ends
  deadline,       // the running hook's deadline passes
  lease,          // the leadership tracker claims or renews
  container,      // Pebble comes up; then the agent's poll finds it
  pod,            // the pod ends or comes back
  ha,             // the next HA loop of Patroni
  lock_expiry,    // the lock record that this member last saw runs out, by its own clock
  job,            // Patroni's long action ends
  update_status,  // the agent's update-status timer
  replication,    // WAL goes a step further on a standby, or its connection is tried again
  recovery,       // what was cut or frozen around this pod is whole again
  service,        // Pebble starts the service again that has ended by itself
  startup,        // PostgreSQL has recovered, and answers, or has been promoted
  watch,          // a watch of Patroni's that is behind brings news, or is found dead
};
inline constexpr std::size_t unit_timer_count = 15;

std::string_view to_text(WorldTimer timer);
std::string_view to_text(UnitTimer timer);

// An index into a world's timers: first the world's, then each unit's.
struct TimerId {
  std::uint32_t index = 0;

  friend bool operator==(const TimerId&, const TimerId&) = default;
};

constexpr TimerId timer_id(WorldTimer timer) { return {static_cast<std::uint32_t>(timer)}; }
constexpr TimerId timer_id(charm::UnitName unit, UnitTimer timer) {
  return {static_cast<std::uint32_t>(world_timer_count + unit.ordinal * unit_timer_count +
                                     static_cast<std::size_t>(timer))};
}
constexpr bool is_world_timer(TimerId id) { return id.index < world_timer_count; }
constexpr WorldTimer world_timer(TimerId id) { return static_cast<WorldTimer>(id.index); }
constexpr charm::UnitName unit_of(TimerId id) {
  return {static_cast<std::uint16_t>((id.index - world_timer_count) / unit_timer_count)};
}
constexpr UnitTimer unit_timer(TimerId id) {
  return static_cast<UnitTimer>((id.index - world_timer_count) % unit_timer_count);
}

}  // namespace model
