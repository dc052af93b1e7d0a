// Which of a state's actions have to be tried: a stubborn set (Valmari), found from footprints.
// What is left out is independent of all that is tried, now and later, so it can be tried
// afterwards: the same final states are reached, and in fewer orders.
//
// Properties are kept besides if (1) what is tried alone is invisible to them, and (2) nothing is
// put off for ever: the search tries all actions of a state whose smaller set has led to nothing
// new. Sleep sets would save no state beyond that, only successors that are looked up once.
#pragma once

#include <array>
#include <bit>
#include <cstddef>

#include "charm/types/check.h"
#include "sim/explorer/system.h"

namespace sim::explorer {

template <ReducibleSystem S>
class StubbornSets {
 public:
  explicit StubbornSets(const S& system) : system_(&system) {
    const unsigned count = system.action_count();
    CHECK(count <= 64);
    std::array<Footprint, 64> footprints{};
    for (unsigned a = 0; a < count; ++a) footprints[a] = system.footprint(a);
    for (unsigned a = 0; a < count; ++a) {
      for (unsigned b = 0; b < count; ++b) {
        if (are_dependent(footprints[a], footprints[b])) dependent_[a] |= Actions{1} << b;
      }
      for (Objects left = footprints[a].writes; left != 0; left &= left - 1) {
        writers_[static_cast<unsigned>(std::countr_zero(left))] |= Actions{1} << a;
      }
      if ((footprints[a].writes & system.visible()) != 0) visible_ |= Actions{1} << a;
    }
  }

  // The enabled actions of the smallest stubborn set that will do; all of them if none is smaller.
  [[nodiscard]] Actions choose(const typename S::State& state, Actions enabled) const {
    Actions best = enabled;
    for (Actions seeds = enabled; seeds != 0; seeds &= seeds - 1) {
      const Actions found = close(state, enabled, seeds & (~seeds + 1));
      if ((found & visible_) == 0 && std::popcount(found) < std::popcount(best)) best = found;
    }
    return best;
  }

 private:
  // With each enabled action come those that depend on it; with each other one, those that may
  // take away what is in its way.
  [[nodiscard]] Actions close(const typename S::State& state, Actions enabled, Actions seed) const {
    Actions set = 0;
    Actions fresh = seed;
    while (fresh != 0) {
      const auto action = static_cast<unsigned>(std::countr_zero(fresh));
      const Actions bit = Actions{1} << action;
      set |= bit;
      fresh |=
          (enabled & bit) != 0 ? dependent_[action] : writers_of(system_->obstacle(state, action));
      fresh &= ~set;
      if ((set & enabled & visible_) != 0) return enabled;  // of no use
    }
    return set & enabled;
  }

  [[nodiscard]] Actions writers_of(Objects objects) const {
    Actions writers = 0;
    for (; objects != 0; objects &= objects - 1) {
      writers |= writers_[static_cast<unsigned>(std::countr_zero(objects))];
    }
    return writers;
  }

  const S* system_;
  std::array<Actions, 64> dependent_{};  // of each action, itself included if it writes
  std::array<Actions, 64> writers_{};    // of each object
  Actions visible_ = 0;
};

}  // namespace sim::explorer
