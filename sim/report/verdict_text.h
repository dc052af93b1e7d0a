// The end of a run in words, and as JSON.
#pragma once

#include <string>

#include "sim/report/deferrals.h"
#include "sim/simulation.h"

namespace sim {

struct VerdictView {
  const Verdict& verdict;
  std::span<const Property> properties;
  const Scenario& scenario;
  std::string scenario_file;
  std::string choices;                        // of the run, as `--choices` takes them
  std::string reproduce;                      // the command line that makes the same run
  Deviations unused;                          // choices that were given and made no difference
  const DeferralReport* deferrals = nullptr;  // if it has listened to the run
};

// How a saved run and its replay compare.
struct Comparison {
  std::size_t steps = 0;  // of the saved run
  // The first step that differs, from 1; absent: they are the same, step by step.
  std::optional<std::size_t> differs_at;
  std::string saved_broken;  // what broke in each, by name; empty: all held
  std::string broken;
  [[nodiscard]] bool same() const { return !differs_at && saved_broken == broken; }
};

// What held or broke, the witnesses, the fairness that "eventually" assumes, the fingerprint. The
// same for the same run: no real time.
std::string to_text(const VerdictView& view, bool colours);
// With `replay`, what it says stands beside the verdict.
std::string to_json_text(const VerdictView& view, const Comparison* replay = nullptr);
// The name of the first property that broke; empty if all held.
std::string broken_property(const Verdict& verdict);
std::string_view to_text(RunEnd end);
// Witnesses that the scenario asks for and the run did not reach.
std::vector<std::string> missing_witnesses(const Verdict& verdict, const Scenario& scenario);

}  // namespace sim
