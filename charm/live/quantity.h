// Amounts as Kubernetes writes them: cpu `2` and `1500m`, memory `16Gi` and `1000k`.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace charm::live {

// Whole units (cores, bytes), rounded down, as the charm has always done (config-and-wire.md, 1.4);
// by Kubernetes' own grammar: a decimal number with a suffix of n u m k M G T P E (by 1000) or Ki
// Mi Gi Ti Pi Ei (by 1024), or an exponent. Nothing: it is no amount, a negative one, or beyond 64
// bits on the way.
std::optional<std::uint64_t> parse_quantity(std::string_view text);

}  // namespace charm::live
