// The one door for chance. Everything that could go either way asks pick(); option 0 is the calm
// one. A run is the calm run plus deviations, each named by who asked what for the how-manieth
// time: removing one leaves the others meaningful.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "charm/types/names.h"
#include "model/step.h"
#include "model/timer.h"

namespace sim {

// What is asked: for a timer, when within its window it fires; of those (the world, the units) that
// have a timer due at the same moment, who comes first; for a port call, which fault strikes; for a
// mishap, which one, whom, and for how long; for a dispatch, in which order it is told what is
// queued; for a fork of the model, which way it goes; for a renewal of Juju's lease, whether it
// fails, and who leads next; whether the highest unit is taken away now.
enum class Question : std::uint8_t {};
inline constexpr std::size_t timer_question_count =
    model::world_timer_count + model::unit_timer_count;
inline constexpr Question fault_question{timer_question_count};
inline constexpr Question mishap_kind_question{timer_question_count + 1};
inline constexpr Question mishap_target_question{timer_question_count + 2};
inline constexpr Question mishap_length_question{timer_question_count + 3};
inline constexpr Question deferral_order_question{timer_question_count + 4};
inline constexpr Question tie_question{timer_question_count + 5};
inline constexpr std::size_t fork_question_start = timer_question_count + 6;
// Behind the forks, so that those keep their numbers: draws go by them.
inline constexpr std::size_t change_question_start = fork_question_start + model::fork_count;
inline constexpr Question leader_change_question{change_question_start};
inline constexpr Question departure_question{change_question_start + 1};
inline constexpr std::size_t question_count = change_question_start + 2;

constexpr Question question_of(model::WorldTimer timer) {
  return Question{static_cast<std::uint8_t>(timer)};
}
constexpr Question question_of(model::UnitTimer timer) {
  return Question{
      static_cast<std::uint8_t>(model::world_timer_count + static_cast<std::size_t>(timer))};
}
constexpr Question question_of(model::Fork fork) {
  return Question{static_cast<std::uint8_t>(fork_question_start + static_cast<std::size_t>(fork))};
}
std::string_view to_text(Question question);
std::optional<Question> parse_question(std::string_view text);

// A timer's window is narrowed to one of so many moments: from its beginning, the calm one, to its
// end, evenly.
inline constexpr std::uint32_t window_points = 16;

// Who asks what. The actor is a unit, or the world (no unit).
struct Label {
  charm::MaybeUnit actor;
  Question question{};

  friend auto operator<=>(const Label& a, const Label& b) {
    if (const auto order = a.actor.ordinal <=> b.actor.ordinal; order != 0) return order;
    return a.question <=> b.question;
  }
  friend bool operator==(const Label&, const Label&) = default;
};

// At the nth asking of this label (from 0), this option instead of 0.
struct Deviation {
  Label label;
  std::uint32_t nth = 0;
  std::uint32_t option = 0;

  friend auto operator<=>(const Deviation&, const Deviation&) = default;
  friend bool operator==(const Deviation&, const Deviation&) = default;
};
using Deviations = std::vector<Deviation>;

// As `--choices` takes them: `1.call.17=3,w.primary-route.0=15`; empty for the calm run.
std::string to_text(const Deviations& deviations);
struct DeviationsError {
  std::size_t column = 0;  // from 1
  std::string what;
};
// Sorted, and without duplicates; otherwise `error` says what is wrong, and nothing is returned.
std::optional<Deviations> parse_deviations(std::string_view text, DeviationsError& error);

// Answers, and remembers every answer that was not 0.
class Choices {
 public:
  virtual ~Choices() = default;

  // A number below option_count, which is at least 1.
  std::uint32_t pick(std::uint32_t option_count, Label label) {
    const std::uint32_t nth = asked_[slot(label)]++;
    ++picks_;
    const std::uint32_t option = choose(option_count, label, nth);
    if (option != 0) taken_.push_back({label, nth, option});
    return option;
  }
  // The deviations of the run so far, in the order in which they were asked.
  [[nodiscard]] const Deviations& taken() const { return taken_; }
  [[nodiscard]] std::uint64_t picks() const { return picks_; }
  // How often a label was asked for.
  [[nodiscard]] std::uint32_t asked(Label label) const { return asked_[slot(label)]; }
  // Deviations that were asked for and did not come about: whose question was never asked, or had
  // no such option. Sorted.
  [[nodiscard]] virtual Deviations unused() const { return {}; }

 protected:
  // Back to the beginning of a run.
  void reset() {
    asked_.fill(0);
    taken_.clear();
    picks_ = 0;
  }
  // What others have been asked before counts as asked here, and as answered calmly.
  void reset_behind(const Choices& before) {
    asked_ = before.asked_;
    taken_.clear();
    picks_ = before.picks_;
  }

 private:
  virtual std::uint32_t choose(std::uint32_t option_count, Label label, std::uint32_t nth) = 0;

  static std::size_t slot(Label label) {
    const std::size_t actor = label.actor.has_value() ? label.actor.ordinal + 1U : 0U;
    return actor * question_count + static_cast<std::size_t>(label.question);
  }

  std::array<std::uint32_t, (charm::max_units + 1) * question_count> asked_{};
  Deviations taken_;
  std::uint64_t picks_ = 0;
};

}  // namespace sim
