// Every run within bounds, one after the other: first the calm one, then all with one deviation,
// all with two, and so on.
#pragma once

#include <functional>

#include "sim/choices/choices.h"
#include "sim/search/few.h"

namespace sim {

// At the so-manieth question that has more than one option, from 0: this option.
struct PlacedOption {
  std::uint32_t place = 0;
  std::uint32_t option = 0;

  friend bool operator==(const PlacedOption&, const PlacedOption&) = default;
};
using PlacedOptions = std::vector<PlacedOption>;

// Answers by the places of the questions, and writes down how many options there were.
class PlacedChoices final : public Choices {
 public:
  // `options`: by place, ascending. `questions`: of how many it is written down.
  void restart(PlacedOptions options, std::uint32_t questions);
  // Of the questions from the first on, how many options each had.
  [[nodiscard]] const std::vector<std::uint32_t>& option_counts() const { return counts_; }

 private:
  std::uint32_t choose(std::uint32_t option_count, Label label, std::uint32_t nth) override;

  PlacedOptions options_;
  std::size_t next_ = 0;
  std::uint32_t place_ = 0;
  std::uint32_t questions_ = 0;
  std::vector<std::uint32_t> counts_;
};

// Counts through them. It holds one run a deviation, however many there are.
class Odometer {
 public:
  // Plays that run, and says how many options each of its first questions had.
  using Probe = std::function<std::vector<std::uint32_t>(const PlacedOptions&)>;

  Odometer(SearchBounds bounds, Probe probe) : bounds_(bounds), probe_(std::move(probe)) {}

  // False: there is none any more.
  bool next(PlacedOptions& options);
  // All runs of at most this many deviations have been given; nothing: not even the calm one.
  [[nodiscard]] std::optional<std::uint32_t> covered() const;

 private:
  // A run that others go on from, and which of them is next.
  struct Frame {
    PlacedOptions options;
    std::vector<std::uint32_t> counts;
    PlacedOption next;
  };
  void push(PlacedOptions options);
  // The frame's next one, if it has any.
  static bool step(Frame& frame, PlacedOptions& options);
  void begin_level();

  SearchBounds bounds_;
  Probe probe_;
  std::vector<Frame> frames_;
  std::uint32_t level_ = 0;  // how many deviations those have that are given now
  bool is_over_ = false;
};

}  // namespace sim
