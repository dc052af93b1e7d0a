// States that wait: a queue in chunks of some 4 KiB, which are counted, and used again.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <utility>
#include <vector>

namespace sim::explorer {

template <class Entry>
struct Chunk {
  // The same whether or not there are links beside the states: so is the order of the search.
  static constexpr std::size_t capacity =
      std::clamp<std::size_t>(4096 / sizeof(typename Entry::State), 8, 512);

  [[nodiscard]] bool is_full() const { return size == capacity; }

  std::array<Entry, capacity> entries;  // the first `size` of them
  std::size_t size = 0;
};

// Where a queue's chunks come from, and go to.
template <class Entry>
class ChunkPool {
 public:
  using Pointer = std::unique_ptr<Chunk<Entry>>;

  // Nothing if a new one would bring the pool's chunks above that.
  Pointer take(std::size_t most_bytes) {
    if (!spare_.empty()) {
      Pointer chunk = std::move(spare_.back());
      spare_.pop_back();
      return chunk;
    }
    if (bytes_ + sizeof(Chunk<Entry>) > most_bytes) return nullptr;
    bytes_ += sizeof(Chunk<Entry>);
    return Pointer(new Chunk<Entry>);  // entries are left as they are
  }
  void give(Pointer chunk) {
    chunk->size = 0;
    spare_.push_back(std::move(chunk));
  }

  // Of all chunks that it has made; it keeps them, so this is also the most there have been.
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  std::vector<Pointer> spare_;
  std::size_t bytes_ = 0;
};

template <class Entry>
class ChunkQueue {
 public:
  using Pointer = typename ChunkPool<Entry>::Pointer;

  // False if the pool has no chunk left.
  bool push(const Entry& entry, ChunkPool<Entry>& pool, std::size_t most_bytes) {
    if (chunks_.empty() || chunks_.back()->is_full()) {
      Pointer chunk = pool.take(most_bytes);
      if (chunk == nullptr) return false;
      chunks_.push_back(std::move(chunk));
    }
    Chunk<Entry>& last = *chunks_.back();
    last.entries[last.size++] = entry;
    return true;
  }

  [[nodiscard]] bool empty() const { return chunks_.empty(); }

  Pointer pop_first_chunk() {
    Pointer chunk = std::move(chunks_.front());
    chunks_.pop_front();
    return chunk;
  }

  Entry pop_last(ChunkPool<Entry>& pool) {
    Chunk<Entry>& last = *chunks_.back();
    const Entry entry = last.entries[--last.size];
    if (last.size == 0) {
      pool.give(std::move(chunks_.back()));
      chunks_.pop_back();
    }
    return entry;
  }

 private:
  std::deque<Pointer> chunks_;  // none is empty
};

}  // namespace sim::explorer
