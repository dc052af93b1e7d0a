// The explorer: all states that a system can reach, each looked at once, or a way to one that
// breaks a property. Counts, verdict and counterexample do not depend on the number of workers.
//
//   const Report<LeaseModel<2>> report = explore(LeaseModel<2>({.ttl = 3}), {.workers = 2});
//   std::cout << to_text(report);
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "charm/types/check.h"
#include "sim/explorer/report.h"
#include "sim/explorer/search.h"
#include "sim/explorer/system.h"

namespace sim::explorer {

// A run of the system along the path, of states as they are and not of representatives: in each
// step the first action that leads to a state with the next representative.
template <class Keys, System S>
std::vector<typename Report<S>::Step> replayed(const S& system, const Keys& keys,
                                               const Options& options,
                                               const std::vector<typename S::Action>& path) {
  using State = typename S::State;
  const auto representative = [&](const State& state) {
    if constexpr (SymmetricSystem<S>) {
      if (options.reduce_symmetry) return system.canonical(state);
    }
    return state;
  };
  std::vector<typename Report<S>::Step> steps;
  State state = system.initial();
  State at = representative(state);
  std::vector<typename S::Action> actions;
  for (const auto& action : path) {
    at = representative(system.apply(at, action));
    const std::uint64_t key = keys.candidate(at).key;
    actions.clear();
    system.enabled(state, actions);
    const auto found = std::ranges::find_if(actions, [&](const auto& candidate) {
      return keys.candidate(representative(system.apply(state, candidate))).key == key;
    });
    CHECK(found != actions.end());  // otherwise canonical() is no symmetry
    state = system.apply(state, *found);
    steps.push_back({*found, state});
  }
  return steps;
}

// The search does not remember how it came to a state. It is run again for that, as far as it went.
template <class Keys, System S>
void find_path(const S& system, const Options& options, Report<S>& report) {
  Options again = options;
  again.stop_at_violation = true;
  again.keep_finals = false;
  Search<S, Keys, std::uint64_t, true> search(system, again, true);
  const Report<S> found = search.run();
  if (found.end != End::violated) return;  // links need memory, too
  const Keys keys(system, options);
  CHECK(keys.candidate(found.counterexample->state).key ==
        keys.candidate(report.counterexample->state).key);
  report.counterexample->path = replayed(system, keys, options, search.path());
  report.counterexample->has_path = true;
}

template <class Keys, class Slot, System S>
Report<S> explore_with(const S& system, const Options& options) {
  Report<S> report = options.reduce_orders
                         ? Search<S, Keys, std::uint64_t, true>(system, options).run()
                         : Search<S, Keys, Slot, false>(system, options).run();
  if (report.counterexample) find_path<Keys>(system, options, report);
  return report;
}

template <System S>
  requires(PackedSystem<S> || HashedSystem<S>)
Report<S> explore(const S& system, const Options& options = {}) {
  CHECK(!options.reduce_orders || ReducibleSystem<S>);
  CHECK(!options.reduce_symmetry || SymmetricSystem<S>);
  CHECK(!options.max_deviations || CostedSystem<S>);
  CHECK(!options.max_deviations || !options.reduce_orders);  // orders do not cost the same
  CHECK(!options.max_depth || options.order == Order::breadth_first);
  CHECK(!options.max_depth || !options.max_deviations);
  if constexpr (PackedSystem<S>) {
    if (options.storage == Storage::exact) {
      // Slots of four bytes, if that does not take a large table from the beginning.
      constexpr unsigned small_table = 8;
      const unsigned bits = ExactKeys<S>(system, options).bits() - shard_bits;
      return KeyTable<std::uint32_t>::fewest_bucket_bits(bits) <= small_table
                 ? explore_with<ExactKeys<S>, std::uint32_t>(system, options)
                 : explore_with<ExactKeys<S>, std::uint64_t>(system, options);
    }
  }
  return explore_with<CompactKeys<S>, std::uint64_t>(system, options);
}

}  // namespace sim::explorer
