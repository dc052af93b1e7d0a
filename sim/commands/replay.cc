// charmsim replay: a saved run again; says whether it is the same, and if not, from which step on.
#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "sim/choices/list.h"
#include "sim/commands/commands.h"
#include "sim/commands/inputs.h"
#include "sim/commands/quoted.h"
#include "sim/commands/reports.h"
#include "sim/commands/search_text.h"
#include "sim/report/deferrals.h"
#include "sim/report/story_text.h"
#include "sim/report/verdict_text.h"
#include "sim/simulation.h"

namespace sim {
namespace {

using Task = ReadRun;

// Ends the run where the saved one was interrupted, and where Ctrl-C ends this one.
class Interruption final : public TraceSink {
 public:
  Interruption(const SavedRun& saved, const std::atomic<bool>* by_user)
      : last_(saved.interrupted ? saved.steps.size() : 0), by_user_(by_user) {}
  void take(const TraceEvent& /*event*/) override {
    if (++seen_ == last_) reached_ = true;
    if (is_by_user()) reached_ = true;
  }
  [[nodiscard]] const std::atomic<bool>* flag() const { return &reached_; }
  [[nodiscard]] bool is_by_user() const { return by_user_ != nullptr && *by_user_; }

 private:
  std::size_t last_;
  const std::atomic<bool>* by_user_;
  std::size_t seen_ = 0;
  std::atomic<bool> reached_{false};
};

// Tells one event of a story.
class StepText final : public TraceSink {
 public:
  StepText(StoryText& story, std::size_t wanted) : story_(story), wanted_(wanted) {}
  void take(const TraceEvent& event) override {
    if (seen_++ == wanted_) story_.take(event);
  }

 private:
  StoryText& story_;
  std::size_t wanted_;
  std::size_t seen_ = 0;
};

// The first step at which they differ, from 0; nothing if they are the same.
std::optional<std::size_t> first_difference(const std::vector<std::uint64_t>& before,
                                            const std::vector<std::uint64_t>& now) {
  const auto [a, b] = std::ranges::mismatch(before, now);
  if (a == before.end() && b == now.end()) return std::nullopt;
  return static_cast<std::size_t>(a - before.begin());
}

void tell_step(std::size_t step, std::size_t now, const Task& task, ExecutorKind executor,
               const Console& console) {
  const std::size_t before = task.saved.steps.size();
  console.out << "replay       DIFFERS at step " << step + 1 << " of " << before;
  if (step == now) {
    console.out << ": this run has ended before it\n";
    return;
  }
  console.out << (step == before ? ": this run goes on, with\n" : "; here it is\n");
  FlowMonitor flow(console.charts);
  Simulation again(task.scenario, {&console.charm, console.properties, &flow},
                   {.executor = executor, .interrupted = console.interrupted});
  StoryText verbose(console.out, task.scenario.world.app, console.charm, {.verbose = true});
  StepText shown(verbose, step);
  again.trace().listen(&shown);
  ListChoices same(task.choices);
  (void)again.run(same);
}

std::string in_words(const std::string& broken) {
  return broken.empty() ? "that all held" : "that \"" + broken + "\" broke";
}

// `now`: how many steps the replay has.
void tell(const Comparison& replay, std::size_t now, const Task& task, ExecutorKind executor,
          const Console& console) {
  if (replay.differs_at) return tell_step(*replay.differs_at - 1, now, task, executor, console);
  if (!replay.same()) {
    console.out << "replay       DIFFERS: the file says " << in_words(replay.saved_broken)
                << ", and its steps " << in_words(replay.broken) << '\n';
    return;
  }
  console.out << "replay       the same run, " << now << " steps"
              << (task.saved.interrupted ? ": as far as it was saved\n" : "\n");
}

// Tells event by event; where somebody is asked, it goes on at Enter, and `q` skips to the verdict.
class Steps final : public TraceSink {
 public:
  Steps(const Console& console, const Scenario& scenario)
      : console_(console),
        story_(text_, scenario.world.app, console.charm,
               {.colours = console.colours, .verbose = true}) {}

  void take(const TraceEvent& event) override {
    ++seen_;
    if (is_over_) return;
    story_.take(event);
    const std::string text = text_.str();
    if (text.empty()) return;
    text_.str({});
    console_.out << text;
    if (!console_.is_asked) return;
    console_.out << seen_ << "> " << std::flush;
    std::string answer;
    is_over_ = !std::getline(std::cin, answer) || answer == "q";
  }

 private:
  const Console& console_;
  std::ostringstream text_;
  StoryText story_;
  std::size_t seen_ = 0;
  bool is_over_ = false;
};

NoReturn no_return_of(const Task& task, const Console& console) {
  FlowMonitor flow(console.charts);
  const CharmUnderTest charm{&console.charm, console.properties, &flow};
  return point_of_no_return(task.scenario, charm, task.choices,
                            {.interrupted = console.interrupted});
}

std::string json_text(const VerdictView& view, const Comparison* replay, bool asks_no_return,
                      const std::optional<NoReturn>& no_return) {
  std::string text = to_json_text(view, replay);
  if (!asks_no_return) return text;
  auto json = nlohmann::ordered_json::parse(text);
  json["point_of_no_return"] = no_return ? to_json(*no_return, view.scenario.world.app) : nullptr;
  return json.dump(2) + '\n';
}

std::optional<PointOfNoReturn> on_page(const std::optional<NoReturn>& found,
                                       const charm::AppName& app, const Console& console) {
  if (!found || !found->choice) return std::nullopt;
  const Asked& choice = *found->choice;
  return PointOfNoReturn{choice.at, to_text(Deviations{{choice.label, choice.nth, choice.option}}),
                         to_text(choice, app), found->is_cut, tried_text(*found, console)};
}

}  // namespace

int replay_command(const ReplayOptions& options, const Console& console) {
  const auto task = read_run_for(options.file, console);
  if (!task) return exit_bad_input;
  Reports reports(options.reports);
  if (const auto why =
          open_outputs({&reports.html, &reports.junit, &reports.sarif}, options.file)) {
    console.err << *why << '\n';
    return exit_bad_input;
  }
  const SavedRun& saved = task->saved;

  FlowMonitor flow(console.charts);
  Interruption interruption(saved, console.interrupted);
  Simulation simulation(task->scenario, {&console.charm, console.properties, &flow},
                        {.executor = options.executor, .interrupted = interruption.flag()});
  StoryText story(console.out, task->scenario.world.app, console.charm,
                  {.colours = console.colours, .verbose = options.verbose});
  DeferralReport deferrals(task->scenario.world.app, console.charm);
  simulation.trace().listen(&deferrals);
  const bool tells_story = !options.quiet && !options.json;
  Steps steps_told(console, task->scenario);
  if (tells_story && options.step) {
    simulation.trace().listen(&steps_told);
  } else if (tells_story) {
    simulation.trace().listen(&story);
  }
  simulation.trace().listen(&interruption);
  simulation.trace().keep_steps(true);
  reports.listen(console, task->scenario, simulation);
  ListChoices choices(task->choices);
  const Verdict verdict = simulation.run(choices);
  const VerdictView view{verdict,          console.properties,
                         task->scenario,   saved.scenario_file,
                         saved.choices,    "./run replay " + quoted(options.file),
                         choices.unused(), &deferrals};
  const bool cut = verdict.end == RunEnd::interrupted && interruption.is_by_user();
  const std::vector<std::uint64_t>& steps = simulation.trace().steps();
  Comparison replay{.steps = saved.steps.size(),
                    .saved_broken = saved.broken,
                    .broken = broken_property(verdict)};
  if (const auto step = first_difference(saved.steps, steps)) replay.differs_at = *step + 1;

  std::optional<NoReturn> no_return;
  if (options.no_return && !verdict.ok()) no_return = no_return_of(*task, console);
  const bool is_search_cut = no_return && no_return->is_cut && console.is_interrupted();

  if (options.json) {
    console.out << json_text(view, cut ? nullptr : &replay, options.no_return, no_return);
  } else {
    console.out << (tells_story ? "\n" : "") << to_text(view, console.colours);
    if (no_return) {
      console.out << no_return_text(*no_return, task->scenario, task->choices, console);
    } else if (options.no_return) {
      console.out << verdict_line(
          "no return", cut ? "not known: the run was interrupted" : "none: the run holds");
    }
    if (!cut) tell(replay, steps.size(), *task, options.executor, console);
  }
  reports.write(console, view, "replay", on_page(no_return, task->scenario.world.app, console));
  bool written = true;
  for (Output* output : {&reports.html, &reports.junit, &reports.sarif}) {
    written = finish_or_tell(*output, console.err) && written;
  }
  if (cut || is_search_cut) return exit_interrupted;
  if (replay.same() && verdict.ok() && !written) return exit_bad_input;
  return replay.same() && verdict.ok() ? exit_held : exit_broken;
}

}  // namespace sim
