// The point of no return of a failing run: the last choice from which the good end was still
// reachable, found by branching.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "sim/search/recorded.h"

namespace sim {

struct NoReturnOptions {
  std::uint32_t random_rests = 16;  // from each question: half with faults, half without
  std::uint32_t window = 32;        // so many questions beyond the last good one are tried in full
  std::uint64_t most_branches = 20'000;
  const std::atomic<bool>* interrupted = nullptr;
};

struct NoReturn {
  // Before this question was answered a branch has come to the good end: nothing broke. After it
  // none of those that were tried has. Nothing: not even from the beginning.
  std::optional<Asked> choice;
  std::size_t question = 0;    // its place among the run's questions, from 0
  std::size_t questions = 0;   // how many the run asks
  std::uint64_t branches = 0;  // that were played
  std::uint64_t after = 0;     // of them, those that began after it, and all failed
  Rest rest;                   // what leads from there to a good end
  bool is_cut = false;         // the branches were used up, or it was interrupted
};

// From each question that is looked at: its other options with a calm rest, the calm rest, the
// failing run's own rest after another option, and random ones. What is reachable can only become
// less as the run goes on, so the last question is searched by halving, and the ones behind it are
// tried one by one. Choices of a good end that nobody tried may lie later: it is a bound from
// below. Interrupted even in the failing run itself, it has tried nothing, and is cut.
NoReturn point_of_no_return(const Scenario& scenario, const CharmUnderTest& charm,
                            const Deviations& failing, const NoReturnOptions& options);

}  // namespace sim
