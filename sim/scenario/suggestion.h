// "Did you mean ...?": the name that somebody who wrote another one probably meant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sim {

// ` (did you mean "units"?)`, or nothing if no name is close. Of two equally close the first.
std::string suggestion(std::string_view text, const std::vector<std::string>& names);

}  // namespace sim
