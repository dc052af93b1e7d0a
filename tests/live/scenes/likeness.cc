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

// Calm but for a list; writes down what it was asked, for others to deviate there.
class Steered final : public sim::Choices {
 public:
  struct Asked {
    Label label;
    std::uint32_t nth = 0;
    std::uint32_t options = 0;
  };

  void restart(const Deviations& deviations) {
    reset();
    asked_.clear();
    deviations_.clear();
    for (const Deviation& one : deviations) deviations_[{one.label, one.nth}] = one.option;
  }
  [[nodiscard]] const std::vector<Asked>& asked() const { return asked_; }

 private:
  std::uint32_t choose(std::uint32_t options, Label label, std::uint32_t nth) override {
    // Another order than ops' is beyond what Juju does.
    if (label.question == sim::deferral_order_question) return 0;
    asked_.push_back({label, nth, options});
    const auto found = deviations_.find({label, nth});
    if (found == deviations_.end()) return 0;
    return std::min(found->second, options - 1);
  }

  std::map<std::pair<Label, std::uint32_t>, std::uint32_t> deviations_;
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
  UnitName first;           // who differs first
  std::size_t place = 0;    // and where, in questions asked
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
    result.difference = "unit " + std::to_string(unit.ordinal) + " after " + std::to_string(same) +
                        " of " + std::to_string(wanted.size()) + " hooks\n  live:      " +
                        to_text(wanted[same].first) + "  simulated: " +
                        (same < had.size() ? to_text(had[same].first) : "nothing more\n");
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
    Found found;
    Deviations best;
    Likeness likest = run(best);
    questions_ = asked_;
    std::mt19937 random(1);  // NOLINT: any order will do, and always the same
    for (found.runs = 1; found.runs < most_runs && !is_over(likest); ++found.runs) {
      const Deviations next = deviate(best, likest, random);
      const Likeness likeness = run(next);
      // One that is a little less like it may lead further.
      const double loss = likest.score - likeness.score;
      if (loss > 0 && (loss > 0.5 || random() % 200 != 0)) continue;
      best = next;
      likest = likeness;
      questions_ = asked_;
    }
    (void)run(best);
    std::ranges::sort(found.choices = choices_.taken());
    found.alike = is_over(likest);
    found.difference = likest.difference;
    return found;
  }

 private:
  [[nodiscard]] static bool is_over(const Likeness& likeness) { return likeness.complete; }

  Likeness run(const Deviations& deviations) {
    choices_.restart(deviations);
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
  Deviations deviate(Deviations deviations, const Likeness& likest, std::mt19937& random) {
    const std::size_t changes = 1 + random() % 3;
    for (std::size_t change = 0; change < changes; ++change) {
      if (!deviations.empty() && random() % 4 == 0) {
        deviations.erase(deviations.begin() +
                         static_cast<std::ptrdiff_t>(random() % deviations.size()));
        continue;
      }
      const std::size_t end = std::min(questions_.size(), likest.place + 20);
      if (end == 0) continue;
      const std::size_t reach = std::min<std::size_t>(end, std::size_t{8} << random() % 8);
      const Steered::Asked& asked = questions_[end - 1 - random() % reach];
      if (asked.options < 2) continue;
      const auto option = static_cast<std::uint32_t>(random() % asked.options);
      std::erase_if(deviations, [&](const Deviation& one) {
        return one.label == asked.label && one.nth == asked.nth;
      });
      if (option != 0) deviations.push_back({asked.label, asked.nth, option});
    }
    return deviations;
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
  return Search(longer, live).look(most_runs);
}

}  // namespace scenes
