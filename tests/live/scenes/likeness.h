// Whether a live run is one of those that the simulator can produce: a run of the same scenario is
// looked for in which every unit runs what it has run live.
//
// What is compared, of all units in one run: each one's hooks in the order in which they began,
// each with the remote or departing unit that it is about; in each the handlers in their order,
// with the event, whether it comes from the deferral queue, the outcome, its reason, and the whole
// way through the chart; and how the hook ended. At the end of the run: the application's bags,
// each unit's status, bags and queue, and its pod's labels. Nothing is left out or merged, and
// neither has a hook more than the other: the simulated run ends when the live one did.
//
// What is not: of a hook's calls the answers count only as far as its way goes by them. Passwords,
// addresses and versions are no part of any of this. Nor is how long something takes: the simulated
// run keeps the live one's times (pace.h), also where the model's windows are narrower than a
// machine with much to do is slow, and a step of the story comes when it came live. By how much a
// run has left the windows is told (Found::outside). What Patroni does is the model's affair; of it
// the search may choose when passes of the loop come, and how long its long actions take.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sim/choices/choices.h"
#include "sim/scenario/scenario.h"
#include "tests/live/scenes/record.h"

namespace scenes {

// What stands in the end, a line each.
using Ending = std::vector<std::string>;

// What else came about, and when, as somebody has seen it: `pod-started`, `primary, running`.
struct Seen {
  charm::UnitName unit;
  std::int64_t at_us = 0;
  std::string what;
};

struct Live {
  Record record;
  Ending ending;
  std::vector<std::int64_t> deeds_us;  // when each step of the story was done
  std::int64_t ended_us = 0;           // when it was looked at, with no hook running
  std::vector<Seen> seen;
};
// As it is kept in a file, for `compare` (compare.cc).
nlohmann::json to_json(const Live& live);
Live live_in(const nlohmann::json& file);

struct Found {
  bool alike = false;
  sim::Deviations choices;  // of the run, or of the likest one, beside the live run's times
  std::string difference;   // of the likest one, for a reader
  std::string outside;      // by how much it has left the model's windows, and Patroni's actions
  std::uint64_t runs = 0;   // that were tried
};

// Tries at most that many runs: one that is calm but for the live run's times, then others that
// deviate where it was unlike. The story of the likest is told, if there is somewhere to.
Found look_for(const sim::Scenario& scenario, const Live& live, std::uint64_t most_runs,
               std::ostream* story = nullptr);

}  // namespace scenes
