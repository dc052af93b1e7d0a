// What stands in the end of a run, live or simulated.
#pragma once

#include "model/text.h"
#include "model/world.h"
#include "tests/live/scenes/likeness.h"

namespace scenes {

// What Juju has: the application's bags, and of each unit its status, its bags and what it defers.
Ending juju_ending(const model::World& world, const model::Texts& texts);
// That and the pods' labels, as a simulated world has them.
Ending ending_of(const model::World& world, const model::Texts& texts);
// A pod's labels, in a line: `pod 0: member, role primary`.
std::string labels(charm::UnitName unit, bool is_member, std::string_view role);

// Which lines only one of them has.
std::string differences(const Ending& live, const Ending& simulated);

}  // namespace scenes
