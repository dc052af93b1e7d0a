// What the explorer searches: any system that is a state, the actions that are enabled in it, and
// what each of them makes of it. What more a system can say of itself makes the search smaller.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace sim::explorer {

// Properties of a system, a bit each.
using Broken = std::uint32_t;
// Parts of a state that actions read and write, a bit each.
using Objects = std::uint64_t;
// Actions of a system that numbers them, a bit each.
using Actions = std::uint64_t;

// A system without side effects: the same state has the same actions, in the same order, and the
// same successors. It is asked by several threads at once.
template <class S>
concept System =
    std::is_trivially_copyable_v<typename S::State> &&
    std::is_trivially_copyable_v<typename S::Action> &&
    requires(const S& system, const typename S::State& state, const typename S::Action& action,
             std::vector<typename S::Action>& actions) {
      { system.initial() } -> std::same_as<typename S::State>;
      // Appends; `actions` comes empty. A state without any is final.
      system.enabled(state, actions);
      { system.apply(state, action) } -> std::same_as<typename S::State>;
      // The "always" properties that do not hold here.
      { system.broken(state) } -> std::same_as<Broken>;
    };

// A state is a number of that many bits: none is ever missed.
template <class S>
concept PackedSystem =
    System<S> && requires(const S& system, const typename S::State& state, std::uint64_t packed) {
      { system.state_bits() } -> std::same_as<unsigned>;
      { system.pack(state) } -> std::same_as<std::uint64_t>;
      { system.unpack(packed) } -> std::same_as<typename S::State>;
    };

// A state has a fingerprint, as good as random: two of them may have the same (Report::missed).
template <class S>
concept HashedSystem = System<S> && requires(const S& system, const typename S::State& state) {
  { system.hash(state) } -> std::same_as<std::uint64_t>;
};

// An action is calm (0), or a deviation from what is calm (1).
template <class S>
concept CostedSystem = System<S> && requires(const S& system, const typename S::State& state,
                                             const typename S::Action& action) {
  { system.cost(state, action) } -> std::same_as<unsigned>;
};

// States that differ only by a permutation of what is interchangeable have the same representative.
// Their successors' representatives are the same, too, and so are the properties they break.
template <class S>
concept SymmetricSystem = System<S> && requires(const S& system, const typename S::State& state) {
  { system.canonical(state) } -> std::same_as<typename S::State>;
};

// What an action's guard and effect read, and what its effect writes, in whichever state.
struct Footprint {
  Objects reads = 0;
  Objects writes = 0;
};

constexpr bool are_dependent(const Footprint& a, const Footprint& b) {
  return (a.writes & (b.reads | b.writes)) != 0 || (b.writes & a.reads) != 0;
}

// Its actions are numbers below action_count() <= 64 whose footprints are known beforehand.
template <class S>
concept ReducibleSystem =
    System<S> && std::convertible_to<typename S::Action, unsigned> &&
    requires(const S& system, const typename S::State& state, unsigned action) {
      { system.action_count() } -> std::same_as<unsigned>;
      { system.footprint(action) } -> std::same_as<Footprint>;
      // Of an action that is not enabled here: objects of which one has to be written before it is.
      { system.obstacle(state, action) } -> std::same_as<Objects>;
      // What the properties read.
      { system.visible() } -> std::same_as<Objects>;
    };

// How a path is told.
template <class S>
concept NamedSystem =
    System<S> && requires(const S& system, const typename S::Action& action, unsigned property) {
      { system.name(action) } -> std::same_as<std::string>;
      { system.property(property) } -> std::same_as<std::string_view>;
    };

}  // namespace sim::explorer
