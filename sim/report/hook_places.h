// Where the handlers of a charm stand in its sources, so that a report can point there.
#pragma once

#include <span>
#include <string_view>

namespace sim {

struct HookPlace {
  std::string_view handler;   // Handler::name
  std::string_view function;  // `on_leader_elected`
  std::string_view file;      // from the root of the repository: `charm/hooks/leader_elected.cc`
  int line = 0;               // of its definition, from 1
};

// Those of PostgreSQL's charm, found in the sources when this was built.
std::span<const HookPlace> postgresql_hook_places();

}  // namespace sim
