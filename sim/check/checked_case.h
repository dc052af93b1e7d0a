// What check_charm() tries: a scenario and the choices of one run of it, as one value, so that
// RapidCheck shrinks all of it together.
#pragma once

#include <iosfwd>
#include <nlohmann/json.hpp>
#include <string>

#include "sim/charm_under_test.h"
#include "sim/choices/choices.h"
#include "sim/scenario/scenario.h"
#include "sim/simulation.h"

namespace sim {

struct CheckedCase {
  // Where shrinking goes on: the parts of the choices that were tried last had this size, and ended
  // here, counted from the first. 0: it begins anew, with the scenario.
  struct Place {
    std::size_t part = 0;
    std::size_t end = 0;
  };

  nlohmann::ordered_json scenario;  // as a file
  Deviations choices;               // in any order
  Place place;
};

// The scenario as a file, and below it the choices.
std::ostream& operator<<(std::ostream& out, const CheckedCase& one);

// The file's text, as it is read and saved.
std::string text_of(const nlohmann::ordered_json& scenario);

struct PlayedCase {
  Verdict verdict;
  Deviations taken;  // of the choices, those that were asked, in that order
};
// Nothing: it is no scenario, as when a step needs a unit that was left out.
std::optional<PlayedCase> play(const CheckedCase& one, const CharmUnderTest& charm);

// How many steps, and how many kinds of faults.
std::size_t steps_of(const nlohmann::ordered_json& scenario);
std::size_t fault_kinds_of(const nlohmann::ordered_json& scenario);
std::size_t units_of(const nlohmann::ordered_json& scenario);

}  // namespace sim
