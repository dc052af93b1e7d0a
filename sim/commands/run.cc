// charmsim run: one run of a scenario, as a story with a verdict.
#include <algorithm>
#include <chrono>
#include <ostream>

#include "sim/choices/list.h"
#include "sim/choices/random.h"
#include "sim/commands/commands.h"
#include "sim/commands/inputs.h"
#include "sim/commands/outputs.h"
#include "sim/commands/quoted.h"
#include "sim/commands/reports.h"
#include "sim/commands/saved_run.h"
#include "sim/report/deferrals.h"
#include "sim/report/json_trace.h"
#include "sim/report/story_text.h"
#include "sim/report/verdict_text.h"
#include "sim/scenario/own_choices.h"
#include "sim/simulation.h"

namespace sim {
namespace {

// What the arguments come to, once all of it has been found to be good.
struct Task {
  std::string text;  // the scenario's
  Scenario scenario;
  std::unique_ptr<Choices> choices;
  Output trace;
  Output save;
  Output coverage;
  Reports reports;
};

// Nothing: the list is wrong, and the console has been told.
std::unique_ptr<Choices> make_choices(const RunOptions& options, const ReadScenario& read,
                                      const Console& console) {
  if (options.seed) {
    return std::make_unique<RandomChoices>(
        *options.seed,
        RandomChoices::Options{.permutes_deferrals =
                                   options.permute_deferrals || read.scenario.permutes_deferrals});
  }
  if (!options.choices) return std::make_unique<ListChoices>(own_choices(read.text));
  DeviationsError error;
  auto deviations = parse_deviations(*options.choices, error);
  if (deviations) return std::make_unique<ListChoices>(std::move(*deviations));
  console.err << "--choices, column " << error.column << ": " << error.what
              << "; expected: ACTOR.QUESTION.COUNT=OPTION, for example 1.call.17=3\n";
  return nullptr;
}

// Nothing: something is wrong, and the console has been told.
std::optional<Task> prepare(const RunOptions& options, const Console& console) {
  auto read = read_scenario_for(options.scenario, console);
  if (!read) return std::nullopt;
  auto choices = make_choices(options, *read, console);
  if (!choices) return std::nullopt;
  Task task{std::move(read->text),      std::move(read->scenario), std::move(choices),
            Output(options.trace_file), Output(options.save_file), Output(options.coverage_file),
            Reports(options.reports)};
  if (const auto why = open_outputs({&task.trace, &task.save, &task.coverage, &task.reports.html,
                                     &task.reports.junit, &task.reports.sarif},
                                    options.scenario)) {
    console.err << *why << '\n';
    return std::nullopt;
  }
  return task;
}

std::string speed_text(std::chrono::nanoseconds real, charm::Instant simulated) {
  const auto micros = std::max<std::int64_t>(1, real.count() / 1000);
  return to_seconds(charm::Duration(simulated.micros)) + " simulated in " + std::to_string(micros) +
         " us, " + std::to_string(simulated.micros / micros) + " times real time";
}

int exit_code(const Verdict& verdict) {
  if (!verdict.ok()) return exit_broken;
  return verdict.end == RunEnd::interrupted ? exit_interrupted : exit_held;
}

// Neither a seed nor choices: the run that costs least is asked most.
bool is_calm(const RunOptions& options, const std::string& scenario) {
  return !options.seed && !options.choices && own_choices(scenario).empty();
}

// What tells the run from others of its scenario.
std::string run_name(const RunOptions& options, const std::string& choices) {
  if (options.seed) return "seed " + std::to_string(*options.seed);
  return choices.empty() ? "calm" : "choices " + choices;
}

std::string reproduce_line(const RunOptions& options, const std::string& choices) {
  const std::string line =
      "./run " + quoted(options.scenario) + (options.idempotence ? " --idempotence" : "");
  if (options.seed) {
    const std::string permuted = options.permute_deferrals ? " --permute-deferrals" : "";
    return line + " --seed " + std::to_string(*options.seed) + permuted;
  }
  // What a scenario has of its own needs no list.
  return options.choices && !choices.empty() ? line + " --choices " + choices : line;
}

SavedRun saved_run(const VerdictView& view, const std::string& text, const Trace& trace) {
  const Verdict& verdict = view.verdict;
  return {view.scenario_file,
          text,
          view.choices,
          broken_property(verdict),
          verdict.fingerprint,
          trace.steps(),
          verdict.end == RunEnd::interrupted};
}

}  // namespace

int run_command(const RunOptions& options, const Console& console) {
  auto task = prepare(options, console);
  if (!task) return exit_bad_input;

  FlowMonitor flow(console.charts);
  Simulation simulation(task->scenario, {&console.charm, console.properties, &flow},
                        {.executor = options.executor,
                         .interrupted = console.interrupted,
                         .idempotence = options.idempotence || is_calm(options, task->text)});
  StoryText story(console.out, task->scenario.world.app, console.charm,
                  {.colours = console.colours, .verbose = options.verbose});
  if (!options.quiet && !options.json) simulation.trace().listen(&story);
  DeferralReport deferrals(task->scenario.world.app, console.charm);
  simulation.trace().listen(&deferrals);
  std::optional<JsonTrace> json_trace;
  if (task->trace.is_wanted()) {
    simulation.trace().listen(
        &json_trace.emplace(task->trace.stream(), task->scenario.world.app, console.charm));
  }
  simulation.trace().keep_steps(task->save.is_wanted());
  task->reports.listen(console, task->scenario, simulation);

  const auto begin = std::chrono::steady_clock::now();
  const Verdict verdict = simulation.run(*task->choices);
  const std::chrono::nanoseconds real = std::chrono::steady_clock::now() - begin;

  Deviations taken = task->choices->taken();
  std::sort(taken.begin(), taken.end());
  const VerdictView view{verdict,
                         console.properties,
                         task->scenario,
                         options.scenario,
                         to_text(taken),
                         reproduce_line(options, to_text(taken)),
                         task->choices->unused(),
                         &deferrals};
  if (options.json) {
    console.out << to_json_text(view);
  } else {
    if (!options.quiet) console.out << '\n';
    if (options.deferrals && !deferrals.deferrals().empty()) {
      console.out << deferrals.text(verdict.simulated) << '\n';
    }
    console.out << to_text(view, console.colours);
    console.out << "speed        " << speed_text(real, verdict.simulated) << '\n';
  }
  if (task->save.is_wanted()) {
    task->save.stream() << to_json_text(saved_run(view, task->text, simulation.trace()));
  }
  task->reports.write(console, view, run_name(options, view.choices));
  if (task->coverage.is_wanted()) task->coverage.stream() << to_json_text(flow.coverage());
  bool written = true;
  for (Output* output : {&task->save, &task->coverage, &task->trace, &task->reports.html,
                         &task->reports.junit, &task->reports.sarif}) {
    written = finish_or_tell(*output, console.err) && written;
  }
  const int code = exit_code(verdict);
  return code == exit_held && !written ? exit_bad_input : code;
}

}  // namespace sim
