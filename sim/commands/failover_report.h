// What was measured of failovers, as a table, as JSON, and as CSV.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/failover/series.h"
#include "sim/search/shards.h"

namespace sim {

// `30.504`: seconds, whose digits are cut, not rounded; below zero with that sign.
std::string seconds_text(std::int64_t us, std::string_view minus = "-");
// `0.03`: that is three of them. At least 0.
std::string hundredths_text(std::int64_t hundredths);
// The same: per cent, of a share of 1.
std::string percent_text(double share);
// Never less than the share: of what it is below.
std::string percent_above_text(double share);

struct FailoverView {
  const std::vector<failover::Series>& series;
  const failover::SeriesOptions& options;
  ShardSet shards;        // whose failovers these are
  bool compares = false;  // each kind's other settings with its first one
  bool was_interrupted = false;
};

// A part for each setting: the outages, the phases' means, and the commits of each kind. Seconds.
std::string to_text(const FailoverView& view);
// `charmsim-failover/1`. Times in microseconds; the same for any number of workers.
std::string to_json_text(const FailoverView& view);
// A line for each kind and setting, below a line of names.
std::string to_csv_text(const FailoverView& view);
// A line for each failover.
std::string samples_csv_text(const FailoverView& view);
// What there is to measure, and what is missing.
std::string kinds_text();

}  // namespace sim
