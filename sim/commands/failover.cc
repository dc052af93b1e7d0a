// From the arguments to the settings, the series, and what is told of them.
#include "sim/commands/failover.h"

#include <algorithm>
#include <expected>
#include <fstream>
#include <ostream>
#include <sstream>
#include <thread>

#include "sim/commands/failover_shards.h"
#include "sim/commands/failover_teller.h"
#include "sim/commands/failover_worst.h"
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

// Of no file there are none.
std::expected<failover::Delays, std::string> delays_in(const std::string& file) {
  if (file.empty()) return failover::Delays();
  std::ifstream opened(file);
  if (!opened) return std::unexpected("cannot be read");
  std::ostringstream text;
  text << opened.rdbuf();
  auto delays = failover::parse_delays(text.str());
  const auto is_empty = [](const failover::QuantileTable& table) { return table.empty(); };
  if (delays && std::ranges::all_of(delays->tables, is_empty)) {
    return std::unexpected("has no delay: what is drawn would be as without it");
  }
  return delays;
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
  const auto delays = delays_in(options.delays_file);
  if (!delays) {
    console.err << options.delays_file << ": " << delays.error() << '\n';
    return exit_bad_input;
  }
  const Shard shard = options.shard.value_or(Shard{});
  const std::uint64_t all_runs =
      runs_of(shard, options.runs).size() * kinds.size() * settings.size();
  FailoverTeller teller(options, console);
  if (teller.keeps() && all_runs > most_in_file) {
    console.err << "charmsim failover: " << all_runs << " failovers are too many for "
                << options.out_file << ": at most " << most_in_file
                << " go into a file, so let --shard make more parts\n";
    return exit_bad_input;
  }
  if (!teller.open()) return exit_bad_input;

  const failover::SeriesOptions series_options{
      .runs = options.runs,
      .first_seed = options.first_seed,
      .shard = shard,
      .interrupted = console.interrupted,
      .delays = options.delays_file.empty() ? nullptr : &*delays};
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
                        std::to_string(done) + " of " +
                        std::to_string(runs_of(shard, options.runs).size()) + ", series " +
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
                          .shards = {.count = shard.count, .has = {shard.index}},
                          .compares = options.compares,
                          .was_interrupted = console.is_interrupted()};
  if (teller.keeps() && !view.was_interrupted) teller.keep(shard_file_of(all, series_options));
  return teller.tell(view);
}

}  // namespace sim
