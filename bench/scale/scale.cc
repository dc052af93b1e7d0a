// What one run costs by the number of units and by its length: its CPU time, what happened in it,
// the bytes of its world, and the most memory that the process had. One line of JSON; bench/suite
// asks for one size after the other, each in a process of its own.
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
#include "model/unit_bits.h"
#include "sim/choices/list.h"
#include "sim/scenario/read.h"
#include "sim/simulation.h"

namespace {

struct Wanted {
  unsigned units = 3;
  unsigned minutes = 10;  // simulated, after the deployment
  unsigned runs = 5;
};

sim::Scenario healthy(const Wanted& wanted) {
  const std::string text =
      R"({"schema_version": 1, "title": "A healthy cluster", "world": {"units": )" +
      std::to_string(wanted.units) + R"(}, "story": [{"when": "settled", "after_s": )" +
      std::to_string(wanted.minutes * 60) +
      R"(, "set_config": {"synchronous_node_count": "majority"}}], "horizon_s": 604800})";
  return *sim::read_scenario(text, "healthy.json");
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

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("What one calm run costs", "scale");
  Wanted wanted;
  app.add_option("--units", wanted.units, "so many units")
      ->check(CLI::Range(1U, static_cast<unsigned>(model::max_world_units)));
  app.add_option("--minutes", wanted.minutes, "so many simulated minutes after the deployment")
      ->check(CLI::Range(0U, 10'000U));
  app.add_option("--runs", wanted.runs, "tell the median of so many")->check(CLI::Range(1U, 1000U));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  }
  return measure(wanted);
}
