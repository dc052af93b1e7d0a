// A path in a command line that is printed to be pasted.
#pragma once

#include <string>

namespace sim {

// As a shell takes it: paths with anything but the usual letters are quoted.
std::string quoted(const std::string& path);

}  // namespace sim
