// What an operator can read of a dispatch: a debug line a handler, with its way through the chart,
// and how it ended.
#pragma once

#include <optional>
#include <string>

#include "charm/live/hook_tools.h"
#include "charm/runtime/dispatch.h"

namespace charm::live {

class DispatchLog final : public DispatchObserver {
 public:
  DispatchLog(const CharmDefinition& charm, HookTools& tools) : charm_(charm), tools_(tools) {}

  void handler_started(const Handler& handler, const Event& event, bool reemitted) override;
  // `leader-elected (leader-elected): done: nothing to do: is_leader [yes] -> rtn`; of a very long
  // way the end is cut.
  void handler_ended(const Handler& handler, const Outcome& outcome, const Path& path) override;
  void handler_merged(const Handler& handler, const Event& event) override;

  // The dispatch has failed: where the handler that ran stood, if one did, and why. To Juju's log;
  // of an action to standard error as well, which its operator is shown. Juju logs a hook's, and
  // the line would stand there twice.
  void failed(const Event& event, const std::string& error, const Path& path);

 private:
  const CharmDefinition& charm_;
  HookTools& tools_;
  std::string running_;  // `leader-elected (leader-elected, deferred before)`; empty: none
};

}  // namespace charm::live
