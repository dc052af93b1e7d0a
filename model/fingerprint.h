// The fingerprint of a world: one number for its content, status texts by what they say.
#pragma once

#include <cstdint>

#include "model/text.h"
#include "model/world.h"

namespace model {

std::uint64_t fingerprint(const World& world, const Texts& texts);

}  // namespace model
