// The worst failover of a kind in a setting: the schedule that does most harm, as far as a search
// finds it, and the worst of all schedules within a small scope.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>

#include "sim/failover/schedule.h"
#include "sim/search/crew.h"

namespace sim::failover {

enum class Harm : std::uint8_t {
  outage,  // the longest one; of two that are as long the one that loses more
  loss,    // the most acknowledged commits; of two that lose as many the one that lasts longer
};

struct WorstOptions {
  Harm harm = Harm::outage;
  // So many failovers at most: half of them of the climbs, and from where they end single changes,
  // until none does more harm or that many were played. At least one a climb is played.
  std::uint64_t tries = 40'000;
  std::uint64_t seed = 1;
  std::uint32_t rounds = 100;  // at most, of single changes
  std::uint32_t unused = 0;
  const std::atomic<bool>* interrupted = nullptr;
};

struct Worst {
  // At a peak every choice of it counts: without it less harm is done.
  Schedule schedule;
  Failover failover;
  std::uint64_t tries = 0;  // failovers that were played
  // Nothing that was tried does more harm: the first and the last answer, and those next to its
  // own, to each question that is asked since two loops before the fault, and for each agent's next
  // update-status; other moments of the fault. False, if it was interrupted, or had no rounds or
  // tries left, before that was known.
  bool is_peak = false;
};

// Whether the first does more harm.
bool is_worse(const Failover& one, const Failover& other, Harm harm);

// Several climbs from drawn schedules, then from their best one single changes until none does more
// harm; then whatever changes nothing is taken out again. The same for any number of workers.
// `progress` is told how many were played.
Worst find_worst(const Base& base, const charm::CharmDefinition& charm, const WorstOptions& options,
                 Crew& crew, unsigned workers, const std::function<void(std::uint64_t)>& progress);

// An exploration: all schedules with the fault at each of `moments`, evenly spread over a loop of
// Patroni's (of a mishap: at each of the first times that one can come), and with at most so many
// answers that are the latest there is in place of the calm one, to questions that are asked from
// the fault until the client is served again. Where one comes to a world in which another was that
// had as many answers left (Passage::fingerprint(), with all clocks and what the client went
// through so far), the other has shown what can come, and it is not played on.
struct Scope {
  std::uint32_t answers = 1;
  std::uint32_t moments = 10;  // at least 1
};
struct Covered {
  Schedule schedule;  // the first of the worst
  Failover failover;
  std::uint64_t runs = 0;
  std::uint64_t joined = 0;  // of these, not played on
  std::uint64_t worlds = 0;  // looked at, about one a second of a failover
  // Of each moment the calm one, and each first answer with all that can follow it: of how many of
  // these all was played. It is whole if it is so of all; otherwise it was interrupted.
  std::uint64_t parts = 0;
  std::uint64_t parts_done = 0;

  [[nodiscard]] bool is_whole() const { return parts_done == parts; }
};
Covered cover(const Base& base, const charm::CharmDefinition& charm, Scope scope,
              const WorstOptions& options, Crew& crew,
              const std::function<void(std::uint64_t)>& progress);

}  // namespace sim::failover
