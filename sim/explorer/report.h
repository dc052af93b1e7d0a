// What a search is asked, and what it has to say.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "sim/explorer/system.h"

namespace sim::explorer {

enum class Order : std::uint8_t {
  breadth_first,  // the counterexample is a shortest one
  depth_first,    // the newest states next, some hundred at a time: few states wait
};

enum class Storage : std::uint8_t {
  exact,    // of packed states
  compact,  // fingerprints; also what is taken where states are not packed
};

struct Options {
  Order order = Order::breadth_first;
  Storage storage = Storage::exact;
  unsigned fingerprint_bits = 64;  // of compact storage; more than 10
  unsigned workers = 1;            // what is reported does not depend on it
  // Of tables, waiting states and what is on its way between workers.
  std::size_t memory_limit = std::numeric_limits<std::size_t>::max();
  // Breadth-first: no state further away from the initial one than that is looked at.
  std::optional<unsigned> max_depth;
  // Of a CostedSystem: everything with no deviation first, then what needs one, and so on.
  std::optional<unsigned> max_deviations;
  bool reduce_orders = false;    // of a ReducibleSystem; not with max_deviations
  bool reduce_symmetry = false;  // of a SymmetricSystem
  bool stop_at_violation = true;
  bool keep_finals = false;
  // Set from elsewhere (Ctrl-C): the search ends with what it has.
  const std::atomic<bool>* interrupted = nullptr;
};

enum class End : std::uint8_t {
  covered,   // every state that can be reached
  bound,     // every state within max_depth, or max_deviations
  violated,  // stop_at_violation
  memory_limit,
  interrupted,
};

// All states that need no more deviations than that have been looked at.
struct Layer {
  unsigned deviations = 0;
  std::uint64_t unique = 0;  // they and those of the layers before
  friend bool operator==(const Layer&, const Layer&) = default;
};

// What does not depend on the system's types.
struct Counts {
  End end = End::covered;
  std::uint64_t unique = 0;      // distinct states (representatives), the initial one included
  std::uint64_t generated = 0;   // every successor that was met, and the initial state
  std::uint64_t violations = 0;  // distinct states that break a property
  std::uint64_t finals = 0;      // distinct states without an action
  std::uint64_t reduced = 0;     // states some of whose actions did not have to be tried
  Broken broken = 0;             // every property that some state breaks
  unsigned depth = 0;            // steps to the furthest level that was reached, breadth-first
  std::vector<Layer> layers;     // with max_deviations: those that were closed

  // Storage. Of `key_bits` bits a state; exact if these are the state.
  bool is_exact = true;
  unsigned key_bits = 0;
  std::size_t table_bytes = 0;     // at most, with what a growing table had beside it
  std::size_t frontier_bytes = 0;  // at most, states that wait
  std::size_t buffer_bytes = 0;    // at most, successors between expansion and lookup

  [[nodiscard]] std::size_t bytes() const { return table_bytes + frontier_bytes + buffer_bytes; }
  // At most the chance that a state, and so anything behind it, was missed. 0 if exact.
  [[nodiscard]] double missed() const;

  friend bool operator==(const Counts&, const Counts&) = default;
};

// At most the chance that among so many states one was taken for another, by keys of so many bits
// that are as good as random: n (n - 1) / 2 pairs, each alike with 2^-key_bits.
double chance_of_a_missed_state(std::uint64_t states, unsigned key_bits);

// "covered all with at most 2 deviations: 3204118 states", and what was not.
std::string to_text(const Counts& counts);
std::string to_text(End end);

template <class S>
struct Report : Counts {
  struct Step {
    typename S::Action action;
    typename S::State state;  // that it leads to
  };
  struct Counterexample {
    Broken broken = 0;
    typename S::State state;  // a representative, with reduce_symmetry
    // From the initial state; its last state breaks the same. A shortest one if the search was
    // breadth-first and unreduced; with max_deviations, one with the fewest of these.
    std::vector<Step> path;
    bool has_path = false;  // there was memory for it
  };

  std::optional<Counterexample> counterexample;
  std::vector<typename S::State> finals_found;  // with keep_finals; in the order of the search
};

}  // namespace sim::explorer
