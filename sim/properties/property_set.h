// Which of a charm's properties: a bit for each.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace sim {

class PropertySet {
 public:
  static constexpr std::size_t capacity = 128;

  constexpr void insert(std::size_t at) { words_[at / 64] |= std::uint64_t{1} << at % 64; }
  [[nodiscard]] constexpr bool contains(std::size_t at) const {
    return (words_[at / 64] >> at % 64 & 1U) != 0;
  }
  constexpr PropertySet& operator|=(const PropertySet& other) {
    for (std::size_t at = 0; at < words_.size(); ++at) words_[at] |= other.words_[at];
    return *this;
  }
  // Calls `visit(std::size_t)` for each, in ascending order.
  template <class Visit>
  constexpr void for_each(Visit visit) const {
    for (std::size_t word = 0; word < words_.size(); ++word) {
      for (std::uint64_t left = words_[word]; left != 0; left &= left - 1) {
        visit(word * 64 + static_cast<std::size_t>(std::countr_zero(left)));
      }
    }
  }

 private:
  std::array<std::uint64_t, capacity / 64> words_{};
};

}  // namespace sim
