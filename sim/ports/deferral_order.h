// In which order a dispatch is told its deferral queue: as ops has it, or, for an adversary, any
// other.
#pragma once

#include <cstdint>

#include "charm/types/notice.h"

namespace sim {

// How many orders there are to choose from: of a long queue, those of its oldest eight notices.
std::uint32_t deferral_orders(std::size_t queued);

// Puts the queue into one of them; 0 leaves it as it is.
void reorder(charm::Notices& queue, std::uint32_t order);

}  // namespace sim
