// charmsim twice: runs that must be the same, held against each other.
#include <nlohmann/json.hpp>
#include <ostream>

#include "sim/choices/list.h"
#include "sim/choices/random.h"
#include "sim/commands/inputs.h"
#include "sim/commands/search_text.h"
#include "sim/report/story_text.h"
#include "sim/scenario/own_choices.h"
#include "sim/search/lockstep.h"

namespace sim {
namespace {

struct Task {
  Scenario scenario;
  std::optional<Deviations> choices;  // of a saved run
  Deviations own;                     // of a scenario, where no seed is given
};

std::optional<Task> prepare(const std::string& file, const Console& console) {
  const auto text = read_file(file);
  const auto json = nlohmann::json::parse(text ? *text : std::string(), nullptr, false);
  if (json.is_object() && json.contains("schema")) {
    auto run = read_run_for(file, console);
    if (!run) return std::nullopt;
    return Task{std::move(run->scenario), std::move(run->choices), {}};
  }
  auto scenario = read_scenario_for(file, console);
  if (!scenario) return std::nullopt;
  return Task{std::move(scenario->scenario), std::nullopt, own_choices(scenario->text)};
}

std::optional<Apart> run_once(const Task& task, std::optional<std::uint64_t> seed,
                              const CharmUnderTest& charm, const Console& console) {
  if (seed) {
    const RandomChoices::Options options{.permutes_deferrals = task.scenario.permutes_deferrals};
    RandomChoices first(*seed, options);
    RandomChoices second(*seed, options);
    return run_twice(task.scenario, charm, first, second, console.interrupted);
  }
  ListChoices first(task.choices.value_or(task.own));
  ListChoices second(task.choices.value_or(task.own));
  return run_twice(task.scenario, charm, first, second, console.interrupted);
}

std::string text_of(const Apart& apart, const charm::AppName& app) {
  std::string where = apart.unit ? to_text(app, *apart.unit) : std::string("the world");
  if (!apart.hook.empty()) where += ", in its hook " + apart.hook;
  if (!apart.call.empty()) where += ", at the call " + apart.call;
  return verdict_line("where", where) +
         verdict_line("when", "t=" + to_seconds(charm::Duration(apart.at.micros)) + ", after " +
                                  std::to_string(apart.step) + " steps that were the same") +
         verdict_line("what", apart.field) + verdict_line("  first", apart.first) +
         verdict_line("  second", apart.second);
}

// `charmsim-twice/1`; `apart` is null if every run was the same two times.
std::string json_text_of(std::uint64_t runs, const std::optional<Apart>& apart,
                         std::optional<std::uint64_t> seed, const charm::AppName& app) {
  using Json = nlohmann::ordered_json;
  Json json{{"schema", "charmsim-twice/1"}, {"same", !apart}, {"runs", runs}, {"apart", nullptr}};
  if (apart) {
    json["apart"] = {{"seed", seed ? Json(*seed) : Json()},
                     {"unit", apart->unit ? Json(to_text(app, *apart->unit)) : Json()},
                     {"hook", apart->hook},
                     {"call", apart->call},
                     {"at_us", apart->at.micros},
                     {"same_steps", apart->step},
                     {"field", apart->field},
                     {"first", apart->first},
                     {"second", apart->second}};
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace

int twice_command(const TwiceOptions& options, const Console& console) {
  const auto task = prepare(options.file, console);
  if (!task) return exit_bad_input;
  if (task->choices && options.seed) {
    console.err << options.file << ": a saved run has its choices: --seed is for a scenario\n";
    return exit_bad_input;
  }
  const CharmUnderTest charm{&console.charm, console.properties, nullptr};
  for (std::uint64_t run = 0; run < options.runs; ++run) {
    const auto seed = options.seed ? std::optional(*options.seed + run) : std::nullopt;
    const auto apart = run_once(*task, seed, charm, console);
    if (apart && options.json) {
      console.out << json_text_of(run + 1, apart, seed, task->scenario.world.app);
      return exit_broken;
    }
    if (apart) {
      console.out << verdict_line("verdict",
                                  "FAILED: two runs of the same choices differ" +
                                      (seed ? ", seed " + std::to_string(*seed) : std::string()))
                  << text_of(*apart, task->scenario.world.app);
      return exit_broken;
    }
    if (console.is_interrupted()) {
      console.err << "charmsim twice: interrupted; " << plural(run, "run")
                  << " twice: all the same\n";
      return exit_interrupted;
    }
  }
  if (options.json) {
    console.out << json_text_of(options.runs, std::nullopt, {}, task->scenario.world.app);
    return exit_held;
  }
  console.out << verdict_line("verdict", std::to_string(options.runs) +
                                             (options.runs == 1 ? " run" : " runs") +
                                             " twice: every question, call and event is the same");
  return exit_held;
}

}  // namespace sim
