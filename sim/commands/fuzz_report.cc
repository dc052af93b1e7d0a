// Sums and lists. Whatever depends on how fast the machine is stands in one line, the last.
#include "sim/commands/fuzz_report.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/commands/quoted.h"
#include "sim/commands/search_text.h"
#include "sim/flow/coverage.h"
#include "sim/report/story_text.h"

namespace sim {
namespace {

using Json = nlohmann::ordered_json;

struct ChartSum {
  std::size_t nodes = 0;
  std::size_t nodes_walked = 0;
  std::size_t arrows = 0;
  std::size_t arrows_walked = 0;
};

ChartSum sum_of(const Coverage& coverage, const ChartSet& charts) {
  ChartSum sum;
  for (const auto& [name, chart] : charts.all_refined()) {
    const auto found = coverage.charts.find(name);
    const CoverageSummary one =
        summarise(chart, found == coverage.charts.end() ? ChartCounts{} : found->second);
    sum.nodes += one.nodes;
    sum.nodes_walked += one.nodes - one.nodes_never_walked.size();
    sum.arrows += one.arrows;
    sum.arrows_walked += one.arrows - one.arrows_never_walked.size();
  }
  return sum;
}

std::string in_words(const ChartSum& sum) {
  return std::to_string(sum.nodes_walked) + " of " + std::to_string(sum.nodes) + " nodes, " +
         std::to_string(sum.arrows_walked) + " of " + std::to_string(sum.arrows) + " arrows";
}

std::size_t witness_count(std::span<const Property> properties) {
  return static_cast<std::size_t>(std::ranges::count(properties, Form::sometimes, &Property::form));
}

std::string coloured(std::string_view text, std::string_view colour, bool colours) {
  if (!colours) return std::string(text);
  return std::string(colour).append(text).append("\033[0m");
}

std::string fault_text(std::uint8_t fault) {
  return fault == fault_kind_count ? "none" : std::string(to_text(static_cast<FaultKind>(fault)));
}

std::string_view id_of(std::span<const Property> properties, std::string_view name) {
  const auto found = std::ranges::find(properties, name, &Property::name);
  return found == properties.end() ? std::string_view() : found->id;
}

std::string named(std::span<const Property> properties, std::string_view name) {
  std::string text(id_of(properties, name));
  if (!text.empty()) text += ' ';
  return text.append("\"").append(name).append("\"");
}

// What was tried of all that there is, for the odometer.
std::string covered_text(const FuzzView& view) {
  const SearchBounds& bounds = view.options.campaign.bounds;
  const std::string within = " within the first " + plural(bounds.questions, "question");
  if (view.result.is_covered) {
    return "all runs with at most " + plural(bounds.deviations, "deviation") + within;
  }
  if (!view.result.covered_deviations) return "not all, not even the calm run";
  return "not all; of those with at most " + plural(*view.result.covered_deviations, "deviation") +
         within + ", all";
}

// Some shards' runs are not all that there are.
std::string partial_text(const FuzzView& view) {
  const ShardSet& shards = view.shards;
  const std::uint64_t runs = view.options.campaign.runs.value_or(0);
  return (shards.has.size() == 1 ? "only shard " : "only shards ") + to_text(shards.has) + " of " +
         std::to_string(shards.count) + ", " + std::to_string(shards.runs(runs)) + " of " +
         plural(runs, "run") + " of each scenario: what the others have is not in this";
}

// What plays it again; empty: only the saved file does.
std::string reproduce_text(const FuzzView& view, const Counterexample& one) {
  constexpr std::size_t longest = 100'000;  // bytes; a kernel takes no argument of over 128 KiB
  const std::string& file = view.scenarios[one.found.scenario].file;
  if (!one.shrunk && one.found.seed) {
    const bool permutes = view.options.campaign.permutes_deferrals;
    return "./run " + quoted(file) + " --seed " + std::to_string(*one.found.seed) +
           (permutes ? " --permute-deferrals" : "");
  }
  std::string line = reproduce_line(file, one.shrunk ? one.shrunk->choices : one.found.choices);
  if (line.size() <= longest) return line;
  return one.file.empty() ? std::string() : "./run replay " + quoted(one.file);
}

std::string counterexample_text(const FuzzView& view, const Counterexample& one, bool colours) {
  const ReadScenario& scenario = view.scenarios[one.found.scenario];
  const bool is_shrunk = one.shrunk.has_value();
  const Deviations& choices = is_shrunk ? one.shrunk->choices : one.found.choices;
  std::string text = verdict_line("verdict", coloured("FAILED", "\033[31m", colours) + " " +
                                                 named(view.properties, one.found.property) +
                                                 " in " + scenario.file);
  if (is_shrunk) {
    text +=
        verdict_line("", "at t=" + to_seconds(charm::Duration(one.shrunk->violation.at.micros)) +
                             ": " + one.shrunk->violation.what);
  } else {
    text += verdict_line("", one.found.what);
  }
  if (one.found.seed) text += verdict_line("seed", std::to_string(*one.found.seed));
  if (is_shrunk) {
    text += verdict_line(
        "shrunk", "from " + plural(one.found.choices.size(), "choice") + " to " +
                      std::to_string(choices.size()) + " in " + std::to_string(one.shrunk->tries) +
                      " runs: " + minimality_text(one.shrunk->is_minimal, choices));
  } else {
    text += verdict_line(
        "shrunk", one.is_cut_short ? "no, there was no time left" : "no, it was ended before");
  }
  if (one.story && one.story->is_other()) {
    text += verdict_line("", "the same with less of a story: " + left_out_text(*one.story) +
                                 " left out, " + plural(one.story->run.choices.size(), "choice"));
  }
  if (is_shrunk && one.is_cut_short) {
    text += verdict_line("", "cut short when its time was over: it may not be 1-minimal");
  }
  if (one.more_runs > 0)
    text += verdict_line("", plural(one.more_runs, "more run") + " came to the same");
  const std::string reproduce = reproduce_text(view, one);
  text += verdict_line("reproduce", reproduce.empty()
                                        ? "its choices are too many for a command: --out keeps them"
                                        : reproduce);
  if (!one.file.empty()) text += verdict_line("saved", "./run replay " + quoted(one.file));
  return text;
}

Json json_of(const Shrunk& shrunk) {
  return {{"choices", to_text(shrunk.choices)},  {"count", shrunk.choices.size()},
          {"minimal", shrunk.is_minimal},        {"tries", shrunk.tries},
          {"at_us", shrunk.violation.at.micros}, {"what", shrunk.violation.what}};
}

Json json_of(const FuzzView& view, const Counterexample& one) {
  const ReadScenario& scenario = view.scenarios[one.found.scenario];
  Json json{{"scenario", scenario.file},
            {"property", one.found.property},
            {"id", id_of(view.properties, one.found.property)},
            {"what", one.found.what},
            {"seed", one.found.seed ? Json(*one.found.seed) : Json()},
            {"choices", to_text(one.found.choices)},
            {"more_runs", one.more_runs},
            {"shrunk", one.shrunk ? json_of(*one.shrunk) : Json()},
            {"cut_short", one.is_cut_short}};
  if (one.story) {
    Json story = json_of(one.story->run);
    story["steps_removed"] = one.story->steps_removed;
    story["units_removed"] = one.story->units_removed;
    story["fault_kinds_removed"] = one.story->fault_kinds_removed;
    story["scenario"] = one.story->scenario;
    json["story"] = std::move(story);
  }
  json["reproduce"] = reproduce_text(view, one);
  json["file"] = one.file;
  return json;
}

Json hooks_json(const FuzzView& view) {
  Json list = Json::array();
  for (const auto& [met, times] : view.result.hooks) {
    const charm::Event event{.kind = met.kind, .subject = met.subject};
    list.push_back({{"hook", hook_name(view.charm, event)},
                    {"outcome", to_text(met.outcome)},
                    {"fault", fault_text(met.fault)},
                    {"times", times}});
  }
  return list;
}

}  // namespace

std::string left_out_text(const ShrunkStory& story) {
  std::string text;
  const auto say = [&text](std::size_t count, const std::string& what) {
    if (count > 0) text.append(text.empty() ? "" : ", ").append(plural(count, what));
  };
  say(story.steps_removed, "step");
  say(story.units_removed, "unit");
  say(story.fault_kinds_removed, "kind");
  if (story.fault_kinds_removed > 0) text += " of faults";
  return text;
}

std::string minimality_text(bool is_minimal, const Deviations& choices) {
  if (!is_minimal) return "not minimal: it was ended before";
  if (choices.empty()) return "the calm run fails";
  return "none of them can be left out or be made calmer";
}

std::string reproduce_line(const std::string& scenario, const Deviations& choices) {
  const std::string text = "./run " + quoted(scenario);
  return choices.empty() ? text : text + " --choices " + to_text(choices);
}

std::string progress_text(const CampaignResult& so_far, const ChartSet& charts,
                          std::span<const Property> properties) {
  const ChartSum sum = sum_of(so_far.coverage, charts);
  const auto share = [](std::size_t part, std::size_t whole) {
    return std::to_string(part) + '/' + std::to_string(whole);
  };
  return std::to_string(so_far.real.count() / 1'000'000'000) + " s, " + plural(so_far.runs, "run") +
         ", " + std::to_string(per_second(so_far.runs, so_far.real)) + " runs/s, " +
         std::to_string(per_second(so_far.dispatches, so_far.real)) + " hooks/s, " +
         std::to_string(properties.size() - witness_count(properties)) +
         " properties: " + std::to_string(so_far.violations) + " broken, arrows " +
         share(sum.arrows_walked, sum.arrows) + ", witnesses " +
         share(so_far.witnesses.size(), witness_count(properties)) + ", hooks x faults " +
         std::to_string(so_far.hooks.size());
}

std::string to_text(const FuzzView& view, bool colours) {
  const CampaignResult& result = view.result;
  const CampaignOptions& campaign = view.options.campaign;
  std::string text;
  for (const Counterexample& one : view.counterexamples) {
    text += counterexample_text(view, one, colours) + '\n';
  }
  if (result.violations == 0) {
    text += verdict_line("verdict", result.runs == 0 ? "nothing was run"
                                                     : coloured("all held", "\033[32m", colours) +
                                                           ", in " + plural(result.runs, "run"));
  } else {
    text += verdict_line("verdict", coloured("FAILED", "\033[31m", colours) + ": " +
                                        std::to_string(result.violations) + " of " +
                                        plural(result.runs, "run"));
  }
  std::uint64_t shown = 0;
  for (const Counterexample& one : view.counterexamples) shown += 1 + one.more_runs;
  if (view.options.shard) {
    if (result.violations > 0) text += verdict_line("", "merge makes them small and tells them");
  } else if (campaign.keep_going && shown < result.violations) {
    text += verdict_line("", std::to_string(result.violations - shown) +
                                 " of them were not shrunk: of a property " +
                                 std::to_string(found_most) + " are");
  }
  if (!view.shards.is_whole()) text += verdict_line("", partial_text(view));
  if (result.was_interrupted) text += verdict_line("", "interrupted: that is how far it came");
  text +=
      verdict_line("strategy", std::string(to_text(campaign.strategy)) +
                                   (campaign.strategy == Strategy::odometer
                                        ? ": " + covered_text(view)
                                        : ", seeds from " + std::to_string(campaign.first_seed)) +
                                   ", " + plural(view.scenarios.size(), "scenario"));
  const std::size_t witnesses = witness_count(view.properties);
  text +=
      verdict_line("properties", std::to_string(view.properties.size() - witnesses) + " judged");
  text += verdict_line("witnesses", std::to_string(result.witnesses.size()) + " of " +
                                        std::to_string(witnesses) + " reached");
  for (const Property& property : view.properties) {
    if (property.form != Form::sometimes) continue;
    if (std::ranges::find(result.witnesses, property.name) != result.witnesses.end()) continue;
    text += verdict_line("", "never: " + std::string(property.name));
  }
  text += verdict_line("charts", "walked: " + in_words(sum_of(result.coverage, view.charts)));
  text += verdict_line("hooks", std::to_string(result.hooks.size()) +
                                    " combinations of a hook, its outcome and a fault");
  if (campaign.corpus != nullptr) {
    text += verdict_line("corpus", std::to_string(campaign.corpus->entries().size()) + " lists, " +
                                       std::to_string(result.kept) + " of them new");
  }
  text += verdict_line("work", std::to_string(result.dispatches) + " dispatches, " +
                                   std::to_string(result.calls) + " port calls, " +
                                   std::to_string(result.simulated.count() / 1'000'000'000) +
                                   " s simulated");
  if (campaign.workers == 0) return text;
  text += verdict_line("speed", std::to_string(per_second(result.runs, result.real)) + " runs/s, " +
                                    std::to_string(per_second(result.dispatches, result.real)) +
                                    " hooks/s, " +
                                    std::to_string(per_second(result.calls, result.real)) +
                                    " port calls/s, with " + plural(campaign.workers, "worker"));
  return text;
}

std::string to_json_text(const FuzzView& view) {
  const CampaignResult& result = view.result;
  const CampaignOptions& campaign = view.options.campaign;
  Json scenarios = Json::array();
  for (const ReadScenario& scenario : view.scenarios) scenarios.push_back(scenario.file);
  Json found = Json::array();
  for (const Counterexample& one : view.counterexamples) found.push_back(json_of(view, one));
  const ChartSum sum = sum_of(result.coverage, view.charts);
  Json json{{"schema", "charmsim-fuzz/1"},
            {"held", result.violations == 0},
            {"interrupted", result.was_interrupted},
            {"scenarios", std::move(scenarios)},
            {"strategy", to_text(campaign.strategy)},
            {"first_seed", campaign.first_seed},
            {"runs", result.runs},
            {"violations", result.violations},
            {"found", std::move(found)},
            {"witnesses", result.witnesses},
            {"charts",
             {{"nodes", sum.nodes},
              {"nodes_walked", sum.nodes_walked},
              {"arrows", sum.arrows},
              {"arrows_walked", sum.arrows_walked}}},
            {"hooks", hooks_json(view)},
            {"dispatches", result.dispatches},
            {"calls", result.calls},
            {"actions", result.actions},
            {"simulated_us", result.simulated.count() / 1000}};
  if (campaign.strategy == Strategy::odometer) {
    json["covered"] = {
        {"all", result.is_covered},
        {"deviations", result.covered_deviations ? Json(*result.covered_deviations) : Json()},
        {"questions", campaign.bounds.questions}};
  }
  if (campaign.corpus != nullptr) {
    json["corpus"] = {{"lists", campaign.corpus->entries().size()},
                      {"new", result.kept},
                      {"error", result.corpus_error}};
  }
  if (!view.shards.is_whole()) {
    json["shards"] = {{"of", view.shards.count}, {"has", view.shards.has}};
  }
  if (campaign.workers > 0)
    json["speed"] = {{"workers", campaign.workers}, {"real_us", result.real.count() / 1000}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace sim
