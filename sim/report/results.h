// Runs as continuous integration reads them: JUnit for the list of what was run, SARIF for where in
// the sources something broke. Of one run or of many; the same results give the same bytes.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/report/acting_hook.h"
#include "sim/report/hook_places.h"
#include "sim/simulation.h"

namespace sim {

struct RunResult {
  struct Failure {
    Violation violation;
    std::optional<Actor> actor;
  };

  std::string scenario_file;
  std::string name;       // of the run, among those of the scenario: `calm`, `seed 7`
  std::string reproduce;  // the command line that makes the same run
  charm::Instant simulated;
  bool interrupted = false;
  std::vector<Failure> failures;
};

// `actors` as ActingHook has them.
RunResult result_of(const Verdict& verdict, const std::vector<std::optional<Actor>>& actors);

// A suite for each scenario in their order, a case for each run. No real time is in it.
std::string to_junit(std::span<const RunResult> results);

struct SarifView {
  std::span<const RunResult> results;
  std::span<const Property> properties;
  std::span<const HookPlace> places;
  const charm::AppName& app;
  std::string_view version;  // of the program
};
// SARIF 2.1.0: a rule for each property that broke, a result for each violation, on the line of
// the handler that acted. Without a place there is its name alone.
std::string to_sarif(const SarifView& view);

}  // namespace sim
