// charmsim fuzz: many runs of scenarios; what breaks is made small and kept.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <ostream>
#include <span>
#include <thread>

#include "sim/commands/commands.h"
#include "sim/commands/fuzz_report.h"
#include "sim/commands/inputs.h"
#include "sim/commands/outputs.h"
#include "sim/commands/progress_line.h"
#include "sim/scenario/read.h"
#include "sim/search/odometer.h"

namespace sim {
namespace {

constexpr std::uint64_t default_runs = 1000;

using Clock = std::chrono::steady_clock;

// Makes what was found small, and tells which of it is the same.
class Findings {
 public:
  Findings(const FuzzOptions& options, const std::vector<ReadScenario>& scenarios,
           const Console& console, ProgressLine& progress)
      : options_(options), scenarios_(scenarios), console_(console), progress_(progress) {}

  // Until then; nothing: however long it takes.
  void take(const FoundRun& found, std::optional<Clock::time_point> until) {
    const ReadScenario& scenario = scenarios_[found.scenario];
    const CharmUnderTest charm{&console_.charm, console_.properties, flow()};
    const ShrinkOptions shrink{.most_tries = options_.shrink_tries,
                               .interrupted = console_.interrupted,
                               .until = until,
                               .progress = [this](std::uint64_t tries, std::size_t left) {
                                 if (tries % 64 != 0) return;
                                 progress_.show("shrinking: " + std::to_string(left) +
                                                " choices left after " + std::to_string(tries) +
                                                " runs");
                               }};
    Counterexample one{.found = found};
    one.shrunk = shrink_choices(scenario.scenario, charm, found.choices, found.property, shrink);
    if (one.shrunk) {
      const std::string whole = shape_in(scenario.text, found, *one.shrunk);
      if (is_again(whole)) return;
      one.story = shrink_story(scenario.text, charm, *one.shrunk, shrink);
      // With less of a story it may be what others came to by other choices.
      const std::string small = shape_in(one.story->scenario, found, one.story->run);
      if (is_again(small)) {
        shapes_[whole] = shapes_[small];
        return;
      }
      shapes_[whole] = shapes_[small] = all_.size();
    }
    const bool is_small = one.story && one.story->run.is_minimal;
    one.is_cut_short = !is_small && shrink.is_late();
    all_.push_back(std::move(one));
  }

  [[nodiscard]] std::vector<Counterexample>& all() { return all_; }

 private:
  // The same one for all: it only counts.
  FlowMonitor* flow() { return &flow_; }

  static std::string shape_in(const std::string& scenario, const FoundRun& found,
                              const Shrunk& shrunk) {
    return shape_of(found.property, shrunk.choices) + '\n' + scenario;
  }
  // One of this shape is there: it is counted.
  bool is_again(const std::string& shape) {
    const auto same = shapes_.find(shape);
    if (same == shapes_.end()) return false;
    ++all_[same->second].more_runs;
    return true;
  }

  const FuzzOptions& options_;
  const std::vector<ReadScenario>& scenarios_;
  const Console& console_;
  ProgressLine& progress_;
  FlowMonitor flow_{console_.charts};
  std::map<std::string, std::size_t> shapes_;  // by shape, the place
  std::vector<Counterexample> all_;
};

// When all is to be small that a campaign of this time finds, which begins now.
std::optional<Clock::time_point> end_of_shrinking(std::optional<std::chrono::nanoseconds> time) {
  constexpr std::chrono::nanoseconds least = std::chrono::seconds(5);
  if (!time) return std::nullopt;
  return Clock::now() + *time + std::max(*time / 4, least);
}

// Each has an even share of the time that is left.
void take_all(Findings& findings, std::span<const FoundRun> found,
              std::optional<Clock::time_point> end) {
  for (std::size_t at = 0; at < found.size(); ++at) {
    const auto left = static_cast<std::int64_t>(found.size() - at);
    const Clock::time_point now = Clock::now();
    findings.take(found[at], end ? std::optional(now + (*end - now) / left) : std::nullopt);
  }
}

// Says why it cannot be a folder to write to.
std::optional<std::string> make_folder(const std::string& folder) {
  std::error_code error;
  const bool is_there = std::filesystem::exists(folder, error);
  if (is_there && !std::filesystem::is_directory(folder, error)) {
    return folder + ": is a file, not a folder";
  }
  std::filesystem::create_directories(folder, error);
  if (error) return folder + ": cannot be made: " + error.message();
  Output probe(folder + "/probe");
  if (!probe.open()) return cannot_be_written(folder);
  return std::nullopt;
}

// `counterexample-1.json`: the small run of the small story, or whatever there is of it.
bool save(Counterexample& one, std::size_t& number, const FuzzOptions& options,
          const ReadScenario& scenario, const Console& console) {
  ReadScenario played_in = scenario;
  Deviations choices = one.shrunk ? one.shrunk->choices : one.found.choices;
  if (one.story && one.story->is_other()) {
    auto lesser = read_scenario(one.story->scenario, scenario.file);
    CHECK(lesser.has_value());
    played_in = {scenario.file, one.story->scenario, *std::move(lesser)};
    choices = one.story->run.choices;
  }
  const std::string file = free_name(options.out, number);
  Output output(file);
  if (output.open()) {
    output.stream() << to_json_text(played(played_in, choices, console));
    if (output.finish()) {
      one.file = file;
      return true;
    }
  }
  console.err << cannot_be_written(file) << '\n';
  return false;
}

int exit_code(const CampaignResult& result, const FuzzOptions& options, bool is_all_written) {
  if (result.violations > 0) return exit_broken;
  if (result.was_interrupted) return exit_interrupted;
  if (!is_all_written) return exit_bad_input;
  const bool is_bounded = options.campaign.strategy == Strategy::odometer && !result.is_covered;
  return is_bounded ? exit_bounded : exit_held;
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
  if (!options.out.empty()) {
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
  if (campaign.workers == 0) campaign.workers = std::max(1U, std::thread::hardware_concurrency());
  campaign.interrupted = console.interrupted;
  return true;
}

}  // namespace

int fuzz_command(const FuzzOptions& options, const Console& console) {
  Task task{.options = options};
  if (!prepare(task, console)) return exit_bad_input;

  std::optional<ProgressLine> progress(std::in_place, console);
  CampaignProgress show;
  if (console.shows_progress) {
    show = [&](const CampaignResult& so_far) {
      progress->show(progress_text(so_far, console.charts, console.properties));
    };
  }
  const std::optional<Clock::time_point> end = end_of_shrinking(task.options.campaign.time);
  const CampaignResult result =
      run_campaign(task.scenarios, {&console.charm, console.properties, nullptr}, &console.charts,
                   task.options.campaign, show);
  Findings findings(task.options, task.files, console, *progress);
  const std::span<const FoundRun> found(result.found);
  const std::size_t most = options.campaign.keep_going ? found.size() : 1;
  take_all(findings, found.first(std::min(most, found.size())), end);
  progress.reset();

  bool is_all_written = result.corpus_error.empty();
  if (!is_all_written) console.err << result.corpus_error << "; the campaign ends here\n";
  std::vector<Counterexample>& all = findings.all();
  std::size_t number = 0;
  for (std::size_t at = 0; at < all.size() && !options.out.empty(); ++at) {
    const ReadScenario& scenario = task.files[all[at].found.scenario];
    if (!save(all[at], number, task.options, scenario, console)) is_all_written = false;
  }
  const FuzzView view{task.options,   task.files,         result,       all,
                      console.charts, console.properties, console.charm};
  console.out << (options.json ? to_json_text(view) : to_text(view, console.colours));
  return exit_code(result, task.options, is_all_written);
}

}  // namespace sim
