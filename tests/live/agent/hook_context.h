// What the process of a hook is given besides its tools: the environment that Juju sets. Source:
// juju-and-pebble.md, section 1.2.
#pragma once

#include <map>
#include <string>

#include "tests/live/agent/model_juju.h"

namespace agent {

using Variables = std::map<std::string, std::string>;

struct AgentPlace {
  std::string socket;        // of the agent
  std::string tools;         // the folder with the hook tools
  std::string charm_folder;  // where `dispatch` is
};

// `postgresql-k8s/0-config-changed-17`, of the hook that this unit runs: each is used once.
std::string context_id(const ModelJuju& juju, charm::UnitName unit);

// Of the hook that this unit runs; PATH is the tools' folder, then `path`.
Variables hook_variables(ModelJuju& juju, charm::UnitName unit, const std::string& context,
                         const AgentPlace& place, const std::string& path);

}  // namespace agent
