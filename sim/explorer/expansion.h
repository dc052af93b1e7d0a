// One chunk of states on its way through a block: what each of them leads to, sorted by the shard
// that has to look it up.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "sim/explorer/keys.h"
#include "sim/explorer/shard.h"
#include "sim/explorer/stubborn_sets.h"
#include "sim/explorer/system.h"

namespace sim::explorer {

enum class Part : std::uint8_t { all, calm, deviations };

// A successor that has still to be looked up, and where it comes from.
template <class Candidate, class Action, bool with_paths>
struct Successor {
  Candidate candidate;
};
template <class Candidate, class Action>
struct Successor<Candidate, Action, true> {
  Candidate candidate;
  Link<Action> link;
  std::uint32_t position = 0;  // of its parent in the chunk
};

// Nothing, for a system that has no footprints.
template <System S>
struct StubbornIfReducible {
  using Type = std::monostate;
};
template <ReducibleSystem S>
struct StubbornIfReducible<S> {
  using Type = std::optional<StubbornSets<S>>;
};

// An index for what is numbered; 0 for what is not, and so cannot be reduced.
template <System S>
constexpr unsigned number_of(const typename S::Action& action) {
  if constexpr (ReducibleSystem<S>) {
    return static_cast<unsigned>(action);
  } else {
    return 0;
  }
}

template <System S, class Keys, bool with_paths>
class Expansion {
 public:
  using State = typename S::State;
  using Action = typename S::Action;
  using Entry = Waiting<State, with_paths>;
  using SuccessorOf = Successor<typename Keys::Candidate, Action, with_paths>;
  struct Counted {
    std::uint64_t generated = 0;
    std::uint64_t finals = 0;
    std::uint64_t reduced = 0;
  };

  void begin(typename ChunkPool<Entry>::Pointer chunk, std::size_t shard) {
    chunk_ = std::move(chunk);
    shard_ = shard;
    counted_ = {};
    finals_found_.clear();
  }
  typename ChunkPool<Entry>::Pointer end() { return std::move(chunk_); }

  void expand(const S& system, const Keys& keys, const Options& options, Part part) {
    for (std::uint32_t position = 0; position < chunk_->size; ++position) {
      const Entry& entry = chunk_->entries[position];
      list_actions(system, entry);
      if (actions_.empty() && part != Part::deviations) note_final(entry.state, options);
      for (const Action& action : actions_) {
        if constexpr (CostedSystem<S>) {
          const bool is_calm = part == Part::all || system.cost(entry.state, action) == 0;
          if (is_calm == (part == Part::deviations)) continue;
        }
        send(system, keys, options, position, action);
      }
    }
  }

  // As expand(), but of each state only what has to be tried.
  void expand_reduced(const S& system, const Keys& keys, const Options& options,
                      const auto& stubborn)
    requires(ReducibleSystem<S> && with_paths)
  {
    for (std::uint32_t position = 0; position < chunk_->size; ++position) {
      const Entry& entry = chunk_->entries[position];
      list_actions(system, entry);
      if (actions_.empty()) note_final(entry.state, options);
      Actions enabled = 0;
      for (const Action& action : actions_) enabled |= Actions{1} << number_of<S>(action);
      const Actions tried = stubborn.choose(entry.state, enabled);
      left_out_[position] = enabled & ~tried;
      has_led_on_[position].store(false, std::memory_order_relaxed);
      send_those(system, keys, options, position, tried);
    }
  }

  // The rest of the actions, where those that were tried have led to nothing new.
  void expand_rest(const S& system, const Keys& keys, const Options& options)
    requires(ReducibleSystem<S> && with_paths)
  {
    for (std::uint32_t position = 0; position < chunk_->size; ++position) {
      if (left_out_[position] == 0) continue;
      if (has_led_on_[position].load(std::memory_order_relaxed)) {
        ++counted_.reduced;
        continue;
      }
      list_actions(system, chunk_->entries[position]);
      send_those(system, keys, options, position, left_out_[position]);
    }
  }

  // Several shards' workers may say so of one state.
  void note_led_on(std::uint32_t position) {
    has_led_on_[position].store(true, std::memory_order_relaxed);
  }

  [[nodiscard]] std::vector<SuccessorOf>& successors(std::size_t shard) { return out_[shard]; }
  [[nodiscard]] Chunk<Entry>& chunk() { return *chunk_; }
  [[nodiscard]] std::size_t shard() const { return shard_; }
  [[nodiscard]] const Counted& counted() const { return counted_; }
  [[nodiscard]] const std::vector<State>& finals_found() const { return finals_found_; }
  [[nodiscard]] std::size_t buffer_bytes() const {
    std::size_t bytes = 0;
    for (const auto& list : out_) bytes += list.capacity() * sizeof(SuccessorOf);
    return bytes;
  }

 private:
  void list_actions(const S& system, const Entry& entry) {
    actions_.clear();
    system.enabled(entry.state, actions_);
  }

  void note_final(const State& state, const Options& options) {
    ++counted_.finals;
    if (options.keep_finals) finals_found_.push_back(state);
  }

  void send_those(const S& system, const Keys& keys, const Options& options, std::uint32_t position,
                  Actions chosen) {
    for (const Action& action : actions_) {
      if ((chosen >> number_of<S>(action) & 1) != 0) {
        send(system, keys, options, position, action);
      }
    }
  }

  void send(const S& system, const Keys& keys, const Options& options, std::uint32_t position,
            const Action& action) {
    const Entry& entry = chunk_->entries[position];
    State state = system.apply(entry.state, action);
    if constexpr (SymmetricSystem<S>) {
      if (options.reduce_symmetry) state = system.canonical(state);
    }
    ++counted_.generated;
    SuccessorOf successor{keys.candidate(state)};
    if constexpr (with_paths) {
      successor.link = {entry.id, action};
      successor.position = position;
    }
    out_[successor.candidate.key >> (keys.bits() - shard_bits)].push_back(successor);
  }

  typename ChunkPool<Entry>::Pointer chunk_;
  std::size_t shard_ = 0;  // whose pool the chunk is of
  std::array<std::vector<SuccessorOf>, shard_count> out_;
  std::vector<Action> actions_;
  std::vector<State> finals_found_;
  Counted counted_;
  std::array<Actions, Chunk<Entry>::capacity> left_out_{};
  std::array<std::atomic<bool>, Chunk<Entry>::capacity> has_led_on_{};
};

}  // namespace sim::explorer
