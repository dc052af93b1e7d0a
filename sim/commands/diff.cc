// charmsim diff: where two saved runs part, or a failing one and its nearest that passes.
#include <ostream>

#include "sim/commands/inputs.h"
#include "sim/commands/search_text.h"

namespace sim {

int diff_command(const DiffOptions& options, const Console& console) {
  const auto first = read_run_for(options.first, console);
  if (!first) return exit_bad_input;
  const CharmUnderTest charm{&console.charm, console.properties, nullptr};
  const OfRun a{first->scenario, first->choices};
  if (!options.second.empty()) {
    const auto second = read_run_for(options.second, console);
    if (!second) return exit_bad_input;
    const OfRun b{second->scenario, second->choices};
    const RunsApart apart = compare_runs(a, b, charm);
    console.out << apart_text(apart, a, b, {"  first", "  second"}, console);
    return apart.is_choice() || apart.is_event ? exit_broken : exit_held;
  }
  if (first->saved.broken.empty()) {
    console.err << options.first << ": all held: a second run is missing\n";
    return exit_bad_input;
  }
  const auto passing = nearest_passing(a, charm);
  if (!passing) {
    console.out << verdict_line("diff", "no run that is one choice calmer holds: is it shrunk?");
    return exit_broken;
  }
  const OfRun b{first->scenario, *passing};
  console.out << verdict_line("passing", passing->empty() ? "the calm run" : to_text(*passing))
              << apart_text(compare_runs(a, b, charm), a, b, {"  failing", "  passing"}, console);
  return exit_broken;
}

}  // namespace sim
