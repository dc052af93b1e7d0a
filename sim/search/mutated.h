// A list of choices that was worth keeping, a little different: some of it is left out, some of it
// is changed, and some chance is added.
#pragma once

#include "sim/choices/choices.h"

namespace sim {

class MutatedChoices final : public Choices {
 public:
  // `base` is sorted. The same base and seed are the same run.
  void restart(const Deviations& base, std::uint64_t seed);

 private:
  std::uint32_t choose(std::uint32_t option_count, Label label, std::uint32_t nth) override;

  Deviations base_;  // what is left of it; an option that does not exist is taken modulo
  std::uint64_t seed_ = 0;
  // Out of 65536, how often another question gets an answer that is not calm.
  std::uint32_t wildness_ = 0;
  std::uint32_t fault_wildness_ = 0;
};

}  // namespace sim
