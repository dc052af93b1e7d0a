// What `run` and `replay` write of a run for others than who calls them: the page, JUnit, SARIF.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>

#include "sim/commands/commands.h"
#include "sim/commands/outputs.h"
#include "sim/report/acting_hook.h"
#include "sim/report/html_page.h"

namespace sim {

class Reports {
 public:
  explicit Reports(const ReportFiles& files);

  Output html;
  Output junit;
  Output sarif;

  // Before the run: what is wanted listens to it. `scenario` and `simulation` outlive this.
  void listen(const Console& console, const Scenario& scenario, Simulation& simulation);
  // After it. `run_name` is what tells it from other runs of the scenario; the page marks the point
  // of no return, if it is known.
  void write(const Console& console, const VerdictView& view, const std::string& run_name,
             const std::optional<PointOfNoReturn>& no_return = std::nullopt);

 private:
  std::optional<HtmlRecord> record_;
  std::optional<ActingHook> acting_;
};

}  // namespace sim
