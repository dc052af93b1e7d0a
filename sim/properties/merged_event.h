// An event that a dispatch has dropped as a duplicate: its equal has to be queued. ops compares the
// handler and the whole snapshot (juju-and-pebble.md, section 5.2); what differs in a relation or a
// unit is another event, and nobody would tell of it again.
#pragma once

#include <algorithm>
#include <string_view>

#include "charm/runtime/definition.h"
#include "charm/types/notice.h"

namespace sim {

// Judged by the simulation itself, since the drop leaves nothing in the world. Holds always.
inline constexpr std::string_view events_are_merged_with_equals =
    "an event is dropped as a duplicate only where its equal is queued";

// `queued` as it stood when the dispatch began: what has deferred again is part of it.
inline bool is_equal_queued(const charm::Notices& queued, const charm::CharmDefinition& charm,
                            const charm::Handler& handler, const charm::Event& event) {
  return std::ranges::any_of(queued, [&](const charm::Notice& notice) {
    return notice.event == event && notice.handler < charm.handlers.size() &&
           &charm.handlers[notice.handler] == &handler;
  });
}

}  // namespace sim
