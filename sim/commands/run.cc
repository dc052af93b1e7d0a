// charmsim run: one run of a scenario, as a story with a verdict.
#include <algorithm>
#include <chrono>
#include <fstream>
#include <ostream>

#include "sim/choices/list.h"
#include "sim/choices/random.h"
#include "sim/commands/commands.h"
#include "sim/commands/saved_run.h"
#include "sim/report/json_trace.h"
#include "sim/report/story_text.h"
#include "sim/report/verdict_text.h"
#include "sim/scenario/read.h"
#include "sim/simulation.h"

namespace sim {
namespace {

// Nothing: the list is wrong, and the console has been told.
std::unique_ptr<Choices> make_choices(const RunOptions& options, const Console& console) {
  if (options.seed) return std::make_unique<RandomChoices>(*options.seed);
  DeviationsError error;
  auto deviations = parse_deviations(options.choices.value_or(""), error);
  if (deviations) return std::make_unique<ListChoices>(std::move(*deviations));
  console.err << "--choices, column " << error.column << ": " << error.what
              << "; expected: ACTOR.QUESTION.COUNT=OPTION, for example 1.call.17=3\n";
  return nullptr;
}

bool names_exist(const Scenario& scenario, const Console& console, const std::string& file) {
  for (const auto* list : {&scenario.holds, &scenario.witnesses}) {
    for (const std::string& name : *list) {
      bool known = false;
      for (const Property& property : console.properties) known = known || property.name == name;
      if (known) continue;
      console.err << file << ": there is no property \"" << name << "\"; the properties are:\n";
      for (const Property& property : console.properties) {
        console.err << "  " << to_text(property.form) << ": " << property.name << '\n';
      }
      return false;
    }
  }
  return true;
}

std::string speed_text(std::chrono::nanoseconds real, charm::Instant simulated) {
  const auto micros = std::max<std::int64_t>(1, real.count() / 1000);
  return to_seconds(charm::Duration(simulated.micros)) + " simulated in " + std::to_string(micros) +
         " us, " + std::to_string(simulated.micros / micros) + " times real time";
}

bool write_or_tell(const std::string& path, const std::string& text, const Console& console) {
  if (path.empty() || write_file(path, text)) return true;
  console.err << path << ": cannot be written\n";
  return false;
}

int exit_code(const Verdict& verdict, const Scenario& scenario, bool calm, const Console& console) {
  if (!verdict.ok()) return exit_broken;
  if (verdict.end == RunEnd::interrupted) return exit_interrupted;
  if (!calm) return exit_held;
  const auto missing = missing_witnesses(verdict, scenario);
  for (const std::string& name : missing) console.err << "witness not reached: " << name << '\n';
  return missing.empty() ? exit_held : exit_broken;
}

}  // namespace

int run_command(const RunOptions& options, const Console& console) {
  auto text = read_file(options.scenario);
  if (!text) {
    console.err << to_text(text.error()) << '\n';
    return exit_bad_input;
  }
  auto scenario = read_scenario(*text, options.scenario);
  if (!scenario) {
    console.err << to_text(scenario.error()) << '\n';
    return exit_bad_input;
  }
  if (!names_exist(*scenario, console, options.scenario)) return exit_bad_input;
  const auto choices = make_choices(options, console);
  if (!choices) return exit_bad_input;

  FlowMonitor flow(console.charts);
  Simulation simulation(*scenario, {&console.charm, console.properties, &flow},
                        {.executor = options.executor, .interrupted = console.interrupted});
  StoryText story(console.out, scenario->world.app, console.charm,
                  {.colours = console.colours, .verbose = options.verbose});
  if (!options.quiet && !options.json) simulation.trace().listen(&story);
  std::ofstream trace_out;
  std::optional<JsonTrace> json_trace;
  if (!options.trace_file.empty()) {
    trace_out.open(options.trace_file, std::ios::binary | std::ios::trunc);
    if (!trace_out) {
      console.err << options.trace_file << ": cannot be written\n";
      return exit_bad_input;
    }
    simulation.trace().listen(&json_trace.emplace(trace_out, scenario->world.app, console.charm));
  }
  simulation.trace().keep_steps(!options.save_file.empty());

  const auto begin = std::chrono::steady_clock::now();
  const Verdict verdict = simulation.run(*choices);
  const std::chrono::nanoseconds real = std::chrono::steady_clock::now() - begin;

  Deviations taken = choices->taken();
  std::sort(taken.begin(), taken.end());
  const VerdictView view{verdict, console.properties, *scenario, options.scenario, to_text(taken)};
  if (options.json) {
    console.out << to_json_text(view);
  } else {
    if (!options.quiet) console.out << '\n';
    console.out << to_text(view, console.colours);
    console.out << "speed        " << speed_text(real, verdict.simulated) << '\n';
  }
  const std::string broken = verdict.ok() ? std::string() : std::string(verdict.violations[0].property);
  const SavedRun saved{options.scenario, *text,        view.choices,
                       broken,           verdict.fingerprint, simulation.trace().steps()};
  bool written = write_or_tell(options.save_file, to_json_text(saved), console);
  written = write_or_tell(options.coverage_file, to_json_text(flow.coverage()), console) && written;
  if (trace_out.is_open() && !trace_out.flush()) {
    console.err << options.trace_file << ": cannot be written\n";
    written = false;
  }
  const bool calm = !options.seed && view.choices.empty();
  const int code = exit_code(verdict, *scenario, calm, console);
  return code == exit_held && !written ? exit_bad_input : code;
}

}  // namespace sim
