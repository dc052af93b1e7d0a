// What the library of the connections has for the program that loads it.
#pragma once

#include "charm/live/ports.h"
#include "charm/runtime/decode.h"

namespace charm::live {

// Beside the program, or where --library-path of the loader says.
inline constexpr const char* connections_library = "charm_connections.so";
inline constexpr const char* connections_entry = "charm_connect";

// connect(), without a type that C does not know. Program and library are of one build.
using ConnectionsEntry = void (*)(const Identity& who, HookTools& tools,
                                  const EnvironmentLookup& environment, MakePorts& made);

}  // namespace charm::live
