// When an action may come: not before `earliest`, not after `latest`.
#pragma once

#include <cstdint>

#include "charm/types/time.h"

namespace model {

struct Window {
  charm::Instant earliest = charm::never;
  charm::Instant latest = charm::never;

  friend bool operator==(const Window&, const Window&) = default;
};

// How long something takes: from now on, at least and at most.
struct Span {
  charm::Duration least{0};
  charm::Duration most{0};
};

constexpr Span exactly(charm::Duration time) { return {time, time}; }

}  // namespace model
