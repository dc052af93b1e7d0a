// One entry of the deferral queue: a handler that shall run again, and the event it was given.
// Source: juju-and-pebble.md, section 5.2.
#pragma once

#include <cstdint>

#include "charm/types/bounded_vector.h"
#include "charm/types/event.h"

namespace charm {

struct Notice {
  // An index into CharmDefinition::handlers. The live state store keeps the handler's name.
  std::uint16_t handler = 0;
  Event event;

  friend bool operator==(const Notice&, const Notice&) = default;
};

// Equal notices are merged, so that the queue is bounded by the different events a unit can see.
inline constexpr std::size_t max_notices = 512;
using Notices = BoundedVector<Notice, max_notices>;

}  // namespace charm
