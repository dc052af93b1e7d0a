// Many runs, by several workers, until something breaks, all is covered, or there is no time left.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/flow/charts.h"
#include "sim/search/corpus.h"
#include "sim/search/few.h"
#include "sim/search/observed.h"
#include "sim/search/shards.h"
#include "sim/simulation.h"

namespace sim {

// Who answers what is asked in a run.
enum class Strategy : std::uint8_t {
  random,    // a seed; all runs equally wild
  swarm,     // a seed that also draws how wild, and which kinds of faults there are
  few,       // a seed: few deviations at drawn places (FewChoices)
  odometer,  // all runs within bounds, one after the other
};
inline constexpr std::array all_strategies{Strategy::random, Strategy::swarm, Strategy::few,
                                           Strategy::odometer};
std::string_view to_text(Strategy strategy);
std::optional<Strategy> parse_strategy(std::string_view text);

struct CampaignOptions {
  Strategy strategy = Strategy::swarm;
  std::uint64_t first_seed = 1;
  // Of each scenario at most so many runs, and no run is begun after so long; none: no limit.
  std::optional<std::uint64_t> runs;
  std::optional<std::chrono::nanoseconds> time;
  Shard shard;  // only its part of each scenario's `runs`, which there must be; not of an odometer
  unsigned workers = 1;
  bool keep_going = false;          // beyond the first violation
  bool permutes_deferrals = false;  // as RandomChoices has it; a scenario can ask for it, too
  SearchBounds bounds;  // of few and odometer; 0 questions: of few all that the calm run asks
  // Not with the odometer: lists that meet something new are kept here, and of two runs one varies
  // what is kept.
  Corpus* corpus = nullptr;
  const std::atomic<bool>* interrupted = nullptr;
};

// A run that broke a property.
struct FoundRun {
  std::size_t scenario = 0;           // by its place
  std::uint64_t run = 0;              // its number among the scenario's, if it has a seed
  std::optional<std::uint64_t> seed;  // where `run --seed` gives the same run
  Deviations choices;                 // sorted; they always do
  std::string_view property;
  std::string what;
};

struct CampaignResult {
  std::uint64_t runs = 0;
  std::uint64_t violations = 0;  // runs that broke something
  std::uint64_t dispatches = 0;  // that ended
  std::uint64_t calls = 0;       // port calls
  std::uint64_t actions = 0;     // everything else that happened
  std::chrono::nanoseconds simulated{0};
  std::chrono::nanoseconds real{0};
  // In the order of their numbers; of each scenario and property the first `found_most`.
  std::vector<FoundRun> found;
  std::vector<std::string_view> witnesses;  // that some run reached; in the properties' order
  Coverage coverage;
  HooksMet hooks;
  std::size_t kept = 0;  // lists that the corpus has got
  bool was_interrupted = false;
  // Of the odometer: within the bounds nothing is left, in any scenario; or with how many
  // deviations less that is so.
  bool is_covered = false;
  std::optional<std::uint32_t> covered_deviations;
  std::string corpus_error;  // why the corpus could not be written, which ended the campaign
};
inline constexpr std::size_t found_most = 16;

// Called now and then, by the thread that called run_campaign(); witnesses, coverage and hooks are
// a second old.
using CampaignProgress = std::function<void(const CampaignResult& so_far)>;

// The scenarios, the charm and the charts must outlive it. `charts` may be absent. With `runs` the
// result is the same for any number of workers, but for `real`: runs are made in rounds, each is
// finished, and nothing that a run depends on changes within one.
CampaignResult run_campaign(const std::vector<Scenario>& scenarios, const CharmUnderTest& charm,
                            const ChartSet* charts, const CampaignOptions& options,
                            const CampaignProgress& progress = {});

}  // namespace sim
