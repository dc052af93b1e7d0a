// What Juju tells a unit: one event a dispatch. Source: juju-and-pebble.md, sections 1.1, 1.2.
#pragma once

#include <cstdint>
#include <string_view>

#include "charm/types/names.h"

namespace charm {

enum class EventKind : std::uint8_t {
  install,
  start,
  config_changed,
  leader_elected,
  update_status,
  upgrade_charm,
  stop,
  remove,
  relation_created,
  relation_joined,
  relation_changed,
  relation_departed,
  relation_broken,
  storage_attached,
  storage_detaching,
  pebble_ready,
  secret_changed,
  action,  // not a hook: an operator runs it (section 1.7)
};
inline constexpr std::size_t event_kind_count = 18;

// The kind's part of the hook's name: `leader-elected`, `relation-changed`, `pebble-ready`.
std::string_view to_text(EventKind kind);

// What an event of this kind is about, and its hook is named after.
enum class Subject : std::uint8_t { none, relation, storage, container, action };
Subject subject_of(EventKind kind);

// A plain value without padding: it is part of the deferral queue, and so of the world.
// It is also the snapshot that ops keeps of a deferred event: everything but the kind is what the
// event is about, so two events are equal when their snapshots are.
struct Event {
  EventKind kind = EventKind::update_status;
  // For relation and storage events and actions: which of the charm's (an index into
  // CharmDefinition::relations, ::storages or ::actions); 0 otherwise.
  std::uint8_t subject = 0;
  // For relation joined, changed and departed: the other unit. None in a relation-changed that
  // announces application data. In a relation with another application it is a unit of that one.
  MaybeUnit remote_unit;
  // For relation-departed: who leaves (JUJU_DEPARTING_UNIT). In a relation with another application
  // only a unit of this one; none if it is the remote unit that leaves.
  MaybeUnit departing_unit;
  // With other applications there can be several relations of one endpoint: the number of its id,
  // `7` of `database:7`. 0 for the peers', of which there is one each.
  RelationId relation;

  friend bool operator==(const Event&, const Event&) = default;
};

}  // namespace charm
