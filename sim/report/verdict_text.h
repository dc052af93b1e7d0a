// The end of a run in words, and as JSON.
#pragma once

#include <string>

#include "sim/simulation.h"

namespace sim {

struct VerdictView {
  const Verdict& verdict;
  std::span<const Property> properties;
  const Scenario& scenario;
  std::string scenario_file;
  std::string choices;    // of the run, as `--choices` takes them
  std::string reproduce;  // the command line that makes the same run
  Deviations unused;      // choices that were given and made no difference
};

// What held or broke, the witnesses, the fairness that "eventually" assumes, the fingerprint. The
// same for the same run: no real time.
std::string to_text(const VerdictView& view, bool colours);
std::string to_json_text(const VerdictView& view);
std::string_view to_text(RunEnd end);
// Witnesses that the scenario asks for and the run did not reach.
std::vector<std::string> missing_witnesses(const Verdict& verdict, const Scenario& scenario);

}  // namespace sim
