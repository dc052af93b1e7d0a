// Few deviations at drawn places, and calm in between: for mistakes that need little, but that at
// the right moment. A sibling of PCT (probabilistic concurrency testing).
#pragma once

#include "sim/choices/choices.h"

namespace sim {

// How far a search goes: at most so many deviations, each within the first so many questions of a
// run. Questions with one option do not count.
struct SearchBounds {
  std::uint32_t deviations = 3;  // at least 1
  std::uint32_t questions = 2000;
};

// Draws how many (1 to D), each place among the first k questions, and there an option other than
// 0. So a failing run of d <= D deviations within these questions, of which the one at its place
// has o_i options, is met by a run with a chance of at least d! / (D k^d (o_1-1)...(o_d-1)).
class FewChoices final : public Choices {
 public:
  void restart(std::uint64_t seed, SearchBounds bounds);

 private:
  std::uint32_t choose(std::uint32_t option_count, Label label, std::uint32_t nth) override;

  std::uint64_t seed_ = 0;
  std::vector<std::uint32_t> places_;  // that are still to come, the next one at the back
  std::uint32_t place_ = 0;
};

}  // namespace sim
