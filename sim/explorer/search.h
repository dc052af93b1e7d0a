// The search itself. It goes block by block: the states of up to 16 chunks are expanded, side by
// side; then each of 32 shards looks up the successors that belong to it, side by side, in the
// order of the chunks. Both are split in the same way however many workers there are, so everything
// that is found is found in the same order; and a shard's table is small enough to stay in a core's
// cache meanwhile.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "sim/explorer/expansion.h"
#include "sim/explorer/keys.h"
#include "sim/explorer/report.h"
#include "sim/explorer/shard.h"
#include "sim/explorer/team.h"

namespace sim::explorer {

template <System S, class Keys, class Slot, bool with_paths>
class Search {
 public:
  using State = typename S::State;
  using Action = typename S::Action;

  // With `keep_links`, path() says how a state was found.
  Search(const S& system, const Options& options, bool keep_links = false)
      : system_(system),
        options_(options),
        keep_links_(keep_links),
        keys_(system, options),
        team_(options.workers) {
    shards_.reserve(shard_count);
    for (std::size_t i = 0; i < shard_count; ++i) shards_.emplace_back(i, keys_.bits());
    for (auto& expansion : expansions_) expansion = std::make_unique<ExpansionOf>();
    if constexpr (ReducibleSystem<S> && with_paths) {
      if (options.reduce_orders) stubborn_.emplace(system);
    }
  }

  Report<S> run() {
    report_.is_exact = Keys::is_exact;
    report_.key_bits = keys_.bits();
    add_initial();
    if (!is_ended_) run_layers();
    for (const ShardOf& shard : shards_) {
      report_.unique += shard.table.size();
      report_.violations += shard.violations;
      report_.broken |= shard.broken;
    }
    count_bytes();
    return report_;
  }

  // The actions that led to the state of the counterexample.
  [[nodiscard]] std::vector<Action> path() const
    requires with_paths
  {
    CHECK(keep_links_);
    std::vector<Action> actions;
    for (StateId id = violation_; !is_initial(id); id = link_of(id).parent) {
      actions.push_back(link_of(id).action);
    }
    std::ranges::reverse(actions);
    return actions;
  }

 private:
  using ShardOf = Shard<S, Slot, with_paths>;
  using Entry = typename ShardOf::Entry;
  using ExpansionOf = Expansion<S, Keys, with_paths>;
  using Queue = ChunkQueue<Entry> ShardOf::*;

  static constexpr std::size_t most_chunks = 16;
  // Depth-first: so many of each shard at a time.
  static constexpr std::size_t newest = 8;
  // Fewer states than that are done before a helper has woken up.
  static constexpr std::size_t worth_sharing = 64;

  // --- layers, levels, blocks ---

  void run_layers() {
    if (!options_.max_deviations) {
      close(Part::all);
      return;
    }
    for (unsigned deviations = 0;; ++deviations) {
      close(Part::calm);
      if (is_ended_) return;
      report_.layers.push_back({deviations, unique()});
      if (deviations == *options_.max_deviations) return end(End::bound);
      while (take_chunks(&ShardOf::closed)) {
        explore_block(Part::deviations);
        if (is_ended_) return;
      }
      if (none(&ShardOf::next)) return;
    }
  }

  // Everything that can be reached by these actions from the states that wait.
  void close(Part part) {
    while (!none(&ShardOf::next)) {
      if (options_.order == Order::depth_first) {
        if (!take_newest()) return end(End::memory_limit);
        explore_block(part);
        if (is_ended_) return;
        continue;
      }
      if (options_.max_depth == report_.depth) return end(End::bound);
      for (ShardOf& shard : shards_) std::swap(shard.current, shard.next);
      while (take_chunks(&ShardOf::current)) {
        explore_block(part);
        if (is_ended_) return;
      }
      if (!none(&ShardOf::next)) ++report_.depth;
    }
  }

  void explore_block(Part part) {
    each(chunks_, [&](std::size_t i) { expand(*expansions_[i], part); });
    look_up_all();
    if constexpr (ReducibleSystem<S> && with_paths) {
      if (stubborn_) {
        each(chunks_,
             [&](std::size_t i) { expansions_[i]->expand_rest(system_, keys_, options_); });
        look_up_all();
      }
    }
    for (std::size_t i = 0; i < chunks_; ++i) finish(*expansions_[i], part);
    judge_block();
  }

  void expand(ExpansionOf& expansion, Part part) {
    if constexpr (ReducibleSystem<S> && with_paths) {
      if (stubborn_) return expansion.expand_reduced(system_, keys_, options_, *stubborn_);
    }
    expansion.expand(system_, keys_, options_, part);
  }

  void look_up_all() {
    // A share for each shard, not one budget: who comes first may not matter.
    std::size_t buffers = 0;
    for (const auto& expansion : expansions_) buffers += expansion->buffer_bytes();
    report_.buffer_bytes = std::max(report_.buffer_bytes, buffers);
    const std::size_t limit = options_.memory_limit;
    const std::size_t share = (limit > buffers ? limit - buffers : 0) / shard_count;
    each(shard_count, [&](std::size_t i) { look_up(i, share); });
  }

  void look_up(std::size_t number, std::size_t most_bytes) {
    constexpr std::size_t ahead = 8;
    ShardOf& shard = shards_[number];
    const std::uint64_t mask = (std::uint64_t{1} << (keys_.bits() - shard_bits)) - 1;
    for (std::size_t i = 0; i < chunks_; ++i) {
      auto& successors = expansions_[i]->successors(number);
      for (std::size_t at = 0; at < successors.size(); ++at) {
        if (at + ahead < successors.size()) {
          shard.table.prefetch(successors[at + ahead].candidate.key & mask);
        }
        const auto& successor = successors[at];
        const typename ShardOf::LinkOf* link = nullptr;
        if constexpr (with_paths) link = keep_links_ ? &successor.link : nullptr;
        const Insertion insertion = shard.add(
            successor.candidate.key & mask, [&] { return keys_.state_of(successor.candidate); },
            link, system_, most_bytes);
        if constexpr (with_paths) {
          if (insertion == Insertion::added) expansions_[i]->note_led_on(successor.position);
        }
      }
      successors.clear();
    }
  }

  void finish(ExpansionOf& expansion, Part part) {
    report_.generated += expansion.counted().generated;
    report_.finals += expansion.counted().finals;
    report_.reduced += expansion.counted().reduced;
    const auto& finals = expansion.finals_found();
    report_.finals_found.insert(report_.finals_found.end(), finals.begin(), finals.end());
    ShardOf& shard = shards_[expansion.shard()];
    if (part == Part::calm) {
      const auto& chunk = expansion.chunk();
      const std::size_t share = options_.memory_limit / shard_count;
      for (std::size_t i = 0; i < chunk.size; ++i) shard.put(shard.closed, chunk.entries[i], share);
    }
    shard.pool.give(expansion.end());
  }

  void judge_block() {
    for (const ShardOf& shard : shards_) {
      if (report_.counterexample || !shard.first_violation) continue;
      report_.counterexample = {
          shard.first_violation->broken, shard.first_violation->state, {}, false};
      violation_ = shard.first_violation->id;
    }
    if (report_.counterexample && options_.stop_at_violation) return end(End::violated);
    if (std::ranges::any_of(shards_, &ShardOf::is_full)) return end(End::memory_limit);
    const auto* interrupted = options_.interrupted;
    if (interrupted != nullptr && interrupted->load(std::memory_order_relaxed)) {
      end(End::interrupted);
    }
  }

  // --- what a block is made of ---

  // The oldest chunks of that queue; false if there are none.
  bool take_chunks(Queue queue) {
    chunks_ = 0;
    for (std::size_t i = 0; i < shard_count; ++i) {
      ShardOf& shard = shards_[i];
      while (!(shard.*queue).empty() && chunks_ < most_chunks) {
        expansions_[chunks_++]->begin((shard.*queue).pop_first_chunk(), i);
      }
    }
    return chunks_ > 0;
  }

  // The newest states of each shard, those of some shards in one chunk; false if there is no memory
  // for these chunks.
  bool take_newest() {
    constexpr std::size_t shards_a_chunk = shard_count / most_chunks;
    constexpr std::size_t most = std::min(newest, Chunk<Entry>::capacity / shards_a_chunk);
    chunks_ = 0;
    for (std::size_t first = 0; first < shard_count; first += shards_a_chunk) {
      auto chunk = shards_[first].pool.take(options_.memory_limit);
      if (chunk == nullptr) return false;
      for (std::size_t i = first; i < first + shards_a_chunk; ++i) {
        ShardOf& shard = shards_[i];
        for (std::size_t n = 0; n < most && !shard.next.empty(); ++n) {
          chunk->entries[chunk->size++] = shard.next.pop_last(shard.pool);
        }
      }
      expansions_[chunks_++]->begin(std::move(chunk), first);
    }
    return true;
  }

  void each(std::size_t parts, const std::function<void(std::size_t)>& work) {
    std::size_t states = 0;
    for (std::size_t i = 0; i < chunks_; ++i) states += expansions_[i]->chunk().size;
    if (states >= worth_sharing) return team_.each(parts, work);
    for (std::size_t i = 0; i < parts; ++i) work(i);
  }

  void add_initial() {
    State state = system_.initial();
    if constexpr (SymmetricSystem<S>) {
      if (options_.reduce_symmetry) state = system_.canonical(state);
    }
    report_.generated = 1;
    const auto candidate = keys_.candidate(state);
    const unsigned rest_bits = keys_.bits() - shard_bits;
    initial_ = StateId::of(candidate.key >> rest_bits, 0);
    const typename ShardOf::LinkOf none{};
    shards_[initial_.shard()].add(
        candidate.key & ((std::uint64_t{1} << rest_bits) - 1), [&] { return state; },
        keep_links_ ? &none : nullptr, system_, options_.memory_limit / shard_count);
    judge_block();
  }

  // --- small things ---

  void end(End how) {
    report_.end = how;
    is_ended_ = true;
  }

  [[nodiscard]] bool none(Queue queue) const {
    return std::ranges::all_of(shards_, [&](const ShardOf& s) { return (s.*queue).empty(); });
  }

  [[nodiscard]] std::uint64_t unique() const {
    std::uint64_t sum = 0;
    for (const ShardOf& shard : shards_) sum += shard.table.size();
    return sum;
  }

  void count_bytes() {
    std::size_t largest_old = 0;
    for (const ShardOf& shard : shards_) {
      report_.table_bytes += shard.table.bytes();
      report_.frontier_bytes += shard.pool.bytes();
      largest_old = std::max(largest_old, shard.table.old_bytes());
    }
    report_.table_bytes += largest_old;
  }

  [[nodiscard]] bool is_initial(StateId id) const { return id.value == initial_.value; }
  [[nodiscard]] const Link<Action>& link_of(StateId id) const {
    return shards_[id.shard()].links[id.index()];
  }

  const S& system_;
  const Options options_;
  const bool keep_links_;
  Keys keys_;
  Team team_;
  std::vector<ShardOf> shards_;
  std::array<std::unique_ptr<ExpansionOf>, most_chunks> expansions_;
  std::size_t chunks_ = 0;  // of this block
  StateId initial_;
  StateId violation_;
  bool is_ended_ = false;
  Report<S> report_;
  typename StubbornIfReducible<S>::Type stubborn_;
};

}  // namespace sim::explorer
