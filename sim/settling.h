// When a run counts as settled.
#pragma once

#include <chrono>

#include "charm/types/time.h"

namespace sim {

// How long everything must have held: longer than a watcher's delay and than two HA loops, so that
// a lucky moment does not.
inline constexpr charm::Duration settling_time = std::chrono::seconds(30);

}  // namespace sim
