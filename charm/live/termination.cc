#include "charm/live/termination.h"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <ctime>

#include "charm/types/outcome.h"

namespace charm::live {
namespace {

std::atomic<bool> told{false};
static_assert(std::atomic<bool>::is_always_lock_free);  // so that a signal's handler may set it

// It interrupts what waits: SA_RESTART is not asked for.
void handle(void (*handler)(int)) {
  struct sigaction action{};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  sigaction(SIGTERM, &action, nullptr);
}

}  // namespace

void note_termination() {
  told = false;
  handle([](int /*signal*/) { told = true; });
}

bool is_told_to_end() { return told; }

void end_if_told() {
  if (told) throw HookFailed("told to end by SIGTERM");
}

// In short parts: a signal that comes just before nanosleep() begins does not interrupt it.
void sleep_unless_told(Duration time) {
  constexpr Duration part = std::chrono::milliseconds(200);
  const auto end = std::chrono::steady_clock::now() + time;
  while (!told) {
    const auto left = end - std::chrono::steady_clock::now();
    if (left <= left.zero()) return;
    const timespec pause{0, std::min<std::chrono::nanoseconds>(left, part).count()};
    nanosleep(&pause, nullptr);
  }
}

void end_as_told() {
  handle(SIG_DFL);
  std::raise(SIGTERM);
  std::_Exit(EXIT_FAILURE);  // it is blocked
}

}  // namespace charm::live
