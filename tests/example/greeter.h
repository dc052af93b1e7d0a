// A charm of one hook: the leader labels its own pod, and says that it leads.
#pragma once

#include <charm/runtime/definition.h>

namespace greeter {

const charm::CharmDefinition& definition();

}  // namespace greeter
