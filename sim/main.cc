// charmsim: PostgreSQL's charm on the simulator's command line.
#include <array>
#include <string_view>

#include "charm/flowcharts/charts.h"
#include "charm/postgresql_k8s.h"
#include "sim/commands/command_line.h"

namespace {

constexpr std::array<std::string_view, 3> headers{
    "charm/flowcharts/charts.h", "charm/postgresql_k8s.h", "sim/properties/property.h"};

}  // namespace

int main(int argc, char** argv) {
  const sim::CharmOnTrial postgresql{
      charm::postgresql_k8s(),
      sim::postgresql_properties(),
      charm::postgresql_k8s_charts(),
      "scenarios/deploy-three-units.json",
      sim::postgresql_hook_places(),
      {headers, "charm::postgresql_k8s()", "sim::postgresql_properties()",
       "charm::postgresql_k8s_charts()"}};
  return sim::run_command_line(argc, argv, postgresql);
}
