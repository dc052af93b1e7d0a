// The command line of a simulator. charmsim is this with PostgreSQL's charm; with other handlers,
// properties and charts it is the simulator of another charm.
#pragma once

#include <span>
#include <string_view>

#include "charm/flowcharts/charts.h"
#include "charm/runtime/definition.h"
#include "sim/commands/commands.h"
#include "sim/properties/property.h"
#include "sim/report/hook_places.h"

namespace sim {

struct CharmOnTrial {
  const charm::CharmDefinition& definition;
  std::span<const Property> properties;
  std::span<const charm::ChartText> charts;
  // A scenario's file, for the examples in the help texts.
  std::string_view example = "scenario.json";
  // Where its handlers stand in its sources, for SARIF; may be empty.
  std::span<const HookPlace> places = {};
  // How a C++ test names all this, for `export --cpp`; may be empty.
  CppNames cpp = {};
};

// Does what the arguments ask for, and returns the exit code (commands.h). Reads NO_COLOR and TERM,
// and takes over SIGINT and SIGTERM: the first ends a run with what it has, the second ends the
// program.
int run_command_line(int argc, const char* const* argv, const CharmOnTrial& charm);

}  // namespace sim
