// The counting: each level begins anew from the calm run, so nothing but one run a deviation is
// kept.
#include "sim/search/odometer.h"

namespace sim {

void PlacedChoices::restart(PlacedOptions options, std::uint32_t questions) {
  reset();
  options_ = std::move(options);
  next_ = 0;
  place_ = 0;
  questions_ = questions;
  counts_.clear();
}

std::uint32_t PlacedChoices::choose(std::uint32_t option_count, Label /*label*/,
                                    std::uint32_t /*nth*/) {
  if (option_count < 2) return 0;
  const std::uint32_t here = place_++;
  if (here < questions_) counts_.push_back(option_count);
  if (next_ == options_.size() || options_[next_].place != here) return 0;
  const std::uint32_t option = options_[next_++].option;
  return option < option_count ? option : 0;
}

void Odometer::push(PlacedOptions options) {
  Frame frame;
  frame.counts = probe_(options);
  if (frame.counts.size() > bounds_.questions) frame.counts.resize(bounds_.questions);
  frame.next = {options.empty() ? 0 : options.back().place + 1, 1};
  frame.options = std::move(options);
  frames_.push_back(std::move(frame));
}

bool Odometer::step(Frame& frame, PlacedOptions& options) {
  PlacedOption& next = frame.next;
  if (next.place >= frame.counts.size()) return false;
  options = frame.options;
  options.push_back(next);
  if (++next.option >= frame.counts[next.place]) next = {next.place + 1, 1};
  return true;
}

void Odometer::begin_level() {
  ++level_;
  if (level_ > bounds_.deviations) {
    is_over_ = true;
  } else {
    push({});
  }
}

bool Odometer::next(PlacedOptions& options) {
  if (level_ == 0) {
    options.clear();
    begin_level();
    return true;
  }
  while (!is_over_) {
    if (frames_.empty()) {
      begin_level();
    } else if (!step(frames_.back(), options)) {
      frames_.pop_back();
    } else if (options.size() == level_) {
      return true;
    } else {
      push(options);
    }
  }
  return false;
}

std::optional<std::uint32_t> Odometer::covered() const {
  if (level_ == 0) return std::nullopt;
  return level_ - 1;
}

}  // namespace sim
