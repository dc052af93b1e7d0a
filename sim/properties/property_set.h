// Which properties of a charm: by their places in its list.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace sim {

class PropertySet {
 public:
  static constexpr std::size_t capacity = 128;

  void insert(std::size_t at) { words_[at / 64] |= std::uint64_t{1} << at % 64; }
  [[nodiscard]] bool contains(std::size_t at) const {
    return (words_[at / 64] >> at % 64 & 1U) != 0;
  }
  PropertySet& operator|=(const PropertySet& other) {
    for (std::size_t word = 0; word < words_.size(); ++word) words_[word] |= other.words_[word];
    return *this;
  }
  // In their order.
  template <class Visit>
  void for_each(Visit visit) const {
    for (std::size_t word = 0; word < words_.size(); ++word) {
      for (std::uint64_t rest = words_[word]; rest != 0; rest &= rest - 1) {
        visit(word * 64 + static_cast<std::size_t>(std::countr_zero(rest)));
      }
    }
  }

 private:
  std::array<std::uint64_t, capacity / 64> words_{};
};

}  // namespace sim
