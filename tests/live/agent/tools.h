// Juju's hook tools over the model's Juju: what each takes, prints, and refuses. Source:
// juju-and-pebble.md, section 2; tests/contract/hook_tools_test.cc holds them against Juju's own.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/live/agent/arguments.h"
#include "tests/live/agent/messages.h"
#include "tests/live/agent/stored_texts.h"

namespace agent {

// Those that the charm calls, and no others.
const std::vector<std::string>& tool_names();

class Tools {
 public:
  using Log = std::function<void(std::string_view line)>;

  // `log`: what juju-log and action-log are given.
  Tools(ModelJuju& juju, Log log) : juju_(juju), texts_(juju), log_(std::move(log)) {}

  // A call of a tool in the hook that this unit runs.
  ToolAnswer run(charm::UnitName unit, const ToolCall& call);

  StoredTexts& texts() { return texts_; }

 private:
  struct Call;  // the unit, its arguments, and what it answers

  // --- relation_tools.cc ---
  void relation_ids(Call& call);
  void relation_list(Call& call);
  void relation_get(Call& call);
  void relation_set(Call& call);
  // By default that of the running hook. Only the number counts (section 2.1).
  Relation relation(Call& call, const Arguments& arguments);
  // --- secret_tools.cc ---
  void secret_add(Call& call);
  void secret_set(Call& call);
  void secret_get(Call& call);
  void secret_info_get(Call& call);
  void secret_ids(Call& call);
  void secret_grant(Call& call);
  void secret_revoke(Call& call);
  std::string owned_id(Call& call, const SecretName& secret, const std::string& shown);
  // --- tools.cc ---
  void is_leader(Call& call);
  void goal_state(Call& call);
  void config_get(Call& call);
  void status_get(Call& call);
  void status_set(Call& call);
  void state_get(Call& call);
  void state_set(Call& call);
  void state_delete(Call& call);
  void network_get(Call& call);
  void juju_log(Call& call);
  void application_version_set(Call& call);
  void open_port(Call& call);
  void action_get(Call& call);
  void action_set(Call& call);
  void action_fail(Call& call);
  void action_log(Call& call);
  RunningHook& action(Call& call, const char* refusal);

  using Tool = void (Tools::*)(Call&);
  static Tool find(std::string_view name);

  ModelJuju& juju_;
  StoredTexts texts_;
  Log log_;
};

}  // namespace agent
