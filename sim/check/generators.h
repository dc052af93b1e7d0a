// RapidCheck's generators of what a run is made of. Values only: a scenario, and a list of choices.
#pragma once

#include <rapidcheck.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sim/check/checked_case.h"
#include "sim/scenario/scenario.h"

namespace sim {

// Within what cases are drawn.
struct CaseRange {
  std::uint16_t least_units = 1;   // to begin with; at least 1
  std::uint16_t most_units = 4;    // at any time; at most 16
  std::uint16_t most_steps = 4;    // beyond those of the scenario
  std::vector<std::string> deeds;  // by their keys, of known_deeds()
  std::uint16_t most_fault_kinds = 3;
  std::vector<FaultKind> faults;  // that are drawn from; a budget of 1 to 3 each
  bool varies_world = true;       // beyond its units: Patroni's release, what is late, leftovers
};

// `world` of a file, around the one of `scenario`.
rc::Gen<nlohmann::ordered_json> worlds(const nlohmann::ordered_json& scenario,
                                       const CaseRange& range);
// `story` of a file: that of `scenario` and drawn steps behind it, each of them possible then.
rc::Gen<nlohmann::ordered_json> stories(const nlohmann::ordered_json& scenario,
                                        const CaseRange& range);
// `faults` of a file; empty: none.
rc::Gen<nlohmann::ordered_json> fault_plans(const nlohmann::ordered_json& scenario,
                                            const CaseRange& range);
// Lists of choices for a scenario: what a drawn strategy takes in a run, wild or of few deviations.
rc::Gen<Deviations> choice_lists(const Scenario& scenario, const CharmUnderTest& charm);

// All of it together, around that scenario, which must be one. Shrinks jointly (smaller()).
rc::Gen<CheckedCase> cases(const nlohmann::ordered_json& scenario, const CharmUnderTest& charm,
                           const CaseRange& range);

}  // namespace sim
