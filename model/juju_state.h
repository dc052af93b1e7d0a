// What Juju keeps of a unit, what its agent remembers, and what a hook has staged. Plain structs
// without padding, as in state.h. Source: juju-and-pebble.md, sections 1.4 and 4.
#pragma once

#include <array>
#include <cstdint>

#include "charm/types/coordination.h"
#include "charm/types/event.h"
#include "charm/types/names.h"
#include "charm/types/state_key.h"
#include "model/member_state.h"
#include "model/relation_state.h"
#include "model/unit_bits.h"

namespace model {

// What the unit agent has persisted about the hook at hand (section 1.4).
enum class HookStep : std::uint8_t {
  none,
  queued,
  running,  // prepared: a restarted agent reads it as failed
  failed,
  done,  // its writes are in, its bookkeeping is not: a restarted agent only commits it
};

// Of a unit's record in the controller (section 4.8). A dead one stays until its pod is gone.
enum class Life : std::uint8_t { alive, dying, dead };

// The charm's own relations, as its definition lists them; a charm may have fewer.
inline constexpr std::size_t max_peer_relations = 3;
inline constexpr std::uint8_t database_peers = 0;
inline constexpr std::uint8_t restart_peers = 1;
inline constexpr std::uint8_t upgrade_peers = 2;

// One of them, as a unit's agent has it.
struct PeerView {
  UnitBits joined;                   // committed joins
  UnitBits unit_data_due;            // joined units whose bag has a version this unit was not told
  charm::MaybeUnit changed_pending;  // a joined has run: its changed comes next
  bool app_data_due = false;         // the application bag has a version this unit was not told
  std::uint8_t unused = 0;
};

// The record of the unit agent, kept in the controller: it survives the pod.
struct AgentRecord {
  charm::Event hook;  // meaningful unless step is none
  HookStep step = HookStep::none;
  std::uint8_t failures = 0;  // of the hook at hand, for the backoff
  bool installed = false;
  bool started = false;
  bool stopped = false;
  bool leader_flag = false;  // leader-elected has been accepted
  bool in_scope = false;     // of the peer relations
  bool storage_attached = false;
  std::uint8_t relations_created = 0;  // a bit for each relation of the charm
  bool config_due = false;
  Life life = Life::alive;
  // What the last config-changed began with; it is due when one of them has changed since.
  bool told_trust = false;
  std::uint8_t told_configuration = 0;
  std::uint8_t charm = 0;  // that it runs, as Rollout counts them
  // The application secret as this unit reads it: 0 if it has never read it.
  std::uint16_t secret_tracked = 0;  // a revision
  std::uint16_t secret_told = 0;     // the latest that a secret-changed has told of
  Passwords secret_view{};           // the tracked revision's content
  bool removed = false;              // the remove hook has run
  // What another revision has left to this unit alone that this one cannot read.
  charm::StateKey unreadable = charm::StateKey::none;
  bool told_dying = false;  // its agent has seen that the unit is being removed
  std::uint8_t unused_three = 0;
  std::uint16_t bag_version = 0;    // of its own bag in the peer relation
  std::uint16_t bag_address = 0;    // its ingress-address there: the pod's incarnation
  std::uint16_t number = 0;         // of all records that were ever made: names are used again
  std::uint16_t newest_number = 0;  // that there was when the hook at hand began
  std::uint32_t actions_due = 0;    // a bit for each that the story asks for, the lowest first
  // While an action runs it stands in `hook` and `step`: what they were before it.
  charm::Event shelved_hook;
  HookStep shelved_step = HookStep::none;
  std::uint8_t action = 0;  // which one of the story runs, counted from 1; 0: none
  // Of its own bags in `restart` and `upgrade`.
  charm::RestartState restart_state = charm::RestartState::none;
  charm::UpgradeState upgrade_state = charm::UpgradeState::none;
  std::array<PeerView, max_peer_relations> peers;
  // While an action has come before the retry of a failed hook: when that is due.
  std::int64_t retry_us = 0;
  std::array<std::uint8_t, max_relations> clients{};  // ClientMark bits
  bool ports_open = false;
  bool version_told = false;  // of the workload
  TlsRecord tls;
};

// What the agent process remembers: lost with the pod.
struct AgentProcess {
  bool running = false;
  bool start_due = false;  // item 1 of the resolver: once an agent start
  bool pebble_ready_due = false;
  bool update_status_due = false;
  bool shutting_down = false;
  bool told_not_leader = false;  // a false is-leader is sticky to the end of the hook
  bool deadline_passed = false;
  std::uint8_t configuration = 0;  // that the running hook has read, counted from 1; 0: none yet
  bool action_failed = false;      // the running action has said so (action-fail)
  bool flush_refused = false;      // what it has staged
  charm::StateKey unreadable = charm::StateKey::none;  // that the running dispatch was told of
  std::uint8_t unused = 0;
  std::uint32_t unused_too = 0;
};

// What the running hook has staged besides its lists; applied at exit 0, and zeroed then.
struct Staged {
  bool endpoints = false;
  bool initialised = false;
  bool notices = false;
  // Its copy of the application bag, from its first look on (section 2.4).
  bool bag_read = false;
  bool bag_initialised = false;
  ClientSet clients_read = 0;  // the same for the bags in the relations with clients
  ClientSet clients = 0;       // those of them that it has written
  bool uninitialised = false;  // the flag is cleared: no hook of this charm's does
  std::array<ClientBag, max_clients> client_bags{};
  Passwords passwords{};  // 0: not this one
  // The bags of `restart` and `upgrade`, in the same way; the upgrade stack is a list.
  bool restart_read = false;
  bool restart_written = false;
  bool upgrade_read = false;
  bool upgrade_written = false;
  bool upgrade_restricted = false;
  bool restart_state_written = false;
  charm::RestartState restart_state = charm::RestartState::none;
  bool upgrade_state_written = false;
  charm::UpgradeState upgrade_state = charm::UpgradeState::none;
  std::uint8_t upgrade_dependencies = 0;
  UnitBits restart_granted;
  UnitBits upgrade_standbys;
  bool tls_written = false;  // the unit secret and the announcement
  bool asked_written = false;
  bool announced = false;
  bool ports_opened = false;
  PemFiles secret;
  PemNumber request = 0;
  PemNumber request_key = 0;
  PemNumber asked = 0;
  std::uint32_t unused_three = 0;
};

}  // namespace model
