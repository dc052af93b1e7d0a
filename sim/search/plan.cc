// Seeds in turn, a scenario after the other; what the corpus holds first.
#include "sim/search/plan.h"

#include <algorithm>

#include "model/hash.h"

namespace sim {

Plan::Plan(const std::vector<Scenario>& scenarios, const CampaignOptions& options,
           const Probe& probe)
    : scenarios_(scenarios), options_(options), entries_(scenarios.size()) {
  if (options.strategy == Strategy::odometer) {
    for (std::size_t at = 0; at < scenarios.size(); ++at) {
      odometers_.emplace_back(
          options.bounds, [probe, at](const PlacedOptions& placed) { return probe(at, placed); });
    }
  }
  if (options.runs) runs_ = runs_of(options.shard, *options.runs);
  number_ = runs_.begin * scenarios.size();
  if (options.corpus != nullptr) listed_at_first_ = options.corpus->entries().size();
}

void Plan::look_for_entries() {
  if (options_.corpus == nullptr) return;
  const auto& all = options_.corpus->entries();
  for (; entries_seen_ < all.size(); ++entries_seen_) {
    for (std::size_t at = 0; at < scenarios_.size(); ++at) {
      if (scenarios_[at].title == all[entries_seen_].scenario) {
        entries_[at].push_back(entries_seen_);
      }
    }
  }
}

std::vector<PlannedRun> Plan::next(std::size_t most) {
  look_for_entries();
  std::vector<PlannedRun> runs;
  PlannedRun run;
  while (runs.size() < most) {
    const bool is_there = options_.strategy == Strategy::odometer
                              ? next_placed(run)
                              : next_listed(run) || next_numbered(run);
    if (!is_there) break;
    runs.push_back(run);
  }
  return runs;
}

// So that what they have met is not new any more.
bool Plan::next_listed(PlannedRun& run) {
  while (listed_ < listed_at_first_) {
    const std::size_t entry = listed_++;
    for (std::size_t at = 0; at < scenarios_.size(); ++at) {
      if (!std::ranges::binary_search(entries_[at], entry)) continue;
      run = {.scenario = at, .kind = PlannedRun::Kind::listed, .entry = entry};
      return true;
    }
  }
  return false;
}

bool Plan::next_numbered(PlannedRun& run) {
  const std::uint64_t count = scenarios_.size();
  if (number_ / count >= runs_.end) return false;
  const std::uint64_t number = number_++;
  run = {.scenario = number % count, .seed = options_.first_seed + number / count};
  if (options_.strategy == Strategy::few) run.kind = PlannedRun::Kind::few;
  const auto& entries = entries_[run.scenario];
  const std::uint64_t lot = model::mix(model::mix(run.seed, number), 0xC0);
  if (entries.empty() || lot % 2 == 0) return true;
  run.kind = PlannedRun::Kind::mutated;
  run.entry = entries[(lot >> 1U) % entries.size()];
  return true;
}

bool Plan::next_placed(PlannedRun& run) {
  while (odometer_ < odometers_.size()) {
    const bool is_last = options_.runs && given_ >= *options_.runs;
    PlacedOptions placed;
    if (!is_last && odometers_[odometer_].next(placed)) {
      ++given_;
      run = {.scenario = odometer_, .kind = PlannedRun::Kind::placed, .options = std::move(placed)};
      return true;
    }
    if (is_last && odometers_[odometer_].next(placed)) is_cut_ = true;
    ++odometer_;
    given_ = 0;
  }
  return false;
}

bool Plan::is_exhausted() const { return odometer_ == odometers_.size() && !is_cut_; }

std::optional<std::uint32_t> Plan::covered() const {
  std::optional<std::uint32_t> least;
  for (const Odometer& odometer : odometers_) {
    const auto covered = odometer.covered();
    if (!covered) return std::nullopt;
    least = std::min(least.value_or(*covered), *covered);
  }
  return least;
}

}  // namespace sim
