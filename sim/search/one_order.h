// A calm run, but for which timer comes next: whoever searches through orders says so before each
// step.
#pragma once

#include <algorithm>
#include <optional>

#include "charm/types/check.h"
#include "sim/choices/choices.h"
#include "sim/search/odometer.h"
#include "sim/simulation.h"

namespace sim {

class OneOrder final : public Choices {
 public:
  explicit OneOrder(const Simulation& simulation) : simulation_(&simulation) {}
  // Of the next step, among those that are possible (CHECKed); nothing: the calm one.
  void choose_next(std::optional<model::TimerId> timer) {
    if (!taken().empty()) reset();
    wanted_ = timer;
    asked_ = 0;
    deviation_.reset();
  }
  // Of the step that has been made: how many questions it had, and which was answered otherwise.
  [[nodiscard]] std::uint32_t asked() const { return asked_; }
  [[nodiscard]] const std::optional<PlacedOption>& deviation() const { return deviation_; }

 private:
  std::uint32_t choose(std::uint32_t option_count, Label label, std::uint32_t /*nth*/) override {
    if (option_count < 2) return 0;
    const std::uint32_t at = asked_++;
    if (label.question != tie_question || !wanted_) return 0;
    const auto& possible = simulation_->possible();
    const auto found = std::ranges::find(possible, *wanted_);
    CHECK(found != possible.end());
    const auto option = static_cast<std::uint32_t>(found - possible.begin());
    if (option != 0) deviation_ = {at, option};
    return option;
  }

  const Simulation* simulation_;
  std::optional<model::TimerId> wanted_;
  std::uint32_t asked_ = 0;
  std::optional<PlacedOption> deviation_;
};

}  // namespace sim
