// Whether a live run is one of those that the simulator can produce: a run of the same scenario is
// looked for in which every unit runs what it has run live.
//
// What is compared, unit by unit: its hooks in the order in which they began, each with the remote
// or departing unit that it is about; in each the handlers in their order, with the event, whether
// it comes from the deferral queue, the outcome, its reason, and the whole way through the chart;
// and how the hook ended. At the end of the run: the application's bags, each unit's status, bags
// and queue, and its pod's labels. A run that is like the live one in all units together is looked
// for first. Where none is found, it is enough that for each unit there is one that is like it in
// that unit: then it is not shown that the simulator can produce what the units did together.
//
// What is not: when something happened, and how what one unit does lies to what others do, but for
// what follows from it in their ways. Of a hook's calls the answers count only as far as its way
// goes by them. Passwords, addresses and versions are no part of any of this.
//
// What counts as the same (normalised()):
// - a deferral that is re-emitted and put off again for the same reason by the same way is told
//   once: how often a queue is gone through depends on how many hooks come meanwhile;
// - so is an update-status in which every handler does what it did in the unit's last one;
// - the simulated run may go on where the live one was ended;
// - a step of the story comes when it came live, whatever it waits for in the scenario.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sim/choices/choices.h"
#include "sim/scenario/scenario.h"
#include "tests/live/scenes/record.h"

namespace scenes {

std::vector<RunHook> normalised(const std::vector<RunHook>& hooks);

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
  std::vector<Seen> seen;
};
// As it is kept in a file, for `compare` (compare.cc).
nlohmann::json to_json(const Live& live);
Live live_in(const nlohmann::json& file);

struct Found {
  bool alike = false;
  sim::Deviations choices;  // of the run, or of the likest one: for `charmsim run --choices`
  std::string difference;   // of the likest one, for a reader
  std::string outside;      // by how much it has left the model's windows
  std::uint64_t runs = 0;   // that were tried
};

// Tries at most that many runs: one that is calm but for the live run's times, then others that
// deviate where it was unlike.
Found look_for(const sim::Scenario& scenario, const Live& live, std::uint64_t most_runs);

}  // namespace scenes
