// No memory is asked for here.
#include "sim/commands/last_words.h"

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <new>
#include <system_error>

namespace sim {
namespace {

std::atomic<int> code{0};
std::atomic<std::terminate_handler> others{nullptr};
std::atomic_flag is_told = ATOMIC_FLAG_INIT;

[[noreturn]] void end_with(const char* text) {
  // Of several threads that come here at a time, the first.
  while (is_told.test_and_set()) pause();
  if (write(STDERR_FILENO, text, std::strlen(text)) < 0) _exit(code);
  _exit(code);
}

[[noreturn]] void leave_to_others() {
  if (const std::terminate_handler other = others) other();
  std::abort();
}

[[noreturn]] void on_terminate() {
  try {
    if (const std::exception_ptr now = std::current_exception()) std::rethrow_exception(now);
  } catch (const std::bad_alloc&) {
    end_with("charmsim: there is not enough memory\n");
  } catch (const std::system_error& error) {
    if (error.code() == std::errc::resource_unavailable_try_again) {
      end_with(
          "charmsim: there is not enough memory for so many threads, or no more are allowed\n");
    }
  } catch (...) {
    leave_to_others();  // who tell its text
  }
  leave_to_others();
}

}  // namespace

void tell_when_resources_end(int exit_code) {
  code = exit_code;
  const std::terminate_handler before = std::set_terminate(on_terminate);
  if (before != on_terminate) others = before;
}

}  // namespace sim
