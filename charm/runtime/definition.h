// What a charm is to the runtime and to the simulator: a table of handlers.
#pragma once

#include <span>
#include <string_view>

#include "charm/runtime/unit.h"
#include "charm/types/event.h"
#include "charm/types/outcome.h"

namespace charm {

// One observer of one event. An event may have several, called in the order of the table; each is
// deferred by itself (juju-and-pebble.md, section 5.2).
struct Handler {
  std::string_view name;   // stable: the deferral queue survives upgrades by it
  std::string_view chart;  // the flowchart that its path walks: `leader-elected`
  EventKind on = EventKind::update_status;
  std::uint8_t subject = 0;  // as in Event: which relation or storage
  Outcome (*run)(Unit& unit, const Event& event) = nullptr;
};

struct CharmDefinition {
  std::string_view name;
  std::string_view container;                   // the workload container: `postgresql`
  std::span<const std::string_view> relations;  // [0] is the peer relation
  std::span<const std::string_view> storages;
  std::span<const Handler> handlers;
};

// The hook's name: `database-peers-relation-changed`, `postgresql-pebble-ready`, `leader-elected`.
std::string hook_name(const CharmDefinition& charm, const Event& event);

}  // namespace charm
