// sample_failovers: measures live failovers until it is stopped, a JSON line each.
#include <CLI/CLI.hpp>
#include <exception>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "tests/live/sampling/sampler.h"
#include "tests/live/scenes/canary.h"

namespace {

struct Arguments {
  std::string timing = "30/10/10";
  std::vector<std::string> kinds{"pod-gone", "postgresql-killed", "switchover"};
  std::string out;
  std::string logs;
  std::uint64_t seed = 1;
};

// How many of a kind the file has already: it is gone on with what it has least of.
std::map<std::string, int> counts_in(const std::string& file, const std::vector<std::string>& kinds,
                                     int ttl_s) {
  std::map<std::string, int> counts;
  for (const std::string& kind : kinds) counts[kind] = 0;
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);) {
    const auto sample = nlohmann::json::parse(line, nullptr, false);
    if (!sample.is_object() || sample["setting"].value("ttl_s", 0) != ttl_s) continue;
    ++counts[sample.value("kind", "")];
  }
  return counts;
}

int measure(const Arguments& arguments) {
  sampling::Timing timing;
  if (std::sscanf(arguments.timing.c_str(), "%d/%d/%d", &timing.ttl_s, &timing.loop_wait_s,
                  &timing.retry_timeout_s) != 3) {
    std::cerr << arguments.timing << " is not like 30/10/10\n";
    return 2;
  }
  const std::string lacks = scenes::Stage::lacks();
  if (!lacks.empty()) {
    std::cerr << lacks << '\n';
    return 77;
  }
  scenes::adopt_orphans();
  auto counts = counts_in(arguments.out, arguments.kinds, timing.ttl_s);
  int all = 0;
  for (const auto& [kind, count] : counts) all += count;
  // One that goes on draws other moments than the one before it.
  sampling::Sampler sampler(timing, arguments.seed * 1'000'003 + static_cast<std::uint64_t>(all));
  while (true) {
    const std::string kind = *std::ranges::min_element(
        arguments.kinds, {}, [&](const std::string& one) { return counts[one]; });
    nlohmann::json sample = sampler.sample(kind);
    sample["index"] = counts[kind]++;
    if (!arguments.logs.empty()) {
      std::string name = kind + '-' + arguments.timing + '-' + sample["index"].dump();
      std::ranges::replace(name, '/', '_');
      sampler.keep_logs(arguments.logs, name);
    }
    std::ofstream(arguments.out, std::ios::app) << sample.dump() << '\n';
    std::cout << sample.dump() << std::endl;
  }
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  CLI::App app("Measures live failovers of three units until it is stopped.");
  app.add_option("--timing", arguments.timing, "Patroni's ttl/loop_wait/retry_timeout, seconds");
  app.add_option("--kinds", arguments.kinds, "what befalls the primary, round robin");
  app.add_option("--out", arguments.out, "the file that gets a JSON line a sample")->required();
  app.add_option("--logs", arguments.logs, "a folder for Patroni's and PostgreSQL's logs");
  app.add_option("--seed", arguments.seed, "of the moments");
  CLI11_PARSE(app, argc, argv);
  try {
    return measure(arguments);
  } catch (const std::exception& failure) {
    std::cerr << failure.what() << '\n';
    return 1;
  }
}
