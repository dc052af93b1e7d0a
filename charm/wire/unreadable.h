// Whether everything of the charm's own state can be read: what Juju::unreadable_state() answers.
#pragma once

#include "charm/types/state_key.h"
#include "charm/wire/bag.h"
#include "charm/wire/ops_queue.h"
#include "charm/wire/peers.h"

namespace charm::wire {

// As the hook tools tell it at the beginning of a dispatch.
struct StoredState {
  Bag peers_app;           // database-peers
  Bag application_secret;  // its content; empty if there is none
  Bag upgrade_app;
  Bag upgrade_unit;
  Bag restart_app;
  Bag restart_unit;
  std::string own_queue;  // charm/runtime/stored_queue.h
  StateLookup of_ops;     // upstream's, until it has been taken over
};

struct Unreadable {
  StateKey key = StateKey::none;  // the first, in the order of StateKey
  std::string why;                // for the log; no secret is in it

  friend bool operator==(const Unreadable&, const Unreadable&) = default;
};
Unreadable first_unreadable(const CharmDefinition& charm, const AppName& app, UnitName unit,
                            const StoredState& state);

}  // namespace charm::wire
