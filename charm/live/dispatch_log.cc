#include "charm/live/dispatch_log.h"

#include <iostream>

namespace charm::live {

void DispatchLog::handler_started(const Handler& handler, const Event& event, bool reemitted) {
  running_.assign(handler.name).append(" (").append(hook_name(charm_, event));
  running_.append(reemitted ? ", deferred before)" : ")");
}

void DispatchLog::handler_ended(const Handler& /*handler*/, const Outcome& outcome,
                                const Path& path) {
  std::string line = running_ + (outcome.deferred() ? ": deferred: " : ": done: ");
  line.append(outcome.reason).append(": ").append(to_text(path));
  tools_.log(LogLevel::debug, line);
  running_.clear();
}

void DispatchLog::handler_merged(const Handler& handler, const Event& event) {
  std::string line(handler.name);
  line.append(" (").append(hook_name(charm_, event)).append("): is queued already");
  tools_.log(LogLevel::debug, line);
}

void DispatchLog::failed(const Event& event, const std::string& error, const Path& path) {
  const bool is_action = event.kind == EventKind::action;
  std::string line = is_action ? "the action has failed: " : "the hook has failed: ";
  line.append(error);
  if (!running_.empty()) line.append("; in ").append(running_).append(": ").append(to_text(path));
  const bool is_logged = tools_.log(LogLevel::error, line);
  if (is_action && is_logged) std::cerr << line << '\n';
}

}  // namespace charm::live
