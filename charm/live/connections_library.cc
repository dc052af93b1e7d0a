#include "charm/live/connections_library.h"

#include "charm/live/connections.h"

extern "C" void charm_connect(const charm::live::Identity& who, charm::live::HookTools& tools,
                              const charm::EnvironmentLookup& environment,
                              charm::live::MakePorts& made) {
  made = charm::live::connect(who, tools, environment);
}

namespace {

// One type, here and where it is looked up.
[[maybe_unused]] constexpr charm::live::ConnectionsEntry entry = charm_connect;

}  // namespace
