// What outages are made of: the means of their phases, of all and of those about a quantile.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "sim/failover/watch.h"

namespace sim::failover {

// Means of so many failovers, rounded down; the phases add up to the outage but for that.
struct Composition {
  std::uint64_t failovers = 0;
  std::int64_t outage_us = 0;
  std::array<std::int64_t, phase_count> phases_us{};

  friend bool operator==(const Composition&, const Composition&) = default;
};
// CHECKs that there is one.
Composition composition_of(const std::vector<Failover>& failovers);

// Of the hundredth of all (one at least) whose outages are the nearest by rank to the quantile: of
// 10,000 and 990 per mille those of the ranks 9,851 to 9,950. Of equal outages the earlier run is
// the lower. CHECKs that there is one, and 0 < per_mille < 1000.
Composition composition_about(std::vector<Failover> failovers, std::uint64_t per_mille);

}  // namespace sim::failover
