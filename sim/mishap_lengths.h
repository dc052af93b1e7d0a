// How long what a mishap does can last: the options of that question, in their order.
#pragma once

#include <array>

#include "charm/types/time.h"

namespace sim {

// From a hiccup to longer than the lock and Juju's lease live.
inline constexpr std::array<charm::Duration, 6> mishap_lengths{
    std::chrono::seconds(8),  std::chrono::seconds(2),   std::chrono::seconds(20),
    std::chrono::seconds(45), std::chrono::seconds(100), std::chrono::seconds(250)};

}  // namespace sim
