// charmsim diff: where two saved runs part, or a failing one and its nearest that passes.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "sim/commands/inputs.h"
#include "sim/commands/search_text.h"

namespace sim {
namespace {

// Up to two runs are played for each, and who compares by hand wants few.
constexpr std::size_t most_choices = 64;

// `without 1.call.17=3`, `1.call.17=2 instead of 3`: the one choice in which it is calmer.
std::string calmer_text(const Deviations& failing, const Deviations& passing) {
  if (passing.empty()) return "the calm run";
  const auto [was, is] = std::ranges::mismatch(failing, passing);
  if (failing.size() > passing.size()) return "without " + to_text(Deviations{*was});
  return to_text(Deviations{*is}) + " instead of " + std::to_string(was->option);
}

int compare(const ReadRun& first, const ReadRun& second, bool json, const Console& console) {
  const CharmUnderTest charm{&console.charm, console.properties, nullptr};
  const OfRun a{first.scenario, first.choices};
  const OfRun b{second.scenario, second.choices};
  const RunsApart apart = compare_runs(a, b, charm, console.interrupted);
  if (console.is_interrupted()) return exit_interrupted;
  console.out << (json ? to_json(apart, a, b, console).dump(2) + '\n'
                       : apart_text(apart, a, b, {"  first", "  second"}, console));
  return apart.is_choice() || apart.is_event ? exit_broken : exit_held;
}

// Why no calmer run of it is looked for; empty: it is.
std::string refusal(const ReadRun& run, const std::string& broken) {
  if (run.saved.broken.empty()) return "all held: a second run is missing";
  if (run.choices.size() > most_choices) {
    return "has " + std::to_string(run.choices.size()) +
           " choices: shrink it first, with `shrink FILE -o SMALL`";
  }
  if (!broken.empty()) return {};
  return "the file says that \"" + run.saved.broken +
         "\" broke; now all held: there is nothing to compare";
}

// That there is none.
void tell_alone(const std::string& why, bool json, const Console& console) {
  if (!json) {
    console.out << verdict_line("diff", why);
    return;
  }
  const nlohmann::ordered_json told{
      {"schema", "charmsim-diff/1"}, {"same", false}, {"passing", nullptr}, {"why", why}};
  console.out << told.dump(2) << '\n';
}

int compare_with_nearest(const ReadRun& run, const DiffOptions& options, const Console& console) {
  const CharmUnderTest charm{&console.charm, console.properties, nullptr};
  const bool is_short = !run.saved.broken.empty() && run.choices.size() <= most_choices;
  const std::string broken = is_short ? broken_now(run, charm, console) : std::string();
  if (console.is_interrupted()) return exit_interrupted;
  if (const std::string why = refusal(run, broken); !why.empty()) {
    console.err << options.first << ": " << why << '\n';
    return exit_bad_input;
  }
  if (run.choices.empty()) {
    tell_alone("the calm run itself fails: there is none that is calmer", options.json, console);
    return exit_broken;
  }
  const OfRun a{run.scenario, run.choices};
  const auto passing = nearest_passing(a, charm, console.interrupted);
  if (console.is_interrupted()) return exit_interrupted;
  if (!passing) {
    tell_alone("no run that is one choice calmer holds: is it shrunk?", options.json, console);
    return exit_broken;
  }
  const OfRun b{run.scenario, *passing};
  const RunsApart apart = compare_runs(a, b, charm, console.interrupted);
  if (console.is_interrupted()) return exit_interrupted;
  if (options.json) {
    auto json = to_json(apart, a, b, console);
    json["passing"] = {{"choices", to_text(*passing)},
                       {"what", calmer_text(run.choices, *passing)}};
    console.out << json.dump(2) << '\n';
    return exit_broken;
  }
  console.out << verdict_line("passing", calmer_text(run.choices, *passing))
              << apart_text(apart, a, b, {"  failing", "  passing"}, console);
  return exit_broken;
}

}  // namespace

int diff_command(const DiffOptions& options, const Console& console) {
  const auto first = read_run_for(options.first, console);
  if (!first) return exit_bad_input;
  const auto tell_if_interrupted = [&](int code) {
    if (code == exit_interrupted) console.err << options.first << ": interrupted\n";
    return code;
  };
  if (options.second.empty()) {
    return tell_if_interrupted(compare_with_nearest(*first, options, console));
  }
  const auto second = read_run_for(options.second, console);
  if (!second) return exit_bad_input;
  return tell_if_interrupted(compare(*first, *second, options.json, console));
}

}  // namespace sim
