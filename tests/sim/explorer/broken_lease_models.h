// The lease model with a rule left out, each in its own way.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/explorer/lease_model.h"

namespace sim::explorer {

struct TickDoesNotDemote : LeaseModel<2> {
  using LeaseModel::LeaseModel;
  [[nodiscard]] State apply(const State& state, Action action) const {
    const State next = LeaseModel::apply(state, action);
    return action == tick ? State{next.bits | (state.bits & (lanes << is_primary))} : next;
  }
};

struct CrashDoesNotDemote : LeaseModel<2> {
  using LeaseModel::LeaseModel;
  [[nodiscard]] State apply(const State& state, Action action) const {
    const State next = LeaseModel::apply(state, action);
    return action != tick && action % lane_bits == crash
               ? State{next.bits | (state.bits & (lanes << is_primary))}
               : next;
  }
};

// Whoever is not the holder acquires what somebody holds.
struct AcquireAsksNobody : LeaseModel<2> {
  using LeaseModel::LeaseModel;
  void enabled(const State& state, std::vector<Action>& actions) const {
    const State nobody_holds{state.bits & ~(lanes << is_holder)};
    for (unsigned unit = 0; unit < units; ++unit) {
      const auto action = static_cast<Action>(unit * lane_bits + acquire);
      const bool may = (enabled_bits(nobody_holds.bits) >> action & 1) != 0;
      if (may && !has(state, is_holder, unit)) actions.push_back(action);
    }
    for (std::uint64_t left = enabled_bits(state.bits); left != 0; left &= left - 1) {
      const auto action = static_cast<Action>(std::countr_zero(left));
      if (action == tick || action % lane_bits != acquire) actions.push_back(action);
    }
  }
};

struct AcquireWithoutInit : LeaseModel<2> {
  using LeaseModel::LeaseModel;
  void enabled(const State& state, std::vector<Action>& actions) const {
    const State initialised{state.bits | std::uint64_t{1} << init_at};
    LeaseModel::enabled(initialised, actions);
  }
};

}  // namespace sim::explorer
