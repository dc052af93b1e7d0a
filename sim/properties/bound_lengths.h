// How long each bound is: the symbols of section 6 of patroni-and-kubernetes.md.
#pragma once

#include "sim/properties/bounds.h"
#include "sim/scenario/scenario.h"

namespace sim {

charm::Duration length_of(Bound bound, const Scenario& scenario);
// V1, from when a candidate looks at the lock that has expired for it.
charm::Duration race_time();
// From the start of the lost holder's Patroni to its next promotion, under its own lock.
charm::Duration restart_in_place(const PatroniTiming& timing);

// The client's period: an acknowledgement comes so much later than it could.
inline constexpr charm::Duration client_grain{1'000'000};

}  // namespace sim
