// Text with an end: a plain value, as long as what it names may be.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace charm {

// What is longer is cut.
template <std::size_t Capacity>
class BoundedText {
 public:
  static_assert(Capacity <= 255);
  static constexpr std::size_t capacity = Capacity;

  BoundedText() = default;
  explicit BoundedText(std::string_view text)
      : size_(static_cast<std::uint8_t>(std::min(text.size(), capacity))) {
    std::copy_n(text.begin(), size_, text_.begin());
  }

  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] std::string_view view() const { return {text_.data(), size_}; }
  friend bool operator==(const BoundedText&, const BoundedText&) = default;

 private:
  std::array<char, capacity> text_{};
  std::uint8_t size_ = 0;
};

// PostgreSQL's names have 63 bytes at most.
using NameText = BoundedText<63>;

}  // namespace charm
