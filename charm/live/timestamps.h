// Points in time as the API server writes them.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace charm::live {

// Whole seconds since 1970: that is what creationTimestamp and `Date` are good to.
using UnixTime = std::chrono::sys_seconds;

// `2026-01-02T03:04:05Z` (RFC 3339, in UTC alone), or with a fraction, which is cut off.
std::optional<UnixTime> parse_rfc3339(std::string_view text);
// The header `Date`: `Fri, 02 Jan 2026 03:04:05 GMT` (RFC 9110, section 5.6.7; neither of the
// obsolete forms). The day of the week is not looked at.
std::optional<UnixTime> parse_http_date(std::string_view text);

}  // namespace charm::live
