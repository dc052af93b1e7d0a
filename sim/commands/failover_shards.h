// What failovers came to, as it goes into a file of shards and comes out of one.
#pragma once

#include <expected>
#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

#include "sim/commands/shard_file.h"
#include "sim/failover/series.h"

namespace sim {

// As results and files have it.
nlohmann::ordered_json setting_json(const failover::Setting& setting);

// So many failovers go into one file at most: it has some 40 bytes of each.
inline constexpr std::uint64_t most_in_file = 4'000'000;

// Of one shard, that of the options, all of whose runs are done.
ShardFile shard_file_of(const std::vector<failover::Series>& series,
                        const failover::SeriesOptions& options);

struct MeasuredFailovers {
  std::unique_ptr<const failover::Delays> delays;  // that the options point to
  failover::SeriesOptions options;
  ShardSet shards;
  std::vector<failover::Series> series;  // what is in a missing shard is not done
};
// `first` is the file that the question comes from.
std::expected<MeasuredFailovers, ScenarioError> failovers_of(ShardFile file,
                                                             const std::string& first);

}  // namespace sim
