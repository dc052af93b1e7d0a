// Delta debugging over the sparse list: first by what they ask, then in ever smaller parts, then
// each one by itself; and, where that is stuck with many, leaps to elsewhere.
#include "sim/search/shrink.h"

#include <algorithm>
#include <map>
#include <set>

#include "model/hash.h"
#include "sim/choices/list.h"
#include "sim/choices/random.h"
#include "sim/search/few.h"

namespace sim {
namespace {

class Shrinker {
 public:
  Shrinker(const Scenario& scenario, const CharmUnderTest& charm, std::string_view property,
           const ShrinkOptions& options)
      : simulation_(scenario, charm, {.interrupted = options.interrupted}),
        property_(property),
        options_(options) {}

  std::optional<Shrunk> run(const Deviations& choices) {
    if (!breaks(choices)) return std::nullopt;
    if (!is_out()) (void)breaks({});
    remove_alike([](const Deviation& deviation) { return Label{{}, deviation.label.question}; });
    remove_alike([](const Deviation& deviation) { return deviation.label; });
    for (std::size_t part = current_.size() / 2; part > 1; part /= 2) remove_parts(part);
    do {
      do {
        remove_parts(1);
      } while (calm_down());
    } while (merge() || leap() || seek());
    return Shrunk{.choices = sorted(current_),
                  .is_minimal = !is_out(),
                  .tries = tries_,
                  .violation = violation_};
  }

 private:
  static Deviations sorted(Deviations list) {
    std::ranges::sort(list);
    return list;
  }

  [[nodiscard]] bool is_out() const { return options_.is_over(tries_); }

  // A try. If the property breaks, what was asked of the list is the current one, in that order.
  bool breaks(const Deviations& candidate) {
    if (is_out()) return false;
    choices_.restart(sorted(candidate));
    return breaks(choices_, ~std::size_t{0});
  }
  // Of a list of at most so many.
  bool breaks(Choices& choices, std::size_t most) {
    ++tries_;
    const Verdict verdict = simulation_.run(choices);
    const bool is_same = !verdict.ok() && verdict.violations[0].property == property_ &&
                         choices.taken().size() <= most;
    if (is_same) {
      current_ = choices.taken();
      violation_ = verdict.violations[0];
      questions_ = choices.picks();
    }
    if (options_.progress) options_.progress(tries_, current_.size());
    return is_same;
  }

  // All with the same key at once.
  template <class Key>
  void remove_alike(Key key) {
    std::map<Label, std::size_t> counts;
    for (const Deviation& deviation : current_) ++counts[key(deviation)];
    std::vector<std::pair<std::size_t, Label>> groups;
    groups.reserve(counts.size());
    for (const auto& [label, count] : counts) groups.emplace_back(count, label);
    std::ranges::sort(groups, [](const auto& a, const auto& b) {
      return a.first != b.first ? a.first > b.first : a.second < b.second;
    });
    for (const auto& group : groups) {
      Deviations rest;
      for (const Deviation& one : current_) {
        if (key(one) != group.second) rest.push_back(one);
      }
      if (rest.size() < current_.size()) (void)breaks(rest);
    }
  }

  // Parts of this size, the last asked first, again and again until none can be left out.
  void remove_parts(std::size_t size) {
    bool is_changed = true;
    while (is_changed && !is_out()) {
      is_changed = false;
      std::size_t end = current_.size();
      while (end > 0) {
        const std::size_t begin = end > size ? end - size : 0;
        Deviations rest = current_;
        rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(begin),
                   rest.begin() + static_cast<std::ptrdiff_t>(end));
        if (breaks(rest)) is_changed = true;
        end = std::min(begin, current_.size());
      }
    }
  }

  // Each at the smallest option with which it breaks all the same. Whether any was changed.
  bool calm_down() {
    bool is_changed = false;
    for (std::size_t at = 0; at < current_.size(); ++at) {
      for (std::uint32_t option = 1; at < current_.size() && option < current_[at].option;
           ++option) {
        Deviations calmer = current_;
        calmer[at].option = option;
        if (!breaks(calmer)) continue;
        is_changed = true;
        break;
      }
    }
    return is_changed;
  }

  // Many small delays can be what one larger one is: of two that ask the same, one after the other,
  // the first with both. Whether any was.
  bool merge() {
    bool is_changed = false;
    for (std::size_t at = 0; at < current_.size(); ++at) {
      const auto same = [&](const Deviation& later) { return later.label == current_[at].label; };
      const auto next = std::find_if(current_.begin() + static_cast<std::ptrdiff_t>(at) + 1,
                                     current_.end(), same);
      if (next == current_.end() || !is_timer(next->label.question)) continue;
      Deviations merged = current_;
      merged[at].option = std::min(merged[at].option + next->option, latest_point);
      merged.erase(merged.begin() + (next - current_.begin()));
      if (!breaks(merged)) continue;
      is_changed = true;
      --at;  // once more from here; unsigned, it comes back to where it was
    }
    return is_changed;
  }

  // A drawn part of the list, with other options: away from a small run that has none smaller near
  // it. Whether one breaks.
  bool leap() {
    constexpr std::uint64_t most_leaps = 300;
    constexpr std::size_t small_enough = 4;
    constexpr std::size_t most_kept = 12;
    if (current_.size() <= small_enough) return false;
    for (std::uint64_t number = 0; number < most_leaps && !is_out(); ++number) {
      const std::uint64_t seed = model::mix(number, 0x1EA9);
      const std::size_t most = current_.size() - 1;
      const std::size_t kept = 1 + seed % (number % 2 == 0 ? most : std::min(most_kept, most));
      Deviations some;
      for (const Deviation& deviation : current_) {
        const std::uint64_t lot = draw(seed, deviation.label, deviation.nth);
        if (lot % current_.size() >= kept) continue;
        some.push_back(deviation);
        if (is_timer(deviation.label.question) && (lot >> 32U & 1U) != 0) {
          some.back().option = 1 + static_cast<std::uint32_t>(lot >> 40U) % latest_point;
        }
      }
      if (some.size() < current_.size() && breaks(some)) return true;
    }
    return false;
  }

  // A run of few choices that has nothing to do with the list. Whether one breaks.
  bool seek() {
    constexpr std::uint64_t most_runs = 2000;
    constexpr std::size_t small_enough = 8;
    if (current_.size() <= small_enough) return false;
    FewChoices few;
    const SearchBounds bounds{.deviations = 3, .questions = static_cast<std::uint32_t>(questions_)};
    for (std::uint64_t seed = 1; seed <= most_runs && !is_out(); ++seed) {
      few.restart(seed, bounds);
      if (breaks(few, bounds.deviations)) return true;
    }
    return false;
  }

  static bool is_timer(Question question) {
    return static_cast<std::size_t>(question) < timer_question_count;
  }
  static constexpr std::uint32_t latest_point = 15;  // of a timer's window

  Simulation simulation_;
  std::string_view property_;
  const ShrinkOptions& options_;
  ListChoices choices_;
  std::uint64_t questions_ = 0;  // that the current run asks
  Deviations current_;           // in the order in which they are asked
  Violation violation_;
  std::uint64_t tries_ = 0;
};

bool is_kind_of_fault(Question question) {
  return question == fault_question || question == mishap_kind_question;
}

}  // namespace

std::optional<Shrunk> shrink_choices(const Scenario& scenario, const CharmUnderTest& charm,
                                     const Deviations& choices, std::string_view property,
                                     const ShrinkOptions& options) {
  return Shrinker(scenario, charm, property, options).run(choices);
}

std::string shape_of(std::string_view property, const Deviations& shrunk) {
  std::multiset<std::string> parts;
  for (const Deviation& deviation : shrunk) {
    std::string part(to_text(deviation.label.question));
    if (is_kind_of_fault(deviation.label.question)) part += std::to_string(deviation.option);
    parts.insert(std::move(part));
  }
  std::string shape(property);
  for (const std::string& part : parts) shape.append("|").append(part);
  return shape;
}

}  // namespace sim
