// A recorded or given list of deviations; everything else is calm.
#pragma once

#include "sim/choices/choices.h"

namespace sim {

class ListChoices final : public Choices {
 public:
  // The list must be sorted, as parse_deviations() returns it.
  explicit ListChoices(Deviations deviations = {}) { restart(std::move(deviations)); }
  void restart(Deviations deviations);
  // Deviations that named an option which no longer existed, and counted as 0.
  [[nodiscard]] const Deviations& ignored() const { return ignored_; }
  [[nodiscard]] Deviations unused() const override;

 private:
  std::uint32_t choose(std::uint32_t option_count, Label label, std::uint32_t nth) override;

  Deviations deviations_;
  Deviations ignored_;
};

}  // namespace sim
