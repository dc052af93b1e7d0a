// Many random runs of one scenario with every property on: what broke, how often, and the seeds
// that show it. The table of ARCHITECTURE.md, "Random runs", is made of its output.
#include <charconv>
#include <iostream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "charm/flowcharts/charts.h"
#include "charm/postgresql_k8s.h"
#include "sim/choices/random.h"
#include "sim/flow/charts.h"
#include "sim/flow/monitor.h"
#include "sim/properties/property.h"
#include "sim/scenario/read.h"
#include "sim/simulation.h"

namespace {

constexpr std::size_t seeds_shown = 40;

struct Broken {
  std::uint64_t times = 0;
  std::vector<std::uint64_t> seeds;  // the first of them
};

bool read(std::string_view text, std::uint64_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

int run(const sim::Scenario& scenario, std::uint64_t first, std::uint64_t last) {
  const auto charts = sim::ChartSet::from_texts(charm::postgresql_k8s_charts());
  if (!charts) {
    std::cerr << "random_runs: the charts cannot be read\n";
    return 2;
  }
  sim::FlowMonitor flow(*charts);
  sim::Simulation simulation(scenario,
                             {&charm::postgresql_k8s(), sim::postgresql_properties(), &flow}, {});
  sim::RandomChoices random(0);
  std::map<std::string_view, Broken> broken;
  for (std::uint64_t seed = first; seed <= last; ++seed) {
    random.restart(seed);
    const sim::Verdict verdict = simulation.run(random);
    if (verdict.ok()) continue;
    Broken& kind = broken[verdict.violations[0].property];
    if (++kind.times <= seeds_shown) kind.seeds.push_back(seed);
  }
  std::cout << scenario.title << ", seeds " << first << " to " << last << ": "
            << (broken.empty() ? "all held" : "not all held") << '\n';
  for (const auto& [property, kind] : broken) {
    std::cout << kind.times << "  " << property << ':';
    for (std::uint64_t seed : kind.seeds) std::cout << ' ' << seed;
    std::cout << (kind.times > kind.seeds.size() ? " ...\n" : "\n");
  }
  return broken.empty() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  if (argc != 4 || !read(argv[2], first) || !read(argv[3], last) || last < first) {
    std::cerr << "usage: random_runs SCENARIO FIRST_SEED LAST_SEED\n";
    return 2;
  }
  const auto scenario = sim::read_scenario_file(argv[1]);
  if (!scenario) {
    std::cerr << "random_runs: " << to_text(scenario.error()) << '\n';
    return 2;
  }
  return run(*scenario, first, last);
}
