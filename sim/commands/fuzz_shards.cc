// Sums, and lists of what was found: of one shard after the other they are those of one run.
#include "sim/commands/fuzz_shards.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>

#include "sim/commands/member_reader.h"
#include "sim/commands/property_names.h"
#include "sim/flow/coverage.h"
#include "sim/scenario/read.h"

namespace sim {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint64_t any_number = std::numeric_limits<std::uint64_t>::max();
constexpr std::string_view no_fault = "none";

// Of a hook what HookMet has of it: kind and subject, numbers that mean the same in these sources.
Json hooks_json(const HooksMet& hooks) {
  Json list = Json::array();
  for (const auto& [met, times] : hooks) {
    const bool is_fault = met.fault < fault_kind_count;
    list.push_back({{"kind", static_cast<std::uint8_t>(met.kind)},
                    {"subject", met.subject},
                    {"outcome", to_text(met.outcome)},
                    {"fault", is_fault ? to_text(static_cast<FaultKind>(met.fault)) : no_fault},
                    {"times", times}});
  }
  return list;
}

// How many subjects events of this kind can have; where it is none, that is written as 0.
std::size_t subject_count(const charm::CharmDefinition& charm, charm::EventKind kind) {
  switch (charm::subject_of(kind)) {
    case charm::Subject::relation: return charm.relations.size();
    case charm::Subject::storage: return charm.storages.size();
    case charm::Subject::action: return charm.actions.size();
    case charm::Subject::container:
    case charm::Subject::none: break;
  }
  return 1;
}

Json part_of(const CampaignResult& result) {
  Json found = Json::array();
  for (const FoundRun& one : result.found) {
    found.push_back({{"scenario", one.scenario},
                     {"run", one.run},
                     {"property", one.property},
                     {"what", one.what},
                     {"choices", to_text(one.choices)}});
  }
  return {{"runs", result.runs},
          {"violations", result.violations},
          {"dispatches", result.dispatches},
          {"calls", result.calls},
          {"actions", result.actions},
          {"simulated_us", result.simulated.count() / 1000},
          {"found", std::move(found)},
          {"witnesses", result.witnesses},
          {"coverage", Json::parse(to_json_text(result.coverage))},
          {"hooks", hooks_json(result.hooks)}};
}

// The charm and its names, by which what is read must go.
class Merger {
 public:
  Merger(MergedCampaign& to, const Console& console)
      : to_(to), console_(console), names_(property_names(console.properties)) {}

  void read_question(MemberReader& reader, const Json& json) {
    const std::string pointer = "/question";
    CampaignOptions& options = to_.options;
    const auto strategy = parse_strategy(reader.text(json, pointer, "strategy"));
    if (!strategy || *strategy == Strategy::odometer) {
      reader.refuse(pointer_to(pointer, "strategy"), "is none of a shard",
                    "must be swarm, random or pct");
    }
    options.strategy = strategy.value_or(Strategy::swarm);
    options.first_seed = reader.number(json, pointer, "first_seed", 0, any_number);
    options.runs = reader.number(json, pointer, "runs", 1, most_sharded_runs);
    options.bounds.deviations = reader.small(json, pointer, "deviations");
    options.bounds.questions = reader.small(json, pointer, "questions");
    options.permutes_deferrals = reader.truth(json, pointer, "permute_deferrals");
    const Json& list = reader.list(json, pointer, "scenarios");
    if (list.empty()) {
      reader.refuse(pointer_to(pointer, "scenarios"), "is empty", "must have a scenario");
    }
    for (std::size_t at = 0; at < list.size() && !error_; ++at) {
      read_scenario_of(reader, list[at], pointer_to(pointer_to(pointer, "scenarios"), at));
    }
  }

  void read_part(MemberReader& reader, const ShardPart& part, const RunRange& range) {
    const Json& json = part.body;
    CampaignResult& result = to_.result;
    const std::uint64_t runs = range.size() * to_.scenarios.size();
    result.runs += reader.number(json, part.pointer, "runs", runs, runs);
    result.violations += reader.number(json, part.pointer, "violations", 0, runs);
    result.dispatches += reader.number(json, part.pointer, "dispatches", 0, any_number);
    result.calls += reader.number(json, part.pointer, "calls", 0, any_number);
    result.actions += reader.number(json, part.pointer, "actions", 0, any_number);
    constexpr std::uint64_t most_us = std::numeric_limits<std::int64_t>::max() / 1000;
    result.simulated +=
        std::chrono::microseconds(reader.number(json, part.pointer, "simulated_us", 0, most_us));
    const std::string found = pointer_to(part.pointer, "found");
    const Json& list = reader.list(json, part.pointer, "found");
    for (std::size_t at = 0; at < list.size(); ++at) {
      read_found(reader, list[at], pointer_to(found, at), range);
    }
    read_witnesses(reader, json, part.pointer);
    read_coverage_of(reader, json, part.pointer);
    read_hooks(reader, json, part.pointer);
  }

  // In the properties' order, as of one run.
  void finish() {
    for (const Property& property : console_.properties) {
      if (witnesses_.contains(property.name)) to_.result.witnesses.push_back(property.name);
    }
  }
  // Of a scenario, whose place in the file the reader cannot tell.
  [[nodiscard]] const std::optional<ScenarioError>& error() const { return error_; }

 private:
  void read_scenario_of(MemberReader& reader, const Json& json, const std::string& pointer) {
    const std::string name = reader.text(json, pointer, "file");
    std::string text = reader.text(json, pointer, "text");
    if (reader.error()) return;
    const std::string place = reader.file() + ": " + pointer + ": " + name;
    auto scenario = read_scenario(text, place);
    if (!scenario) {
      error_ = std::move(scenario.error());
      return;
    }
    error_ = wrong_property_name(*scenario, text, place, console_.properties);
    to_.scenarios.push_back({name, std::move(text), *std::move(scenario)});
  }

  // Of each scenario and property the first ones of all shards, as one run has them.
  void read_found(MemberReader& reader, const Json& json, const std::string& pointer,
                  const RunRange& range) {
    FoundRun one;
    one.scenario = reader.number(json, pointer, "scenario", 0, to_.scenarios.size() - 1);
    one.run = reader.number(json, pointer, "run", range.begin, range.end - 1);
    if (to_.options.strategy == Strategy::swarm) one.seed = to_.options.first_seed + one.run;
    one.what = reader.text(json, pointer, "what");
    const std::string property = reader.text(json, pointer, "property");
    const auto known = std::ranges::find(names_, property, &PropertyName::name);
    if (known == names_.end()) {
      reader.refuse(pointer_to(pointer, "property"), "is \"" + printable(property) + '"',
                    "must be the name of a property");
      return;
    }
    one.property = known->name;
    DeviationsError error;
    auto choices = parse_deviations(reader.text(json, pointer, "choices"), error);
    if (!choices) {
      reader.refuse(pointer_to(pointer, "choices"), error.what, "must be a list of choices");
      return;
    }
    one.choices = *std::move(choices);
    if (++times_[{one.scenario, one.property}] > found_most) return;
    to_.result.found.push_back(std::move(one));
  }

  void read_witnesses(MemberReader& reader, const Json& json, const std::string& parent) {
    const std::string pointer = pointer_to(parent, "witnesses");
    const Json& list = reader.list(json, parent, "witnesses");
    for (std::size_t at = 0; at < list.size(); ++at) {
      const std::string name = list[at].is_string() ? list[at].get<std::string>() : std::string();
      const auto known = std::ranges::find(console_.properties, name, &Property::name);
      if (known != console_.properties.end()) {
        witnesses_.insert(known->name);
      } else {
        reader.refuse(pointer_to(pointer, at), "is no witness", "must be the name of one");
      }
    }
  }

  void read_coverage_of(MemberReader& reader, const Json& json, const std::string& parent) {
    const Json member = json.value("coverage", Json());
    const auto coverage = read_coverage(member.dump(), reader.file());
    if (coverage) {
      to_.result.coverage.add(*coverage);
    } else {
      reader.refuse(pointer_to(parent, "coverage") + coverage.error().pointer,
                    coverage.error().what, coverage.error().expected);
    }
  }

  void read_hooks(MemberReader& reader, const Json& json, const std::string& parent) {
    const Json& list = reader.list(json, parent, "hooks");
    for (std::size_t at = 0; at < list.size(); ++at) {
      const std::string pointer = pointer_to(pointer_to(parent, "hooks"), at);
      HookMet met;
      met.kind = static_cast<charm::EventKind>(
          reader.number(list[at], pointer, "kind", 0, charm::event_kind_count - 1));
      const std::size_t subjects = subject_count(console_.charm, met.kind);
      if (subjects == 0) reader.refuse(pointer_to(pointer, "kind"), "is none of the charm's", "");
      met.subject = static_cast<std::uint8_t>(
          reader.number(list[at], pointer, "subject", 0, subjects == 0 ? 0 : subjects - 1));
      const std::string outcome = reader.text(list[at], pointer, "outcome");
      std::uint8_t number = 0;
      while (number < hook_outcome_count && to_text(static_cast<HookOutcome>(number)) != outcome) {
        ++number;
      }
      if (number == hook_outcome_count) {
        reader.refuse(pointer_to(pointer, "outcome"), "is \"" + printable(outcome) + '"',
                      "must be how a hook ends");
        return;
      }
      met.outcome = static_cast<HookOutcome>(number);
      met.fault = fault_of(reader.text(list[at], pointer, "fault"));
      to_.result.hooks[met] += reader.number(list[at], pointer, "times", 1, any_number);
    }
  }

  MergedCampaign& to_;
  const Console& console_;
  std::vector<PropertyName> names_;
  std::map<std::pair<std::size_t, std::string_view>, std::uint64_t> times_;
  std::set<std::string_view> witnesses_;
  std::optional<ScenarioError> error_;
};

}  // namespace

ShardFile shard_file_of(const CampaignOptions& options, const std::vector<ReadScenario>& scenarios,
                        const CampaignResult& result) {
  Json asked = Json::array();
  for (const ReadScenario& scenario : scenarios) {
    asked.push_back({{"file", scenario.file}, {"text", scenario.text}});
  }
  ShardFile file{.command = "fuzz", .count = options.shard.count};
  file.question = {
      {"strategy", to_text(options.strategy)}, {"first_seed", options.first_seed},
      {"runs", options.runs.value_or(0)},      {"deviations", options.bounds.deviations},
      {"questions", options.bounds.questions}, {"permute_deferrals", options.permutes_deferrals},
      {"scenarios", std::move(asked)}};
  file.parts[options.shard.index].body = part_of(result);
  return file;
}

std::expected<MergedCampaign, ScenarioError> campaign_of(const ShardFile& file,
                                                         const std::string& first,
                                                         const Console& console) {
  MergedCampaign merged{.options = {.workers = 0, .keep_going = true}, .shards = file.shards()};
  Merger merger(merged, console);
  MemberReader question(first);
  merger.read_question(question, file.question);
  if (question.error()) return std::unexpected(*question.error());
  if (merger.error()) return std::unexpected(*merger.error());
  for (const auto& [index, part] : file.parts) {
    MemberReader reader(part.file);
    merger.read_part(reader, part, runs_of({index, file.count}, *merged.options.runs));
    if (reader.error()) return std::unexpected(*reader.error());
  }
  merger.finish();
  return merged;
}

}  // namespace sim
