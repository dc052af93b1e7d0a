// All that can come of a scenario within bounds, each world looked at once: the search behind
// `charmsim explore`. Worlds are told apart by Simulation::state_key(); hooks that are stopped in
// the middle belong to them.
//
// It goes down the calm way from each world that it meets, depth first, and comes back for what
// deviates: another order than the calm one, another answer of a fork (a deviation each), a fault.
// Where nothing may deviate any more it follows the calm way as far as a world that is known. A
// calm way that comes back to one of its own worlds goes round for ever: a livelock, since a run
// that has settled ends. (World by world there is one calm step: so each set of worlds that no step
// leaves, and in which no run ends, has such a way.) Rounds that can be left, but need not be: with
// `liveness`, in the end.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/charm_under_test.h"
#include "sim/choices/choices.h"
#include "sim/scenario/scenario.h"
#include "sim/search/seen_worlds.h"
#include "sim/simulation.h"

namespace sim {

struct ExplorationOptions {
  Allowance allowance{.deviations = 1, .faults = 0};
  std::size_t most_bytes =
      std::size_t{2} << 30U;  // of the worlds that are remembered, and of those to come back to
  // Of wall time; none: until it is through.
  std::optional<std::chrono::nanoseconds> most_time;
  std::size_t samples = 64;
  bool keep_ends = false;  // the worlds in which runs end
  bool liveness = false;   // look for livelocks that only deviations keep up, too (rounds.h)
  const std::atomic<bool>* interrupted = nullptr;
  // Told now and then what has been done so far.
  std::function<void(const struct ExplorationCounts&)> progress;
};

enum class ExplorationEnd : std::uint8_t {
  covered,   // every world within the bounds
  violated,  // at the first property that broke, or the first livelock
  memory,
  time,
  interrupted,
};
std::string_view to_text(ExplorationEnd end);

// A run that goes round for ever.
enum class ExplorationRound : std::uint8_t {
  none,
  livelock,      // the calm run comes back to one of its own worlds
  dead_end,      // it does, and nobody means to do anything any more
  by_deviation,  // only deviations keep it up, as many as it goes round
};
std::string_view to_text(ExplorationRound round);

struct ExplorationCounts {
  std::uint64_t worlds = 0;      // distinct
  std::uint64_t with_hooks = 0;  // of these, with a hook stopped at a call
  std::uint64_t generated = 0;   // steps that were made
  std::uint64_t ends = 0;        // runs that came to their end, settled
  std::uint64_t depth = 0;       // steps of the longest way
  std::size_t bytes = 0;         // of the worlds that are remembered, and of those that wait
};

// A world, and how to come to it: so many steps of the run of these choices.
struct SampledWorld {
  std::uint64_t key = 0;
  std::uint64_t steps = 0;
  Deviations choices;

  friend bool operator==(const SampledWorld&, const SampledWorld&) = default;
};

// Where all orders of what comes at the same moment were looked at (interleavings.h).
struct OrdersCovered {
  bool is_reduced = false;
  std::optional<charm::Instant> from;  // calm before
  std::optional<charm::Instant> until;
  std::uint64_t moments = 0;                 // distinct worlds in which time moves on
  std::uint64_t alone = 0;                   // steps that were taken alone, in the last pass
  std::uint64_t passes = 0;                  // until nothing that was taken for granted was refuted
  std::vector<std::uint64_t> moments_found;  // with keep_ends: their keys, sorted
};

struct Exploration : ExplorationCounts {
  ExplorationEnd end = ExplorationEnd::covered;
  Allowance allowance;
  // Of the run that breaks something, with the fewest deviations where bounds were tried in turn.
  std::optional<Deviations> failing;
  // What breaks, where it is not a property.
  using Round = ExplorationRound;
  Round round = Round::none;
  bool looked_for_rounds = false;  // with `liveness`, and when all was covered
  [[nodiscard]] bool is_livelock() const { return round != Round::none; }
  // Those with the smallest keys: a fair sample, by key. None where not all was covered.
  std::vector<SampledWorld> samples;
  std::vector<std::uint64_t> ends_found;  // with keep_ends: keys, sorted, each once

  std::vector<std::string_view> witnesses;  // the "sometimes" properties that were reached

  std::optional<OrdersCovered> orders;

  // Of this thread while it searched; with all orders, in the last pass. A measurement: the same
  // search takes another time each time.
  std::chrono::nanoseconds cpu_time{0};

  // At most the chance that a world was taken for another one.
  [[nodiscard]] double missed() const;
};

// The scenario has a quantum (CHECKed). Where the process gets no more memory the search ends as at
// `most_bytes`, and nothing of what it held is left.
Exploration explore(const Scenario& scenario, const CharmUnderTest& charm,
                    const ExplorationOptions& options);

// Goes to that world again, and says its key; nothing if the run ends before.
std::optional<std::uint64_t> key_of(Simulation& simulation, const SampledWorld& world);

}  // namespace sim
