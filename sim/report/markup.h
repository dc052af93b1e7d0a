// Text as it may stand in HTML and in XML, between tags and in quoted attributes.
#pragma once

#include <string>
#include <string_view>

namespace sim {

// What XML 1.0 cannot hold becomes a question mark; a line's end, in an attribute, is read as a
// blank.
std::string as_markup(std::string_view text);

}  // namespace sim
