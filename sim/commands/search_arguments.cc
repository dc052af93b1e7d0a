// The arguments of fuzz, shrink, diff, export and twice.
#include <charconv>

#include "sim/commands/arguments.h"
#include "sim/commands/fuzz_shards.h"
#include "sim/commands/numbers.h"

namespace sim {

std::chrono::nanoseconds read_time(const std::string& option, const std::string& text) {
  struct Unit {
    std::string_view name;
    std::chrono::nanoseconds length;
  };
  constexpr std::array<Unit, 4> units{{{"ms", std::chrono::milliseconds(1)},
                                       {"s", std::chrono::seconds(1)},
                                       {"m", std::chrono::minutes(1)},
                                       {"h", std::chrono::hours(1)}}};
  constexpr std::uint32_t most = 1'000'000;
  std::uint32_t number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  for (const Unit& unit : units) {
    if (error == std::errc{} && number > 0 && number <= most && unit.name == stop) {
      return unit.length * number;
    }
  }
  throw CLI::ValidationError(option, "is \"" + text + "\"; must be a time such as 60s, 5m or 2h");
}

namespace {

// What cannot be made in parts, and why.
void check_shard(const FuzzOptions& options) {
  if (!options.shard) return;
  const auto refuse = [](const std::string& why) { throw CLI::ValidationError("--shard", why); };
  if (options.out.empty()) refuse("needs --out FILE, or nothing could be merged");
  if (options.campaign.time) {
    refuse("excludes --for: how many runs a time is enough for is another number on each machine");
  }
  if (!options.corpus.empty()) {
    refuse("excludes --corpus: which lists are varied depends on what all runs before have met");
  }
  if (options.campaign.strategy == Strategy::odometer) {
    refuse("excludes --strategy odometer: which run comes next is known from those before");
  }
  if (options.campaign.runs.value_or(0) > most_sharded_runs) {
    refuse("is of at most " + std::to_string(most_sharded_runs) + " --runs of a scenario");
  }
}

void add_strategy(CLI::App& fuzz, FuzzOptions& options) {
  CampaignOptions& campaign = options.campaign;
  const auto read = [&campaign](const std::string& text) {
    const auto strategy = parse_strategy(text);
    if (!strategy) {
      throw CLI::ValidationError("--strategy",
                                 "is \"" + text + "\"; must be swarm, random, pct or odometer");
    }
    campaign.strategy = *strategy;
  };
  fuzz.add_option_function<std::string>(
          "--strategy", read,
          "Who chooses, a run after the other (without: swarm):\n"
          "swarm     a seed, that also draws how wild, and which faults there are\n"
          "random    a seed, and all runs equally wild\n"
          "pct       few deviations (--deviations) at drawn places among the first\n"
          "          --questions: one that needs d of them with one option each is met\n"
          "          by a run with a chance of at least d! / (deviations questions^d)\n"
          "odometer  all runs within --deviations and --questions, and says whether\n"
          "          it has been all")
      ->type_name("NAME");
  const auto* deviations = add_number<1U>(fuzz, "--deviations", campaign.bounds.deviations,
                                          "Of pct and odometer: at most so many (without: 3)");
  campaign.bounds.questions = 0;
  const auto* questions = add_number<1U>(fuzz, "--questions", campaign.bounds.questions,
                                         "Of pct and odometer: among so many of a run's first\n"
                                         "questions (without: all that the calm run asks)");
  fuzz.callback([&options, &campaign, deviations, questions] {
    check_shard(options);
    const bool is_bounded =
        campaign.strategy == Strategy::few || campaign.strategy == Strategy::odometer;
    for (const CLI::Option* bound : {deviations, questions}) {
      if (is_bounded || bound->count() == 0) continue;
      throw CLI::ValidationError(bound->get_name(), "is for --strategy pct or odometer");
    }
  });
}

}  // namespace

void add_fuzz(CLI::App& app, FuzzOptions& options, const Examples& examples) {
  CLI::App* fuzz = app.add_subcommand(
      "fuzz", "Play scenarios many times, every run another; shrink what breaks");
  CampaignOptions& campaign = options.campaign;
  fuzz->add_option("SCENARIO", options.scenarios,
                   "The scenarios' files, as JSON; the schema beside them is left out")
      ->type_name("")
      ->required();
  auto* runs = fuzz->add_option_function<std::string>(
                       "--runs",
                       [&campaign](const std::string& text) {
                         campaign.runs = read_number<1U, std::uint64_t>("--runs", text);
                       },
                       "So many runs of each scenario (without: 1000)")
                   ->type_name("NUMBER");
  fuzz->add_option_function<std::string>(
          "--for",
          [&campaign](const std::string& text) { campaign.time = read_time("--for", text); },
          "As many as can be made in this time, such as 60s, 5m, 2h; what breaks\n"
          "is made small until then, or at most a quarter longer (or 5 s, if that\n"
          "is more)")
      ->type_name("TIME")
      ->excludes(runs);
  add_number<1U, unsigned, 256U>(*fuzz, "--workers", campaign.workers,
                                 "So many at a time (without: one a processor); the result does\n"
                                 "not depend on it");
  add_number<0U>(*fuzz, "--seed", campaign.first_seed,
                 "The first seed (without: 1); each run takes the next one");
  add_strategy(*fuzz, options);
  add_shards(*fuzz, options.shard);
  fuzz->add_flag("--keep-going", campaign.keep_going,
                 "Beyond the first that breaks; those that shrink to the same count\nas one; with "
                 "--for, each has its share of the time to be made small");
  fuzz->add_option("--corpus", options.corpus,
                   "A folder: what meets a new arrow of a chart, reason to defer, or fault\n"
                   "at a hook's call, or a new pair of these of which the first is a reason\n"
                   "or a fault, is kept there, and varied")
      ->type_name("DIR");
  fuzz->add_option("--out", options.out,
                   "A folder for what breaks, to be replayed; of a shard its file, for\nmerge")
      ->type_name("DIR");
  fuzz->add_flag("--permute-deferrals", campaign.permutes_deferrals,
                 "Re-emit deferred events in any order, which ops never does");
  add_number<1U>(*fuzz, "--shrink-tries", options.shrink_tries,
                 "To make one small, at most so many runs (without: 20000)");
  fuzz->add_flag("--json", options.json, "The result as JSON, and nothing else");
  fuzz->footer(examples.of(
      "Ends at the first run that breaks a property: with --runs the one of the lowest\n"
      "seed. Ctrl-C ends it with what was found. The exit code is 3 if an odometer has\n"
      "not come to its end, and 2 if the corpus could not be written (the result stands).\n"
      "A shard (--shard, --shards) keeps going, and makes nothing small: merge does. It ends\n"
      "with 0 once its file is written, whatever broke in its runs.\n\n"
      "Examples:\n"
      "  PROGRAM fuzz SCENARIO --for 60s --out found\n"
      "  PROGRAM fuzz SCENARIO --strategy odometer --deviations 1\n"
      "  PROGRAM fuzz SCENARIO --runs 1000000 --shard 0/8 --out 0.json\n"));
}

namespace {

void add_bounds(CLI::App& explore, Allowance& allowance) {
  add_number<0U, std::uint32_t, Allowance::most_deviations>(
      explore, "--deviations", allowance.deviations,
      "In a run at most so many orders other than the calm one, or other\n"
      "answers of a fork of the model (without: 1)");
  add_number<0U, std::uint32_t, Allowance::most_faults>(
      explore, "--faults", allowance.faults,
      "And so many of the faults that the scenario allows (without: 0)");
  add_number<0U, std::uint32_t, Allowance::most_leader_changes>(
      explore, "--leader-changes", allowance.leader_changes,
      "And so often Juju may give the leadership to another unit, whenever a\n"
      "renewal of its lease can fail (without: 0)");
  add_number<0U, std::uint32_t, Allowance::most_departures>(
      explore, "--departures", allowance.departures,
      "And so many units may be taken away, each the highest, at any step\n"
      "(without: 0)");
}

// Another search, with bounds of its own.
void add_all_orders(CLI::App& explore, ExploreOptions& options) {
  CLI::Option* all_orders =
      explore.add_flag("--all-orders", options.all_orders,
                       "Instead of few deviations: every order of what comes at the same moment,\n"
                       "hooks call by call; time moves on when nothing is left at its moment, and\n"
                       "forks of the model, faults and changes are calm");
  for (const char* other :
       {"--deviations", "--faults", "--leader-changes", "--departures", "--liveness"}) {
    all_orders->excludes(explore.get_option(other));
  }
  const auto add_moment = [&](const char* name, std::optional<std::int64_t>& moment,
                              const char* what) {
    explore
        .add_option_function<std::string>(
            name,
            [name, &moment](const std::string& text) {
              moment = read_number<std::int64_t{0}, std::int64_t, std::int64_t{1'000'000'000}>(
                  name, text);
            },
            what)
        ->type_name("NUMBER")
        ->needs(all_orders);
  };
  add_moment("--from-ms", options.from_ms, "All orders from this moment of the calm run on");
  add_moment("--until-ms", options.until_ms,
             "And up to this moment (without: until runs have settled)");
  explore
      .add_option_function<std::string>(
          "--reduce", [&options](const std::string& text) { options.reduces = text == "orders"; },
          "orders: a step that keeps to its unit is taken alone, since in whatever\n"
          "order it comes it leads to the same world; none: each order is taken\n"
          "(without: orders)")
      ->type_name("WHAT")
      ->check(CLI::IsMember({"orders", "none"}))
      ->needs(all_orders);
}

}  // namespace

void add_explore(CLI::App& app, ExploreOptions& options, const Examples& examples) {
  CLI::App* explore = app.add_subcommand(
      "explore", "Look at every world that a scenario can come to, within bounds");
  explore->add_option("SCENARIO", options.scenario, "The scenario's file, as JSON")
      ->type_name("")
      ->required();
  add_bounds(*explore, options.allowance);
  explore
      ->add_option_function<std::string>(
          "--quantum-ms",
          [&options](const std::string& text) {
            options.quantum_ms = read_number<std::int64_t{1}, std::int64_t, std::int64_t{10'000}>(
                "--quantum-ms", text);
          },
          "Time moves in steps of so many milliseconds (without: as the scenario\n"
          "says, or 1000)")
      ->type_name("NUMBER");
  explore
      ->add_option_function<std::string>(
          "--for", [&options](const std::string& text) { options.time = read_time("--for", text); },
          "No longer than this time, such as 60s, 5m, 2h")
      ->type_name("TIME");
  explore
      ->add_option_function<std::string>(
          "--memory-mb",
          [&options](const std::string& text) {
            options.most_bytes = read_number<std::size_t{16}, std::size_t, std::size_t{1} << 30U>(
                                     "--memory-mb", text)
                                 << 20U;
          },
          "For the worlds that are remembered, and those to come back to, looked at\n"
          "each 1,024 steps (without: 2048)")
      ->type_name("NUMBER");
  explore
      ->add_option("--save", options.save_file,
                   "Write the run that breaks something to this file, to be replayed")
      ->type_name("FILE");
  explore
      ->add_option("--certificate", options.certificate_file,
                   "Write to this file what was covered, with a sample that can be checked;\n"
                   "if not all was, the last level that was: none, none is written")
      ->type_name("FILE");
  explore->add_flag("--liveness", options.liveness,
                    "Look also for rounds that only deviations keep up: ways that come back\n"
                    "to their own worlds, on which each action that is possible is taken");
  add_all_orders(*explore, options);
  explore->add_flag("--json", options.json,
                    "The result as JSON, and nothing else; its member \"speed\" is a\n"
                    "measurement, which is another one each time");
  explore->footer(examples.of(
      "Hooks are stopped at their port calls, and a world with stopped hooks is a world\n"
      "like any other. First come the worlds with none of what is allowed, then, level by\n"
      "level, with one fault more, one leader change, one departure, one deviation: it ends\n"
      "at the first that breaks a property, or goes round for ever. What --for, --memory-mb\n"
      "or Ctrl-C ends, or want of memory, keeps the levels that were covered. Rates are of\n"
      "the last level, per second of CPU time.\n"
      "The exit code is 3 if not all was covered.\n\n"
      "Examples:\n"
      "  PROGRAM explore SCENARIO --deviations 2 --certificate covered.json\n"
      "  PROGRAM explore SCENARIO --all-orders --quantum-ms 5\n"
      "  PROGRAM check-certificate covered.json\n"));
}

void add_check_certificate(CLI::App& app, CheckCertificateOptions& options,
                           const Examples& examples) {
  CLI::App* check = app.add_subcommand("check-certificate",
                                       "Go to the sampled worlds of a certificate once more");
  check->add_option("FILE", options.file, "What `explore --certificate` wrote")
      ->type_name("")
      ->required();
  check->footer(examples.of(
      "The exit code is 1 if one of them is not there or the logic is another one, 2 if\n"
      "the file was cut or edited, and 3 if all is right, and less was covered than was\n"
      "asked for. That a file was edited is told by digests. They guard against accidents\n"
      "and careless edits; they are no signature: whoever wants to can make them anew.\n\n"
      "Example:\n"
      "  PROGRAM check-certificate covered.json\n"));
}

void add_shrink(CLI::App& app, ShrinkCommandOptions& options, const Examples& examples) {
  CLI::App* shrink = app.add_subcommand(
      "shrink", "Make a saved run that fails small, and tell its point of no return");
  shrink->add_option("FILE", options.file, "What `run --save` wrote, or `fuzz --out`")
      ->type_name("")
      ->required();
  shrink->add_option("-o,--out", options.out, "Write the small run to this file, to be replayed")
      ->type_name("FILE");
  shrink->add_flag("--keep-story", options.keep_story,
                   "Leave the scenario as it is: its steps, units and faults");
  add_number<1U>(*shrink, "--tries", options.tries, "At most so many runs (without: 20000)");
  shrink->add_flag("--json", options.json, "The result as JSON, and nothing else");
  shrink->footer(examples.of(
      "The same property breaks in each smaller run. In the end no single choice can be\n"
      "left out or be made calmer, and no step, unit or kind of fault can be left out.\n"
      "Then branches are played from the run's choices: the last one before which the\n"
      "good end could still be reached is the point of no return.\n\n"
      "Example:\n"
      "  PROGRAM run SCENARIO --seed 7 -q --save run.json\n"
      "  PROGRAM shrink run.json -o small.json\n"));
}

void add_diff(CLI::App& app, DiffOptions& options, const Examples& examples) {
  CLI::App* diff = app.add_subcommand(
      "diff", "Tell where two saved runs part: the first choice, the first event");
  diff->add_option("FILE", options.first, "A saved run")->type_name("")->required();
  diff->add_option("OTHER", options.second,
                   "Another one; without: of the runs that are one choice calmer than\n"
                   "FILE, which fails, the one that passes and stays with it longest")
      ->type_name("");
  diff->add_flag("--json", options.json, "The result as JSON, and nothing else");
  diff->footer(
      examples.of("The exit code is 1 if they differ.\n\n"
                  "Example:\n"
                  "  PROGRAM diff small.json\n"));
}

void add_export(CLI::App& app, ExportOptions& options, const Examples& examples) {
  CLI::App* command = app.add_subcommand(
      "export", "Make a scenario or a C++ test of a saved run, to be kept among the tests");
  command->add_option("FILE", options.file, "What `run --save` wrote, `fuzz --out` or `shrink -o`")
      ->type_name("")
      ->required();
  command
      ->add_option("--scenario", options.scenario,
                   "Write a scenario that plays that run by itself, and beside it the\n"
                   "story that it tells: x.json, x.golden.txt")
      ->type_name("FILE");
  command
      ->add_option("--cpp", options.cpp,
                   "Write a GoogleTest that plays the run: it expects what breaks now, or\n"
                   "that all holds")
      ->type_name("FILE");
  command->footer(examples.of(
      "Export a small run: `shrink` it first. A scenario below scenarios/ whose story stands\n"
      "beside it is compared with that story by the golden tests.\n\n"
      "Example:\n"
      "  PROGRAM export small.json --scenario scenarios/regressions/lost-unit.json\n"));
}

void add_twice(CLI::App& app, TwiceOptions& options, const Examples& examples) {
  CLI::App* twice = app.add_subcommand(
      "twice", "Play a run two times in lockstep: what differs depends on chance");
  twice->add_option("FILE", options.file, "A scenario, or a saved run")->type_name("")->required();
  auto* seed = twice
                   ->add_option_function<std::string>(
                       "--seed",
                       [&options](const std::string& text) {
                         options.seed = read_number<0U, std::uint64_t>("--seed", text);
                       },
                       "Choose at random, from this seed; without: run calmly")
                   ->type_name("NUMBER");
  add_number<1U>(*twice, "--runs", options.runs, "So many runs, with seeds from that one on")
      ->needs(seed);
  twice->add_flag("--json", options.json, "The result as JSON, and nothing else");
  twice->footer(examples.of(
      "A run follows from its scenario and its choices. If a hook depends on anything\n"
      "else (a clock, an address, what an earlier hook left in memory), the unit, the hook,\n"
      "the call and what differs are told.\n\n"
      "Example:\n"
      "  PROGRAM twice SCENARIO --seed 1 --runs 100\n"));
}

}  // namespace sim
