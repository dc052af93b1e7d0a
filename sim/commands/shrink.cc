// charmsim shrink: a saved run that fails, made small, and where it could not be saved any more.
#include "sim/search/shrink.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <ostream>

#include "sim/choices/list.h"
#include "sim/commands/fuzz_report.h"
#include "sim/commands/inputs.h"
#include "sim/commands/outputs.h"
#include "sim/commands/quoted.h"
#include "sim/commands/search_text.h"
#include "sim/report/story_text.h"
#include "sim/scenario/read.h"

namespace sim {
namespace {

using Json = nlohmann::ordered_json;

struct Result {
  const ReadRun& run;
  const ShrunkStory& story;
  const Scenario& scenario;  // of the story
  const NoReturn& no_return;
  bool is_interrupted;
};

// What plays the small run again, if it is not saved.
std::string reproduce_text(const Result& result, const ShrinkCommandOptions& options) {
  const SavedRun& saved = result.run.saved;
  const Deviations& choices = result.story.run.choices;
  // A pipe that the scenario came from has nothing more to give.
  std::error_code ignored;
  if (std::filesystem::is_regular_file(saved.scenario_file, ignored) &&
      read_file(saved.scenario_file) == result.story.scenario) {
    return verdict_line("reproduce", reproduce_line(saved.scenario_file, choices));
  }
  if (!options.out.empty()) return {};
  std::string text = verdict_line("reproduce", "./run replay " + quoted(options.file));
  if (choices == result.run.choices && result.story.scenario == saved.scenario) return text;
  return text + verdict_line("", "that is the run as it was: -o FILE saves the small one");
}

std::string text_of(const Result& result, const ShrinkCommandOptions& options,
                    const Console& console) {
  const Shrunk& shrunk = result.story.run;
  std::string text = verdict_line(
      "verdict", "FAILED \"" + std::string(shrunk.violation.property) +
                     "\" at t=" + to_seconds(charm::Duration(shrunk.violation.at.micros)) + ": " +
                     shrunk.violation.what);
  text += verdict_line("shrunk", "from " + std::to_string(result.run.choices.size()) + " to " +
                                     std::to_string(shrunk.choices.size()) + " choices, in " +
                                     std::to_string(shrunk.tries) + " runs");
  text += verdict_line("", minimality_text(shrunk.is_minimal, shrunk.choices));
  if (result.story.is_other()) {
    text += verdict_line("story", "left out: " + left_out_text(result.story));
  }
  for (const Deviation& deviation : shrunk.choices) {
    text += verdict_line("", to_text(Deviations{deviation}));
  }
  text += no_return_text(result.no_return, result.scenario, shrunk.choices, console);
  text += reproduce_text(result, options);
  return text;
}

std::string json_text_of(const Result& result) {
  const Shrunk& shrunk = result.story.run;
  const Json json{{"schema", "charmsim-shrink/1"},
                  {"property", shrunk.violation.property},
                  {"what", shrunk.violation.what},
                  {"at_us", shrunk.violation.at.micros},
                  {"choices", to_text(shrunk.choices)},
                  {"count", shrunk.choices.size()},
                  {"count_before", result.run.choices.size()},
                  {"minimal", shrunk.is_minimal},
                  {"interrupted", result.is_interrupted},
                  {"tries", shrunk.tries},
                  {"steps_removed", result.story.steps_removed},
                  {"units_removed", result.story.units_removed},
                  {"fault_kinds_removed", result.story.fault_kinds_removed},
                  {"scenario", result.story.scenario},
                  {"point_of_no_return", to_json(result.no_return, result.scenario.world.app)}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace

int shrink_command(const ShrinkCommandOptions& options, const Console& console) {
  const auto run = read_run_for(options.file, console);
  if (!run) return exit_bad_input;
  Output out(options.out);
  if (const auto why = open_outputs({&out}, options.file)) {
    console.err << *why << '\n';
    return exit_bad_input;
  }
  FlowMonitor flow(console.charts);
  const CharmUnderTest charm{&console.charm, console.properties, &flow};
  const auto tell_interrupted = [&] {
    console.err << options.file << ": interrupted before anything was shrunk\n";
    return exit_interrupted;
  };
  const std::string broken = broken_now(*run, charm, console);
  if (broken.empty()) {
    if (console.is_interrupted()) return tell_interrupted();
    console.err << options.file << ": all held: there is nothing to shrink\n";
    return exit_bad_input;
  }
  if (broken != run->saved.broken) {
    console.err << options.file << ": the file says that \"" << run->saved.broken
                << "\" broke; now it is \"" << broken << "\"\n";
  }
  const ShrinkOptions limits{
      .most_tries = options.tries, .interrupted = console.interrupted, .progress = {}};
  auto shrunk = shrink_choices(run->scenario, charm, run->choices, broken, limits);
  if (!shrunk) return tell_interrupted();
  const ShrunkStory story = options.keep_story
                                ? ShrunkStory{.scenario = run->saved.scenario, .run = *shrunk}
                                : shrink_story(run->saved.scenario, charm, *shrunk, limits);
  auto scenario = read_scenario(story.scenario, run->saved.scenario_file);
  CHECK(scenario.has_value());
  const NoReturn no_return =
      point_of_no_return(*scenario, charm, story.run.choices, {.interrupted = console.interrupted});
  const bool is_interrupted = console.is_interrupted();
  const Result result{*run, story, *scenario, no_return, is_interrupted};
  bool is_saved = false;
  if (out.is_wanted()) {
    out.stream() << to_json_text(
        played({run->saved.scenario_file, story.scenario, *scenario}, story.run.choices, console));
    is_saved = finish_or_tell(out, console.err);
  }
  console.out << (options.json ? json_text_of(result) : text_of(result, options, console));
  if (is_saved && !options.json) {
    console.out << verdict_line("saved", "./run replay " + quoted(options.out));
  }
  return is_interrupted ? exit_interrupted : exit_broken;
}

}  // namespace sim
