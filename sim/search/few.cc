// Where a run of few deviations deviates.
#include "sim/search/few.h"

#include <algorithm>
#include <functional>

#include "model/hash.h"
#include "sim/choices/random.h"

namespace sim {
namespace {

// Numbers that follow each other are mixed twice (sim/choices/random.cc).
std::uint64_t number(std::uint64_t seed, std::uint64_t which) {
  return model::mix(model::mix(seed, which), 0xD0C5);
}

}  // namespace

void FewChoices::restart(std::uint64_t seed, SearchBounds bounds) {
  CHECK(bounds.deviations > 0);
  CHECK(bounds.questions > 0);
  reset();
  seed_ = model::mix(seed, 0xFE3);
  place_ = 0;
  places_.clear();
  const std::uint64_t count = 1 + number(seed_, 0) % bounds.deviations;
  for (std::uint64_t at = 1; at <= count; ++at) {
    places_.push_back(static_cast<std::uint32_t>(number(seed_, at) % bounds.questions));
  }
  std::ranges::sort(places_, std::greater<>());
}

std::uint32_t FewChoices::choose(std::uint32_t option_count, Label label, std::uint32_t nth) {
  if (option_count < 2) return 0;
  const std::uint32_t here = place_++;
  if (places_.empty() || places_.back() != here) return 0;
  while (!places_.empty() && places_.back() == here) places_.pop_back();
  return 1 + static_cast<std::uint32_t>(draw(seed_, label, nth) % (option_count - 1));
}

}  // namespace sim
