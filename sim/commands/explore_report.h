// What an exploration has found, as text and as JSON.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/commands/commands.h"
#include "sim/commands/inputs.h"
#include "sim/search/exploration.h"
#include "sim/simulation.h"

namespace sim {

struct ExploreView {
  const ExploreOptions& options;
  const ReadScenario& scenario;
  const Exploration& found;
  const std::vector<Exploration>& levels;  // that were covered before, each more than the last
  const std::optional<Verdict>& verdict;   // of the run that breaks something
  // Why the file could not be written: what is told names no file that is not there.
  std::string not_saved;
  std::string not_certified;

  // What can be certified: the last level that was covered. Null: none was.
  [[nodiscard]] const Exploration* covered() const;
};

// Whatever depends on how fast the machine is stands in one line, the last.
std::string to_text(const ExploreView& view);
// `charmsim-exploration/1`. Its member `speed` is a measurement; the rest is the same each time,
// unless time or Ctrl-C has ended the search.
std::string to_json_text(const ExploreView& view);

}  // namespace sim
