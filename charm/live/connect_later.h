// Connections (connections.h), from a library of their own that is loaded when a hook first asks
// for one of them: libcurl and libpq bring some thirty libraries, which take longer to load than an
// event takes that asks nobody.
#pragma once

#include "charm/live/ports.h"
#include "charm/runtime/decode.h"

namespace charm::live {

// As connect(). A port throws HookFailed when it is made and the library cannot be loaded.
MakePorts connect_later(const Identity& who, HookTools& tools,
                        const EnvironmentLookup& environment);

}  // namespace charm::live
