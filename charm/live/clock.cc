#include "charm/live/clock.h"

#include "charm/live/termination.h"

namespace charm::live {

void Clock::sleep(Duration time) {
  sleep_unless_told(time);
  end_if_told();
}

void Clock::set_deadline(Duration from_now) {
  deadline_ = std::chrono::steady_clock::now() + from_now;
}

bool Clock::deadline_passed() {
  end_if_told();
  return std::chrono::steady_clock::now() >= deadline_;
}

}  // namespace charm::live
