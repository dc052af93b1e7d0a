// charmsim export: a saved run as a scenario with its golden story, and as a C++ test.
#include <filesystem>
#include <nlohmann/json.hpp>
#include <ostream>

#include "sim/commands/cpp_test.h"
#include "sim/commands/inputs.h"
#include "sim/commands/outputs.h"
#include "sim/commands/quoted.h"
#include "sim/commands/search_text.h"
#include "sim/report/golden_story.h"
#include "sim/report/verdict_text.h"
#include "sim/scenario/read.h"

namespace sim {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

// Where an editor finds the schema from there; empty: it is not near.
std::string schema_beside(const fs::path& scenario) {
  constexpr const char* name = "scenario.schema.json";
  std::error_code ignored;
  const fs::path folder = scenario.parent_path();
  if (fs::exists(folder / name, ignored)) return name;
  if (fs::exists(folder / ".." / name, ignored)) return std::string("../") + name;
  return {};
}

// The scenario of the run with the run's choices in it. What its calm run had to reach is of
// another run.
std::string with_choices(const ReadRun& run, const std::string& schema) {
  const Json before = Json::parse(run.saved.scenario);
  Json json = Json::object();
  if (!schema.empty()) json["$schema"] = schema;
  for (const auto& [key, value] : before.items()) {
    if (key != "$schema" && key != "witnesses" && key != "choices") json[key] = value;
  }
  Json choices = Json::array();
  for (const Deviation& one : run.choices) choices.push_back(to_text(Deviations{one}));
  if (!choices.empty()) json["choices"] = std::move(choices);
  return json.dump(2) + '\n';
}

// Why there is nothing to do; empty: there is.
std::string refusal(const ExportOptions& options, const Console& console) {
  if (options.scenario.empty() && options.cpp.empty()) {
    return "say what to write: --scenario FILE, --cpp FILE or both";
  }
  if (!options.cpp.empty() && console.cpp.definition.empty()) {
    return "--cpp: this simulator does not say how its charm is called in C++";
  }
  return {};
}

std::string golden_name(const std::string& scenario) {
  return scenario.empty() ? std::string()
                          : fs::path(scenario).replace_extension(".golden.txt").string();
}

}  // namespace

int export_command(const ExportOptions& options, const Console& console) {
  const auto refuse = [&](const std::string& why) {
    console.err << options.file << ": " << why << '\n';
    return exit_bad_input;
  };
  if (const std::string why = refusal(options, console); !why.empty()) return refuse(why);
  const auto run = read_run_for(options.file, console);
  if (!run) return exit_bad_input;
  if (run->saved.interrupted) return refuse("was interrupted: there is no end to hold it to");
  const std::string text = with_choices(*run, schema_beside(options.scenario));
  const std::string name = options.scenario.empty() ? "counterexample.json" : options.scenario;
  const auto scenario = read_scenario(text, name);
  if (!scenario) {
    return refuse("cannot be a scenario: " + to_text(scenario.error()) + " (shrink it first?)");
  }
  Output scenario_file(options.scenario);
  Output golden(golden_name(options.scenario));
  Output cpp(options.cpp);
  if (const auto why = open_outputs({&scenario_file, &golden, &cpp}, options.file)) {
    console.err << *why << '\n';
    return exit_bad_input;
  }

  const std::string broken = played({name, text, *scenario}, run->choices, console).broken;
  if (broken != run->saved.broken) {
    console.err << options.file << ": when it was saved "
                << (run->saved.broken.empty() ? "all held" : '"' + run->saved.broken + "\" broke")
                << "; now " << (broken.empty() ? "all holds" : '"' + broken + "\" does") << '\n';
  }
  if (scenario_file.is_wanted()) {
    FlowMonitor flow(console.charts);
    scenario_file.stream() << text;
    golden.stream() << golden_story(*scenario, run->choices,
                                    {&console.charm, console.properties, &flow}, name);
  }
  if (cpp.is_wanted()) {
    cpp.stream() << to_cpp_text({.scenario = text,
                                 .scenario_file = name,
                                 .property = broken.empty() ? run->saved.broken : broken,
                                 .is_broken = !broken.empty()},
                                console.cpp);
  }
  bool is_written = true;
  for (Output* output : {&scenario_file, &golden, &cpp}) {
    if (!output->is_wanted()) continue;
    const bool is_this_written = finish_or_tell(*output, console.err);
    if (is_this_written) console.out << verdict_line("written", quoted(output->path()));
    is_written = is_written && is_this_written;
  }
  return is_written ? exit_held : exit_bad_input;
}

}  // namespace sim
