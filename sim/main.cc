// charmsim: PostgreSQL's charm on the simulator's command line.
#include "charm/flowcharts/charts.h"
#include "charm/postgresql_k8s.h"
#include "sim/commands/command_line.h"

int main(int argc, char** argv) {
  const sim::CharmOnTrial postgresql{
      charm::postgresql_k8s(), sim::postgresql_properties(), charm::postgresql_k8s_charts(),
      "scenarios/deploy-three-units.json", sim::postgresql_hook_places()};
  return sim::run_command_line(argc, argv, postgresql);
}
