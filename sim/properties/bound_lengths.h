// How long each bound is: the symbols of section 6 of patroni-and-kubernetes.md.
#pragma once

#include "sim/properties/bounds.h"
#include "sim/scenario/scenario.h"

namespace sim {

charm::Duration length_of(Bound bound, const Scenario& scenario);
// V1, where a candidate has read the last renewal in a cycle of its own: it may look in the very
// moment of the expiry, and then a cycle later.
charm::Duration out_of_phase(const PatroniTiming& timing);
// From the start of the lost holder's Patroni to its next promotion, under its own lock.
charm::Duration restart_in_place(const PatroniTiming& timing);

// The client's period: an acknowledgement comes so much later than it could.
inline constexpr charm::Duration client_grain{1'000'000};

}  // namespace sim
