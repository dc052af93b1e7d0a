// Which runs a campaign makes, and in which order; nothing here depends on who makes them.
#pragma once

#include <deque>
#include <limits>
#include <vector>

#include "sim/search/campaign.h"
#include "sim/search/odometer.h"

namespace sim {

// One run to be made.
struct PlannedRun {
  enum class Kind : std::uint8_t { seeded, few, placed, mutated, listed };

  std::size_t scenario = 0;
  Kind kind = Kind::seeded;
  std::uint64_t seed = 0;  // but for placed and listed
  std::size_t entry = 0;   // of the corpus; for mutated and listed
  PlacedOptions options;   // for placed
};

class Plan {
 public:
  // Plays a run of that scenario, for the odometer.
  using Probe = std::function<std::vector<std::uint32_t>(std::size_t, const PlacedOptions&)>;

  Plan(const std::vector<Scenario>& scenarios, const CampaignOptions& options, const Probe& probe);

  // At most so many more; none: there are no more.
  std::vector<PlannedRun> next(std::size_t most);
  // Every odometer has come to its end; what was given is all within its bounds.
  [[nodiscard]] bool is_exhausted() const;
  [[nodiscard]] std::optional<std::uint32_t> covered() const;

 private:
  bool next_listed(PlannedRun& run);
  bool next_numbered(PlannedRun& run);
  bool next_placed(PlannedRun& run);
  // The corpus's entries of a scenario.
  void look_for_entries();

  const std::vector<Scenario>& scenarios_;
  const CampaignOptions& options_;
  std::vector<std::vector<std::size_t>> entries_;  // by scenario, their places
  std::size_t entries_seen_ = 0;
  std::size_t listed_ = 0;  // how many of the corpus's first entries were given
  std::size_t listed_at_first_ = 0;
  // Those of its shard, of each scenario; without a limit all that can be numbered.
  RunRange runs_{0, std::numeric_limits<std::uint64_t>::max()};
  std::uint64_t number_ = 0;  // of the next run, those of all scenarios counted in turn
  std::deque<Odometer> odometers_;
  std::size_t odometer_ = 0;
  std::uint64_t given_ = 0;  // by this odometer
  bool is_cut_ = false;      // an odometer was left before its end
};

}  // namespace sim
