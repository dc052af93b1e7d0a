// What a campaign has found is made small, saved and told: whether its runs were made here or by
// shards.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "sim/commands/commands.h"
#include "sim/commands/inputs.h"
#include "sim/search/campaign.h"
#include "sim/search/shards.h"

namespace sim {

using SteadyTime = std::chrono::steady_clock::time_point;

struct CampaignFindings {
  const FuzzOptions& options;
  const std::vector<ReadScenario>& scenarios;
  const CampaignResult& result;
  ShardSet shards;                  // whose runs these are
  std::optional<SteadyTime> until;  // what breaks is made small until then; nothing: all of it is
};
// Gives the exit code. The options' folder, if they have one, must be there.
int tell_findings(const CampaignFindings& findings, const Console& console);

// Says why it cannot be a folder to write to.
std::optional<std::string> make_folder(const std::string& folder);

}  // namespace sim
