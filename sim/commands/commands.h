// The commands of charmsim, one file each. Each returns the exit code: 0 all held; 1 a property
// broke, a calm run missed a witness that its scenario names, or a replay differed; 2 bad input, a
// file that cannot be written, or no memory; 3 a search that shall cover all has ended before; 4
// shards are missing; 130 interrupted.
// On bad input a command has written nothing but a message to `err`.
#pragma once

#include <atomic>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "charm/runtime/definition.h"
#include "sim/execution/executor.h"
#include "sim/flow/charts.h"
#include "sim/properties/property.h"
#include "sim/report/hook_places.h"
#include "sim/search/campaign.h"
#include "sim/search/seen_worlds.h"
#include "sim/search/shards.h"

namespace sim {

inline constexpr int exit_held = 0;
inline constexpr int exit_broken = 1;
inline constexpr int exit_bad_input = 2;
inline constexpr int exit_bounded = 3;
inline constexpr int exit_missing = 4;
inline constexpr int exit_interrupted = 130;

// How a C++ test names a charm; all empty: no test of it can be written.
struct CppNames {
  std::span<const std::string_view> headers = {};
  std::string_view definition;  // a charm::CharmDefinition
  std::string_view properties;  // a span of properties
  std::string_view charts;      // their texts
};

// What every command is given: whose charm it is, where to write, whether to stop.
struct Console {
  const charm::CharmDefinition& charm;
  std::span<const Property> properties;
  const ChartSet& charts;
  std::ostream& out;
  std::ostream& err;
  bool colours = false;
  const std::atomic<bool>* interrupted = nullptr;
  bool shows_progress = false;             // `err` is a terminal
  bool is_asked = false;                   // standard input and `out` are
  std::span<const HookPlace> places = {};  // of the charm's handlers, for SARIF
  CppNames cpp = {};                       // of the charm

  [[nodiscard]] bool is_interrupted() const { return interrupted != nullptr && *interrupted; }
};

// Of charmsim: `0.1.0`.
std::string_view program_version();

// Files to write of a run, beside what is told of it; empty: not wanted.
struct ReportFiles {
  std::string html;   // a page that stands alone
  std::string junit;  // JUnit's XML
  std::string sarif;  // SARIF 2.1.0
};

struct RunOptions {
  std::string scenario;
  std::optional<std::uint64_t> seed;  // absent: the calm run, or `choices`
  std::optional<std::string> choices;
  bool permute_deferrals = false;  // with a seed, as in the scenario
  ExecutorKind executor = default_executor();
  bool json = false;   // the verdict as JSON, and nothing else
  bool quiet = false;  // no story
  bool verbose = false;
  bool deferrals = false;    // each of them, and not only how many
  bool idempotence = false;  // with a seed or choices; the calm run is always asked
  std::string trace_file;    // JSON lines
  std::string save_file;     // the run, to be replayed
  std::string coverage_file;
  ReportFiles reports;
};
int run_command(const RunOptions& options, const Console& console);

struct ReplayOptions {
  std::string file;
  ExecutorKind executor = default_executor();
  bool json = false;  // the verdict as JSON, and nothing else
  bool quiet = false;
  bool verbose = false;
  bool step = false;       // event by event; on a terminal it waits after each
  bool no_return = false;  // of a run that fails: from which choice on
  ReportFiles reports;
};
int replay_command(const ReplayOptions& options, const Console& console);

struct FuzzOptions {
  std::vector<std::string> scenarios;
  // Strategy, seed, limits; without a limit 1000 runs of each scenario. workers 0: one a processor.
  CampaignOptions campaign{.workers = 0};
  std::uint64_t shrink_tries = 20'000;  // for each counterexample
  std::string corpus;                   // a folder
  std::string out;                      // a folder for the counterexamples; of a shard its file
  std::optional<Shard> shard;           // only its runs, for merge
  bool json = false;                    // the result as JSON, and nothing else
};
int fuzz_command(const FuzzOptions& options, const Console& console);

struct ExploreOptions {
  std::string scenario;
  Allowance allowance{.deviations = 1, .faults = 0};
  std::optional<std::int64_t> quantum_ms;  // absent: the scenario's, or 1000
  std::size_t most_bytes = std::size_t{2} << 30U;
  std::optional<std::chrono::nanoseconds> time;
  std::string save_file;         // what breaks, to be replayed
  std::string certificate_file;  // of what was covered
  bool liveness = false;         // rounds that only deviations keep up, too
  // Instead of the allowance: all orders of what comes at the same moment, between these moments.
  bool all_orders = false;
  bool reduces = true;  // then, steps that keep to their unit are taken alone
  std::optional<std::int64_t> from_ms;
  std::optional<std::int64_t> until_ms;
  bool json = false;  // the result as JSON, and nothing else
};
int explore_command(const ExploreOptions& options, const Console& console);

struct CheckCertificateOptions {
  std::string file;
};
int check_certificate_command(const CheckCertificateOptions& options, const Console& console);

struct ShrinkCommandOptions {
  std::string file;  // a saved run
  std::string out;   // where the small one is saved; empty: nowhere
  bool keep_story = false;
  std::uint64_t tries = 20'000;
  bool json = false;
};
int shrink_command(const ShrinkCommandOptions& options, const Console& console);

struct DiffOptions {
  std::string first;
  std::string second;  // empty: the nearest run that passes
  bool json = false;   // the result as JSON, and nothing else
};
int diff_command(const DiffOptions& options, const Console& console);

struct TwiceOptions {
  std::string file;                   // a scenario or a saved run
  std::optional<std::uint64_t> seed;  // of a scenario; absent: the calm run
  std::uint64_t runs = 1;             // with seeds from that one on
  bool json = false;                  // the result as JSON, and nothing else
};
int twice_command(const TwiceOptions& options, const Console& console);

struct ExportOptions {
  std::string file;      // a saved run
  std::string scenario;  // where its scenario is written, with its choices; empty: nowhere
  std::string cpp;       // where a GoogleTest that plays it is; empty: nowhere
};
// Beside the scenario stands its golden story: `x.json`, `x.golden.txt`.
int export_command(const ExportOptions& options, const Console& console);

struct FlowOptions {
  std::string hook;
  std::vector<std::string> coverage_files;
  bool dot = false;
  bool published = false;
  bool summary = false;  // what was walked and what was not, instead of the chart
};
int flow_command(const FlowOptions& options, const Console& console);

struct PropertiesOptions {
  bool json = false;
};
int properties_command(const PropertiesOptions& options, const Console& console);

struct CompletionOptions {
  // A command with the options that it knows.
  struct Command {
    std::string name;
    std::vector<std::string> options;
  };

  std::string shell = "bash";
  std::string program;  // as it is called
  std::vector<std::string> options;
  std::vector<Command> commands;
};
int completion_command(const CompletionOptions& options, const Console& console);

}  // namespace sim
