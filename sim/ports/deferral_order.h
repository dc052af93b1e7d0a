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

// The longest queue all of whose orders a search tries as one deviation each: there are 120. Of a
// longer one (eight have 40,320) each notice that is told before older ones is a deviation: so any
// two of them come in both orders with one, and every order with as many as it takes.
inline constexpr std::size_t most_orders_at_once = 5;

// Of those from this place on, the nth (from 0) comes first; the others stay in their order.
void draw_forward(charm::Notices& queue, std::size_t place, std::uint32_t nth);

// Of a queue that has been told in another order, the first `again` of `kept` have deferred again:
// these in the places that they had. (In ops such a notice keeps its row: whoever is told another
// order for once is told the usual one the next time.)
void restore_order(const charm::Notices& queue, charm::Notices& kept, std::size_t again);

}  // namespace sim
