// A charm of one hook: the leader labels every pod that it knows, and says so.
#pragma once

#include "charm/runtime/definition.h"

namespace greeter {

const charm::CharmDefinition& definition();

}  // namespace greeter
