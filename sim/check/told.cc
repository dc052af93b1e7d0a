// Lines as those of charmsim's verdicts.
#include "sim/check/told.h"

#include <algorithm>
#include <deque>
#include <filesystem>
#include <sstream>

#include "sim/choices/list.h"
#include "sim/commands/fuzz_report.h"
#include "sim/commands/inputs.h"
#include "sim/commands/outputs.h"
#include "sim/commands/quoted.h"
#include "sim/commands/search_text.h"
#include "sim/report/story_text.h"
#include "sim/report/verdict_text.h"
#include "sim/scenario/read.h"

namespace sim {
namespace {

constexpr std::size_t shown_lines = 30;  // of the story, its last ones

std::string story_of(const Scenario& scenario, const Deviations& choices,
                     const CharmUnderTest& charm) {
  std::ostringstream out;
  Simulation simulation(scenario, charm, {});
  StoryText story(out, scenario.world.app, *charm.definition, {});
  simulation.trace().listen(&story);
  ListChoices list(choices);
  (void)simulation.run(list);
  return out.str();
}

std::string end_of(const std::string& story) {
  std::istringstream lines(story);
  std::deque<std::string> last;
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    last.push_back(std::move(line));
    if (last.size() > shown_lines) last.pop_front();
  }
  std::string text;
  if (count > last.size()) text = "(" + std::to_string(count - last.size()) + " lines before)\n";
  for (const std::string& line : last) text += line + '\n';
  return text;
}

std::string size_text(std::size_t units, std::size_t steps, std::size_t faults,
                      std::size_t choices) {
  return plural(units, "unit") + ", " + plural(steps, "step") + ", " + plural(faults, "kind") +
         " of faults, " + plural(choices, "choice");
}

// This test program alone, with this test.
std::string own_line(const std::string& file) {
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  const testing::TestInfo* test = testing::UnitTest::GetInstance()->current_test_info();
  std::string line = "CHARM_CHECK_REPLAY=" + sim::quoted(file) + ' ' +
                     (error ? std::string("(this test program)") : sim::quoted(program.string()));
  if (test == nullptr) return line;
  return line + " --gtest_filter=" +
         sim::quoted(std::string(test->test_suite_name()) + '.' + test->name());
}

// Why it could not be saved, or nothing; `file` is its name then.
std::optional<std::string> save(const SavedRun& run, const CheckOptions& options,
                                std::string& file) {
  std::error_code error;
  const std::filesystem::path folder = options.folder.empty()
                                           ? std::filesystem::temp_directory_path(error)
                                           : std::filesystem::path(options.folder);
  std::filesystem::create_directories(folder, error);
  std::size_t number = 0;
  file = free_name(std::filesystem::absolute(folder, error).string(), number);
  Output output(file);
  if (!output.open()) return cannot_be_written(file);
  output.stream() << to_json_text(run);
  if (!output.finish()) return cannot_be_written(file);
  return std::nullopt;
}

}  // namespace

std::string failure_text(const CheckedFinding& found, const ScenarioText& scenario,
                         const CharmUnderTest& charm, const CheckOptions& options) {
  auto read = read_scenario(found.scenario, scenario.file);
  CHECK(read.has_value());
  const auto json = nlohmann::ordered_json::parse(found.scenario);
  std::string text = verdict_line(
      "verdict", "FAILED \"" + std::string(found.violation.property) +
                     "\" at t=" + to_seconds(charm::Duration(found.violation.at.micros)) + ": " +
                     found.violation.what);
  text += verdict_line("found",
                       size_text(units_of(found.drawn.scenario), steps_of(found.drawn.scenario),
                                 fault_kinds_of(found.drawn.scenario), found.drawn.choices.size()));
  text += verdict_line("shrunk", "to " +
                                     size_text(units_of(json), steps_of(json), fault_kinds_of(json),
                                               found.choices.size()) +
                                     ", in " + std::to_string(found.tries) +
                                     " runs: " + minimality_text(found.is_minimal, found.choices));
  text += "scenario\n" + found.scenario;
  text += verdict_line("choices",
                       found.choices.empty() ? "none: it is the calm run" : to_text(found.choices));
  text += "story\n" + end_of(story_of(*read, found.choices, charm));
  std::string file;
  const SavedRun run =
      played({scenario.file, found.scenario, *std::move(read)}, found.choices, charm);
  if (const auto why = save(run, options, file)) {
    return text + verdict_line("reproduce", "it could not be saved: " + *why);
  }
  return text + verdict_line("reproduce", options.program.empty()
                                              ? own_line(file)
                                              : options.program + " replay " + sim::quoted(file));
}

std::string replay_text(const std::string& file, const CharmUnderTest& charm, bool& held) {
  held = false;
  const auto text = read_file(file);
  if (!text) return to_text(text.error());
  std::string note;
  const auto saved = read_saved_run(*text, file, note);
  if (!saved) return to_text(saved.error());
  const auto scenario = read_scenario(saved->scenario, saved->scenario_file);
  if (!scenario) return to_text(scenario.error());
  DeviationsError error;
  const auto choices = parse_deviations(saved->choices, error);
  if (!choices) return file + ": /choices: " + error.what;
  const SavedRun now = played({saved->scenario_file, saved->scenario, *scenario}, *choices, charm);
  held = now.broken.empty();
  return story_of(*scenario, *choices, charm) + '\n' +
         verdict_line("verdict", held ? "all held" : "FAILED \"" + now.broken + '"') +
         verdict_line("replay", now.steps == saved->steps
                                    ? "the same, all " + std::to_string(now.steps.size()) + " steps"
                                    : "differs from the saved run");
}

testing::AssertionResult check_charm(const ScenarioText& scenario,
                                     std::span<const Property> properties,
                                     const CheckOptions& options) {
  std::optional<FlowMonitor> flow;
  if (options.charts != nullptr) flow.emplace(*options.charts);
  const CharmUnderTest charm{options.charm, properties, flow ? &*flow : nullptr};
  if (const char* file = std::getenv("CHARM_CHECK_REPLAY"); file != nullptr && *file != '\0') {
    bool held = false;
    const std::string text = replay_text(file, charm, held);
    return (held ? testing::AssertionSuccess() : testing::AssertionFailure()) << '\n' << text;
  }
  const CheckResult result = find_counterexample(scenario, properties, options);
  if (!result.problem.empty()) return testing::AssertionFailure() << result.problem;
  if (!result.found)
    return testing::AssertionSuccess() << "all held in " << result.cases << " runs";
  return testing::AssertionFailure()
         << "in case " << result.cases << " of " << options.cases << '\n'
         << failure_text(*result.found, scenario, charm, options);
}

ScenarioText scenario_text_of(const std::string& file) {
  auto text = read_file(file);
  if (!text) throw std::runtime_error(to_text(text.error()));
  return {file, *std::move(text)};
}

}  // namespace sim
