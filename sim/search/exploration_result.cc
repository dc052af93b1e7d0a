// What an exploration says when it is over.
#include "sim/choices/list.h"
#include "sim/explorer/report.h"
#include "sim/search/exploration.h"

namespace sim {

std::string_view to_text(ExplorationEnd end) {
  switch (end) {
    case ExplorationEnd::covered: return "covered";
    case ExplorationEnd::violated: return "violated";
    case ExplorationEnd::memory: return "memory";
    case ExplorationEnd::time: return "time";
    case ExplorationEnd::interrupted: return "interrupted";
  }
  return {};
}

std::string_view to_text(ExplorationRound round) {
  switch (round) {
    case ExplorationRound::none: return {};
    case ExplorationRound::livelock:
      return "a livelock: from some world on, the calm run comes back to it";
    case ExplorationRound::dead_end:
      return "a dead end: from some world on, nobody means to do anything any more";
    case ExplorationRound::by_deviation:
      return "a livelock: deviations bring the run back to its own worlds, again and again, and "
             "all that is possible on that round is done";
  }
  return {};
}

double Exploration::missed() const {
  return explorer::chance_of_a_missed_state(worlds, SeenWorlds::key_bits);
}

std::optional<std::uint64_t> key_of(Simulation& simulation, const SampledWorld& world) {
  ListChoices choices(world.choices);
  simulation.begin(choices);
  for (std::uint64_t step = 0; step < world.steps; ++step) {
    if (!simulation.advance()) return std::nullopt;
  }
  return simulation.state_key();
}

}  // namespace sim
