// What commands read: scenarios and saved runs, the whole of each or an error on the console.
#pragma once

#include <optional>
#include <string>

#include "sim/choices/choices.h"
#include "sim/commands/commands.h"
#include "sim/commands/saved_run.h"
#include "sim/scenario/scenario.h"
#include "sim/simulation.h"

namespace sim {

struct ReadScenario {
  std::string file;
  std::string text;
  Scenario scenario;
};
// Nothing: something is wrong, and the console has been told.
std::optional<ReadScenario> read_scenario_for(const std::string& file, const Console& console);

struct ReadRun {
  SavedRun saved;
  Scenario scenario;
  Deviations choices;
};
std::optional<ReadRun> read_run_for(const std::string& file, const Console& console);

// The name of what the run breaks now; empty: nothing, or not until it was interrupted.
std::string broken_now(const ReadRun& run, const CharmUnderTest& charm, const Console& console);

// The run of these choices, as it is saved.
SavedRun played(const ReadScenario& scenario, const Deviations& choices,
                const CharmUnderTest& charm);
SavedRun played(const ReadScenario& scenario, const Deviations& choices, const Console& console);

}  // namespace sim
