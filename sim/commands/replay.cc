// charmsim replay: a saved run again; says whether it is the same, and if not, from which step on.
#include <ostream>

#include "sim/choices/list.h"
#include "sim/commands/commands.h"
#include "sim/commands/saved_run.h"
#include "sim/report/story_text.h"
#include "sim/report/verdict_text.h"
#include "sim/scenario/read.h"
#include "sim/simulation.h"

namespace sim {
namespace {

// Remembers the events around a step, to show where two runs part.
class StepText final : public TraceSink {
 public:
  StepText(StoryText& story, std::size_t wanted) : story_(story), wanted_(wanted) {}
  void take(const TraceEvent& event) override {
    if (seen_++ == wanted_) story_.take(event);
  }

 private:
  StoryText& story_;
  std::size_t wanted_;
  std::size_t seen_ = 0;
};

// The first step at which they differ; nothing if they are the same.
std::optional<std::size_t> first_difference(const std::vector<std::uint64_t>& before,
                                            const std::vector<std::uint64_t>& now) {
  const std::size_t common = std::min(before.size(), now.size());
  for (std::size_t at = 0; at < common; ++at) {
    if (before[at] != now[at]) return at;
  }
  if (before.size() == now.size()) return std::nullopt;
  return common;
}

}  // namespace

int replay_command(const ReplayOptions& options, const Console& console) {
  const auto refuse = [&console](const ScenarioError& error) {
    console.err << to_text(error) << '\n';
    return exit_bad_input;
  };
  const auto text = read_file(options.file);
  if (!text) return refuse(text.error());
  std::string note;
  const auto saved = read_saved_run(*text, options.file, note);
  if (!saved) return refuse(saved.error());
  if (!note.empty()) console.err << options.file << ": " << note << '\n';
  const auto scenario = read_scenario(saved->scenario, saved->scenario_file);
  if (!scenario) return refuse(scenario.error());
  DeviationsError error;
  const auto deviations = parse_deviations(saved->choices, error);
  if (!deviations) {
    console.err << options.file << ": /choices: column " << error.column << ": " << error.what << '\n';
    return exit_bad_input;
  }

  Simulation simulation(*scenario, {&console.charm, console.properties, nullptr},
                        {.executor = options.executor, .interrupted = console.interrupted});
  StoryText story(console.out, scenario->world.app, console.charm,
                  {.colours = console.colours, .verbose = options.verbose});
  if (!options.quiet) simulation.trace().listen(&story);
  simulation.trace().keep_steps(true);
  ListChoices choices(*deviations);
  const Verdict verdict = simulation.run(choices);
  const VerdictView view{verdict, console.properties, *scenario, saved->scenario_file, saved->choices};
  if (!options.quiet) console.out << '\n';
  console.out << to_text(view, console.colours);
  if (verdict.end == RunEnd::interrupted) return exit_interrupted;

  const auto difference = first_difference(saved->steps, simulation.trace().steps());
  if (!difference && verdict.fingerprint == saved->fingerprint) {
    console.out << "replay       the same run, " << saved->steps.size() << " steps\n";
    return verdict.ok() ? exit_held : exit_broken;
  }
  const std::size_t step = difference.value_or(0);
  console.out << "replay       DIFFERS at step " << step + 1 << " of " << saved->steps.size()
              << "; here it is:\n";
  StoryText verbose(console.out, scenario->world.app, console.charm, {.verbose = true});
  StepText shown(verbose, step);
  Simulation again(*scenario, {&console.charm, console.properties, nullptr}, {.executor = options.executor});
  again.trace().listen(&shown);
  ListChoices same(*deviations);
  (void)again.run(same);
  return exit_broken;
}

}  // namespace sim
