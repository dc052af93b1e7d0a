// What a campaign's runs came to, as it goes into a file of shards and comes out of one.
#pragma once

#include <expected>
#include <vector>

#include "sim/commands/commands.h"
#include "sim/commands/inputs.h"
#include "sim/commands/shard_file.h"
#include "sim/search/campaign.h"

namespace sim {

// So many runs of each scenario can be shared out, so that all of them can be numbered.
inline constexpr std::uint64_t most_sharded_runs = 1'000'000'000'000;

// Of one shard, that of the options, whose runs have all been made. Nothing in it depends on the
// machine, nor on how many workers there were.
ShardFile shard_file_of(const CampaignOptions& options, const std::vector<ReadScenario>& scenarios,
                        const CampaignResult& result);

// As if one campaign that keeps going had made the runs of all these shards, but for `real`.
struct MergedCampaign {
  CampaignOptions options;  // 0 workers: nobody knows how many there were
  std::vector<ReadScenario> scenarios;
  ShardSet shards;
  CampaignResult result;
};
// `first` is the file that the question comes from.
std::expected<MergedCampaign, ScenarioError> campaign_of(const ShardFile& file,
                                                         const std::string& first,
                                                         const Console& console);

}  // namespace sim
