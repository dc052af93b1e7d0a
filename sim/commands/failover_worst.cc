// From the arguments to the searches, and what is told of them.
#include "sim/commands/failover_worst.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <thread>

#include "sim/commands/failover_report.h"
#include "sim/commands/inputs.h"
#include "sim/commands/logic_version.h"
#include "sim/commands/outputs.h"
#include "sim/commands/progress_line.h"
#include "sim/commands/search_text.h"
#include "sim/failover/worst.h"
#include "sim/scenario/read.h"

namespace sim {
namespace {

using failover::Covered;
using failover::Failover;
using failover::Harm;
using failover::Kind;
using failover::OrdinaryRun;
using failover::phase_count;
using failover::Setting;
using failover::Worst;
using Json = nlohmann::ordered_json;

struct Searched {
  const Kind* kind = nullptr;
  Setting setting;
  std::string refused;  // why there is nothing else
  Worst worst;
  std::optional<Covered> covered;
  OrdinaryRun run;
  std::string file;  // where it was written; empty: nowhere
};

// `outage 35.858 s (detect 30.049, elect 0.629, …), lost 0, in doubt 1`.
std::string harm_text(const Failover& one) {
  std::string text = "no acknowledged write for " + seconds_text(one.outage_us) + " s (";
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    if (phase > 0) text += ", ";
    text += std::string(to_text(static_cast<failover::Phase>(phase))) + ' ' +
            seconds_text(one.phases_us[phase]);
  }
  text +=
      "); commits lost " + std::to_string(one.lost) + ", in doubt " + std::to_string(one.in_doubt);
  if (one.is_open) text += "; not served again as long as it was watched";
  return text;
}

std::string moments_text(const Searched& one) {
  return one.kind->mishap ? " of the first moments that it can come at"
                          : " moments of a loop of Patroni's";
}

bool is_exceeded(const Searched& one, Harm harm) {
  return is_worse(one.covered->failover, one.worst.failover, harm);
}

// What was explored, how far, and whether it has something worse: a bound within it, and no other.
std::string scope_text(const Searched& one, const FailoverOptions& options) {
  const Covered& covered = *one.covered;
  std::string text = "  scope        at most " + plural(*options.scope_answers, "answer") +
                     " at the latest, the others calm; " +
                     std::to_string(failover::Scope{}.moments) + moments_text(one) +
                     "\n  covered      " + std::to_string(covered.parts_done) + " of " +
                     std::to_string(covered.parts) + " first answers with all that follows: ";
  text += plural(covered.runs, "failover") + " (" + std::to_string(covered.joined) +
          " until they came to a world of another), " + plural(covered.worlds, "world") + '\n';
  if (covered.runs == 0) return text + "  bound        none: nothing was played, not confirmed\n";
  text += "  bound        " + std::string(covered.is_whole() ? "" : "none: as far as it came ") +
          seconds_text(covered.failover.outage_us) + " s, lost " +
          std::to_string(covered.failover.lost);
  if (is_exceeded(one, *options.worst)) return text + ": EXCEEDS what the search has found\n";
  return text + (covered.is_whole()
                     ? ": confirmed, nothing in this scope is worse than what was found\n"
                     : ": not confirmed\n");
}

std::string text_of(const Searched& one, const FailoverOptions& options) {
  std::string text = std::string(one.kind->name) + ", " + to_text(one.setting) + '\n';
  if (!one.refused.empty()) return text + "  " + one.refused + '\n';
  const Worst& worst = one.worst;
  text += "  worst        " + harm_text(worst.failover) + '\n';
  text += "  search       " + plural(worst.tries, "failover") + ", " +
          plural(worst.schedule.choices.size(), "answer") + " that count; ";
  text += worst.is_peak ? "no single change does more harm\n"
                        : "single changes were not tried to the end\n";
  if (one.covered) text += scope_text(one, options);
  if (!one.file.empty()) text += "  run          " + one.file + '\n';
  return text;
}

Json json_of(const Failover& one) {
  Json phases = Json::object();
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    phases[std::string(to_text(static_cast<failover::Phase>(phase))) + "_us"] =
        one.phases_us[phase];
  }
  return {{"outage_us", one.outage_us}, {"phases", std::move(phases)},
          {"lost", one.lost},           {"in_doubt", one.in_doubt},
          {"moved", one.has_moved},     {"not_served_again", one.is_open}};
}

Json json_of(const Searched& one) {
  Json json{{"kind", one.kind->name}, {"setting", to_text(one.setting)}};
  if (!one.refused.empty()) {
    json["refused"] = one.refused;
    return json;
  }
  json["worst"] = json_of(one.worst.failover);
  json["tries"] = one.worst.tries;
  json["no_single_change_does_more"] = one.worst.is_peak;
  json["choices"] = to_text(one.run.choices);
  if (one.covered) {
    json["scope"] = {{"runs", one.covered->runs},
                     {"joined", one.covered->joined},
                     {"worlds", one.covered->worlds},
                     {"first_answers", one.covered->parts},
                     {"first_answers_covered", one.covered->parts_done},
                     {"whole", one.covered->is_whole()},
                     {"worst", json_of(one.covered->failover)}};
  }
  if (!one.file.empty()) json["file"] = one.file;
  return json;
}

std::string file_text(const Searched& one, const Console& console) {
  const std::string name = std::string(one.kind->name) + " in " + to_text(one.setting.timing);
  auto scenario = read_scenario(one.run.scenario, name);
  CHECK(scenario.has_value());
  const ReadScenario read{name, one.run.scenario, *std::move(scenario)};
  return to_json_text(played(read, one.run.choices, console));
}

// False: it cannot be written, and the console has been told.
bool write(Searched& one, std::size_t setting, const std::string& folder, const Console& console) {
  const std::string name = std::string(one.kind->name) + '-' + std::to_string(setting + 1);
  Output output((std::filesystem::path(folder) / (name + ".json")).string());
  if (!output.open()) {
    console.err << cannot_be_written(output.path()) << '\n';
    return false;
  }
  output.stream() << file_text(one, console);
  if (!finish_or_tell(output, console.err)) return false;
  one.file = output.path();
  return true;
}

using Clock = std::chrono::steady_clock;

// Ends a search, or an exploration: at Ctrl-C, or when its time is over.
struct Stop {
  const Console& console;
  std::optional<Clock::time_point> until;
  std::atomic<bool> is_over{false};

  void look() {
    if (console.is_interrupted() || (until && Clock::now() >= *until)) is_over = true;
  }
};

// Until then, if there is an end.
void search(Searched& one, const FailoverOptions& options, Crew& crew, unsigned workers,
            std::optional<Clock::time_point> until, ProgressLine& progress,
            const Console& console) {
  const CharmUnderTest charm{&console.charm, console.properties, nullptr};
  const std::string name = std::string(one.kind->name) + ", " + to_text(one.setting.timing) + ": ";
  progress.show(name + "the cluster is being deployed");
  const auto base = failover::prepare_schedules(*one.kind, one.setting, charm, console.interrupted);
  if (!base) {
    one.refused = base.error();
    return;
  }
  // The scope has half of the time.
  Stop stop{.console = console, .until = until};
  if (until && options.scope_answers) stop.until = Clock::now() + (*until - Clock::now()) / 2;
  const failover::WorstOptions worst_options{.harm = *options.worst,
                                             .tries = options.tries,
                                             .seed = options.first_seed,
                                             .interrupted = &stop.is_over};
  const auto show = [&](const char* what, std::uint64_t played, const std::string& of) {
    stop.look();
    progress.show(name + what + ", " + std::to_string(played) + of + " failovers");
  };
  stop.look();
  const std::string most = " of at most " + std::to_string(options.tries);
  one.worst = failover::find_worst(*base, console.charm, worst_options, crew, workers,
                                   [&](std::uint64_t played) { show("search", played, most); });
  if (options.scope_answers) {
    stop.until = until;
    stop.is_over = false;
    stop.look();
    one.covered =
        failover::cover(*base, console.charm, {.answers = *options.scope_answers}, worst_options,
                        crew, [&](std::uint64_t played) { show("scope", played, {}); });
  }
  one.run = failover::ordinary_run(*base, console.charm, one.worst.schedule);
}

}  // namespace

int worst_command(const FailoverOptions& options, const std::vector<const Kind*>& kinds,
                  const std::vector<Setting>& settings, const Console& console) {
  if (!options.worst_folder.empty()) {
    std::error_code error;
    std::filesystem::create_directories(options.worst_folder, error);
    if (error) {
      console.err << options.worst_folder << ": cannot be made: " << error.message() << '\n';
      return exit_bad_input;
    }
  }
  const unsigned workers =
      options.workers > 0 ? options.workers : std::max(1U, std::thread::hardware_concurrency());
  std::vector<Searched> all;
  std::size_t left = settings.size() * kinds.size();
  const auto begin = Clock::now();
  {
    ProgressLine progress(console);
    Crew crew(workers);
    for (std::size_t setting = 0; setting < settings.size(); ++setting) {
      for (const Kind* kind : kinds) {
        if (console.is_interrupted()) break;
        Searched& one = all.emplace_back();
        one.kind = kind;
        one.setting = settings[setting];
        std::optional<Clock::time_point> until;  // each has an even share of what is left
        if (options.worst_time) {
          const auto now = Clock::now();
          until = now + (begin + *options.worst_time - now) / static_cast<std::int64_t>(left);
        }
        --left;
        search(one, options, crew, workers, until, progress, console);
        if (options.worst_folder.empty() || !one.refused.empty()) continue;
        if (!write(one, setting, options.worst_folder, console)) return exit_bad_input;
      }
    }
  }
  if (options.json) {
    Json series = Json::array();
    for (const Searched& one : all) series.push_back(json_of(one));
    const Json json{{"schema", "charmsim-worst/1"},
                    {"logic", logic_version()},
                    {"harm", *options.worst == Harm::outage ? "outage" : "loss"},
                    {"seed", options.first_seed},
                    {"interrupted", console.is_interrupted()},
                    {"series", std::move(series)}};
    console.out << json.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
  } else {
    for (const Searched& one : all) console.out << text_of(one, options);
    if (console.is_interrupted()) console.out << "interrupted: that is how far it came\n";
  }
  if (console.is_interrupted()) return exit_interrupted;
  const bool is_all = std::ranges::all_of(all, [&](const Searched& one) {
    return one.refused.empty() && one.worst.is_peak &&
           !(one.covered && (!one.covered->is_whole() || is_exceeded(one, *options.worst)));
  });
  return is_all ? exit_held : exit_bounded;
}

}  // namespace sim
