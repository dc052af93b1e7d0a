// The greeter's simulator: what must hold, and the same command line as charmsim's.
#include <sim/commands/command_line.h>
#include <sim/commands/saved_run.h>
#include <sim/properties/postgresql.h>

#include <array>
#include <iostream>

#include "greeter.h"

namespace {

// Nothing if the leader says that it leads; otherwise what is missing.
std::optional<std::string> judge_greeting(const sim::Moment& moment) {
  const charm::MaybeUnit leader = moment.world.shared().application.lease_holder;
  if (!leader) return "there is no leader";
  if (moment.world.unit(*leader).status == charm::StatusKind::active) return std::nullopt;
  return to_text(moment.scenario.world.app, *leader) + " leads, and does not say so";
}

constexpr std::array properties{
    sim::Property{"the leader says that it leads", sim::Form::eventually, {}, judge_greeting,
                  "failing calls stop failing, update-status keeps firing"},
    sim::properties::no_hook_exception,
    sim::properties::deferral_reemitted,
};

}  // namespace

int main(int argc, char** argv) {
  const auto chart = sim::read_file(FOLDER "/leader-elected.mmd");
  if (!chart) {
    std::cerr << to_text(chart.error()) << '\n';
    return 2;
  }
  const std::array charts{charm::ChartText{"leader-elected", false, "leader-elected.mmd", *chart}};
  return sim::run_command_line(argc, argv,
                               {greeter::definition(), properties, charts, "greeter.json"});
}
