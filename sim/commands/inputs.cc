// Reading, with what is wrong told as one line.
#include "sim/commands/inputs.h"

#include <ostream>

#include "sim/choices/list.h"
#include "sim/commands/property_names.h"
#include "sim/report/verdict_text.h"
#include "sim/scenario/read.h"

namespace sim {

std::optional<ReadScenario> read_scenario_for(const std::string& file, const Console& console) {
  const auto refuse = [&console](const ScenarioError& error) {
    console.err << to_text(error) << '\n';
    return std::nullopt;
  };
  auto text = read_file(file);
  if (!text) return refuse(text.error());
  auto scenario = read_scenario(*text, file);
  if (!scenario && is_saved_run(*text)) {
    console.err << file << ": is a saved run, not a scenario: `replay` plays it\n";
    return std::nullopt;
  }
  if (!scenario) return refuse(scenario.error());
  const auto wrong = wrong_property_name(*scenario, *text, file, console.properties);
  if (wrong) return refuse(*wrong);
  return ReadScenario{file, std::move(*text), std::move(*scenario)};
}

std::optional<ReadRun> read_run_for(const std::string& file, const Console& console) {
  const auto refuse = [&console](const ScenarioError& error) {
    console.err << to_text(error) << '\n';
    return std::nullopt;
  };
  const auto text = read_file(file);
  if (!text) return refuse(text.error());
  std::string note;
  auto saved = read_saved_run(*text, file, note);
  if (!note.empty()) console.err << file << ": " << note << '\n';
  if (!saved) return refuse(saved.error());
  const std::string place = file + ": /scenario: " + saved->scenario_file;
  auto scenario = read_scenario(saved->scenario, place);
  if (!scenario) return refuse(scenario.error());
  const auto wrong = wrong_property_name(*scenario, saved->scenario, place, console.properties);
  if (wrong) return refuse(*wrong);
  DeviationsError error;
  auto choices = parse_deviations(saved->choices, error);
  if (!choices) {
    return refuse({.file = file,
                   .line = {},
                   .column = {},
                   .pointer = "/choices",
                   .what = "column " + std::to_string(error.column) + ": " + error.what,
                   .expected = {}});
  }
  return ReadRun{std::move(*saved), std::move(*scenario), std::move(*choices)};
}

std::string broken_now(const ReadRun& run, const CharmUnderTest& charm, const Console& console) {
  Simulation simulation(run.scenario, charm, {.interrupted = console.interrupted});
  ListChoices choices(run.choices);
  return broken_property(simulation.run(choices));
}

SavedRun played(const ReadScenario& scenario, const Deviations& choices, const Console& console) {
  FlowMonitor flow(console.charts);
  return played(scenario, choices, CharmUnderTest{&console.charm, console.properties, &flow});
}

SavedRun played(const ReadScenario& scenario, const Deviations& choices,
                const CharmUnderTest& charm) {
  Simulation simulation(scenario.scenario, charm, {});
  simulation.trace().keep_steps(true);
  ListChoices list(choices);
  const Verdict verdict = simulation.run(list);
  return {.scenario_file = scenario.file,
          .scenario = scenario.text,
          .choices = to_text(choices),
          .broken = broken_property(verdict),
          .fingerprint = verdict.fingerprint,
          .steps = simulation.trace().steps()};
}

}  // namespace sim
