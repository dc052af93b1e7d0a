// Runs an action as an operator would, in the settable world.
#pragma once

#include <string>
#include <string_view>

#include "tests/charm/hook_fixture.h"

namespace charm {

struct ActionTest : HookTest {
  // The path of the action's handler.
  std::string run(std::string_view name) {
    const auto actions = postgresql_k8s().actions;
    for (std::size_t at = 0; at < actions.size(); ++at) {
      if (actions[at] != name) continue;
      EXPECT_FALSE(defers({.kind = EventKind::action, .subject = static_cast<std::uint8_t>(at)}));
      return path();
    }
    ADD_FAILURE() << "no such action: " << name;
    return {};
  }
};

}  // namespace charm
