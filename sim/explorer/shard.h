// A part of the visited set with the states that were found in it and wait. One worker at a time
// has it, so there is no lock; and what comes to it comes in a fixed order, so which of two states
// with one fingerprint is kept does not depend on the number of workers.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/explorer/chunks.h"
#include "sim/explorer/key_table.h"
#include "sim/explorer/keys.h"
#include "sim/explorer/system.h"

namespace sim::explorer {

// Which state it is: the shard's number, and the how-manieth that was found there.
struct StateId {
  std::uint64_t value = 0;

  static constexpr StateId of(std::size_t shard, std::uint64_t index) {
    return {index << shard_bits | shard};
  }
  [[nodiscard]] constexpr std::size_t shard() const { return value & (shard_count - 1); }
  [[nodiscard]] constexpr std::uint64_t index() const { return value >> shard_bits; }
};

// A state that waits, and which one it is, if paths are wanted.
template <class StateOf, bool with_paths>
struct Waiting {
  using State = StateOf;
  State state;
};
template <class StateOf>
struct Waiting<StateOf, true> {
  using State = StateOf;
  State state;
  StateId id;
};

// How a state was found.
template <class Action>
struct Link {
  StateId parent;
  Action action{};
};

template <System S, class Slot, bool with_paths>
struct Shard {
  using State = typename S::State;
  using Entry = Waiting<State, with_paths>;
  using LinkOf = Link<typename S::Action>;

  struct Violation {
    Broken broken = 0;
    State state;
    StateId id;
  };

  Shard(std::size_t its_number, unsigned key_bits)
      : number(its_number), table(key_bits - shard_bits, shard_count) {}

  // `key` is without the bits that lead to this shard. The link is kept if there is one.
  Insertion add(std::uint64_t key, const auto& state_of, const LinkOf* link, const S& system,
                std::size_t most_bytes) {
    const Insertion insertion =
        table.insert(key, without(pool.bytes() + links_bytes(), most_bytes));
    if (insertion != Insertion::added) {
      is_full |= insertion == Insertion::full;
      return insertion;
    }
    const State state = state_of();
    const StateId id = StateId::of(number, table.size() - 1);
    Entry entry{state};
    if constexpr (with_paths) {
      entry.id = id;
      if (link != nullptr) links.push_back(*link);
    }
    if (const Broken now = system.broken(state); now != 0) note(now, state, id);
    put(next, entry, most_bytes);
    return insertion;
  }

  void put(ChunkQueue<Entry>& queue, const Entry& entry, std::size_t most_bytes) {
    const std::size_t others = table.bytes() + links_bytes();
    if (!queue.push(entry, pool, without(others, most_bytes))) is_full = true;
  }

  [[nodiscard]] std::size_t links_bytes() const { return links.capacity() * sizeof(LinkOf); }

  std::size_t number;
  KeyTable<Slot> table;
  ChunkPool<Entry> pool;
  ChunkQueue<Entry> current;  // of this level
  ChunkQueue<Entry> next;     // of the next one
  ChunkQueue<Entry> closed;   // of this layer, and expanded: their deviations are still to come
  std::vector<LinkOf> links;  // of each state that was found here
  std::uint64_t violations = 0;
  Broken broken = 0;
  std::optional<Violation> first_violation;
  bool is_full = false;  // something was found that there was no memory for

 private:
  static std::size_t without(std::size_t others, std::size_t most_bytes) {
    return most_bytes > others ? most_bytes - others : 0;
  }

  void note(Broken now, const State& state, StateId id) {
    ++violations;
    broken |= now;
    if (!first_violation) first_violation = Violation{now, state, id};
  }
};

}  // namespace sim::explorer
