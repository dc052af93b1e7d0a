// What one client went through, out of what was seen of all members: the live counterpart of
// sim/failover/watch.h, by the same rules.
#pragma once

#include <optional>
#include <span>

#include "tests/live/sampling/journal.h"

namespace sampling {

// The client keeps its server, one postmaster, as long as that acknowledges; whoever else does is
// its server if the primary Service leads there. Its outage is the longest time between two
// acknowledged writes that ends after the fault.
struct Outage {
  std::int64_t began_us = 0;       // the acknowledged write before it
  std::int64_t ended_us = 0;       // the one after it
  charm::UnitName server;          // of that one
  std::int64_t postmaster_us = 0;  // when its postmaster began
  // Since when it has held the lock, was out of recovery, was led to, and took connections, as was
  // seen; nothing: since before the outage began.
  std::optional<std::int64_t> lock_us;
  std::optional<std::int64_t> primary_us;
  std::optional<std::int64_t> routed_us;
  std::optional<std::int64_t> connects_us;
  std::optional<std::int64_t> acquired_us;  // of the lock, by its holder's clock
};

struct Watched {
  std::optional<Outage> longest;
  bool has_noticed = false;          // a break of a second, or another server
  std::int64_t served_since_us = 0;  // without such a break
  std::int64_t last_us = 0;          // the last acknowledged write
};

// `seen` begins before the fault, while `server` serves.
Watched watch(std::span<const Seen> seen, charm::UnitName server, std::int64_t fault_us);

}  // namespace sampling
