// One after the other, in the order in which they were found.
#include "sim/commands/fuzz_findings.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <ostream>
#include <span>

#include "charm/types/check.h"
#include "sim/commands/fuzz_report.h"
#include "sim/commands/outputs.h"
#include "sim/commands/progress_line.h"
#include "sim/scenario/read.h"

namespace sim {
namespace {

// Makes what was found small, and tells which of it is the same.
class Findings {
 public:
  Findings(const FuzzOptions& options, const std::vector<ReadScenario>& scenarios,
           const Console& console, ProgressLine& progress)
      : options_(options), scenarios_(scenarios), console_(console), progress_(progress) {}

  // Until then; nothing: however long it takes.
  void take(const FoundRun& found, std::optional<SteadyTime> until) {
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

// Each has an even share of the time that is left.
void take_all(Findings& findings, std::span<const FoundRun> found, std::optional<SteadyTime> end) {
  for (std::size_t at = 0; at < found.size(); ++at) {
    const auto left = static_cast<std::int64_t>(found.size() - at);
    const SteadyTime now = std::chrono::steady_clock::now();
    findings.take(found[at], end ? std::optional(now + (*end - now) / left) : std::nullopt);
  }
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

}  // namespace

int tell_findings(const CampaignFindings& findings, const Console& console) {
  const FuzzOptions& options = findings.options;
  const CampaignResult& result = findings.result;
  std::optional<ProgressLine> progress(std::in_place, console);
  Findings small(options, findings.scenarios, console, *progress);
  const std::span<const FoundRun> found(result.found);
  const std::size_t most = options.campaign.keep_going ? found.size() : 1;
  take_all(small, found.first(std::min(most, found.size())), findings.until);
  progress.reset();

  bool is_all_written = result.corpus_error.empty();
  if (!is_all_written) console.err << result.corpus_error << "; the campaign ends here\n";
  std::vector<Counterexample>& all = small.all();
  std::size_t number = 0;
  for (std::size_t at = 0; at < all.size() && !options.out.empty(); ++at) {
    const ReadScenario& scenario = findings.scenarios[all[at].found.scenario];
    if (!save(all[at], number, options, scenario, console)) is_all_written = false;
  }
  const FuzzView view{.options = options,
                      .scenarios = findings.scenarios,
                      .result = result,
                      .shards = findings.shards,
                      .counterexamples = all,
                      .charts = console.charts,
                      .properties = console.properties,
                      .charm = console.charm};
  console.out << (options.json ? to_json_text(view) : to_text(view, console.colours));
  return exit_code(result, options, is_all_written);
}

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

}  // namespace sim
