// charmsim fuzz: many runs of scenarios; what breaks is made small and kept.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <ostream>
#include <thread>

#include "sim/commands/commands.h"
#include "sim/commands/fuzz_findings.h"
#include "sim/commands/fuzz_report.h"
#include "sim/commands/fuzz_shards.h"
#include "sim/commands/inputs.h"
#include "sim/commands/outputs.h"
#include "sim/commands/progress_line.h"
#include "sim/search/odometer.h"

namespace sim {
namespace {

constexpr std::uint64_t default_runs = 1000;

// When all is to be small that a campaign of this time finds, which begins now.
std::optional<SteadyTime> end_of_shrinking(std::optional<std::chrono::nanoseconds> time) {
  constexpr std::chrono::nanoseconds least = std::chrono::seconds(5);
  if (!time) return std::nullopt;
  return std::chrono::steady_clock::now() + *time + std::max(*time / 4, least);
}

// How many questions the longest calm run of these has.
std::uint32_t calm_questions(const std::vector<Scenario>& scenarios, const Console& console) {
  std::size_t most = 1;
  for (const Scenario& scenario : scenarios) {
    Simulation simulation(scenario, {&console.charm, console.properties, nullptr},
                          {.interrupted = console.interrupted});
    PlacedChoices calm;
    calm.restart({}, ~std::uint32_t{0});
    (void)simulation.run(calm);
    most = std::max(most, calm.option_counts().size());
  }
  return static_cast<std::uint32_t>(most);
}

// What the arguments come to, once all of it has been found to be good.
struct Task {
  FuzzOptions options;
  std::vector<ReadScenario> files;
  std::vector<Scenario> scenarios;
  Corpus corpus;
};

// Beside scenarios lies their schema: a shell names it, too, where it is told `scenarios/*.json`.
bool is_schema(const std::string& file) { return file.ends_with(".schema.json"); }

bool prepare(Task& task, const Console& console) {
  FuzzOptions& options = task.options;
  if (!std::ranges::all_of(options.scenarios, is_schema))
    std::erase_if(options.scenarios, is_schema);
  for (const std::string& file : options.scenarios) {
    auto read = read_scenario_for(file, console);
    if (!read) return false;
    task.scenarios.push_back(read->scenario);
    task.files.push_back(std::move(*read));
  }
  const auto refuse = [&console](const std::string& why) {
    console.err << why << '\n';
    return false;
  };
  if (!options.out.empty() && !options.shard) {
    if (const auto why = make_folder(options.out)) return refuse(*why);
  }
  CampaignOptions& campaign = options.campaign;
  if (!options.corpus.empty()) {
    if (const auto why = task.corpus.open(options.corpus)) return refuse(*why);
    campaign.corpus = &task.corpus;
  }
  if (!campaign.runs && !campaign.time && campaign.strategy != Strategy::odometer) {
    campaign.runs = default_runs;
  }
  if (campaign.strategy == Strategy::odometer && campaign.bounds.questions == 0) {
    campaign.bounds.questions = calm_questions(task.scenarios, console);
  }
  if (options.shard) {
    campaign.shard = *options.shard;
    campaign.keep_going = true;  // where the others end is not known here
  }
  if (campaign.workers == 0) campaign.workers = std::max(1U, std::thread::hardware_concurrency());
  campaign.interrupted = console.interrupted;
  return true;
}

CampaignResult run_task(const Task& task, const Console& console) {
  ProgressLine progress(console);
  CampaignProgress show;
  if (console.shows_progress) {
    show = [&](const CampaignResult& so_far) {
      progress.show(progress_text(so_far, console.charts, console.properties));
    };
  }
  return run_campaign(task.scenarios, {&console.charm, console.properties, nullptr},
                      &console.charts, task.options.campaign, show);
}

// Writes what merge needs, and tells how much that is. Whatever was found is no failure of the
// part's: a Job would make it again.
int run_shard(const Task& task, const Console& console) {
  Output out(task.options.out);
  if (const auto why = open_outputs({&out}, task.options.scenarios)) {
    console.err << *why << '\n';
    return exit_bad_input;
  }
  const CampaignResult result = run_task(task, console);
  const Shard shard = task.options.campaign.shard;
  const ShardSet shards{.count = shard.count, .has = {shard.index}};
  if (!result.was_interrupted) {
    write_shard_file(out.stream(), shard_file_of(task.options.campaign, task.files, result));
    if (!finish_or_tell(out, console.err)) return exit_bad_input;
  }
  const FuzzView view{.options = task.options,
                      .scenarios = task.files,
                      .result = result,
                      .shards = shards,
                      .counterexamples = {},
                      .charts = console.charts,
                      .properties = console.properties,
                      .charm = console.charm};
  console.out << (task.options.json ? to_json_text(view) : to_text(view, console.colours));
  if (!result.was_interrupted) return exit_held;
  console.err << out.path() << ": not written, as it was interrupted\n";
  return exit_interrupted;
}

}  // namespace

int fuzz_command(const FuzzOptions& options, const Console& console) {
  Task task{.options = options};
  if (!prepare(task, console)) return exit_bad_input;
  if (options.shard) return run_shard(task, console);
  const std::optional<SteadyTime> end = end_of_shrinking(task.options.campaign.time);
  const CampaignResult result = run_task(task, console);
  return tell_findings({task.options, task.files, result, {}, end}, console);
}

}  // namespace sim
