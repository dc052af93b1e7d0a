// The charm: what `dispatch` runs, for each hook and action.
#include <cstdlib>
#include <exception>
#include <iostream>
#include <optional>
#include <string>

#include "charm/live/connect_later.h"
#include "charm/live/run_hook.h"
#include "charm/postgresql_k8s.h"

namespace {

std::optional<std::string_view> environment(std::string_view name) {
  const char* value = std::getenv(std::string(name).c_str());
  if (value == nullptr) return std::nullopt;
  return value;
}

}  // namespace

int main() {
  const charm::EnvironmentLookup lookup = environment;
  const auto connect = [&lookup](const charm::live::Identity& who, charm::live::HookTools& tools) {
    return charm::live::connect_later(who, tools, lookup);
  };
  try {
    return charm::live::run_hook(charm::postgresql_k8s(), lookup, connect);
  } catch (const std::exception& error) {  // no memory, say; Juju drops what was staged
    std::cerr << "the charm has failed: " << error.what() << '\n';
    return 1;
  }
}
