// What a GoogleTest says of a case that breaks a property, and how it is played again.
#pragma once

#include <string>

#include "sim/check/check_charm.h"

namespace sim {

// Saves the run, and tells it: what broke, the small scenario, the end of its story, the line to
// paste.
std::string failure_text(const CheckedFinding& found, const ScenarioText& scenario,
                         const CharmUnderTest& charm, const CheckOptions& options);

// Plays a saved run instead of looking for one: the story and the verdict. `held`: nothing broke.
std::string replay_text(const std::string& file, const CharmUnderTest& charm, bool& held);

}  // namespace sim
