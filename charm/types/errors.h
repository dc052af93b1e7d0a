// How a call through a port can fail where a chart has an arrow for it. An enumerator exists only
// if some caller treats it differently.
#pragma once

#include <cstdint>
#include <string_view>

namespace charm {

enum class ApiError : std::uint8_t {
  forbidden,    // 403: the application was deployed without trust
  not_found,    // 404
  conflict,     // 409: somebody else changed the object since it was read
  throttled,    // 429: not now. Nothing has taken effect.
  unavailable,  // everything else: 5xx, no connection, no reply. A write may have taken effect.
};

std::string_view to_text(ApiError error);

// The write needs Juju's leadership, and this unit does not have it (any more).
struct NotLeader {
  friend bool operator==(const NotLeader&, const NotLeader&) = default;
};

// Nobody answered, or not with what was asked for.
struct Unreachable {
  friend bool operator==(const Unreachable&, const Unreachable&) = default;
};

}  // namespace charm
