// What is changed of a list, and how much.
#include "sim/search/mutated.h"

#include <algorithm>

#include "model/hash.h"
#include "sim/choices/random.h"

namespace sim {

void MutatedChoices::restart(const Deviations& base, std::uint64_t seed) {
  reset();
  seed_ = model::mix(model::mix(seed, 0x307A), 0x307B);
  constexpr std::array<std::uint32_t, 4> wildness{0, 64, 1024, 8192};
  constexpr std::array<std::uint32_t, 4> fault_wildness{0, 16, 64, 256};
  wildness_ = wildness[seed_ % 4];
  fault_wildness_ = fault_wildness[(seed_ >> 2U) % 4];
  // Out of 256: how many are left out, and how many are changed.
  constexpr std::array<std::uint64_t, 4> shares{2, 8, 32, 96};
  const std::uint64_t left_out = shares[(seed_ >> 4U) % 4];
  const std::uint64_t changed = shares[(seed_ >> 6U) % 4];
  base_.clear();
  for (const Deviation& deviation : base) {
    const std::uint64_t number = draw(~seed_, deviation.label, deviation.nth);
    if ((number & 0xFFU) < left_out) continue;
    base_.push_back(deviation);
    if ((number >> 8U & 0xFFU) < changed) {
      base_.back().option = static_cast<std::uint32_t>(number >> 16U & 0xFFFFU);
    }
  }
}

std::uint32_t MutatedChoices::choose(std::uint32_t option_count, Label label, std::uint32_t nth) {
  const auto found = std::ranges::lower_bound(base_, Deviation{label, nth, 0});
  if (found != base_.end() && found->label == label && found->nth == nth) {
    return found->option % option_count;
  }
  // No verdict about the charm as it will run depends on an order that ops never has.
  if (label.question == deferral_order_question) return 0;
  const std::uint64_t number = draw(seed_, label, nth);
  const bool is_fault = label.question == fault_question;
  if ((number & 0xFFFFU) >= (is_fault ? fault_wildness_ : wildness_)) return 0;
  return static_cast<std::uint32_t>((number >> 16U) % option_count);
}

}  // namespace sim
