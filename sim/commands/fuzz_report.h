// What a campaign has found, as text and as JSON.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/commands/commands.h"
#include "sim/commands/inputs.h"
#include "sim/search/campaign.h"
#include "sim/search/shrink.h"

namespace sim {

// A mistake: the first run that showed it, made small.
struct Counterexample {
  FoundRun found;
  // Nothing: there was no time to shrink it.
  std::optional<Shrunk> shrunk;      // in the scenario as it is
  std::optional<ShrunkStory> story;  // in less of it
  bool is_cut_short = false;         // there was no time to make it as small as it can be
  std::uint64_t more_runs = 0;       // that came to the same when they were shrunk
  std::string file;                  // where it is saved; empty: nowhere
};

struct FuzzView {
  const FuzzOptions& options;  // workers 0: others have made the runs, nobody knows how fast
  const std::vector<ReadScenario>& scenarios;
  const CampaignResult& result;
  ShardSet shards;                                  // whose runs these are
  std::span<const Counterexample> counterexamples;  // of a shard none: merge makes them small
  const ChartSet& charts;
  std::span<const Property> properties;
  const charm::CharmDefinition& charm;
};

std::string to_text(const FuzzView& view, bool colours);
// `charmsim-fuzz/1`. But for `speed`, the same for any number of workers, if the runs are counted.
std::string to_json_text(const FuzzView& view);
// One line, without its end: what matters most first, as a narrow terminal cuts it.
std::string progress_text(const CampaignResult& so_far, const ChartSet& charts,
                          std::span<const Property> properties);
// `1 step, 2 kinds of faults`: what of the story is gone.
std::string left_out_text(const ShrunkStory& story);
// What a small run is known to be: `none of them can be left out or be made calmer`.
std::string minimality_text(bool is_minimal, const Deviations& choices);
// The command line that plays it again.
std::string reproduce_line(const std::string& scenario, const Deviations& choices);

}  // namespace sim
