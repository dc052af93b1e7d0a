// All orders of what comes at the same moment, each world looked at once: the other search behind
// `charmsim explore`. No order is left out, however much it deviates from the calm one; but time
// moves on only when nothing is left that may come at its moment, forks of the model go their calm
// way, and neither faults nor changes strike.
//
// So the hooks of several units run call by call in every order, and worlds are as many as the
// product of their steps. Most steps keep to their unit (independence.h): with `reduces` such a
// step is the only one that is taken from its world, and the world is not told apart from where it
// leads to. Why no world in which time moves on is missed: of what can come at the moment nothing
// depends on it, so in whatever order the rest comes, the step can be moved to the front, and leads
// to the same world. It cannot be put off for ever, and puts off nothing for ever: time does not
// move before all that may come has come.
//
// That nobody else writes what the step has read, before time moves on, is taken for granted at
// first. If somebody is seen to write it from there on, it is searched again with that known, until
// nothing is refuted. The first that writes it is not missed: to have read it before changes
// nothing about who writes it, nor about where that one's agent stands then (writers.h).
//
// Where one step alone can come, or only WAL on its way to several standbys, it is taken alone,
// too. (So worlds that were passed through are more than those that were told apart.)
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "sim/charm_under_test.h"
#include "sim/scenario/scenario.h"
#include "sim/search/exploration.h"

namespace sim {

struct InterleavingOptions {
  bool reduces = true;
  // Calm before this moment.
  std::optional<charm::Instant> from;
  // Up to this moment, after which time does not move on; nothing: until runs have settled.
  std::optional<charm::Instant> until;
  std::size_t most_bytes = std::size_t{2} << 30U;
  std::optional<std::chrono::nanoseconds> most_time;  // of wall time
  std::size_t samples = 64;
  bool keep_ends = false;  // and the worlds in which time moves on
  const std::atomic<bool>* interrupted = nullptr;
  std::function<void(const ExplorationCounts&)> progress;
};

// The scenario has a quantum (CHECKed).
Exploration interleave(const Scenario& scenario, const CharmUnderTest& charm,
                       const InterleavingOptions& options);

}  // namespace sim
