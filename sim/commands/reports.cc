#include "sim/commands/reports.h"

#include "sim/report/results.h"

namespace sim {

Reports::Reports(const ReportFiles& files)
    : html(files.html), junit(files.junit), sarif(files.sarif) {}

void Reports::listen(const Console& console, const Scenario& scenario, Simulation& simulation) {
  if (!html.is_wanted() && !junit.is_wanted() && !sarif.is_wanted()) return;
  acting_.emplace(console.charm, scenario.world.app, simulation);
  if (html.is_wanted()) record_.emplace(console.charm, scenario, simulation);
}

void Reports::write(const Console& console, const VerdictView& view, const std::string& run_name,
                    const std::optional<PointOfNoReturn>& no_return) {
  if (!acting_) return;
  if (record_) {
    html.stream() << to_html({.verdict = view,
                              .record = *record_,
                              .charm = console.charm,
                              .run_name = run_name,
                              .no_return = no_return,
                              .actors = acting_->actors()});
  }
  RunResult result = result_of(view.verdict, acting_->actors());
  result.scenario_file = view.scenario_file;
  result.name = run_name;
  result.reproduce = view.reproduce;
  const std::span<const RunResult> results(&result, 1);
  if (junit.is_wanted()) junit.stream() << to_junit(results);
  if (sarif.is_wanted()) {
    sarif.stream() << to_sarif(
        {results, view.properties, console.places, view.scenario.world.app, program_version()});
  }
}

}  // namespace sim
