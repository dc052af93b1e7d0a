// charmsim: the command line. Reads arguments, and calls the command.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <iostream>

#include "charm/flowcharts/charts.h"
#include "charm/postgresql_k8s.h"
#include "sim/commands/commands.h"

namespace {

std::atomic<bool> interrupted{false};

void on_interrupt(int /*signal*/) {
  interrupted = true;
  std::signal(SIGINT, SIG_DFL);  // a second Ctrl-C ends it at once
}

const std::map<std::string, sim::ExecutorKind> executors{
    {"fiber", sim::ExecutorKind::fiber}, {"reexecution", sim::ExecutorKind::reexecution}};

void add_run(CLI::App& app, sim::RunOptions& options) {
  CLI::App* run = app.add_subcommand("run", "One run of a scenario: the story, the verdict");
  run->add_option("scenario", options.scenario, "The scenario's file")->required();
  auto* seed = run->add_option("--seed", options.seed, "Random choices from this seed; without: the calm run");
  run->add_option("--choices", options.choices, "Replay these deviations, as a failing run prints them")
      ->excludes(seed);
  run->add_option("--executor", options.executor, "How hooks are stopped: fiber, reexecution")
      ->transform(CLI::CheckedTransformer(executors));
  run->add_flag("--json", options.json, "The verdict as JSON, and nothing else");
  run->add_flag("-q,--quiet", options.quiet, "No story");
  run->add_flag("-v,--verbose", options.verbose, "Every event, whole paths");
  run->add_option("--trace", options.trace_file, "Write the trace here, as JSON lines");
  run->add_option("--save", options.save_file, "Write the run here, for `charmsim replay`");
  run->add_option("--coverage", options.coverage_file, "Write what was walked of the charts here");
}

void add_replay(CLI::App& app, sim::ReplayOptions& options) {
  CLI::App* replay = app.add_subcommand("replay", "A saved run again, to the byte");
  replay->add_option("file", options.file, "What `charmsim run --save` wrote")->required();
  replay->add_option("--executor", options.executor, "How hooks are stopped: fiber, reexecution")
      ->transform(CLI::CheckedTransformer(executors));
  replay->add_flag("-q,--quiet", options.quiet, "No story");
  replay->add_flag("-v,--verbose", options.verbose, "Every event, whole paths");
}

void add_flow(CLI::App& app, sim::FlowOptions& options) {
  CLI::App* flow = app.add_subcommand("flow", "A hook's chart, with what runs have walked of it");
  flow->add_option("hook", options.hook, "leader-elected, postgresql-pebble-ready, …")->required();
  flow->add_option("--coverage", options.coverage_files, "What `charmsim run --coverage` wrote; summed");
  flow->add_flag("--dot", options.dot, "As DOT for Graphviz; without: Mermaid");
  flow->add_flag("--published", options.published, "The published chart, not the refined one");
  flow->add_flag("--summary", options.summary, "Only what was walked and what was not");
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("The PostgreSQL K8s charm's own hook logic in a simulated cluster", "charmsim");
  app.require_subcommand(1);
  app.footer("Exit codes: 0 all held, 1 a property broke or a replay differed, 2 bad input,\n"
             "3 a bound was reached before all was covered, 130 interrupted.");
  sim::RunOptions run;
  sim::ReplayOptions replay;
  sim::FlowOptions flow;
  add_run(app, run);
  add_replay(app, replay);
  add_flow(app, flow);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? sim::exit_held : sim::exit_bad_input;
  }

  const auto charts = sim::ChartSet::from_texts(charm::postgresql_k8s_charts());
  if (!charts) {
    std::cerr << to_text(charts.error()) << '\n';
    return sim::exit_bad_input;
  }
  std::signal(SIGINT, on_interrupt);
  const sim::Console console{charm::postgresql_k8s(), sim::postgresql_properties(), *charts, std::cout,
                             std::cerr, isatty(STDOUT_FILENO) != 0, &interrupted};
  if (app.got_subcommand("run")) return run_command(run, console);
  if (app.got_subcommand("replay")) return replay_command(replay, console);
  return flow_command(flow, console);
}
