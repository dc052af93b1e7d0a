// A growing set of numbers that are hashes already: what all runs of a campaign have met.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sim {

// Exact, and small: a slot a number, at most half of them taken. 0 is taken for 1.
class FeatureSet {
 public:
  [[nodiscard]] bool contains(std::uint64_t feature) const {
    return slots_[place_of(feature == 0 ? 1 : feature)] != 0;
  }
  // Whether it is new.
  bool insert(std::uint64_t feature) {
    if (feature == 0) feature = 1;
    if (2 * (count_ + 1) > slots_.size()) grow();
    std::uint64_t& slot = slots_[place_of(feature)];
    if (slot != 0) return false;
    slot = feature;
    ++count_;
    return true;
  }
  [[nodiscard]] std::size_t size() const { return count_; }

 private:
  static constexpr std::size_t first_size = 1U << 12U;  // a power of two, as all later ones

  // Where it is, or the free slot where it would be.
  [[nodiscard]] std::size_t place_of(std::uint64_t feature) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = feature & mask;
    while (slots_[at] != 0 && slots_[at] != feature) at = (at + 1) & mask;
    return at;
  }
  void grow() {
    std::vector<std::uint64_t> before(2 * slots_.size());
    before.swap(slots_);
    for (const std::uint64_t feature : before) {
      if (feature != 0) slots_[place_of(feature)] = feature;
    }
  }

  std::vector<std::uint64_t> slots_ = std::vector<std::uint64_t>(first_size);
  std::size_t count_ = 0;
};

}  // namespace sim
