// The deferral queue as Juju's state store keeps it: by names, so that it outlives an upgrade of
// the charm. Source: juju-and-pebble.md, sections 5.2 and 5.4.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "charm/runtime/decode.h"
#include "charm/types/notice.h"

namespace charm {

// The key of it.
inline constexpr std::string_view stored_queue_key = "notices";

// A line a notice, the oldest first: handler, hook, remote unit, departing unit. With another
// application the remote unit is the relation's number, and the unit's.
//
//   peer-relation-changed database-peers-relation-changed postgresql-k8s/1 -
//   database database-relation-changed 7/0 -
std::string to_stored_text(const CharmDefinition& charm, const AppName& app,
                           const Notices& notices);

// What an older revision has queued, for this one. As in ops, a notice goes by its handler's name,
// even if the handler observes other events now; but nobody is given an event that no handler of
// this revision observes. What is left has no_handler: the next dispatch drops it.
std::expected<Notices, DecodeError> parse_stored_text(const CharmDefinition& charm,
                                                      const AppName& app, std::string_view text);

}  // namespace charm
