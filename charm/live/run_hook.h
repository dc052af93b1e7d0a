// The whole of a run of the charm: from the environment that Juju sets to the exit code that it
// reads. Source: juju-and-pebble.md, sections 1.1 to 1.3.
#pragma once

#include <functional>

#include "charm/live/ports.h"
#include "charm/runtime/decode.h"

namespace charm::live {

// Makes what connects the ports with what is real, for as long as the dispatch lasts.
using Connect = std::function<MakePorts(const Identity&, HookTools&)>;

// 0: Juju commits what was staged. 1: it drops that, and runs the hook again; why is on standard
// error and in Juju's log. Told to end by SIGTERM, it does not return: the process ends by that
// signal, so that Juju takes the hook for one that did not take place.
int run_hook(const CharmDefinition& charm, const EnvironmentLookup& environment,
             const Connect& connect);

}  // namespace charm::live
