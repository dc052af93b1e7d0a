// Plays the scenario once calmly and then with a thousand seeds; prints what broke, if anything did.
#include <array>
#include <fstream>
#include <iostream>
#include <sstream>

#include "greeter.h"
#include "sim/choices/list.h"
#include "sim/choices/random.h"
#include "sim/flow/monitor.h"
#include "sim/scenario/read.h"
#include "sim/simulation.h"

namespace {

// The property: in the end the leader says that it leads.
std::optional<std::string> leader_greets(const sim::Moment& moment) {
  const charm::MaybeUnit leader = moment.world.shared().application.lease_holder;
  if (!leader) return "there is no leader";
  if (moment.world.unit(*leader).status == charm::StatusKind::active) return std::nullopt;
  return "the leader says nothing";
}

constexpr std::array properties{
    sim::Property{"the leader says that it leads", sim::Form::eventually, 0, leader_greets,
                  "every due hook is run"}};

std::string text_of(const char* path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

int report(const sim::Verdict& verdict, const sim::Choices& choices) {
  for (const sim::Violation& broken : verdict.violations) {
    std::cout << "FAILED " << broken.property << ": " << broken.what << '\n'
              << "choices: " << to_text(choices.taken()) << '\n';
  }
  return verdict.ok() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: greeter SCENARIO CHART\n";
    return 2;
  }
  const auto scenario = sim::read_scenario_file(argv[1]);
  if (!scenario) {
    std::cerr << to_text(scenario.error()) << '\n';
    return 2;
  }
  const std::string chart = text_of(argv[2]);
  const std::array charts{charm::ChartText{"leader-elected", false, argv[2], chart}};
  const auto set = sim::ChartSet::from_texts(charts);
  if (!set) {
    std::cerr << to_text(set.error()) << '\n';
    return 2;
  }
  sim::FlowMonitor flow(*set);
  sim::Simulation simulation(*scenario, {&greeter::definition(), properties, &flow}, {});

  sim::ListChoices calm;
  if (const int broken = report(simulation.run(calm), calm); broken != 0) return broken;
  sim::RandomChoices random(0);
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    random.restart(seed);
    if (const int broken = report(simulation.run(random), random); broken != 0) return broken;
  }
  std::cout << "all held: 1 calm run, 1000 random ones\n";
  return 0;
}
