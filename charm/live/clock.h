// How a hook waits, by the monotonic clock.
#pragma once

#include <chrono>

#include "charm/ports/clock.h"

namespace charm::live {

class Clock final : public ports::Clock {
 public:
  // Both throw HookFailed when the hook is told to end.
  void sleep(Duration time) override;
  bool deadline_passed() override;
  void set_deadline(Duration from_now) override;

 private:
  std::chrono::steady_clock::time_point deadline_ = std::chrono::steady_clock::time_point::max();
};

}  // namespace charm::live
