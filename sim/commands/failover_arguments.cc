// The arguments of failover.
#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "sim/commands/arguments.h"
#include "sim/commands/numbers.h"
#include "sim/failover/kinds.h"
#include "sim/failover/series.h"

namespace sim {
namespace {

// `20,30` as its parts; an empty part is one, too.
std::vector<std::string> parts_of(const std::string& text) {
  std::vector<std::string> parts(1);
  for (const char letter : text) {
    if (letter == ',') {
      parts.emplace_back();
    } else {
      parts.back() += letter;
    }
  }
  return parts;
}

[[noreturn]] void refuse(const std::string& option, const std::string& text,
                         const std::string& right) {
  throw CLI::ValidationError(option, "is \"" + text + "\"; must be " + right);
}

constexpr std::uint32_t most_units = 16;

// What is captured stays: the options' names and words are constants.
struct Words {
  const char* option;
  std::span<const std::string_view> known;
};
constexpr std::array<std::string_view, 5> commits{"off", "local", "remote_write", "on",
                                                  "remote_apply"};
constexpr std::array<std::string_view, 2> releases{"3.1", "4.1"};
constexpr Words commit_words{"--synchronous-commit", commits};
constexpr Words release_words{"--patroni", releases};

void add_words(CLI::App& command, const Words& words, std::vector<std::string>& list,
               const std::string& help) {
  command
      .add_option_function<std::string>(
          words.option,
          [&list, &words](const std::string& text) {
            std::string right;
            for (const std::string_view word : words.known) {
              right.append(right.empty() ? "" : ", ").append(word);
            }
            for (const std::string& part : parts_of(text)) {
              if (std::ranges::find(words.known, part) == words.known.end()) {
                refuse(words.option, part, "one of " + right);
              }
              list.push_back(part);
            }
          },
          help)
      ->type_name("LIST");
}

template <std::uint32_t most>
void add_numbers(CLI::App& command, const char* option, std::vector<std::uint32_t>& list,
                 const std::string& help) {
  command
      .add_option_function<std::string>(
          option,
          [&list, option](const std::string& text) {
            for (const std::string& part : parts_of(text)) {
              list.push_back(read_number<1U, std::uint32_t, most>(option, part));
            }
          },
          help)
      ->type_name("LIST");
}

void add_kinds(CLI::App& command, FailoverOptions& options) {
  command
      .add_option_function<std::string>(
          "--kind",
          [&options](const std::string& text) {
            for (const std::string& part : parts_of(text)) {
              if (failover::find_kind(part) == nullptr) {
                refuse("--kind", part, "one of those that --kinds lists");
              }
              options.kinds.push_back(part);
            }
          },
          "What befalls the primary (without: each kind there is)")
      ->type_name("LIST");
  command.add_flag("--kinds", options.lists_kinds, "List the kinds, and do nothing else");
}

void add_settings(CLI::App& command, FailoverOptions& options) {
  command
      .add_option_function<std::string>(
          "--timing",
          [&options](const std::string& text) {
            for (const std::string& part : parts_of(text)) {
              const auto timing = failover::parse_timing(part);
              if (!timing) refuse("--timing", part, "ttl/loop_wait/retry_timeout in seconds");
              options.timings.push_back(*timing);
            }
          },
          "Patroni's ttl/loop_wait/retry_timeout in seconds (without: 30/10/10)")
      ->type_name("LIST");
  add_numbers<most_units>(command, "--units", options.units, "So many units (without: 3)");
  command
      .add_option_function<std::string>(
          "--synchronous",
          [&options](const std::string& text) {
            for (const std::string& part : parts_of(text)) {
              if (part != "all" && part != "majority" &&
                  !whole_number<1U, std::uint32_t, most_units>(part)) {
                refuse("--synchronous", part,
                       "all, majority, or a whole number, 1 to " + std::to_string(most_units));
              }
              options.synchronous.push_back(part);
            }
          },
          "synchronous_node_count: all, majority or a number (without: all)")
      ->type_name("LIST");
  command
      .add_option_function<std::string>(
          "--strict",
          [&options](const std::string& text) {
            for (const std::string& part : parts_of(text)) {
              if (part != "true" && part != "false") refuse("--strict", part, "true or false");
              options.strict.push_back(part == "true");
            }
          },
          "synchronous_mode_strict: true or false (without: true)")
      ->type_name("LIST");
  add_words(command, commit_words, options.synchronous_commit,
            "What the client's commits wait for: off, local, remote_write, on,\n"
            "remote_apply (without: on)");
  add_words(command, release_words, options.patroni,
            "Patroni's release: 3.1 or 4.1 (without: 3.1)");
  add_numbers<3'600'000>(command, "--client-ms", options.client_ms,
                         "The load: a client that writes each so many milliseconds (without: 100)");
}

void add_outputs(CLI::App& command, FailoverOutputs& outputs) {
  command.add_flag("--what-if", outputs.compares,
                   "Compare the first setting with each other one, failover by failover:\n"
                   "the same seed has the same luck in all of them");
  auto* json = command.add_flag("--json", outputs.json, "The result as JSON, and nothing else");
  command
      .add_flag("--csv", outputs.csv, "A line for each kind and setting, as CSV, and nothing else")
      ->excludes(json);
  command
      .add_option("--samples", outputs.samples_file,
                  "Write each failover to this file, as a line of CSV")
      ->type_name("FILE");
  command
      .add_option("--html", outputs.html_file,
                  "Write a page that stands alone: distributions, phases, which setting to\n"
                  "choose and what it costs")
      ->type_name("FILE");
  command
      .add_option("--out", outputs.out_file,
                  "Write what was measured to this file, whole or not at all, for merge")
      ->type_name("FILE");
}

void add_worst(CLI::App& command, FailoverOptions& options) {
  auto* worst = command.add_option_function<std::string>(
      "--worst",
      [&options](const std::string& text) {
        if (text != "outage" && text != "loss") refuse("--worst", text, "outage or loss");
        options.worst = text == "outage" ? failover::Harm::outage : failover::Harm::loss;
      },
      "Search for the failover with the longest outage, or which loses\n"
      "the most acknowledged commits (loss), in place of measuring many");
  worst->type_name("HARM");
  for (const char* other :
       {"--runs", "--what-if", "--csv", "--samples", "--html", "--out", "--shard", "--shards"}) {
    worst->excludes(command.get_option(other));
  }
  add_number<8U, std::uint64_t, 100'000'000>(
      command, "--tries", options.tries,
      "With --worst: so many failovers of the search at most (without: 40000);\n"
      "half of them climb, then single changes are tried until none does more\n"
      "harm, which may take a few more to be told")
      ->needs(worst);
  command
      .add_option_function<std::string>(
          "--for",
          [&options](const std::string& text) { options.worst_time = read_time("--for", text); },
          "With --worst: no longer than this time, such as 60s, 5m, 2h; half of it\n"
          "is the scope's, if there is one")
      ->type_name("TIME")
      ->needs(worst);
  command
      .add_option_function<std::string>(
          "--scope",
          [&options](const std::string& text) {
            options.scope_answers = read_number<0U, std::uint32_t, 4U>("--scope", text);
          },
          "With --worst: explore also all failovers with at most so many answers\n"
          "at their latest, the others calm, with the fault at ten moments, and tell\n"
          "whether one of them is worse than what was found")
      ->type_name("NUMBER")
      ->needs(worst);
  command
      .add_option("--save-to", options.worst_folder,
                  "With --worst: a folder for the runs found; charmsim replay plays them")
      ->type_name("DIR")
      ->needs(worst);
}

}  // namespace

void add_failover(CLI::App& app, FailoverOptions& options, const Examples& examples) {
  CLI::App* failover = app.add_subcommand(
      "failover", "Measure many failovers: how long no write is acknowledged, what is lost");
  add_kinds(*failover, options);
  add_settings(*failover, options);
  add_number<1U, std::uint64_t, failover::most_runs>(
      *failover, "--runs", options.runs,
      "So many failovers of each kind in each setting (without: 10000)");
  add_number<1U, unsigned, 256U>(*failover, "--workers", options.workers,
                                 "So many at a time (without: one a processor); the result does\n"
                                 "not depend on it");
  add_number<0U, std::uint64_t, 1'000'000'000'000'000'000>(
      *failover, "--seed", options.first_seed,
      "The first seed (without: 1); each failover takes the next one");
  add_shards(*failover, options.shard);
  add_outputs(*failover, options);
  failover->callback([&options] {
    if (options.shard && options.out_file.empty()) {
      throw CLI::ValidationError("--shard", "needs --out FILE, or nothing could be merged");
    }
    if (options.worst && !options.delays_file.empty()) {
      throw CLI::ValidationError(
          "--delays",
          "cannot be had with --worst: what that finds is a run for replay, which takes each "
          "time from the model's windows and knows no measured ones");
    }
  });
  failover
      ->add_option("--delays", options.delays_file,
                   "Draw what no model can know (how long PostgreSQL takes to start, to be\n"
                   "promoted, ...) from the quantile tables of this file, which were measured;\n"
                   "without: evenly from the model's windows")
      ->type_name("FILE");
  add_worst(*failover, options);
  failover->footer(examples.of(
      "A LIST has commas between its parts; each kind is measured in each combination of\n"
      "settings. An outage is the longest time between two acknowledged writes of a client\n"
      "that stays with its server as long as that serves it, and else goes where the primary\n"
      "Service leads. Bands hold with 95 %, and so does how many are longer than the longest.\n"
      "Moments are drawn evenly from the model's windows, or from --delays: what is told is\n"
      "what they amount to, no measurement of a real cluster.\n"
      "Ctrl-C ends it with what it has. The exit code is 3 if a cluster has not settled, or\n"
      "if something is known to be worse than what --worst has found, or was not tried.\n\n"
      "Examples:\n"
      "  PROGRAM failover --kind pod-gone,switchover\n"
      "  PROGRAM failover --kind pod-gone --timing 30/10/10,20/5/5 --what-if\n"
      "  PROGRAM failover --timing 30/10/10,20/5/5 --html failovers.html\n"
      "  PROGRAM failover --kind pod-gone --worst outage --scope 1 --save-to worst\n"
      "  PROGRAM failover --runs 1000000 --shard 0/8 --out 0.json\n"));
}

void add_merge(CLI::App& app, MergeOptions& options, const Examples& examples) {
  CLI::App* merge = app.add_subcommand(
      "merge", "Put together what shards have found or measured, as if it were one run");
  merge
      ->add_option("FILE", options.files,
                   "What `--out` of a shard, or of merge, has written; or a folder of such files")
      ->type_name("")
      ->required();
  merge->add_flag("--partial", options.partial, "Tell what there is, if shards are missing");
  add_outputs(*merge, options);
  merge
      ->add_option("--save-to", options.folder, "Of fuzz: a folder for what breaks, to be replayed")
      ->type_name("DIR");
  merge
      ->add_option_function<std::string>(
          "--shrink-tries",
          [&options](const std::string& text) {
            options.shrink_tries = read_number<1U, std::uint64_t>("--shrink-tries", text);
          },
          "Of fuzz: to make one small, at most so many runs (without: 20000)")
      ->type_name("NUMBER");
  merge->footer(examples.of(
      "In any order, and in as many steps as you like (--partial --out FILE): of all shards\n"
      "the same comes out as of one run; of fuzz as of one with --keep-going, without its\n"
      "speed: what broke is made small here, and the exit code is 1 if something did. Files of\n"
      "other kinds, settings, scenarios, seeds or numbers of runs are refused, and so are those\n"
      "of another version or with a shard that is there already. If shards are missing it says\n"
      "which, and ends with 4. --what-if, --csv, --samples and --html are of failover alone.\n\n"
      "Examples:\n"
      "  PROGRAM merge shards --json\n"
      "  PROGRAM merge 0.json 1.json --save-to found\n"));
}

}  // namespace sim
