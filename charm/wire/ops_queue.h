// The deferral queue that upstream's charm leaves in Juju's state store: ops keeps it there as
// YAML. Source: juju-and-pebble.md, sections 5.2, 5.4 and 5.5.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "charm/runtime/definition.h"
#include "charm/types/notice.h"
#include "charm/wire/error.h"

namespace charm::wire {

// The key of the list; a snapshot stands under its event's path.
inline constexpr std::string_view ops_notices_key = "#notices#";

// One row.
struct OpsNotice {
  std::string event;     // `PostgresqlOperatorCharm/on/config_changed[17]`
  std::string observer;  // `PostgresqlOperatorCharm`
  std::string method;    // `_on_config_changed`

  friend bool operator==(const OpsNotice&, const OpsNotice&) = default;
};

// The value of `#notices#`, the oldest first; empty if nothing is stored.
Wire<std::vector<OpsNotice>> parse_ops_notices(std::string_view text);

// What stands under a key of the state store, if anything.
using StateLookup = std::function<std::optional<std::string>(std::string_view key)>;

// Upstream's queue as this charm's: an event that upstream has deferred goes to each handler that
// observes it here, since what a handler does follows from what it finds, not from which of
// upstream's methods had deferred. Left out are events that no handler observes here, as ops does.
// Refused by name: an event of one of upstream's own objects (`database_requested`), an event whose
// relation or units the snapshot does not tell, more notices than there is room for.
Wire<Notices> take_over_ops_queue(const CharmDefinition& charm, const AppName& app,
                                  const StateLookup& state);

}  // namespace charm::wire
