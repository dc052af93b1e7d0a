// What an operator says to an action. Source: config-and-wire.md, section 2.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "charm/types/secret.h"

namespace charm {

// A parameter that is a name. What is longer than any name that PostgreSQL takes is cut: it names
// nothing that there is.
class ParameterText {
 public:
  static constexpr std::size_t capacity = 63;

  ParameterText() = default;
  explicit ParameterText(std::string_view text)
      : size_(static_cast<std::uint8_t>(std::min(text.size(), capacity))) {
    std::copy_n(text.begin(), size_, text_.begin());
  }

  [[nodiscard]] std::string_view view() const { return {text_.data(), size_}; }
  friend bool operator==(const ParameterText&, const ParameterText&) = default;

 private:
  std::array<char, capacity> text_{};
  std::uint8_t size_ = 0;
};

// The parameters of this charm's actions, each absent unless it was given. No parameter is required
// by the schema, and what is not known is not refused: each action looks at its own.
struct ActionParameters {
  std::optional<ParameterText> username;
  std::optional<ParameterText> scope;
  bool force = false;

  friend bool operator==(const ActionParameters&, const ActionParameters&) = default;
};

}  // namespace charm
