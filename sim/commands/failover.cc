// From the arguments to the settings, the series, and what is told of them.
#include "sim/commands/failover.h"

#include <algorithm>
#include <ostream>
#include <thread>

#include "sim/commands/failover_report.h"
#include "sim/commands/failover_worst.h"
#include "sim/commands/outputs.h"
#include "sim/commands/progress_line.h"
#include "sim/scenario/read.h"

namespace sim {
namespace {

using failover::Kind;
using failover::Series;
using failover::Setting;

// Each of the values for each of what there is.
template <class Value, class Set>
void multiply(std::vector<Setting>& settings, const std::vector<Value>& values, Set set) {
  if (values.empty()) return;
  std::vector<Setting> all;
  for (const Value& value : values) {
    for (Setting setting : settings) {
      set(setting, value);
      if (std::ranges::find(all, setting) == all.end()) all.push_back(std::move(setting));
    }
  }
  settings = std::move(all);
}

std::vector<Setting> settings_of(const FailoverOptions& options) {
  std::vector<Setting> all{Setting()};
  multiply(all, options.client_ms, [](Setting& one, std::uint32_t ms) { one.client_ms = ms; });
  multiply(all, options.patroni, [](Setting& one, const std::string& text) { one.patroni = text; });
  multiply(all, options.synchronous_commit,
           [](Setting& one, const std::string& text) { one.synchronous_commit = text; });
  multiply(all, options.strict, [](Setting& one, bool strict) { one.strict = strict; });
  multiply(all, options.synchronous,
           [](Setting& one, const std::string& text) { one.synchronous = text; });
  multiply(all, options.units, [](Setting& one, std::uint32_t units) { one.units = units; });
  multiply(all, options.timings,
           [](Setting& one, const failover::Timing& timing) { one.timing = timing; });
  return all;
}

std::vector<const Kind*> kinds_of(const FailoverOptions& options) {
  std::vector<const Kind*> all;
  for (const std::string& name : options.kinds) {
    const Kind* kind = failover::find_kind(name);
    if (std::ranges::find(all, kind) == all.end()) all.push_back(kind);
  }
  if (!all.empty()) return all;
  for (const Kind& kind : failover::all_kinds()) all.push_back(&kind);
  return all;
}

// Why not; what a scenario would be refused for.
std::optional<std::string> refusal(const std::vector<const Kind*>& kinds,
                                   const std::vector<Setting>& settings) {
  for (const Setting& setting : settings) {
    for (const Kind* kind : kinds) {
      const auto scenario =
          read_scenario(failover::scenario_text(*kind, setting), std::string(kind->name));
      if (scenario) continue;
      ScenarioError error = scenario.error();
      error.line = error.column = std::nullopt;  // of a text that nobody sees
      return failover::to_text(setting) + ": " + to_text(error);
    }
  }
  return std::nullopt;
}

}  // namespace

int failover_command(const FailoverOptions& options, const Console& console) {
  if (options.lists_kinds) {
    console.out << kinds_text();
    return exit_held;
  }
  const std::vector<const Kind*> kinds = kinds_of(options);
  const std::vector<Setting> settings = settings_of(options);
  if (const auto why = refusal(kinds, settings)) {
    console.err << *why << '\n';
    return exit_bad_input;
  }
  if (options.compares && settings.size() < 2) {
    console.err << "charmsim failover: --what-if needs two settings to compare\n";
    return exit_bad_input;
  }
  if (options.worst) return worst_command(options, kinds, settings, console);
  Output samples(options.samples_file);
  if (const auto why = open_outputs({&samples}, "")) {
    console.err << *why << '\n';
    return exit_bad_input;
  }

  const failover::SeriesOptions series_options{
      .runs = options.runs, .first_seed = options.first_seed, .interrupted = console.interrupted};
  const unsigned workers =
      options.workers > 0 ? options.workers : std::max(1U, std::thread::hardware_concurrency());
  const CharmUnderTest charm{&console.charm, console.properties, nullptr};
  std::vector<Series> all;
  {
    ProgressLine progress(console);
    Crew crew(workers);
    for (const Setting& setting : settings) {
      for (const Kind* kind : kinds) {
        if (console.is_interrupted()) break;
        const auto show = [&](std::uint64_t done) {
          progress.show(std::string(kind->name) + ", " + failover::to_text(setting.timing) + ": " +
                        std::to_string(done) + " of " + std::to_string(options.runs) + ", series " +
                        std::to_string(all.size() + 1) + " of " +
                        std::to_string(kinds.size() * settings.size()));
        };
        all.push_back(
            failover::run_series(*kind, setting, charm, series_options, crew, workers, show));
      }
    }
  }
  const FailoverView view{.series = all,
                          .options = series_options,
                          .compares = options.compares,
                          .was_interrupted = console.is_interrupted()};
  if (options.json) {
    console.out << to_json_text(view);
  } else {
    console.out << (options.csv ? to_csv_text(view) : to_text(view));
  }
  if (samples.is_wanted()) {
    samples.stream() << samples_csv_text(view);
    if (!finish_or_tell(samples, console.err)) return exit_bad_input;
  }
  if (view.was_interrupted) return exit_interrupted;
  const bool is_all =
      std::ranges::all_of(all, [](const Series& one) { return one.refused.empty(); });
  return is_all ? exit_held : exit_bounded;
}

}  // namespace sim
