// What a hook cannot go on without.
#pragma once

#include <type_traits>
#include <utility>

#include "charm/live/hook_tools.h"
#include "charm/types/outcome.h"

namespace charm::live {

// Throws HookFailed with the tool's text if there is no answer: Juju retries the hook.
template <class T>
T need(Told<T> told) {
  if (!told) throw HookFailed(told.error().text);
  if constexpr (!std::is_void_v<T>) return *std::move(told);
}

// The same of what another revision, or another application, has written.
template <class T>
T need(Wire<T> read) {
  if (!read) throw HookFailed(read.error().text);
  return *std::move(read);
}

}  // namespace charm::live
