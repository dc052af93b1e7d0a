// Climbs, single changes, and what can be left out.
#include "sim/failover/worst.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <ranges>
#include <set>
#include <tuple>

#include "model/hash.h"

namespace sim::failover {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t climbs = 8;
constexpr std::uint64_t first_draws = 64;  // of each climb
constexpr std::size_t piece = 32;          // of single changes, that a worker takes at once

// Numbers from a seed, the same on any machine.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : seed_(seed) {}
  std::uint64_t number() { return model::mix(seed_, ++count_); }
  std::uint64_t below(std::uint64_t end) { return (number() >> 32U) * end >> 32U; }

 private:
  std::uint64_t seed_;
  std::uint64_t count_ = 0;
};

struct Place {
  Schedule schedule;
  Failover failover;
  std::vector<OpenQuestion> asked;
};

void answer(Schedule& schedule, const OpenQuestion& question, std::uint32_t option) {
  Deviations& choices = schedule.choices;
  const auto at = std::ranges::lower_bound(choices, Deviation{question.label, question.nth, 0});
  const bool is_there =
      at != choices.end() && at->label == question.label && at->nth == question.nth;
  if (option == 0) {
    if (is_there) choices.erase(at);
  } else if (is_there) {
    at->option = option;
  } else {
    choices.insert(at, {question.label, question.nth, option});
  }
}

// One thing of a schedule otherwise.
struct Change {
  const OpenQuestion* question = nullptr;
  std::uint32_t option = 0;  // its answer
  std::optional<std::uint32_t> strike;
  std::optional<charm::Duration> wait;
};

void make(Schedule& schedule, const Change& change) {
  if (change.question != nullptr) answer(schedule, *change.question, change.option);
  if (change.strike) schedule.strike = *change.strike;
  if (change.wait) schedule.wait = *change.wait;
}

// Loops of Patroni's before the fault: what was answered earlier hardly bears upon it.
constexpr int loops_before = 2;

class Search {
 public:
  Search(const Base& base, const charm::CharmDefinition& charm, const WorstOptions& options,
         Crew& crew, unsigned workers, const std::function<void(std::uint64_t)>& progress)
      : base_(base),
        charm_(charm),
        options_(options),
        crew_(crew),
        progress_(progress),
        players_(workers) {}

  Worst find() {
    std::vector<Place> tops(climbs);
    each(climbs, [&](Player& player, std::size_t at) { tops[at] = climb(player, at); });
    Place best = std::move(tops.front());
    for (Place& top : tops) {
      if (is_worse(top.failover, best.failover, options_.harm)) best = std::move(top);
    }
    bool is_peak = false;
    for (std::size_t round = 0; round < options_.rounds && !is_over(); ++round) {
      const Tried tried = change_something(best);
      if (tried == Tried::not_all) break;
      is_peak = tried == Tried::none_is_worse;
      if (!is_peak) continue;
      // With less in it other questions are asked: then it is looked at again.
      if (!leave_out(best)) break;
      is_peak = false;
    }
    return {std::move(best.schedule), best.failover, played_, is_peak && !is_interrupted()};
  }

 private:
  [[nodiscard]] bool is_interrupted() const {
    return options_.interrupted != nullptr && *options_.interrupted;
  }
  [[nodiscard]] bool is_over() const { return is_interrupted() || played_ >= options_.tries; }
  [[nodiscard]] bool is_as_bad(const Failover& one, const Failover& other) const {
    return !is_worse(other, one, options_.harm);
  }

  template <class Work>
  void each(std::size_t pieces, Work work) {
    const Crew::Work with_player = [&](unsigned worker, std::size_t at) {
      std::unique_ptr<Player>& player = players_[worker];
      if (!player) player = std::make_unique<Player>(base_, charm_);
      work(*player, at);
    };
    crew_.each(pieces, with_player, 100ms, [this] { progress_(played_); });
  }

  Failover play(Player& player, const Schedule& schedule) {
    played_.fetch_add(1, std::memory_order_relaxed);
    return player.play(schedule);
  }

  // Of what was asked: when each agent's update-status comes, and all since shortly before the
  // fault.
  [[nodiscard]] std::vector<OpenQuestion> that_matter(const Player& player) const {
    std::vector<OpenQuestion> all;
    const charm::Instant from = {
        (player.fault() == charm::never ? charm::Instant{} : player.fault()).micros -
        (least_wait(base_) * loops_before).count()};
    std::ranges::copy_if(player.asked_since(), std::back_inserter(all),
                         [&](const OpenQuestion& one) {
                           return one.at >= from || one.at == base_.state.world.now();
                         });
    return all;
  }

  void move_fault(Schedule& schedule, Dice& dice) const {
    const charm::Duration loop = least_wait(base_);
    const auto all = static_cast<std::uint64_t>((longest_wait(base_) - loop) / 1ms);
    schedule.strike = static_cast<std::uint32_t>(dice.below(most_strikes));
    schedule.wait = loop + static_cast<std::int64_t>(dice.below(all)) * 1ms;
  }

  // Few answers otherwise, most of them at an end of their window.
  void disturb(Place& place, Dice& dice) const {
    if (place.asked.empty() || dice.below(8) == 0) return move_fault(place.schedule, dice);
    do {
      const OpenQuestion& one = place.asked[dice.below(place.asked.size())];
      const std::uint64_t how = dice.below(3);
      const std::uint64_t option =
          how == 0 ? 0 : (how == 1 ? one.options - 1 : dice.below(one.options));
      answer(place.schedule, one, static_cast<std::uint32_t>(option));
    } while (dice.below(4) != 0);
  }

  Place climb(Player& player, std::size_t which) {
    Dice dice(model::mix(options_.seed, 0x3057 + which));
    Place best;
    const std::uint64_t tries = std::max<std::uint64_t>(options_.tries / 2 / climbs, 1);
    for (std::uint64_t tried = 0; tried < tries; ++tried) {
      if (tried > 0 && is_interrupted()) break;  // something there is to tell
      Place next{.schedule = best.schedule, .failover = {}, .asked = {}};
      if (tried < first_draws) {
        move_fault(next.schedule, dice);
        played_.fetch_add(1, std::memory_order_relaxed);
        next.failover = player.play_drawn(next.schedule, dice.number());
      } else {
        std::swap(next.asked, best.asked);
        disturb(next, dice);
        std::swap(next.asked, best.asked);
        next.failover = play(player, next.schedule);
      }
      if (tried > 0 && !is_as_bad(next.failover, best.failover)) continue;
      next.asked = that_matter(player);
      best = std::move(next);
    }
    return best;
  }

  [[nodiscard]] std::vector<Change> single_changes(const Place& place) const {
    std::vector<Change> all;
    for (const OpenQuestion& one : place.asked) {
      // The ends, and what is next to the answer.
      const std::uint32_t last = one.options - 1;
      const std::set<std::uint32_t> others{0, last, one.option == 0 ? 0 : one.option - 1,
                                           std::min(one.option + 1, last)};
      for (const std::uint32_t option : others) {
        if (option != one.option) all.push_back({.question = &one, .option = option});
      }
    }
    if (base_.kind->mishap) {
      for (std::uint32_t strike = 0; strike < most_strikes; ++strike) {
        all.push_back({.strike = strike});
      }
      return all;
    }
    const charm::Duration now = place.schedule.wait;
    const charm::Duration loop = least_wait(base_);
    constexpr int steps = 32;
    for (int step = -steps; step <= steps; ++step)
      all.push_back({.wait = now + loop * step / steps});
    for (const charm::Duration by : {1ms, 10ms, 100ms, -1ms, -10ms, -100ms}) {
      all.push_back({.wait = now + by});
    }
    std::erase_if(all, [&](const Change& one) {
      return one.wait && (*one.wait < loop || *one.wait > longest_wait(base_));
    });
    return all;
  }

  enum class Tried : std::uint8_t { worse, none_is_worse, not_all };

  // To the single change that does most harm, or to all that do some, if together they do more. As
  // many as there are tries left for; the two that follow a worse one are not counted against them.
  Tried change_something(Place& place) {
    std::vector<Change> all = single_changes(place);
    const std::uint64_t left = options_.tries - std::min<std::uint64_t>(played_, options_.tries);
    const bool is_all = all.size() <= left;
    if (!is_all) all.resize(left);
    std::vector<Failover> failovers(all.size());
    each((all.size() + piece - 1) / piece, [&](Player& player, std::size_t at) {
      const std::size_t end = std::min(all.size(), (at + 1) * piece);
      for (std::size_t one = at * piece; one < end; ++one) {
        if (is_interrupted()) return;
        Schedule schedule = place.schedule;
        make(schedule, all[one]);
        failovers[one] = play(player, schedule);
      }
    });
    std::vector<std::size_t> worse;
    for (std::size_t one = 0; one < all.size(); ++one) {
      if (is_worse(failovers[one], place.failover, options_.harm)) worse.push_back(one);
    }
    if (worse.empty()) return is_all ? Tried::none_is_worse : Tried::not_all;
    std::ranges::sort(worse, [&](std::size_t a, std::size_t b) {
      if (is_worse(failovers[a], failovers[b], options_.harm)) return true;
      return !is_worse(failovers[b], failovers[a], options_.harm) && a < b;
    });
    Place single{.schedule = place.schedule, .failover = {}, .asked = {}};
    make(single.schedule, all[worse.front()]);
    // The one that does most harm comes last, and so wins where two answer the same question.
    Place together{.schedule = place.schedule, .failover = {}, .asked = {}};
    for (const std::size_t one : worse | std::views::reverse) make(together.schedule, all[one]);
    replay(single);
    replay(together);
    const bool is_more = is_worse(together.failover, single.failover, options_.harm);
    place = std::move(is_more ? together : single);
    return Tried::worse;
  }

  void replay(Place& place) {
    each(1, [&](Player& player, std::size_t /*at*/) {
      place.failover = play(player, place.schedule);
      place.asked = that_matter(player);
    });
  }

  // Takes out what makes no difference, larger parts first. False: there was nothing.
  bool leave_out(Place& place) {
    const std::size_t before = place.schedule.choices.size();
    each(1, [&](Player& player, std::size_t /*at*/) {
      for (std::size_t size = std::max<std::size_t>(before / 2, 1); size > 0; size /= 2) {
        for (std::size_t from = 0; from < place.schedule.choices.size();) {
          if (is_over()) return;
          Schedule less = place.schedule;
          const auto begin = less.choices.begin() + static_cast<std::ptrdiff_t>(from);
          const std::size_t count = std::min(size, less.choices.size() - from);
          less.choices.erase(begin, begin + static_cast<std::ptrdiff_t>(count));
          if (is_as_bad(play(player, less), place.failover)) {
            place.schedule = std::move(less);
          } else {
            from += size;
          }
        }
      }
    });
    replay(place);
    return place.schedule.choices.size() < before;
  }

  const Base& base_;
  const charm::CharmDefinition& charm_;
  const WorstOptions& options_;
  Crew& crew_;
  const std::function<void(std::uint64_t)>& progress_;
  std::vector<std::unique_ptr<Player>> players_;
  std::atomic<std::uint64_t> played_{0};
};

}  // namespace

bool is_worse(const Failover& one, const Failover& other, Harm harm) {
  if (harm == Harm::loss) {
    return std::tie(one.lost, one.outage_us) > std::tie(other.lost, other.outage_us);
  }
  return std::tie(one.outage_us, one.lost) > std::tie(other.outage_us, other.lost);
}

Worst find_worst(const Base& base, const charm::CharmDefinition& charm, const WorstOptions& options,
                 Crew& crew, unsigned workers, const std::function<void(std::uint64_t)>& progress) {
  return Search(base, charm, options, crew, workers, progress).find();
}

}  // namespace sim::failover
