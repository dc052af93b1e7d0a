// How a handler ended.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string_view>

namespace charm {

// Deferred: the handler runs again at the next dispatch, before the new event. The reason is a
// literal: it is what an operator reads in the log, and a reader in the trace.
struct Outcome {
  enum class Kind : std::uint8_t { done, deferred };

  Kind kind = Kind::done;
  std::string_view reason;

  [[nodiscard]] bool deferred() const { return kind == Kind::deferred; }
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

// The hook cannot go on, and Juju shall retry it. Thrown by ports and steps, caught in dispatch()
// alone.
class HookFailed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace charm
