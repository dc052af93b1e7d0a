// Cases are read as files are: one rule for what is a scenario.
#include "sim/check/checked_case.h"

#include <algorithm>
#include <ostream>

#include "sim/choices/list.h"
#include "sim/scenario/read.h"
#include "sim/search/lesser.h"

namespace sim {

std::string text_of(const nlohmann::ordered_json& scenario) { return scenario.dump(2) + '\n'; }

std::ostream& operator<<(std::ostream& out, const CheckedCase& one) {
  Deviations choices = one.choices;
  std::ranges::sort(choices);
  return out << text_of(one.scenario) << "choices: " << to_text(choices);
}

std::optional<PlayedCase> play(const CheckedCase& one, const CharmUnderTest& charm) {
  const auto scenario = read_scenario(text_of(one.scenario), "checked.json");
  if (!scenario) return std::nullopt;
  Deviations choices = one.choices;
  std::ranges::sort(choices);
  Simulation simulation(*scenario, charm, {});
  ListChoices list(std::move(choices));
  Verdict verdict = simulation.run(list);
  return PlayedCase{std::move(verdict), list.taken()};
}

std::size_t steps_of(const nlohmann::ordered_json& scenario) {
  return scenario.contains("story") ? scenario["story"].size() : 0;
}

std::size_t fault_kinds_of(const nlohmann::ordered_json& scenario) {
  if (!scenario.contains("faults")) return 0;
  std::size_t kinds = 0;
  for (const auto& [key, budget] : scenario["faults"].items()) {
    if (is_budget(key) && budget != 0) ++kinds;
  }
  return kinds;
}

std::size_t units_of(const nlohmann::ordered_json& scenario) {
  const auto world = scenario.value("world", nlohmann::ordered_json::object());
  return world.value("units", WorldSpec{}.units);
}

}  // namespace sim
