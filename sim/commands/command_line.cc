// What the arguments are is declared here, with CLI11; what they are worth is said in our own
// words, always as one line that begins with the command.
#include "sim/commands/command_line.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "sim/commands/arguments.h"
#include "sim/commands/commands.h"
#include "sim/commands/last_words.h"
#include "sim/commands/outputs.h"
#include "sim/scenario/error.h"
#include "sim/scenario/suggestion.h"

#ifndef CHARMSIM_VERSION  // CMake's PROJECT_VERSION
#define CHARMSIM_VERSION "(unknown version)"
#endif

namespace sim {
namespace {

std::atomic<bool> interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free);

void on_interrupt(int signal) {
  interrupted = true;
  std::signal(signal, SIG_DFL);  // a second Ctrl-C ends it at once
}

// Whoever started this in the background has Ctrl-C ignored: that stays so.
void catch_interrupt() {
  for (const int signal : {SIGINT, SIGTERM}) {
    if (std::signal(signal, on_interrupt) == SIG_IGN) std::signal(signal, SIG_IGN);
  }
}

bool is_dumb() {
  const char* terminal = std::getenv("TERM");
  return terminal != nullptr && std::string_view(terminal) == "dumb";
}

bool is_colourful() {
  const char* no_color = std::getenv("NO_COLOR");
  if (no_color != nullptr && *no_color != '\0') return false;
  return !is_dumb() && isatty(STDOUT_FILENO) != 0;
}

bool shows_progress() { return !is_dumb() && isatty(STDERR_FILENO) != 0; }

struct AllOptions {
  RunOptions run;
  FuzzOptions fuzz;
  ExploreOptions explore;
  CheckCertificateOptions check_certificate;
  ReplayOptions replay;
  ShrinkCommandOptions shrink;
  DiffOptions diff;
  FailoverOptions failover;
  MergeOptions merge;
  TwiceOptions twice;
  ExportOptions exported;
  FlowOptions flow;
  PropertiesOptions properties;
  CompletionOptions completion;
};

void add_executor(CLI::App& command, ExecutorKind& executor) {
  const auto read = [&executor](const std::string& text) {
    if (text != "fiber" && text != "reexecution") {
      throw CLI::ValidationError("--executor", "is \"" + text + "\"; must be fiber or reexecution");
    }
    executor = text == "fiber" ? ExecutorKind::fiber : ExecutorKind::reexecution;
  };
  command
      .add_option_function<std::string>("--executor", read,
                                        "How hooks are stopped and go on: fiber or reexecution;\n"
                                        "the run is the same")
      ->type_name("KIND");
}

void add_story_flags(CLI::App& command, bool& quiet, bool& verbose) {
  command.add_flag("-q,--quiet", quiet, "No story, only the verdict");
  command.add_flag("-v,--verbose", verbose, "A story with every event, and with whole paths");
}

void add_reports(CLI::App& command, ReportFiles& files) {
  command
      .add_option("--html", files.html,
                  "Write the run to this file as a page to look at: it stands alone")
      ->type_name("FILE");
  command.add_option("--junit", files.junit, "Write the verdict to this file as JUnit's XML")
      ->type_name("FILE");
  command
      .add_option("--sarif", files.sarif,
                  "Write what broke to this file as SARIF 2.1.0, each on the line of the\n"
                  "handler that acted")
      ->type_name("FILE");
}

void add_run(CLI::App& app, RunOptions& options, const Examples& examples) {
  CLI::App* run = app.add_subcommand("run", "Play a scenario once: the story, the verdict");
  run->add_option("SCENARIO", options.scenario, "The scenario's file, as JSON")
      ->type_name("")
      ->required();
  const auto read_seed = [&options](const std::string& text) {
    std::uint64_t seed = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
    if (error != std::errc{} || stop != text.data() + text.size()) {
      throw CLI::ValidationError(
          "--seed", "is \"" + text + "\"; must be a whole number, 0 to 18446744073709551615");
    }
    options.seed = seed;
  };
  auto* seed = run->add_option_function<std::string>(
                      "--seed", read_seed, "Choose at random, from this seed; without: run calmly")
                   ->type_name("NUMBER");
  run->add_option("--choices", options.choices,
                  "Choose as this list says, which a failing run prints")
      ->type_name("LIST")
      ->excludes(seed);
  run->add_flag("--permute-deferrals", options.permute_deferrals,
                "Re-emit deferred events in any order, which ops never does:\n"
                "finds handlers that need an order")
      ->needs(seed);
  add_executor(*run, options.executor);
  run->add_flag("--json", options.json, "The verdict as JSON, and nothing else");
  add_story_flags(*run, options.quiet, options.verbose);
  run->add_flag("--deferrals", options.deferrals,
                "List who deferred what, why, how often, and until when");
  run->add_flag("--idempotence", options.idempotence,
                "Run each hook again when the run has settled: nothing may change\n"
                "(the calm run is always asked)");
  run->add_option("--trace", options.trace_file, "Write every event to this file, as JSON lines")
      ->type_name("FILE");
  run->add_option("--save", options.save_file, "Write the run to this file, to be replayed")
      ->type_name("FILE");
  run->add_option("--coverage", options.coverage_file,
                  "Write to this file what was walked of the charts")
      ->type_name("FILE");
  add_reports(*run, options.reports);
  run->footer(
      examples.of("Ctrl-C, or SIGTERM, ends the run with what it has: the verdict so far, and the\n"
                  "files. A second one ends it at once: then the files are as they were before.\n\n"
                  "Examples:\n"
                  "  PROGRAM run SCENARIO                    the calm run\n"
                  "  PROGRAM run SCENARIO --seed 7 -q        a random one, only its verdict\n"
                  "  PROGRAM run SCENARIO --save run.json    then: PROGRAM replay run.json\n"
                  "  PROGRAM run SCENARIO --html run.html    then open it in a browser\n"));
}

void add_replay(CLI::App& app, ReplayOptions& options, const Examples& examples) {
  CLI::App* replay =
      app.add_subcommand("replay", "Play a saved run again, and compare it step by step");
  replay->add_option("FILE", options.file, "What `run --save` wrote")->type_name("")->required();
  add_executor(*replay, options.executor);
  auto* json = replay->add_flag("--json", options.json, "The verdict as JSON, and nothing else");
  add_story_flags(*replay, options.quiet, options.verbose);
  replay
      ->add_flag("--step", options.step,
                 "Event by event: on a terminal Enter goes on, and q skips\nto the verdict")
      ->excludes(json)
      ->excludes(replay->get_option("--quiet"));
  replay->add_flag("--point-of-no-return", options.no_return,
                   "Of a run that fails, tell the last choice before which the good end\n"
                   "could still be reached");
  add_reports(*replay, options.reports);
  replay->footer(examples.of(
      "The file holds the scenario and the choices: nothing else is read. The exit code\n"
      "is 1 if the run differs, and also if it is the same and did not hold.\n\n"
      "Examples:\n"
      "  PROGRAM run SCENARIO --save run.json -q\n"
      "  PROGRAM replay run.json\n"));
}

void add_flow(CLI::App& app, FlowOptions& options, const Examples& examples) {
  CLI::App* flow =
      app.add_subcommand("flow", "Show a hook's chart, with what runs have walked of it");
  flow->add_option("HOOK", options.hook, "The chart's name, such as " + examples.hook)
      ->type_name("")
      ->required();
  flow->add_option("--coverage", options.coverage_files,
                   "What `run --coverage` wrote; of several files the sum")
      ->type_name("FILE");
  auto* dot = flow->add_flag("--dot", options.dot, "As DOT for Graphviz; without: as Mermaid");
  flow->add_flag("--published", options.published, "The published chart, not the refined one");
  flow->add_flag("--summary", options.summary, "Only how much was walked, and what never was")
      ->needs(flow->get_option("--coverage"))
      ->excludes(dot);
  flow->footer(
      examples.of("Examples:\n"
                  "  PROGRAM flow HOOK\n"
                  "  PROGRAM run SCENARIO -q --coverage c.json\n"
                  "  PROGRAM flow HOOK --coverage c.json --summary\n"));
}

void add_properties(CLI::App& app, PropertiesOptions& options, const Examples& examples) {
  CLI::App* properties =
      app.add_subcommand("properties", "List what runs are judged by, with its form");
  properties->add_flag("--json", options.json, "As JSON");
  properties->footer(examples.of(
      "A scenario may name those that must hold (always, eventually) in \"holds\", and\n"
      "those that its calm run must reach (sometimes) in \"witnesses\": a run without\n"
      "deviations that misses one fails.\n\n"
      "Example:\n"
      "  PROGRAM properties\n"));
}

void add_completion(CLI::App& app, CompletionOptions& options, const Examples& examples) {
  CLI::App* completion =
      app.add_subcommand("completion", "Print a script that completes commands in a shell");
  const auto read = [&options](const std::string& text) {
    if (text != "bash") {
      throw CLI::ValidationError("SHELL", "is \"" + text + "\"; must be bash");
    }
    options.shell = text;
  };
  completion->add_option_function<std::string>("SHELL", read, "bash")->type_name("")->required();
  completion->footer(examples.of("Example, in ~/.bashrc:\n  source <(PROGRAM completion bash)\n"));
}

std::vector<std::string> long_names(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
  return names;
}

// CLI11 has a type an error, and begins with the option that it is about.
std::string explanation(const CLI::ParseError& error) {
  const std::string what = error.what();
  const std::string option = what.substr(0, what.find_first_of(": "));
  if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) return option + " is missing";
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) == nullptr) return printable(what);
  return option +
         (what.find("missing") == what.npos ? ": is given twice" : ": its value is missing");
}

// What CLI11 has found, in words that say what would be right.
std::string explanation(const CLI::App& app, const CLI::ParseError& error) {
  const auto asked = app.get_subcommands();
  const std::vector<std::string> commands = command_names(app);
  const std::vector<std::string> unknown = app.remaining(true);
  for (const std::string& text : unknown) {
    if (!text.starts_with('-')) continue;
    const CLI::App& command = asked.empty() ? app : *asked[0];
    const std::string name = text.substr(0, text.find('='));
    return "there is no option " + printable(name) + suggestion(name, long_names(command));
  }
  if (!asked.empty()) {
    if (!unknown.empty()) return "\"" + printable(unknown[0]) + "\" is one argument too many";
    return explanation(error);
  }
  std::string list;
  for (const std::string& name : commands) list.append(list.empty() ? "" : ", ").append(name);
  if (unknown.empty()) return "a command is missing: " + list;
  return "there is no command \"" + printable(unknown[0]) + "\"" +
         suggestion(unknown[0], commands) + "; there are " + list;
}

int refuse(const CLI::App& app, const CLI::ParseError& error) {
  const auto asked = app.get_subcommands();
  const std::string command =
      asked.empty() ? app.get_name() : app.get_name() + ' ' + asked[0]->get_name();
  std::cerr << command << ": " << explanation(app, error) << '\n'
            << "`" << command << " --help` tells more.\n";
  return exit_bad_input;
}

struct StandardOutput {
  ReasonedBuffer buffer{*std::cout.rdbuf()};
  std::ostream stream{&buffer};
};
// The exit code, once all that was printed is out.
int flushed(int code, StandardOutput& out) {
  if (out.stream.flush()) return code;
  errno = out.buffer.why();
  std::cerr << cannot_be_written("standard output") << '\n';
  return code == exit_held ? exit_bad_input : code;
}

int run_parsed(const CLI::App& app, AllOptions& options, const Console& console) {
  if (app.got_subcommand("run")) return run_command(options.run, console);
  if (app.got_subcommand("fuzz")) return fuzz_command(options.fuzz, console);
  if (app.got_subcommand("explore")) return explore_command(options.explore, console);
  if (app.got_subcommand("check-certificate")) {
    return check_certificate_command(options.check_certificate, console);
  }
  if (app.got_subcommand("replay")) return replay_command(options.replay, console);
  if (app.got_subcommand("shrink")) return shrink_command(options.shrink, console);
  if (app.got_subcommand("failover")) return failover_command(options.failover, console);
  if (app.got_subcommand("merge")) return merge_command(options.merge, console);
  if (app.got_subcommand("diff")) return diff_command(options.diff, console);
  if (app.got_subcommand("twice")) return twice_command(options.twice, console);
  if (app.got_subcommand("export")) return export_command(options.exported, console);
  if (app.got_subcommand("flow")) return flow_command(options.flow, console);
  if (app.got_subcommand("properties")) return properties_command(options.properties, console);
  options.completion.program = app.get_name();
  options.completion.options = long_names(app);
  for (const CLI::App* command : app.get_subcommands({})) {
    options.completion.commands.push_back({command->get_name(), long_names(*command)});
  }
  return completion_command(options.completion, console);
}

}  // namespace

std::string Examples::of(std::string_view text) const {
  std::string result(text);
  for (const auto& [mark, by] : {std::pair{std::string_view("PROGRAM"), &program},
                                 std::pair{std::string_view("SCENARIO"), &scenario},
                                 std::pair{std::string_view("HOOK"), &hook}}) {
    for (auto at = result.find(mark); at != result.npos; at = result.find(mark, at + by->size()))
      result.replace(at, mark.size(), *by);
  }
  return result;
}

std::string_view program_version() { return CHARMSIM_VERSION; }

int run_command_line(int argc, const char* const* argv, const CharmOnTrial& charm) {
  tell_when_resources_end(exit_bad_input);
  const Examples examples{
      argc > 0 ? std::filesystem::path(argv[0]).filename().string() : "charmsim",
      std::string(charm.example),
      std::string(charm.charts.empty() ? std::string_view("HOOK") : charm.charts[0].name)};
  CLI::App app(
      "The hook logic of " + std::string(charm.definition.name) + ", run in a simulated cluster",
      examples.program);
  app.require_subcommand(1);
  app.get_formatter()->label("SUBCOMMAND", "COMMAND");
  app.get_formatter()->label("Subcommands", "Commands");
  app.set_version_flag("--version", "charmsim " CHARMSIM_VERSION, "Print name and version");
  app.set_help_flag("-h,--help", "Print this text");
  app.footer(
      examples.of("`PROGRAM COMMAND --help` tells more about a command.\n\n"
                  "Exit codes:\n"
                  "  0    all held\n"
                  "  1    a property broke, a calm run missed a witness that its scenario\n"
                  "       names, or a replay differed\n"
                  "  2    bad input, a file could not be written, or there was no memory\n"
                  "  3    a search that shall cover all has ended before\n"
                  "  4    shards are missing\n"
                  "  130  interrupted\n\n"
                  "Example:\n"
                  "  PROGRAM run SCENARIO\n"));
  StandardOutput out;
  AllOptions options;
  add_run(app, options.run, examples);
  add_fuzz(app, options.fuzz, examples);
  add_explore(app, options.explore, examples);
  add_replay(app, options.replay, examples);
  add_shrink(app, options.shrink, examples);
  add_diff(app, options.diff, examples);
  add_failover(app, options.failover, examples);
  add_merge(app, options.merge, examples);
  add_twice(app, options.twice, examples);
  add_export(app, options.exported, examples);
  add_check_certificate(app, options.check_certificate, examples);
  add_flow(app, options.flow, examples);
  add_properties(app, options.properties, examples);
  add_completion(app, options.completion, examples);
  refuse_empty_names(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // `foo --help`: CLI11 would help with all of it.
    const bool is_unknown = app.get_subcommands().empty() && !app.remaining().empty();
    if (error.get_exit_code() != 0 || is_unknown) return refuse(app, error);
    return flushed(app.exit(error, out.stream, std::cerr), out);
  }

  const auto charts = ChartSet::from_texts(charm.charts);
  if (!charts) {
    std::cerr << to_text(charts.error()) << '\n';
    return exit_bad_input;
  }
  catch_interrupt();
  const Console console{
      charm.definition, charm.properties, *charts,
      out.stream,       std::cerr,        is_colourful(),
      &interrupted,     shows_progress(), isatty(STDIN_FILENO) != 0 && isatty(STDOUT_FILENO) != 0,
      charm.places,     charm.cpp};
  return flushed(run_parsed(app, options, console), out);
}

}  // namespace sim
