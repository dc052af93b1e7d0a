// Many failovers of one kind in one setting, by several workers: the same for any number of them.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/failover/delays.h"
#include "sim/failover/kinds.h"
#include "sim/failover/statistics.h"
#include "sim/failover/watch.h"
#include "sim/search/crew.h"
#include "sim/search/shards.h"
#include "sim/simulation.h"

namespace sim::failover {

// All of a series are kept, in 64 bytes each.
inline constexpr std::uint64_t most_runs = 10'000'000;

struct SeriesOptions {
  std::uint64_t runs = 10'000;   // of all shards
  std::uint64_t first_seed = 1;  // each run takes the next one
  Shard shard;                   // only its runs are made
  const std::atomic<bool>* interrupted = nullptr;
  const Delays* delays = nullptr;  // measured ones, instead of the model's windows
};

struct Series {
  const Kind* kind = nullptr;
  Setting setting;
  std::uint64_t first_run = 0;  // the number of the first of these
  // By run; those that were not made before it was interrupted are not done, nor those of shards
  // that are missing.
  std::vector<Failover> failovers;
  std::vector<bool> is_done;
  std::string refused;  // why there is none at all; empty: there are

  [[nodiscard]] std::vector<Failover> done() const;
};

// How many of those that are done their client has not noticed: it kept its server, and had no
// break that one would notice (noticed_break()).
std::uint64_t unnoticed(const Series& series);

// What they are of, in the order in which they come first.
std::vector<Setting> settings_of(const std::vector<Series>& all);
std::vector<const Kind*> kinds_of(const std::vector<Series>& all);

// Calls `progress` every so often with how many are done. `crew` has so many workers.
Series run_series(const Kind& kind, const Setting& setting, const CharmUnderTest& charm,
                  const SeriesOptions& options, Crew& crew, unsigned workers,
                  const std::function<void(std::uint64_t)>& progress);

// What is told of a series. Times are in microseconds.
struct Times {
  Quantile half;
  Quantile nine_tenths;
  Quantile ninety_nine;
  std::int64_t least = 0;
  std::int64_t most = 0;
  // No greater share of all that could be drawn is longer than that; nothing: some were not seen to
  // end.
  std::optional<double> longer_high;
  std::int64_t mean = 0;  // rounded down
};
// CHECKs that there is one.
Times times_of(std::vector<std::int64_t> samples);

// Commits: in how many failovers there were any, and how many.
struct Commits {
  Share failovers;
  std::uint64_t all = 0;
  std::uint64_t most = 0;  // in one failover
};

struct Summary {
  std::uint64_t runs = 0;
  Times outage;
  std::array<Times, phase_count> phases;  // of those outages
  Commits lost;
  Commits in_doubt;
  std::uint64_t in_doubt_there = 0;
  Share moved;             // another member serves in the end
  std::uint64_t open = 0;  // not served again: how long is not known, only that it is longer
  std::int64_t most_ended_us = 0;  // the longest outage that was seen to end; 0: none was

  // Whether an outage that is as long among these is only known to be at least so long.
  [[nodiscard]] bool is_least(std::int64_t outage_us) const {
    return open > 0 && outage_us > most_ended_us;
  }
};
// CHECKs that there is one.
Summary summary_of(const std::vector<Failover>& failovers);

// Two settings with the same luck, failover by failover: how much longer the second takes.
struct Comparison {
  std::uint64_t pairs = 0;
  Times longer_by;  // below zero: it is shorter
  Share shorter;
  Share longer;
};
// Of the runs that both have done; nothing: there is none.
std::optional<Comparison> compare(const Series& first, const Series& second);

}  // namespace sim::failover
