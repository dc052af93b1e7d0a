// charmsim explore: all that can come of a scenario within bounds, and a certificate of it.
#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <ostream>

#include "sim/choices/list.h"
#include "sim/commands/certificate.h"
#include "sim/commands/commands.h"
#include "sim/commands/explore_report.h"
#include "sim/commands/inputs.h"
#include "sim/commands/outputs.h"
#include "sim/commands/progress_line.h"
#include "sim/commands/search_text.h"
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

int exit_code(const Exploration& found, bool holds) {
  if (!holds) return exit_broken;
  if (found.end == ExplorationEnd::interrupted) return exit_interrupted;
  return found.end == ExplorationEnd::covered ? exit_held : exit_bounded;
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
  Allowance level;
  std::vector<Allowance> levels{level};
  const auto raise = [&](std::uint32_t& kind, std::uint32_t most) {
    while (kind < most) {
      ++kind;
      levels.push_back(level);
    }
  };
  raise(level.faults, all.faults);
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

struct Searched {
  std::vector<Exploration> levels;  // that were covered before, one after the other
  Exploration found;                // the last
};

// One more of one kind after the other, deviations last: what is found has as few as can be.
Searched search(const ExploreOptions& options, const ReadScenario& scenario,
                const CharmUnderTest& charm, const Console& console) {
  ProgressLine progress(console);
  const auto started = std::chrono::steady_clock::now();
  ExplorationOptions limits = limits_of(options, console);
  limits.progress = [&](const ExplorationCounts& counts) {
    progress.show(
        std::to_string(counts.worlds) + " worlds, " +
        std::to_string(per_second(counts.generated, std::chrono::steady_clock::now() - started)) +
        " steps/s, " + std::to_string(counts.bytes >> 20U) + " MiB");
  };
  Searched searched;
  Exploration& found = searched.found;
  if (options.all_orders) found = interleave(scenario.scenario, charm, orders_of(options, limits));
  for (const Allowance& level : levels_to(options)) {
    limits.allowance = level;
    if (options.time) {
      limits.most_time = *options.time - (std::chrono::steady_clock::now() - started);
    }
    if (found.worlds > 0) searched.levels.push_back(std::move(found));
    found = explore(scenario.scenario, charm, limits);
    if (found.end != ExplorationEnd::covered) break;
  }
  return searched;
}

// What there is beyond what was covered, if that is not all.
std::optional<LeftOpen> left_open(const ExploreOptions& options, const Exploration& found) {
  if (found.end == ExplorationEnd::covered) return std::nullopt;
  return LeftOpen{.end = found.end,
                  .begun = found.allowance,
                  .worlds = found.worlds,
                  .asked = options.allowance};
}

// Puts it in its place. Why that could not be is told at once, and returned.
std::string put_in_place(Output& output, const Console& console) {
  if (output.finish()) return {};
  std::string why = cannot_be_written(output.path());
  console.err << why << '\n';
  return why;
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
  const auto [levels, found] = search(options, *scenario, charm, console);
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
  ExploreView view{options, *scenario, found, levels, verdict, {}, {}};
  if (const auto* covered = view.covered(); certificate.is_wanted() && covered != nullptr) {
    certificate.stream() << certificate_text(*scenario, *covered, left_open(options, found));
    view.not_certified = put_in_place(certificate, console);
  }
  if (save.is_wanted() && found.failing) {
    save.stream() << to_json_text(played(*scenario, *found.failing, console));
    view.not_saved = put_in_place(save, console);
  }
  console.out << (options.json ? to_json_text(view) : to_text(view));
  const bool are_written = view.not_certified.empty() && view.not_saved.empty();
  return are_written ? code : exit_bad_input;
}

}  // namespace sim
