#include "charm/live/connect_later.h"

#include <dlfcn.h>

#include <memory>
#include <optional>
#include <string>

#include "charm/live/connections_library.h"
#include "charm/types/outcome.h"

namespace charm::live {
namespace {

// Never closed: what it has made is used until the process ends.
ConnectionsEntry load() {
  void* library = ::dlopen(connections_library, RTLD_NOW);
  void* entry = library == nullptr ? nullptr : ::dlsym(library, connections_entry);
  if (entry == nullptr) {
    const char* why = ::dlerror();
    throw HookFailed("cannot load what connects the charm: " +
                     std::string(why == nullptr ? connections_library : why));
  }
  return reinterpret_cast<ConnectionsEntry>(entry);
}

class Later {
 public:
  Later(const Identity& who, HookTools& tools, const EnvironmentLookup& environment)
      : who_(who), tools_(tools), environment_(environment) {}

  const MakePorts& made() {
    if (!made_) load()(who_, tools_, environment_, made_.emplace());
    return *made_;
  }

 private:
  const Identity& who_;
  HookTools& tools_;
  const EnvironmentLookup& environment_;
  std::optional<MakePorts> made_;
};

}  // namespace

MakePorts connect_later(const Identity& who, HookTools& tools,
                        const EnvironmentLookup& environment) {
  const auto later = std::make_shared<Later>(who, tools, environment);
  return {.kubernetes = [later](Ports& ports) { return later->made().kubernetes(ports); },
          .patroni = [later](Ports& ports) { return later->made().patroni(ports); },
          .workload = [later](Ports& ports) { return later->made().workload(ports); },
          .postgresql = [later](Ports& ports) { return later->made().postgresql(ports); }};
}

}  // namespace charm::live
