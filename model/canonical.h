// When two worlds are equal to a search: absolute time and counters that only grow do not count.
// Worlds with one fingerprint have the same futures (but for the chance that a hash has).
//
// Moments enter as what is left or has passed, and not at all where nothing asks for them any more
// (a pass that is over, a deadline that is past); versions of objects by how far they are behind
// the newest; WAL positions by their distance to the furthest, and those that lie behind what every
// database has by their order alone: nothing but "before or behind" is ever asked of them.
#pragma once

#include <cstdint>

#include "model/text.h"
#include "model/world.h"

namespace model {

// Of worlds of the same parameters, all of whose timers have been given their windows. `ttl` is
// that of Patroni: who is longer without a right to lead than twice that has none.
std::uint64_t canonical_fingerprint(const World& world, const Texts& texts, charm::Duration ttl);

}  // namespace model
