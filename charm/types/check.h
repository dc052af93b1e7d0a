// CHECK: what must hold unless we made a mistake. On in release builds, too; it ends the process.
#pragma once

namespace charm {

// Prints the broken condition and its place on standard error, and aborts.
[[noreturn]] void check_failed(const char* condition, const char* file, int line) noexcept;

}  // namespace charm

#define CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::charm::check_failed(#condition, __FILE__, __LINE__))
