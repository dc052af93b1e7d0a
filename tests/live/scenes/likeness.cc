#include "tests/live/scenes/likeness.h"

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "charm/postgresql_k8s.h"
#include "sim/properties/property.h"
#include "sim/simulation.h"
#include "tests/live/scenes/ending.h"
#include "tests/live/scenes/stage.h"

namespace scenes {
namespace {

using charm::UnitName;
using sim::Deviation;
using sim::Deviations;
using sim::Label;

// `config-changed (config-changed, deferred before): deferred: ...`: of which handler and event.
std::string deferral_in(const std::string& handler) {
  const auto end = handler.find("): ");
  if (end == handler.npos) return {};
  std::string of = handler.substr(0, end);
  constexpr std::string_view again = ", deferred before";
  if (of.ends_with(again)) of.resize(of.size() - again.size());
  return of;
}

// What a run is steered by: what a question is answered with whenever it is asked (how fast a
// unit's calls are, say, of a machine that is slow all along), and single answers over that.
struct Course {
  std::map<Label, std::uint32_t> always;
  Deviations once;
};

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
    always_ = course.always;
    for (const Deviation& one : course.once) once_[{one.label, one.nth}] = one.option;
  }
  [[nodiscard]] const std::vector<Asked>& asked() const { return asked_; }

 private:
  std::uint32_t choose(std::uint32_t options, Label label, std::uint32_t nth) override {
    // Another order than ops' is beyond what Juju does.
    if (label.question == sim::deferral_order_question) return 0;
    asked_.push_back({label, nth, options});
    const auto found = once_.find({label, nth});
    if (found != once_.end()) return std::min(found->second, options - 1);
    const auto usual = always_.find(label);
    return usual == always_.end() ? 0 : std::min(usual->second, options - 1);
  }

  std::map<std::pair<Label, std::uint32_t>, std::uint32_t> once_;
  std::map<Label, std::uint32_t> always_;
  std::vector<Asked> asked_;
};

// Asked very often, and no hook goes another way by it.
bool is_of_little_weight(Label label) {
  return label.question == sim::question_of(model::UnitTimer::replication) ||
         label.question == sim::question_of(model::WorldTimer::client);
}

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
  UnitName first;         // who differs first
  std::size_t place = 0;  // and where, in questions asked
  std::string difference;
};

// With the number of the hook in the record that each comes from.
std::vector<std::pair<RunHook, std::size_t>> numbered(const std::vector<RunHook>& hooks) {
  std::map<std::string, std::string> put_off;
  std::vector<std::string> last_status;
  std::vector<std::pair<RunHook, std::size_t>> told;
  for (std::size_t at = 0; at < hooks.size(); ++at) {
    RunHook hook = hooks[at];
    std::erase_if(hook.handlers, [&](const std::string& handler) {
      const std::string of = deferral_in(handler);
      if (handler.find("): deferred: ") == handler.npos) {
        put_off.erase(of);
        return false;
      }
      std::string how = handler.substr(handler.find("): deferred: "));
      const bool again = handler.find(", deferred before): ") != handler.npos;
      std::string& last = put_off[of];
      if (again && last == how) return true;
      last = std::move(how);
      return false;
    });
    if (hook.name == "update-status" && hook.end == "ok") {
      if (hook.handlers == last_status) continue;
      last_status = hook.handlers;
    }
    told.emplace_back(std::move(hook), at);
  }
  return told;
}

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
  for (const auto& [unit, hooks] : live) {
    const auto wanted = numbered(hooks);
    const auto found = simulated.find(unit);
    const auto had = numbered(found == simulated.end() ? std::vector<RunHook>() : found->second);
    std::size_t same = 0;
    while (same < wanted.size() && same < had.size() && wanted[same].first == had[same].first) {
      ++same;
    }
    result.score += static_cast<double>(same);
    if (same == wanted.size()) continue;
    result.complete = false;
    if (same < had.size()) result.score += share(wanted[same].first, had[same].first);
    // What has made it so may have been asked while that hook ran.
    const std::size_t place =
        same < had.size() ? places.of(unit, had[same].second + 1) : places.of(unit, SIZE_MAX);
    if (place >= earliest) continue;
    earliest = place;
    result.first = unit;
    result.place = place;
    result.difference =
        "unit " + std::to_string(unit.ordinal) + " after " + std::to_string(same) + " of " +
        std::to_string(wanted.size()) + " hooks\n  live:      " + to_text(wanted[same].first) +
        "  simulated: " + (same < had.size() ? to_text(had[same].first) : "nothing more\n");
  }
  return result;
}

class Search {
 public:
  Search(const sim::Scenario& scenario, const Live& live)
      : live_(live),
        simulation_(scenario,
                    {.definition = &charm::postgresql_k8s(),
                     .properties = sim::postgresql_properties(),
                     .flow = nullptr},
                    {}),
        places_(choices_),
        record_(charm::postgresql_k8s()) {
    simulation_.trace().listen(&record_);
    simulation_.trace().listen(&places_);
  }

  Found look(std::uint64_t most_runs) {
    constexpr std::uint64_t patience = 4000;  // runs without one that is more like it
    Found found;
    Course course;
    Course best;
    Likeness likeness = run(course);
    Likeness likest = likeness;
    questions_ = asked_;
    std::uint64_t last_gain = 0;
    double gained = likeness.score;
    std::mt19937 random(1);  // NOLINT: any order will do, and always the same
    for (found.runs = 1; found.runs < most_runs && !likest.complete; ++found.runs) {
      if (found.runs - last_gain > patience) {
        course = {};
        likeness = run(course);
        questions_ = asked_;
        last_gain = found.runs;
        gained = likeness.score;
        continue;
      }
      Course next = deviate(course, likeness, random);
      const Likeness tried = run(next);
      // One that is a little less like it may lead further.
      const double loss = likeness.score - tried.score;
      if (loss > 0 && (loss > 0.5 || random() % 200 != 0)) continue;
      course = std::move(next);
      likeness = tried;
      questions_ = asked_;
      if (likeness.score > gained || likeness.complete) {
        last_gain = found.runs;
        gained = likeness.score;
      }
      if (likeness.score < likest.score && !likeness.complete) continue;
      best = course;
      likest = likeness;
    }
    (void)run(best);
    found.choices = choices_.taken();
    std::ranges::sort(found.choices);
    found.alike = likest.complete;
    found.difference = likest.difference;
    return found;
  }

 private:
  Likeness run(const Course& course) {
    choices_.restart(course);
    record_.clear();
    places_.clear();
    simulation_.run(choices_);
    asked_ = choices_.asked();
    Likeness likeness = compare(live_.record, record_.record(), places_);
    if (!likeness.complete) return likeness;
    const Ending ending = ending_of(simulation_.world(), simulation_.texts());
    if (ending == live_.ending) return likeness;
    likeness.complete = false;
    likeness.place = asked_.size();
    likeness.difference = "the ends differ" + differences(live_.ending, ending);
    return likeness;
  }

  // Answers some questions that were asked before it was unlike in another way.
  Course deviate(Course course, const Likeness& likest, std::mt19937& random) {
    if (questions_.empty()) return course;
    for (std::size_t change = 1 + random() % 3; change > 0; --change) {
      // Now and then long before: what another unit did then may be why.
      const std::size_t end = random() % 3 == 0 ? 1 + random() % questions_.size()
                                                : std::min(questions_.size(), likest.place + 20);
      if (!course.once.empty() && random() % 4 == 0) {
        course.once.erase(course.once.begin() +
                          static_cast<std::ptrdiff_t>(random() % course.once.size()));
        continue;
      }
      const std::size_t reach = std::min<std::size_t>(end, std::size_t{8} << random() % 8);
      const Steered::Asked& asked = questions_[end - 1 - random() % reach];
      if (asked.options < 2 || is_of_little_weight(asked.label)) continue;
      const auto option = static_cast<std::uint32_t>(random() % asked.options);
      const bool is_timer =
          static_cast<std::size_t>(asked.label.question) < sim::timer_question_count;
      if (is_timer && random() % 8 == 0) {
        course.always[asked.label] = option;
        continue;
      }
      std::erase_if(course.once, [&](const Deviation& one) {
        return one.label == asked.label && one.nth == asked.nth;
      });
      course.once.push_back({asked.label, asked.nth, option});
    }
    return course;
  }

  const Live& live_;
  sim::Simulation simulation_;
  Steered choices_;
  Places places_;
  SimulatedRecord record_;
  std::vector<Steered::Asked> asked_;
  std::vector<Steered::Asked> questions_;
};

}  // namespace

std::vector<RunHook> normalised(const std::vector<RunHook>& hooks) {
  std::vector<RunHook> told;
  for (auto& [hook, at] : numbered(hooks)) told.push_back(std::move(hook));
  return told;
}

nlohmann::json to_json(const Live& live) {
  nlohmann::json units = nlohmann::json::object();
  for (const auto& [unit, hooks] : live.record) {
    nlohmann::json& list = units[std::to_string(unit.ordinal)] = nlohmann::json::array();
    for (const RunHook& hook : hooks) {
      list.push_back({{"hook", hook.name},
                      {"began_ms", hook.began_ms},
                      {"ended_ms", hook.ended_ms},
                      {"end", hook.end},
                      {"handlers", hook.handlers}});
    }
  }
  return {{"units", units}, {"ending", live.ending}, {"deeds_ms", live.deeds_ms}};
}

Live live_in(const nlohmann::json& file) {
  Live live;
  live.ending = file.at("ending").get<Ending>();
  live.deeds_ms = file.at("deeds_ms").get<std::vector<std::int64_t>>();
  for (const auto& [ordinal, hooks] : file.at("units").items()) {
    std::vector<RunHook>& list = live.record[{static_cast<std::uint16_t>(std::stoul(ordinal))}];
    for (const auto& hook : hooks) {
      list.push_back({.name = hook.at("hook"),
                      .handlers = hook.at("handlers"),
                      .end = hook.at("end"),
                      .began_ms = hook.at("began_ms"),
                      .ended_ms = hook.at("ended_ms")});
    }
  }
  return live;
}

Found look_for(const sim::Scenario& scenario, const Live& live, std::uint64_t most_runs) {
  sim::Scenario longer = scenario;
  longer.world.update_status_interval = Stage::update_status_interval;
  for (std::size_t step = 0; step < live.deeds_ms.size(); ++step) {
    sim::StoryStep& played = longer.story.at(step);
    played.when.reset();
    played.at = charm::Instant{live.deeds_ms[step] * 1000};
    played.after = {};
  }
  // Nothing is asked for any more, but the run goes on until then, as the live one did.
  std::int64_t last_ms = 0;
  for (const auto& [unit, hooks] : live.record) {
    for (const RunHook& hook : hooks) last_ms = std::max(last_ms, hook.ended_ms);
  }
  longer.story.push_back({.when = {},
                          .at = charm::Instant{(last_ms + 20'000) * 1000},
                          .after = {},
                          .deed = sim::SetTrust{true},
                          .text = "the live run has ended"});
  Found found = Search(longer, live).look(most_runs);
  found.together = found.alike;
  if (found.alike) return found;
  std::uint64_t runs = found.runs;
  for (const auto& [unit, hooks] : live.record) {
    const Live alone{.record = {{unit, hooks}}, .ending = live.ending, .deeds_ms = {}};
    found = Search(longer, alone).look(most_runs);
    found.runs = runs += found.runs;
    if (!found.alike) return found;
  }
  return found;
}

}  // namespace scenes
