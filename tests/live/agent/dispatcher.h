// Runs the charm: for each hook that is due, `dispatch` as a process of its own, one at a time a
// unit, with the environment that Juju sets; what it has changed counts if it ends well. Source:
// juju-and-pebble.md, sections 1.1 to 1.5.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "tests/live/agent/hook_context.h"
#include "tests/live/agent/model_juju.h"
#include "tests/live/agent/server.h"
#include "tests/live/agent/tools.h"

namespace agent {

// What is told of a hook or an action that has ended.
struct EndedHook {
  charm::UnitName unit;
  std::string name;  // as in JUJU_DISPATCH_PATH: `hooks/config-changed`
  HookEnd end = HookEnd::well;
  int code = 0;  // the exit code, or the signal
  bool committed = false;
};

class Dispatcher {
 public:
  struct Setting {
    std::string charm_folder;  // has `dispatch`
    std::string tools;         // the folder with the hook tools
    std::string socket;
    std::string log;   // the file with what the hooks, and juju-log, have said
    std::string path;  // of the hooks, after the tools
    // What stands before `dispatch`: a program that enters the unit's pod, say.
    std::function<std::vector<std::string>(charm::UnitName)> wrap;
    Variables variables;  // that the hooks have besides
    // Whether waits in which no hook runs take no time.
    bool skips_waits = false;
    // Another descriptor that is waited for, and what to do when it is readable.
    int descriptor = -1;
    std::function<void()> readable;
    std::function<void(charm::UnitName)> started;  // a hook of that unit
    std::function<void(const EndedHook&)> ended;
    std::function<void(std::string_view line)> logged;  // what juju-log was given
  };

  Dispatcher(ModelJuju& juju, Setting setting);
  Dispatcher(const Dispatcher&) = delete;
  Dispatcher& operator=(const Dispatcher&) = delete;
  // The hooks that run are killed.
  ~Dispatcher();

  // Until that is so, or for that long in the model's time. False: the time is over.
  bool run_until(const std::function<bool()>& reached, charm::Duration longest);

  Tools& tools() { return tools_; }

 private:
  struct Child {
    pid_t pid = -1;
    int descriptor = -1;   // readable when it has ended
    std::size_t hook = 0;  // the number of it
    std::string name;
    std::string context;
  };

  void start(charm::UnitName unit);
  // Of hooks that the model has let go of.
  void kill_orphans();
  void reap(charm::UnitName unit);
  void wait(charm::Duration longest);
  // Brings the model's time to the clock's, and starts what is due.
  void catch_up();
  ToolAnswer answer(const ToolCall& call);
  void log(std::string_view line);

  ModelJuju& juju_;
  const Setting setting_;
  Tools tools_;
  Server server_;
  std::map<charm::UnitName, Child> children_;
  std::chrono::steady_clock::time_point last_look_ = std::chrono::steady_clock::now();
};

}  // namespace agent
