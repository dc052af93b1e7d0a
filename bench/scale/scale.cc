// What one run costs by the number of units and by its length: its CPU time, what happened in it,
// the bytes of its world, and the most memory that the process had. One line of JSON; bench/suite
// asks for one size after the other, each in a process of its own. It is built in both widths
// (model/width.h): of a scenario that has room in either, they have to tell the same trace.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <ctime>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "charm/postgresql_k8s.h"
#include "model/width.h"
#include "sim/choices/list.h"
#include "sim/choices/random.h"
#include "sim/scenario/read.h"
#include "sim/simulation.h"

namespace {

struct Wanted {
  unsigned units = 3;
  unsigned minutes = 10;  // simulated, after the deployment
  unsigned runs = 5;
  std::string story;  // a scenario's file: tell the traces of its runs, and measure nothing
};

sim::Scenario healthy(const Wanted& wanted) {
  const std::string text =
      R"({"schema_version": 1, "title": "A healthy cluster", "story": [{"when": "settled", "after_s": )" +
      std::to_string(wanted.minutes * 60) +
      R"(, "set_config": {"synchronous_node_count": "majority"}}], "horizon_s": 604800})";
  sim::Scenario scenario = *sim::read_scenario(text, "healthy.json");
  scenario.world.units = static_cast<std::uint16_t>(wanted.units);  // a file may not have so many
  return scenario;
}

double cpu_s() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

// Of this program alone: getrusage() would count what its parent had before it became this one.
std::uint64_t peak_bytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    constexpr std::string_view name = "VmHWM:";
    if (line.starts_with(name)) return std::stoull(line.substr(name.size())) * 1024;
  }
  return 0;
}

int measure(const Wanted& wanted) {
  sim::Simulation simulation(healthy(wanted),
                             {&charm::postgresql_k8s(), sim::postgresql_properties(), nullptr},
                             {.trace = sim::Trace::Mode::fingerprint});
  sim::ListChoices calm;
  std::vector<double> times;
  sim::Verdict verdict;
  // The first one makes room, and is not counted.
  for (unsigned run = 0; run <= wanted.runs; ++run) {
    calm.restart({});
    const double begin = cpu_s();
    verdict = simulation.run(calm);
    if (run > 0) times.push_back(cpu_s() - begin);
  }
  std::ranges::sort(times);
  std::cout << nlohmann::ordered_json{{"units", wanted.units},
                                      {"minutes", wanted.minutes},
                                      {"held", verdict.ok()},
                                      {"cpu_s", times[times.size() / 2]},
                                      {"cpu_s_least", times.front()},
                                      {"cpu_s_most", times.back()},
                                      {"runs", wanted.runs},
                                      {"simulated_s", verdict.simulated.micros / 1'000'000},
                                      {"events", verdict.actions + verdict.calls},
                                      {"dispatches", verdict.dispatches},
                                      {"world_bytes", simulation.world().bytes().size()},
                                      {"peak_bytes", peak_bytes()}}
            << '\n';
  return verdict.ok() ? 0 : 1;
}

// The fingerprints of what happens in a calm run, and in random ones with whatever faults there
// are.
int tell_traces(const Wanted& wanted) {
  const auto scenario = sim::read_scenario_file(wanted.story);
  if (!scenario) {
    std::cerr << to_text(scenario.error()) << '\n';
    return 2;
  }
  sim::Simulation simulation(*scenario,
                             {&charm::postgresql_k8s(), sim::postgresql_properties(), nullptr},
                             {.trace = sim::Trace::Mode::fingerprint});
  sim::ListChoices calm;
  auto traces = nlohmann::json::array({simulation.run(calm).fingerprint});
  for (unsigned seed = 1; seed <= wanted.runs; ++seed) {
    sim::RandomChoices random(seed);
    traces.push_back(simulation.run(random).fingerprint);
  }
  std::cout << nlohmann::json{{"room", model::max_world_units}, {"traces", traces}} << '\n';
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("What one calm run costs", "scale");
  Wanted wanted;
  app.add_option("--units", wanted.units, "so many units")
      ->check(CLI::Range(1U, static_cast<unsigned>(model::max_world_units)));
  app.add_option("--minutes", wanted.minutes, "so many simulated minutes after the deployment")
      ->check(CLI::Range(0U, 10'000U));
  app.add_option("--story", wanted.story,
                 "tell the traces of this scenario's calm run and of random ones")
      ->check(CLI::ExistingFile)
      ->excludes("--units")
      ->excludes("--minutes");
  app.add_option("--runs", wanted.runs, "tell the median of so many")->check(CLI::Range(1U, 1000U));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  }
  return wanted.story.empty() ? measure(wanted) : tell_traces(wanted);
}
