// charmsim explore: all that can come of a scenario within bounds, and a certificate of it.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <ostream>

#include "sim/choices/list.h"
#include "sim/commands/certificate.h"
#include "sim/commands/commands.h"
#include "sim/commands/inputs.h"
#include "sim/commands/outputs.h"
#include "sim/commands/progress_line.h"
#include "sim/commands/quoted.h"
#include "sim/commands/search_text.h"
#include "sim/report/story_text.h"
#include "sim/scenario/own_choices.h"
#include "sim/scenario/read.h"
#include "sim/search/interleavings.h"

namespace sim {
namespace {

using Json = nlohmann::ordered_json;

// The scenario with that quantum and room for those changes in its text, as it is saved and
// explored.
std::optional<ReadScenario> as_explored(const ReadScenario& scenario, const ExploreOptions& options,
                                        const Console& console) {
  constexpr std::int64_t usual_ms = 1000;
  const std::int64_t own_ms = scenario.scenario.quantum.count() / 1000;
  const std::int64_t quantum_ms = options.quantum_ms.value_or(own_ms > 0 ? own_ms : usual_ms);
  const Changes& changes = scenario.scenario.changes;
  ReadScenario coarse = scenario;
  const Json own = Json::parse(scenario.text);
  Json json = own;
  if (own_ms != quantum_ms) json["quantum_ms"] = quantum_ms;
  if (options.allowance.leader_changes > changes.leaders) {
    json["leader_changes"] = options.allowance.leader_changes;
  }
  if (options.allowance.departures > changes.departures) {
    json["departures"] = options.allowance.departures;
  }
  if (json != own) coarse.text = json.dump(2) + '\n';
  auto read = read_scenario(coarse.text, scenario.file);
  if (!read) {
    console.err << to_text(read.error()) << '\n';
    return std::nullopt;
  }
  coarse.scenario = *std::move(read);
  return coarse;
}

std::string end_text(const Exploration& found) {
  const std::string bounds = (found.orders ? "all " : "with ") + covered_text(found);
  const std::string worlds = plural(found.worlds, "world");
  const std::string joined = found.orders ? " of " : " ";
  switch (found.end) {
    case ExplorationEnd::covered:
      return "covered " + (found.orders ? bounds : "all " + bounds) + ": " + worlds;
    case ExplorationEnd::violated: break;
    case ExplorationEnd::memory:
      return "NOT COVERED: memory is used up after " + worlds + joined + bounds;
    case ExplorationEnd::time:
      return "NOT COVERED: time is used up after " + worlds + joined + bounds;
    case ExplorationEnd::interrupted: return "interrupted after " + worlds + joined + bounds;
  }
  return "found something after " + worlds + joined + bounds;
}

std::string chance_text(double chance) {
  std::array<char, 32> text{};
  (void)std::snprintf(text.data(), text.size(), "%.1e", chance);
  return text.data();
}

int exit_code(const Exploration& found, bool holds) {
  if (!holds) return exit_broken;
  if (found.end == ExplorationEnd::interrupted) return exit_interrupted;
  return found.end == ExplorationEnd::covered ? exit_held : exit_bounded;
}

struct Told {
  const ExploreOptions& options;
  const ReadScenario& scenario;
  const Exploration& found;
  std::vector<Exploration> levels;  // that were covered before
  std::optional<Verdict> verdict;   // of the run that breaks something
};

std::string text_of(const Told& told) {
  std::string text;
  for (const Exploration& level : told.levels) text += verdict_line("covered", end_text(level));
  const Exploration& found = told.found;
  if (told.verdict) {
    const Violation& first = told.verdict->violations.at(0);
    text += verdict_line("verdict", "FAILED \"" + std::string(first.property) +
                                        "\" at t=" + to_seconds(charm::Duration(first.at.micros)) +
                                        ": " + first.what);
    if (found.is_livelock()) text += verdict_line("", std::string(to_text(found.round)));
    text += verdict_line("choices", to_text(*found.failing));
    if (told.options.save_file.empty()) {
      text += verdict_line("",
                           "in the scenario as it was explored, with steps of time and room for "
                           "changes: --save FILE keeps both");
    }
  }
  text += verdict_line(told.verdict ? "explored" : "verdict", end_text(found));
  text += verdict_line("worlds", std::to_string(found.with_hooks) +
                                     (found.with_hooks == 1 ? " of them has" : " of them have") +
                                     " a stopped hook" + "; " + plural(found.generated, "step") +
                                     "; the longest way has " + std::to_string(found.depth));
  if (found.orders) {
    text += verdict_line("moments", "time moves on in " + plural(found.orders->moments, "world"));
    if (found.orders->is_reduced) {
      const std::uint64_t passes = found.orders->passes;
      const std::string last =
          passes > 1 ? ", in the last of " + std::to_string(passes) + " searches" : std::string();
      text += verdict_line(
          "reduced", "orders: " + plural(found.orders->alone, "step") + " taken alone" + last);
    }
  }
  text += verdict_line("witnesses", std::to_string(found.witnesses.size()) + " reached");
  if (found.looked_for_rounds && !found.is_livelock()) {
    text += verdict_line("liveness", "no fair round of deviations goes on for ever");
  }
  text += verdict_line("time", "moves in steps of " +
                                   std::to_string(told.scenario.scenario.quantum.count() / 1000) +
                                   " ms; windows are widened to whole steps");
  text +=
      verdict_line("missed", "a world, with a chance of at most " + chance_text(found.missed()) +
                                 " (" + std::to_string(SeenWorlds::key_bits) + " bits a world)");
  if (!told.options.save_file.empty() && told.verdict) {
    text += verdict_line("saved", "./run replay " + quoted(told.options.save_file));
  }
  return text;
}

Json json_of(const OrdersCovered& orders) {
  const auto number = [](std::optional<std::int64_t> one) { return one ? Json(*one) : Json(); };
  return {{"reductions", orders.is_reduced ? Json::array({"orders"}) : Json::array()},
          {"from_ms", number(in_ms(orders.from))},
          {"until_ms", number(in_ms(orders.until))},
          {"moments", orders.moments},
          {"taken_alone", orders.alone},
          {"passes", orders.passes}};
}

Json json_of(const Exploration& found) {
  return {{"end", to_text(found.end)},
          {"deviations", found.allowance.deviations},
          {"faults", found.allowance.faults},
          {"leader_changes", found.allowance.leader_changes},
          {"departures", found.allowance.departures},
          {"liveness", found.looked_for_rounds},
          {"worlds", found.worlds},
          {"worlds_with_hooks", found.with_hooks},
          {"generated", found.generated},
          {"settled", found.ends},
          {"longest_way", found.depth},
          {"bytes", found.bytes},
          {"witnesses", found.witnesses},
          {"missed_at_most", found.missed()},
          {"orders", found.orders ? json_of(*found.orders) : Json()}};
}

std::string json_text_of(const Told& told) {
  Json json{{"schema", "charmsim-exploration/1"},
            {"scenario", told.scenario.file},
            {"quantum_ms", told.scenario.scenario.quantum.count() / 1000},
            {"levels", Json::array()},
            {"result", json_of(told.found)}};
  for (const Exploration& level : told.levels) json["levels"].push_back(json_of(level));
  if (told.verdict) {
    const Violation& first = told.verdict->violations.at(0);
    json["broken"] = {
        {"property", first.property},
        {"what", first.what},
        {"at_us", first.at.micros},
        {"livelock", told.found.is_livelock()},
        {"round", told.found.is_livelock() ? Json(to_text(told.found.round)) : Json()},
        {"choices", to_text(*told.found.failing)}};
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

// A run shows what was found; nothing: it holds, so that the search itself is wrong.
std::optional<Verdict> verdict_of(const ReadScenario& scenario, const CharmUnderTest& charm,
                                  const Deviations& choices) {
  Simulation simulation(scenario.scenario, charm, {});
  ListChoices list(choices);
  Verdict verdict = simulation.run(list);
  if (verdict.ok()) return std::nullopt;
  return verdict;
}

// Each covers the one before.
std::vector<Allowance> levels_to(const ExploreOptions& options) {
  if (options.all_orders) return {};
  const Allowance& all = options.allowance;
  Allowance level{.faults = all.faults};
  std::vector<Allowance> levels{level};
  const auto raise = [&](std::uint32_t& kind, std::uint32_t most) {
    while (kind < most) {
      ++kind;
      levels.push_back(level);
    }
  };
  raise(level.leader_changes, all.leader_changes);
  raise(level.departures, all.departures);
  raise(level.deviations, all.deviations);
  return levels;
}

InterleavingOptions orders_of(const ExploreOptions& options, const ExplorationOptions& limits) {
  const auto at_ms = [](std::optional<std::int64_t> ms) -> std::optional<charm::Instant> {
    if (!ms) return std::nullopt;
    return charm::Instant{*ms * 1000};
  };
  return {.reduces = options.reduces,
          .from = at_ms(options.from_ms),
          .until = at_ms(options.until_ms),
          .most_bytes = limits.most_bytes,
          .most_time = limits.most_time,
          .samples = limits.samples,
          .interrupted = limits.interrupted,
          .progress = limits.progress};
}

// Why it cannot be explored as it is asked for.
std::optional<std::string> why_not(const ExploreOptions& options, const ReadScenario& scenario) {
  const auto& budget = scenario.scenario.faults.budget;
  if (!own_choices(scenario.text).empty()) {
    return scenario.file +
           ": /choices: has choices of its own; an exploration begins with the calm "
           "run, and has none";
  }
  if (options.allowance.faults > 0 && std::ranges::count(budget, 0) == std::ssize(budget)) {
    return "--faults: " + scenario.file + " allows no faults";
  }
  if (options.allowance.departures > 0 && unit_capacity(scenario.scenario) < 2) {
    return "--departures: " + scenario.file + " has one unit, which stays";
  }
  if (options.from_ms && options.until_ms && *options.from_ms > *options.until_ms) {
    return "--from-ms: " + std::to_string(*options.from_ms) + " is after --until-ms, " +
           std::to_string(*options.until_ms);
  }
  if (options.allowance.parts() > Allowance::most_parts) {
    return "these bounds have " + std::to_string(options.allowance.parts()) +
           " combinations; must have at most " + std::to_string(Allowance::most_parts);
  }
  return std::nullopt;
}

ExplorationOptions limits_of(const ExploreOptions& options, const Console& console) {
  const bool is_certified = !options.certificate_file.empty();
  return {.most_bytes = options.most_bytes,
          .most_time = options.time,
          .samples = is_certified ? ExplorationOptions().samples : 0,
          .liveness = options.liveness,
          .interrupted = console.interrupted,
          .progress = {}};
}

}  // namespace

int explore_command(const ExploreOptions& options, const Console& console) {
  const auto read = read_scenario_for(options.scenario, console);
  if (!read) return exit_bad_input;
  const auto scenario = as_explored(*read, options, console);
  if (!scenario) return exit_bad_input;
  if (const auto why = why_not(options, *scenario)) {
    console.err << *why << '\n';
    return exit_bad_input;
  }
  Output save(options.save_file);
  Output certificate(options.certificate_file);
  if (const auto why = open_outputs({&save, &certificate}, options.scenario)) {
    console.err << *why << '\n';
    return exit_bad_input;
  }

  FlowMonitor flow(console.charts);
  const CharmUnderTest charm{&console.charm, console.properties, &flow};
  ProgressLine progress(console);
  const auto started = std::chrono::steady_clock::now();
  ExplorationOptions limits = limits_of(options, console);
  limits.progress = [&](const ExplorationCounts& counts) {
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - started;
    progress.show(std::to_string(counts.worlds) + " worlds, " +
                  std::to_string(static_cast<std::uint64_t>(static_cast<double>(counts.generated) /
                                                            spent.count())) +
                  " steps/s, " + std::to_string(counts.bytes >> 20U) + " MiB");
  };
  // One more of one kind after the other, deviations last: what is found has as few as can be.
  std::vector<Exploration> levels;
  Exploration found;
  if (options.all_orders) found = interleave(scenario->scenario, charm, orders_of(options, limits));
  for (const Allowance& level : levels_to(options)) {
    limits.allowance = level;
    if (options.time)
      limits.most_time = *options.time - (std::chrono::steady_clock::now() - started);
    if (found.worlds > 0) levels.push_back(found);
    found = explore(scenario->scenario, charm, limits);
    if (found.end != ExplorationEnd::covered) break;
  }
  progress.show({});
  if (options.all_orders && found.end == ExplorationEnd::covered && found.worlds == 0) {
    console.err << "--from-ms is " << options.from_ms.value_or(0)
                << "; must be before the end of the calm run\n";
    return exit_bad_input;
  }

  std::optional<Verdict> verdict;
  if (found.failing) {
    verdict = verdict_of(*scenario, charm, *found.failing);
    if (!verdict) {
      console.err << options.scenario
                  << ": the run of what was found holds: " << to_text(*found.failing) << '\n';
      return exit_bad_input;
    }
  }
  const int code = exit_code(found, !verdict);
  const Told told{options, *scenario, found, std::move(levels), std::move(verdict)};
  console.out << (options.json ? json_text_of(told) : text_of(told));
  bool are_written = true;
  if (save.is_wanted() && found.failing) {
    save.stream() << to_json_text(played(*scenario, *found.failing, console));
    are_written = finish_or_tell(save, console.err);
  }
  if (certificate.is_wanted()) {
    certificate.stream() << certificate_text(*scenario, found);
    are_written = finish_or_tell(certificate, console.err) && are_written;
  }
  return are_written ? code : exit_bad_input;
}

}  // namespace sim
