// A search that is slow and plain: every state in a std::map. What the explorer finds is held
// against it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "sim/explorer/system.h"

namespace sim::explorer {

struct Reference {
  std::map<std::uint64_t, unsigned> depth;  // of each state, packed
  std::set<std::uint64_t> finals;
  std::uint64_t generated = 1;
  std::uint64_t violations = 0;
  Broken broken = 0;
  std::optional<unsigned> first_violation;  // steps to it
};

template <PackedSystem S>
Reference search_plainly(const S& system) {
  Reference found;
  std::vector<typename S::State> level = {system.initial()};
  found.depth[system.pack(level.front())] = 0;
  std::vector<typename S::Action> actions;
  for (unsigned depth = 0; !level.empty(); ++depth) {
    std::vector<typename S::State> next;
    for (const auto& state : level) {
      if (const Broken broken = system.broken(state); broken != 0) {
        ++found.violations;
        found.broken |= broken;
        if (!found.first_violation) found.first_violation = depth;
      }
      actions.clear();
      system.enabled(state, actions);
      if (actions.empty()) found.finals.insert(system.pack(state));
      for (const auto& action : actions) {
        ++found.generated;
        const auto successor = system.apply(state, action);
        if (found.depth.emplace(system.pack(successor), depth + 1).second)
          next.push_back(successor);
      }
    }
    level = std::move(next);
  }
  return found;
}

// The fewest deviations that each state needs, by going over all of them until nothing changes.
template <PackedSystem S>
  requires CostedSystem<S>
std::map<std::uint64_t, unsigned> deviations_needed(const S& system) {
  std::map<std::uint64_t, unsigned> cost;
  cost[system.pack(system.initial())] = 0;
  std::vector<typename S::Action> actions;
  for (bool has_changed = true; has_changed;) {
    has_changed = false;
    const std::map<std::uint64_t, unsigned> known = cost;
    for (const auto& [packed, so_far] : known) {
      const auto state = system.unpack(packed);
      actions.clear();
      system.enabled(state, actions);
      for (const auto& action : actions) {
        const unsigned now = so_far + system.cost(state, action);
        const auto [at, is_new] = cost.emplace(system.pack(system.apply(state, action)), now);
        has_changed |= is_new || now < at->second;
        at->second = std::min(at->second, now);
      }
    }
  }
  return cost;
}

template <PackedSystem S>
std::set<std::uint64_t> packed(const S& system, const std::vector<typename S::State>& states) {
  std::set<std::uint64_t> set;
  for (const auto& state : states) set.insert(system.pack(state));
  return set;
}

}  // namespace sim::explorer
