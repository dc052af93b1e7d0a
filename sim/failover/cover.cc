// Every schedule of a small scope, as a graph: what comes to a world that is known is not played
// on.
#include <algorithm>
#include <limits>
#include <memory>
#include <vector>

#include "sim/failover/worst.h"
#include "sim/search/seen_worlds.h"

namespace sim::failover {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_seen_bytes = std::numeric_limits<std::size_t>::max();

// All of them with the fault at one moment: first the one without any answer, and from each one
// those with one answer more, to a question that comes after its last one.
class Moment {
 public:
  Moment(const Base& base, const charm::CharmDefinition& charm, Scope scope,
         const WorstOptions& options, std::atomic<std::uint64_t>& played)
      : options_(options),
        played_(played),
        bounds_{.deviations = scope.answers},
        seen_(most_seen_bytes, bounds_),
        player_(base, charm) {}

  // The calm one; how much there is to come is known afterwards.
  void begin(Schedule first) {
    if (is_interrupted()) return;
    first_ = std::move(first);
    play(first_, bounds_.deviations);
    first_questions_ = later_questions();
    covered_.parts = 1 + (bounds_.deviations > 0 ? first_questions_.size() : 0);
    covered_.parts_done = 1;
  }

  void go_on() {
    if (covered_.parts_done == 0 || bounds_.deviations == 0) return;
    for (const OpenQuestion& one : first_questions_) {
      if (is_interrupted()) return;
      cover(with(first_, one), bounds_.deviations - 1);
      if (!is_interrupted()) ++covered_.parts_done;
    }
  }

  [[nodiscard]] Covered covered() const {
    Covered all = covered_;
    all.worlds = seen_.size();
    return all;
  }

 private:
  [[nodiscard]] bool is_interrupted() const {
    return options_.interrupted != nullptr && *options_.interrupted;
  }

  static Schedule with(Schedule schedule, const OpenQuestion& question) {
    schedule.choices.push_back({question.label, question.nth, question.options - 1});
    std::ranges::sort(schedule.choices);
    return schedule;
  }

  // Of what was asked since the fault, all after the last one that is answered: those before it are
  // asked in other schedules' turn.
  [[nodiscard]] std::vector<OpenQuestion> later_questions() const {
    std::vector<OpenQuestion> later;
    for (const OpenQuestion& one : player_.asked_since()) {
      if (one.option != 0) {
        later.clear();
      } else if (one.at >= player_.fault()) {
        later.push_back(one);
      }
    }
    return later;
  }

  void play(const Schedule& schedule, std::uint32_t left) {
    const Player::IsKnown is_known = [&](std::uint64_t world) {
      return seen_.meet(world, {.deviations = left}).how == SeenWorlds::Meeting::known;
    };
    const std::optional<Failover> failover = player_.play_until_known(schedule, is_known);
    played_.fetch_add(1, std::memory_order_relaxed);
    const bool is_first = covered_.runs++ == 0;
    if (!failover) {
      ++covered_.joined;
    } else if (is_first || is_worse(*failover, covered_.failover, options_.harm)) {
      covered_.schedule = schedule;
      covered_.failover = *failover;
    }
  }

  // Until a world that is known, if there is one: from there on all was asked in another's turn.
  void cover(const Schedule& schedule, std::uint32_t left) {
    play(schedule, left);
    if (left == 0) return;
    for (const OpenQuestion& one : later_questions()) {
      if (is_interrupted()) return;
      cover(with(schedule, one), left - 1);
    }
  }

  const WorstOptions& options_;
  std::atomic<std::uint64_t>& played_;
  const Allowance bounds_;
  SeenWorlds seen_;
  Player player_;
  Schedule first_;
  std::vector<OpenQuestion> first_questions_;
  Covered covered_;
};

}  // namespace

Covered cover(const Base& base, const charm::CharmDefinition& charm, Scope scope,
              const WorstOptions& options, Crew& crew,
              const std::function<void(std::uint64_t)>& progress) {
  std::atomic<std::uint64_t> played{0};
  std::vector<std::unique_ptr<Moment>> all(scope.moments);
  const Crew::Work begin = [&](unsigned /*worker*/, std::size_t at) {
    Schedule first{.wait = least_wait(base)};
    if (base.kind->mishap) {
      first.strike = static_cast<std::uint32_t>(at);
    } else {
      first.wait += least_wait(base) * static_cast<std::int64_t>(at) / scope.moments;
    }
    all[at] = std::make_unique<Moment>(base, charm, scope, options, played);
    all[at]->begin(std::move(first));
  };
  const Crew::Work go_on = [&](unsigned /*worker*/, std::size_t at) { all[at]->go_on(); };
  const auto look = [&] { progress(played); };
  crew.each(scope.moments, begin, 100ms, look);
  crew.each(scope.moments, go_on, 100ms, look);

  Covered covered;
  for (const std::unique_ptr<Moment>& moment : all) {
    const Covered one = moment->covered();
    const bool is_first = covered.runs == 0;
    covered.runs += one.runs;
    covered.joined += one.joined;
    covered.worlds += one.worlds;
    covered.parts += std::max<std::uint64_t>(one.parts, 1);  // of one that was not begun at least
    covered.parts_done += one.parts_done;
    if (one.runs == 0 || (!is_first && !is_worse(one.failover, covered.failover, options.harm))) {
      continue;
    }
    covered.schedule = one.schedule;
    covered.failover = one.failover;
  }
  return covered;
}

}  // namespace sim::failover
