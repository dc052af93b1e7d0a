// Why something from outside cannot be read: for the operator, so its key is named and its value,
// which may be a secret, is not.
#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace charm::wire {

struct WireError {
  std::string text;  // `endpoints: is no JSON`

  friend bool operator==(const WireError&, const WireError&) = default;
};

template <class T>
using Wire = std::expected<T, WireError>;

inline std::unexpected<WireError> refuse(std::string_view key, std::string_view why) {
  return std::unexpected(WireError{std::string(key).append(": ").append(why)});
}

}  // namespace charm::wire
