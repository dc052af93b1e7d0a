// What a charm is to the runtime and to the simulator: a table of handlers.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "charm/runtime/unit.h"
#include "charm/types/event.h"
#include "charm/types/outcome.h"

namespace charm {

// One observer of one event. An event may have several, called in the order of the table; each is
// deferred by itself (juju-and-pebble.md, section 5.2).
struct Handler {
  // Stable, and without blanks: the deferral queue survives upgrades by it. A handler that observes
  // several events has a row for each, under one name.
  std::string_view name;
  std::string_view chart;  // the flowchart that its path walks: `leader-elected`
  EventKind on = EventKind::update_status;
  std::uint8_t subject = 0;  // as in Event: which relation or storage
  Outcome (*run)(Unit& unit, const Event& event) = nullptr;
};

[[nodiscard]] constexpr bool observes(const Handler& handler, const Event& event) {
  return handler.on == event.kind && handler.subject == event.subject;
}

// What becomes of a new event of which the queue already holds an equal notice: same handler, same
// event (juju-and-pebble.md, section 5.3).
enum class Duplicates : std::uint8_t {
  kept,    // ops before 2.18: the handler runs, and may queue it once more
  merged,  // since then: the handler is not called, the queued notice stands for both
};

struct CharmDefinition {
  std::string_view name;
  std::string_view container;  // the workload container: `postgresql`
  // [0] is the peer relation; the last `client_endpoints` of them are with other applications.
  std::span<const std::string_view> relations;
  std::span<const std::string_view> storages;
  std::span<const Handler> handlers;
  // PostgreSQL K8s runs on ops 3 (`^3.7.1`), and so merges. Kept is for charms that are compared
  // with a release on ops 2.17 or older.
  Duplicates duplicates = Duplicates::merged;
  // `get-primary`: those of charmcraft.yaml that the charm observes.
  std::span<const std::string_view> actions = {};
  std::uint8_t client_endpoints = 0;  // how many of the relations

  [[nodiscard]] constexpr std::size_t peer_relations() const {
    return relations.size() - client_endpoints;
  }
  [[nodiscard]] bool is_with_others(const Event& event) const {
    return subject_of(event.kind) == Subject::relation && event.subject >= peer_relations();
  }
};

// The hook's name: `database-peers-relation-changed`, `postgresql-pebble-ready`, `leader-elected`;
// of an action what ops calls its event: `get-primary-action`.
std::string hook_name(const CharmDefinition& charm, const Event& event);

// The other way round, without the units; nothing if this charm has no such relation, storage or
// container, or Juju no such hook. An action is no hook.
std::optional<Event> parse_hook_name(const CharmDefinition& charm, std::string_view hook);

}  // namespace charm
