#include "sim/failover/page_phases.h"

#include <algorithm>
#include <tuple>

#include "charm/types/check.h"

namespace sim::failover {

Composition composition_of(const std::vector<Failover>& failovers) {
  CHECK(!failovers.empty());
  Composition all{.failovers = failovers.size()};
  for (const Failover& one : failovers) {
    all.outage_us += one.outage_us;
    for (std::size_t phase = 0; phase < phase_count; ++phase) {
      all.phases_us[phase] += one.phases_us[phase];
    }
  }
  const auto count = static_cast<std::int64_t>(failovers.size());
  all.outage_us /= count;
  for (std::int64_t& phase : all.phases_us) phase /= count;
  return all;
}

Composition composition_about(std::vector<Failover> failovers, std::uint64_t per_mille) {
  CHECK(!failovers.empty());
  CHECK(per_mille > 0 && per_mille < 1000);
  // Of two that are as long the one with shorter first phases comes first: the same for any order.
  std::ranges::sort(failovers, [](const Failover& a, const Failover& b) {
    return std::tie(a.outage_us, a.phases_us) < std::tie(b.outage_us, b.phases_us);
  });
  const std::uint64_t count = failovers.size();
  const std::uint64_t some = std::max<std::uint64_t>(1, count / 100);
  const std::uint64_t rank = std::max<std::uint64_t>(1, (count * per_mille + 999) / 1000);
  const std::uint64_t first = std::min(rank - std::min(rank, some / 2 + some % 2), count - some);
  const auto begin = failovers.begin() + static_cast<std::ptrdiff_t>(first);
  return composition_of({begin, begin + static_cast<std::ptrdiff_t>(some)});
}

}  // namespace sim::failover
