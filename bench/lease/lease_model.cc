// The lease model, explored: how many states and transitions, how fast, in how many bytes. Other
// checkers have been measured on the same work (bench/README.md).
#include "sim/explorer/lease_model.h"

#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sim/explorer/explorer.h"

namespace {

using namespace sim::explorer;  // NOLINT(google-build-using-namespace): all of this is about it

struct Wanted {
  LeaseBudgets budgets;
  Options options;
  unsigned runs = 1;   // the median of which is told
  unsigned pairs = 0;  // of a run with one worker and one with all
  bool as_json = false;
};

struct Measured {
  Counts counts;
  std::vector<std::string> path;
  std::string broken;
  double cpu_seconds = 0;
  double seconds = 0;
};

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

double peak_resident_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) * 1024;
}

template <unsigned counter_bits>
Measured measure(const LeaseBudgets& budgets, const Options& options) {
  const LeaseModel<counter_bits> model(budgets);
  const double cpu = cpu_seconds();
  const auto start = std::chrono::steady_clock::now();
  const auto report = explore(model, options);
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  Measured measured{report, {}, {}, cpu_seconds() - cpu, elapsed.count()};
  if (report.counterexample) {
    for (const auto& step : report.counterexample->path) {
      measured.path.push_back(model.name(step.action));
    }
    measured.broken =
        model.property(static_cast<unsigned>(std::countr_zero(report.counterexample->broken)));
  }
  return measured;
}

// Counters as narrow as the budgets allow: then a state fits into a smaller slot.
Measured measure(const LeaseBudgets& budgets, const Options& options) {
  const unsigned most =
      std::max({budgets.ttl, budgets.crashes, budgets.partitions, budgets.leaders});
  if (most <= LeaseModel<2>::most) return measure<2>(budgets, options);
  return measure<4>(budgets, options);
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

double rate_of(const Measured& measured, double seconds) {
  return static_cast<double>(measured.counts.unique) / seconds;
}

nlohmann::ordered_json as_json(const Measured& measured, double rate, double resident) {
  const Counts& counts = measured.counts;
  const auto per_state = [&](std::size_t bytes) {
    return static_cast<double>(bytes) / static_cast<double>(counts.unique);
  };
  nlohmann::ordered_json json;
  json["schema"] = "lease-model/1";
  json["end"] = to_text(counts.end);
  json["text"] = to_text(counts);
  json["unique"] = counts.unique;
  json["generated"] = counts.generated;
  json["violations"] = counts.violations;
  json["finals"] = counts.finals;
  json["depth"] = counts.depth;
  json["exact"] = counts.is_exact;
  json["missed"] = counts.missed();
  json["unique_per_cpu_second"] = rate;
  json["seconds"] = measured.seconds;
  json["bytes_per_state"] = {{"all", per_state(counts.bytes())},
                             {"table", per_state(counts.table_bytes)},
                             {"frontier", per_state(counts.frontier_bytes)},
                             {"buffers", per_state(counts.buffer_bytes)},
                             {"peak_resident", resident / static_cast<double>(counts.unique)}};
  if (!measured.broken.empty()) {
    json["broken"] = measured.broken;
    json["path"] = measured.path;  // empty if there was no memory for it
  }
  return json;
}

void print(const nlohmann::ordered_json& json) {
  const auto& bytes = json["bytes_per_state"];
  std::cout << json["text"].get<std::string>() << '\n'
            << "unique      " << json["unique"] << '\n'
            << "generated   " << json["generated"] << '\n'
            << "violations  " << json["violations"] << '\n';
  if (json.contains("broken")) {
    std::cout << "broken      " << json["broken"].get<std::string>() << ':';
    for (const auto& step : json["path"]) std::cout << ' ' << step.get<std::string>() << ';';
    std::cout << '\n';
  }
  const auto number = [](const nlohmann::ordered_json& value) { return value.get<double>(); };
  std::cout << std::fixed << std::setprecision(2) << "rate        "
            << number(json["unique_per_cpu_second"]) / 1e6 << " M states per CPU second\n"
            << "bytes       " << number(bytes["all"]) << " a state (table "
            << number(bytes["table"]) << ", frontier " << number(bytes["frontier"]) << ", buffers "
            << number(bytes["buffers"]) << "); peak resident " << number(bytes["peak_resident"])
            << '\n';
  if (json.contains("ratio")) {
    std::cout << "workers     " << number(json["ratio"]) << " times as fast as one, median of "
              << json["ratios"].size() << " pairs\n";
  }
}

// One worker and all of them by turns, so that whatever else the machine does befalls both.
void compare(const Wanted& wanted, nlohmann::ordered_json& json) {
  Options alone = wanted.options;
  alone.workers = 1;
  std::vector<double> ratios;
  for (unsigned pair = 0; pair < wanted.pairs; ++pair) {
    const double one = measure(wanted.budgets, alone).seconds;
    ratios.push_back(one / measure(wanted.budgets, wanted.options).seconds);
  }
  json["ratios"] = ratios;
  json["ratio"] = median(ratios);
}

int run(const Wanted& wanted) {
  std::vector<double> rates;
  Measured measured = measure(wanted.budgets, wanted.options);
  const double resident = peak_resident_bytes();
  rates.push_back(rate_of(measured, measured.cpu_seconds));
  while (rates.size() < wanted.runs) {
    measured = measure(wanted.budgets, wanted.options);
    rates.push_back(rate_of(measured, measured.cpu_seconds));
  }
  auto json = as_json(measured, median(rates), resident);
  if (wanted.pairs > 0) compare(wanted, json);
  if (wanted.as_json) {
    std::cout << json.dump(2) << '\n';
  } else {
    print(json);
  }
  if (measured.counts.broken != 0) return 1;
  return measured.counts.end == End::covered ? 0 : 3;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{
      "Explores the lease model: lease ticks T, and budgets of crashes C, partitions P and "
      "leader changes L."};
  Wanted wanted;
  const CLI::Range counter(0U, LeaseModel<4>::most);
  app.add_option("T", wanted.budgets.ttl)->required()->check(CLI::Range(1U, LeaseModel<4>::most));
  app.add_option("C", wanted.budgets.crashes)->required()->check(counter);
  app.add_option("P", wanted.budgets.partitions)->required()->check(counter);
  app.add_option("L", wanted.budgets.leaders)->required()->check(counter);
  app.add_option("--workers", wanted.options.workers, "threads")->check(CLI::Range(1U, 64U));
  app.add_flag("--depth-first{1}", wanted.options.order, "the newest states first");
  app.add_flag("--compact{1}", wanted.options.storage, "store fingerprints, not states");
  app.add_option("--fingerprint-bits", wanted.options.fingerprint_bits, "of --compact")
      ->check(CLI::Range(11U, 64U));
  app.add_flag("--reduce-orders", wanted.options.reduce_orders, "by stubborn sets");
  app.add_flag("--reduce-symmetry", wanted.options.reduce_symmetry, "units are interchangeable");
  app.add_option("--max-depth", wanted.options.max_depth, "steps");
  app.add_option("--max-deviations", wanted.options.max_deviations, "faults and leader changes");
  app.add_option("--memory-limit", wanted.options.memory_limit, "bytes")
      ->transform(CLI::AsSizeValue(false));
  app.add_option("--runs", wanted.runs, "tell the median rate of so many")
      ->check(CLI::Range(1U, 1000U));
  app.add_option("--pairs", wanted.pairs, "compare with one worker, so many times")
      ->check(CLI::Range(0U, 1000U));
  app.add_flag("--json", wanted.as_json);
  try {
    app.parse(argc, argv);
    if (wanted.options.max_depth && wanted.options.order == Order::depth_first) {
      throw CLI::ValidationError("--max-depth", "is breadth-first");
    }
    if (wanted.options.max_deviations &&
        (wanted.options.reduce_orders || wanted.options.max_depth)) {
      throw CLI::ValidationError("--max-deviations",
                                 "goes with neither --reduce-orders nor --max-depth");
    }
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return run(wanted);
}
