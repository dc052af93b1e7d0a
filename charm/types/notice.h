// One entry of the deferral queue: a handler that shall run again, and the event it was given.
// Source: juju-and-pebble.md, section 5.2.
#pragma once

#include <cstdint>

#include "charm/types/bounded_vector.h"
#include "charm/types/event.h"

namespace charm {

// The handler of a notice that an older revision of the charm has queued, and this one does not
// have.
inline constexpr std::uint16_t no_handler = 0xFFFF;

struct Notice {
  // An index into CharmDefinition::handlers, or no_handler. The state store keeps the handler's
  // name (charm/runtime/stored_queue.h).
  std::uint16_t handler = 0;
  Event event;

  friend bool operator==(const Notice&, const Notice&) = default;
};

// More than the different events that a unit can see, which is the bound where equal notices are
// merged. Where they are kept there is none but that of Juju's state store: 64 KiB for the whole
// queue, which is about as many.
inline constexpr std::size_t max_notices = 512;
using Notices = BoundedVector<Notice, max_notices>;

}  // namespace charm
