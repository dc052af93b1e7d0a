// A saved run as a GoogleTest of one case.
#pragma once

#include <string>

#include "sim/commands/commands.h"

namespace sim {

// `scenario` is the text of one that plays the run by itself (`choices`). `property` broke in it;
// empty: none. `is_broken`: it does now, with this charm; otherwise the test is of a mended one.
struct CppTest {
  std::string scenario;
  std::string scenario_file;  // its name, in what the test says
  std::string property;
  bool is_broken = false;
};

// The whole file. It compiles where sim/, charm/ and GoogleTest are.
std::string to_cpp_text(const CppTest& test, const CppNames& names);

}  // namespace sim
