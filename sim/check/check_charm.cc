// Looks with RapidCheck, shrinks with it, and has the search's own shrinking go over the rest.
#include "sim/check/check_charm.h"

#include <rapidcheck/detail/TestListenerAdapter.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/scenario/read.h"

namespace sim {
namespace {

using Json = nlohmann::ordered_json;

// The property of RapidCheck: one case. What is tried once something has broken is to break the
// same.
class Trial {
 public:
  Trial(const CharmUnderTest& charm, std::uint64_t most_tries)
      : charm_(charm), most_tries_(most_tries) {}

  bool holds(const CheckedCase& one) {
    if (worst_ && tries_ >= most_tries_) return true;
    const auto played = play(one, charm_);
    if (!played) return true;
    if (worst_) {
      ++tries_;
    } else {
      ++cases_;
    }
    if (played->verdict.ok()) return true;
    const Violation& violation = played->verdict.violations.front();
    if (worst_ && violation.property != violation_.property) return true;
    if (!worst_) drawn_ = one;
    worst_ = one;
    worst_->choices = played->taken;
    violation_ = violation;
    return false;
  }

  [[nodiscard]] int cases() const { return cases_; }
  [[nodiscard]] std::uint64_t tries() const { return tries_; }
  // The smallest that has broken it, and the one that was found; nothing: all held.
  [[nodiscard]] const std::optional<CheckedCase>& worst() const { return worst_; }
  [[nodiscard]] const CheckedCase& drawn() const { return drawn_; }
  [[nodiscard]] const Violation& violation() const { return violation_; }

 private:
  const CharmUnderTest& charm_;
  std::uint64_t most_tries_;
  int cases_ = 0;
  std::uint64_t tries_ = 0;
  std::optional<CheckedCase> worst_;
  CheckedCase drawn_;
  Violation violation_;
};

// The kinds that the scenario names; all, if it names none.
std::vector<FaultKind> faults_of(const Scenario& scenario) {
  std::vector<FaultKind> named;
  std::vector<FaultKind> all;
  for (std::size_t at = 0; at < fault_kind_count; ++at) {
    all.push_back(static_cast<FaultKind>(at));
    if (scenario.faults.budget[at] > 0) named.push_back(all.back());
  }
  return named.empty() ? all : named;
}

CheckedFinding finding_of(const Trial& trial, const CharmUnderTest& charm,
                          std::uint64_t most_tries) {
  const CheckedCase& small = *trial.worst();
  CheckedFinding found{.scenario = text_of(small.scenario),
                       .choices = small.choices,
                       .violation = trial.violation(),
                       .drawn = trial.drawn(),
                       .tries = trial.tries()};
  std::ranges::sort(found.choices);
  const ShrinkOptions rest{.most_tries = most_tries - std::min(most_tries, trial.tries())};
  const auto scenario = read_scenario(found.scenario, "checked.json");
  CHECK(scenario.has_value());
  auto shrunk = shrink_choices(*scenario, charm, found.choices, found.violation.property, rest);
  if (!shrunk) return found;  // no try is left
  ShrunkStory story = shrink_story(found.scenario, charm, std::move(*shrunk), rest);
  found.scenario = std::move(story.scenario);
  found.choices = std::move(story.run.choices);
  found.violation = std::move(story.run.violation);
  found.is_minimal = story.run.is_minimal;
  found.tries += story.run.tries;
  return found;
}

}  // namespace

CheckResult find_counterexample(const ScenarioText& text, std::span<const Property> properties,
                                const CheckOptions& options) {
  const auto scenario = read_scenario(text.text, text.file);
  if (!scenario) return {.problem = to_text(scenario.error())};
  std::optional<FlowMonitor> flow;
  if (options.charts != nullptr) flow.emplace(*options.charts);
  const CharmUnderTest charm{options.charm, properties, flow ? &*flow : nullptr};
  CaseRange range = options.range;
  if (range.faults.empty()) range.faults = faults_of(*scenario);
  const rc::Gen<CheckedCase> gen = cases(Json::parse(text.text), charm, range);

  rc::detail::TestParams params = rc::detail::configuration().testParams;
  params.maxSuccess = options.cases;
  if (options.seed) params.seed = *options.seed;
  Trial trial(charm, options.most_tries);
  rc::detail::TestListenerAdapter silent;
  const auto result = rc::detail::checkProperty(
      rc::detail::toProperty([&] { return trial.holds(*gen); }), {}, params, silent);
  CheckResult checked{.cases = trial.cases()};
  if (trial.worst()) {
    checked.found = finding_of(trial, charm, options.most_tries);
  } else if (!result.is<rc::detail::SuccessResult>()) {
    std::ostringstream why;
    rc::detail::printResultMessage(result, why);
    checked.problem = why.str();
  } else if (checked.cases == 0) {
    checked.problem = "no case was played: the scenarios that were made were all refused";
  }
  return checked;
}

}  // namespace sim
