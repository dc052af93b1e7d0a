// Failovers as no simulation has made them, for what is drawn and said of any.
#pragma once

#include <cstdint>
#include <string_view>

#include "sim/choices/random.h"
#include "sim/failover/series.h"

namespace sim::given {

struct Made {
  std::int64_t from_ms = 10'000;
  std::int64_t spread_ms = 5'000;  // evenly above that
  std::uint64_t runs = 1'000;
  std::uint64_t luck = 1;       // series with the same have the same draws
  std::uint64_t lost_each = 0;  // of each so many runs one loses two commits; 0: none
  std::uint64_t open_each = 0;  // of each so many one is not served again
};

inline failover::Series series(std::string_view kind, const failover::Setting& setting,
                               const Made& made) {
  failover::Series all{.kind = failover::find_kind(kind), .setting = setting};
  for (std::uint64_t run = 0; run < made.runs; ++run) {
    const std::uint64_t drawn = draw(made.luck, {}, static_cast<std::uint32_t>(run)) >> 32U;
    const auto part = static_cast<std::int64_t>(
        drawn * static_cast<std::uint64_t>(made.spread_ms * 1'000) >> 32U);
    failover::Failover one{.outage_us = made.from_ms * 1'000 + part};
    one.has_moved = true;
    one.in_doubt = static_cast<std::uint16_t>(run % 2);
    if (made.lost_each > 0 && run % made.lost_each == 0) one.lost = 2;
    if (made.open_each > 0 && run % made.open_each == 0) {
      one.outage_us = 600'000'000;
      one.is_open = true;
    }
    one.phases_us = {one.outage_us / 2, one.outage_us / 4, one.outage_us / 8, one.outage_us / 16,
                     0};
    one.phases_us[4] =
        one.outage_us - one.phases_us[0] - one.phases_us[1] - one.phases_us[2] - one.phases_us[3];
    all.failovers.push_back(one);
    all.is_done.push_back(true);
  }
  return all;
}

}  // namespace sim::given
