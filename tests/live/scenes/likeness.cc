#include "tests/live/scenes/likeness.h"

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <set>

#include "charm/postgresql_k8s.h"
#include "sim/properties/property.h"
#include "sim/report/story_text.h"
#include "sim/simulation.h"
#include "tests/live/scenes/ending.h"
#include "tests/live/scenes/pace.h"
#include "tests/live/scenes/stage.h"

namespace scenes {
namespace {

using charm::UnitName;
using sim::Deviation;
using sim::Deviations;
using sim::Label;

// What a run is steered by, beside the live run's times.
struct Course {
  Deviations once;
  JobTimes jobs;
  Halvings halvings;
  std::set<UnitName> behind;  // standbys that flush what they are sent as late as they may
};

// What live is Patroni's and Kubernetes' affair, and which of two comes first that the clock does
// not tell apart. Juju's own is the same code, in the same order; and another order of what is
// deferred than ops' is beyond what Juju does.
bool may_deviate(Label label) {
  return label.question == sim::question_of(model::UnitTimer::ha) ||
         label.question == sim::question_of(model::UnitTimer::job) ||
         label.question == sim::question_of(model::UnitTimer::startup) ||
         label.question == sim::question_of(model::WorldTimer::primary_route) ||
         label.question == sim::tie_question;
}

// Calm but for a course; writes down what it was asked, for others to deviate there.
class Steered final : public sim::Choices {
 public:
  struct Asked {
    Label label;
    std::uint32_t nth = 0;
    std::uint32_t options = 0;
  };

  void restart(const Course& course) {
    reset();
    asked_.clear();
    once_.clear();
    for (const Deviation& one : course.once) once_[{one.label, one.nth}] = one.option;
    behind_ = course.behind;
  }
  [[nodiscard]] const std::vector<Asked>& asked() const { return asked_; }

 private:
  std::uint32_t choose(std::uint32_t options, Label label, std::uint32_t nth) override {
    if (label.question == sim::question_of(model::UnitTimer::replication)) {
      return behind_.contains(*label.actor) ? options - 1 : 0;
    }
    if (!may_deviate(label)) return 0;
    asked_.push_back({label, nth, options});
    const auto found = once_.find({label, nth});
    return found == once_.end() ? 0 : std::min(found->second, options - 1);
  }

  std::map<std::pair<Label, std::uint32_t>, std::uint32_t> once_;
  std::set<UnitName> behind_;
  std::vector<Asked> asked_;
};

// Where a run stood, in questions asked, when each hook of each unit began.
class Places final : public sim::TraceSink {
 public:
  explicit Places(const Steered& choices) : choices_(choices) {}
  void take(const sim::TraceEvent& event) override {
    if (event.kind == sim::TraceKind::hook_started) {
      begun_[*event.unit].push_back(choices_.asked().size());
    }
  }
  void clear() { begun_.clear(); }
  // Of the nth hook; of one that never began the end of the run.
  [[nodiscard]] std::size_t of(UnitName unit, std::size_t nth) const {
    const auto found = begun_.find(unit);
    if (found == begun_.end() || nth >= found->second.size()) return choices_.asked().size();
    return found->second[nth];
  }

 private:
  const Steered& choices_;
  std::map<UnitName, std::vector<std::size_t>> begun_;
};

// How far a simulated run is like the live one.
struct Likeness {
  double score = 0;
  bool complete = true;
  bool ends_differ = false;  // and nothing else
  UnitName first;            // who differs first
  std::size_t place = 0;     // and where, in questions asked
  std::string difference;
};

double share(const RunHook& live, const RunHook& simulated) {
  if (live.name != simulated.name) return 0;
  std::size_t same = 0;
  const std::size_t most = std::min(live.handlers.size(), simulated.handlers.size());
  while (same < most && live.handlers[same] == simulated.handlers[same]) ++same;
  return (1.0 + static_cast<double>(same)) / (2.0 + static_cast<double>(live.handlers.size()));
}

Likeness compare(const Record& live, const Record& simulated, const Places& places) {
  Likeness result;
  std::size_t earliest = SIZE_MAX;
  const std::vector<RunHook> nothing;
  for (const auto& [unit, wanted] : live) {
    const auto found = simulated.find(unit);
    const std::vector<RunHook>& had = found == simulated.end() ? nothing : found->second;
    std::size_t same = 0;
    while (same < wanted.size() && same < had.size() && wanted[same] == had[same]) ++same;
    result.score += static_cast<double>(same);
    if (same == wanted.size() && same == had.size()) continue;
    result.complete = false;
    if (same < wanted.size() && same < had.size()) result.score += share(wanted[same], had[same]);
    // What has made it so may have been asked while that hook ran.
    const std::size_t place = places.of(unit, same < had.size() ? same + 1 : SIZE_MAX);
    if (place >= earliest) continue;
    earliest = place;
    result.first = unit;
    result.place = place;
    const auto told = [same](const std::vector<RunHook>& hooks) {
      return same < hooks.size() ? to_text(hooks[same]) : std::string("nothing more\n");
    };
    result.difference = "unit " + std::to_string(unit.ordinal) + " after " + std::to_string(same) +
                        " of " + std::to_string(wanted.size()) +
                        " hooks\n  live:      " + told(wanted) + "  simulated: " + told(had);
  }
  return result;
}

// By how much windows of the model were too narrow for the live run, and how long Patroni's actions
// take where the search has chosen that: a line each.
std::string to_text(const std::map<sim::Question, LivePace::Outside>& outside,
                    const Course& course) {
  std::string text;
  for (const auto& [question, how] : outside) {
    text += "\n  " + std::string(sim::to_text(question)) + ": " + std::to_string(how.count) +
            " times, up to " + std::to_string(how.early.count() / 1000) + " ms early and " +
            std::to_string(how.late.count() / 1000) + " ms late";
  }
  for (const UnitName unit : course.behind) {
    text += "\n  unit " + std::to_string(unit.ordinal) + " is behind";
  }
  for (const auto& [hook, times] : course.halvings) {
    text += "\n  hook " + std::to_string(hook.nth) + " of unit " +
            std::to_string(hook.unit.ordinal) + ": its calls come in a part of its time, 1/" +
            std::to_string(1U << times);
  }
  for (const auto& [job, time] : course.jobs) {
    text += "\n  long action " + std::to_string(job.nth) + " of unit " +
            std::to_string(job.unit.ordinal) + ": " + std::to_string(time.count() / 1000) + " ms";
  }
  return text;
}

class Search {
 public:
  Search(const sim::Scenario& scenario, const Live& live)
      : live_(live),
        units_(sim::unit_capacity(scenario)),
        pace_(live),
        simulation_(scenario,
                    {.definition = &charm::postgresql_k8s(),
                     .properties = sim::postgresql_properties(),
                     .flow = nullptr},
                    {.pace = &pace_}),
        places_(choices_),
        record_(charm::postgresql_k8s()) {
    simulation_.trace().listen(&record_);
    simulation_.trace().listen(&pace_);
    simulation_.trace().listen(&places_);
  }

  Found look(std::uint64_t most_runs, std::ostream* story) {
    constexpr std::uint64_t patience = 4000;  // runs without one that is more like it
    Found found;
    Course course;
    Course best;
    Tried standing = run(course);
    Likeness likest = standing.likeness;
    std::uint64_t last_gain = 0;
    double gained = likest.score;
    std::mt19937 random(1);  // NOLINT: any order will do, and always the same
    for (found.runs = 1; found.runs < most_runs && !likest.complete; ++found.runs) {
      if (found.runs - last_gain > patience) {
        course = {};
        standing = run(course);
        last_gain = found.runs;
        gained = standing.likeness.score;
        continue;
      }
      Course next = deviate(course, standing, random);
      Tried tried = run(next);
      // One that is a little less like it may lead further.
      const double loss = standing.likeness.score - tried.likeness.score;
      if (loss > 0 && (loss > 0.5 || random() % 200 != 0)) continue;
      course = std::move(next);
      standing = std::move(tried);
      if (standing.likeness.score > gained || standing.likeness.complete) {
        last_gain = found.runs;
        gained = standing.likeness.score;
      }
      if (standing.likeness.score < likest.score && !standing.likeness.complete) continue;
      best = course;
      likest = standing.likeness;
    }
    if (likest.complete) best = without_needless(best);
    (void)run(best);
    found.choices = best.once;
    std::ranges::sort(found.choices);
    found.outside = to_text(pace_.outside(), best);
    found.alike = likest.complete;
    found.difference = likest.difference;
    if (story != nullptr) tell(best, *story);
    return found;
  }

 private:
  // A run, and what it could have gone another way by.
  struct Tried {
    Likeness likeness;
    std::vector<Steered::Asked> questions;
    std::vector<LivePace::Begun> jobs;
    std::vector<NthHook> stretched;
  };

  // What a reader is told is what it takes.
  Course without_needless(Course course) {
    const JobTimes jobs = course.jobs;
    for (const auto& [job, time] : jobs) {
      Course less = course;
      less.jobs.erase(job);
      if (run(less).likeness.complete) course = std::move(less);
    }
    const Halvings halvings = course.halvings;
    for (const auto& [hook, times] : halvings) {
      Course less = course;
      less.halvings.erase(hook);
      if (run(less).likeness.complete) course = std::move(less);
    }
    const std::set<UnitName> behind = course.behind;
    for (const UnitName unit : behind) {
      Course less = course;
      less.behind.erase(unit);
      if (run(less).likeness.complete) course = std::move(less);
    }
    const Deviations once = course.once;
    for (const Deviation& one : once) {
      Course less = course;
      std::erase(less.once, one);
      if (run(less).likeness.complete) course = std::move(less);
    }
    return course;
  }

  // Again, as long as it learns how many calls its hooks make.
  Tried run(const Course& course) {
    constexpr int most = 6;
    for (int times = 0; times < most; ++times) {
      choices_.restart(course);
      pace_.restart(course.jobs, course.halvings);
      record_.clear();
      places_.clear();
      simulation_.run(choices_);
      if (!pace_.has_learned()) break;
    }
    Tried tried{.likeness = compare(live_.record, record_.record(), places_),
                .questions = choices_.asked(),
                .jobs = pace_.jobs(),
                .stretched = pace_.stretched()};
    Likeness& likeness = tried.likeness;
    if (!likeness.complete) return tried;
    const Ending ending = ending_of(simulation_.world(), simulation_.texts());
    if (ending == live_.ending) return tried;
    likeness.complete = false;
    likeness.ends_differ = true;
    likeness.place = tried.questions.size();
    likeness.difference = "the ends differ" + differences(live_.ending, ending);
    return tried;
  }

  // The last that it does: whoever listens once goes on listening.
  void tell(const Course& course, std::ostream& out) {
    story_.emplace(out, app_, charm::postgresql_k8s(),
                   sim::StoryText::Options{.colours = false, .verbose = true});
    simulation_.trace().listen(&*story_);
    (void)run(course);
  }

  // Another length for one of Patroni's long actions; live it may be longer than the model has it,
  // but that is tried less often.
  static void change_job(Course& course, const LivePace::Begun& begun, std::mt19937& random) {
    if (random() % 4 == 0) {
      course.jobs.erase(begun.job);
      return;
    }
    model::Span time = begun.time;
    if (random() % 8 == 0) time.most = 4 * time.most;
    const auto width = std::chrono::ceil<std::chrono::milliseconds>(time.most - time.least).count();
    course.jobs[begun.job] = time.least + std::chrono::milliseconds(static_cast<std::int64_t>(
                                              random() % static_cast<std::uint64_t>(width + 1)));
  }

  // Down to a hundredth of its time: that of a handler which waits a minute is half a second.
  static void change_tempo(Course& course, NthHook hook, std::mt19937& random) {
    const auto halvings = static_cast<std::uint32_t>(random() % 8);
    course.halvings[hook] = halvings;
    if (halvings == 0) course.halvings.erase(hook);
  }

  // Answers some questions that were asked before it was unlike in another way.
  Course deviate(Course course, const Tried& before, std::mt19937& random) const {
    for (std::size_t change = 1 + random() % 3; change > 0; --change) {
      // Who is behind is seen in the ends, and in who is named and promoted.
      if (random() % (before.likeness.ends_differ ? 8 : 32) == 0) {
        const UnitName unit{static_cast<std::uint16_t>(random() % units_)};
        if (!course.behind.erase(unit)) course.behind.insert(unit);
        continue;
      }
      if (!before.stretched.empty() && random() % 16 == 0) {
        change_tempo(course, before.stretched[random() % before.stretched.size()], random);
        continue;
      }
      if (!before.jobs.empty() && random() % 2 == 0) {
        change_job(course, before.jobs[random() % before.jobs.size()], random);
        continue;
      }
      if (before.questions.empty()) continue;
      // Now and then long before: what another unit did then may be why.
      const std::size_t end = random() % 3 == 0
                                  ? 1 + random() % before.questions.size()
                                  : std::min(before.questions.size(), before.likeness.place + 3);
      if (!course.once.empty() && random() % 4 == 0) {
        course.once.erase(course.once.begin() +
                          static_cast<std::ptrdiff_t>(random() % course.once.size()));
        continue;
      }
      const std::size_t reach = std::min<std::size_t>(end, std::size_t{2} << random() % 8);
      const Steered::Asked& asked = before.questions[end - 1 - random() % reach];
      const auto option = static_cast<std::uint32_t>(random() % asked.options);
      std::erase_if(course.once, [&](const Deviation& one) {
        return one.label == asked.label && one.nth == asked.nth;
      });
      course.once.push_back({asked.label, asked.nth, option});
    }
    return course;
  }

  const Live& live_;
  const std::uint16_t units_;
  LivePace pace_;
  sim::Simulation simulation_;
  Steered choices_;
  Places places_;
  SimulatedRecord record_;
  const charm::AppName app_{"postgresql-k8s"};
  std::optional<sim::StoryText> story_;
};

}  // namespace

nlohmann::json to_json(const Live& live) {
  nlohmann::json units = nlohmann::json::object();
  for (const auto& [unit, hooks] : live.record) {
    nlohmann::json& list = units[std::to_string(unit.ordinal)] = nlohmann::json::array();
    for (const RunHook& hook : hooks) {
      list.push_back({{"hook", hook.name},
                      {"began_us", hook.began_us},
                      {"ended_us", hook.ended_us},
                      {"end", hook.end},
                      {"handlers", hook.handlers},
                      {"handled_us", hook.handled_us}});
    }
  }
  nlohmann::json seen = nlohmann::json::array();
  for (const Seen& one : live.seen) {
    seen.push_back({{"unit", one.unit.ordinal}, {"at_us", one.at_us}, {"what", one.what}});
  }
  return {{"units", units},
          {"ending", live.ending},
          {"deeds_us", live.deeds_us},
          {"ended_us", live.ended_us},
          {"seen", seen}};
}

Live live_in(const nlohmann::json& file) {
  Live live;
  live.ending = file.at("ending").get<Ending>();
  live.deeds_us = file.at("deeds_us").get<std::vector<std::int64_t>>();
  live.ended_us = file.at("ended_us");
  for (const auto& [ordinal, hooks] : file.at("units").items()) {
    std::vector<RunHook>& list = live.record[{static_cast<std::uint16_t>(std::stoul(ordinal))}];
    for (const auto& hook : hooks) {
      list.push_back({.name = hook.at("hook"),
                      .handlers = hook.at("handlers"),
                      .end = hook.at("end"),
                      .began_us = hook.at("began_us"),
                      .ended_us = hook.at("ended_us"),
                      .handled_us = hook.at("handled_us")});
    }
  }
  for (const auto& one : file.at("seen")) {
    live.seen.push_back(
        {.unit = {one.at("unit")}, .at_us = one.at("at_us"), .what = one.at("what")});
  }
  return live;
}

Found look_for(const sim::Scenario& scenario, const Live& live, std::uint64_t most_runs,
               std::ostream* story) {
  sim::Scenario longer = scenario;
  longer.world.update_status_interval = Stage::update_status_interval;
  // Often enough that at any moment a standby may be behind another.
  longer.world.client_writes_every = std::chrono::milliseconds(100);
  for (std::size_t step = 0; step < live.deeds_us.size(); ++step) {
    sim::StoryStep& played = longer.story.at(step);
    played.when.reset();
    played.at = charm::Instant{live.deeds_us[step]};
    played.after = {};
  }
  // It ends then, whether it has settled or not.
  longer.horizon = charm::Duration{live.ended_us};
  longer.story.push_back({.when = {},
                          .at = charm::Instant{live.ended_us + 1'000'000},
                          .after = {},
                          .deed = sim::SetTrust{true},
                          .text = "the live run has ended"});
  return Search(longer, live).look(most_runs, story);
}

}  // namespace scenes
