// The pods of one rig (tests/live/rig/pod), in kubelet's place: each unit's are begun and ended in
// the order in which that is asked for, while everything else goes on.
#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "charm/types/names.h"

namespace scenes {

class Pods {
 public:
  // RIG_STATE and its like are in the environment, and the control plane is up.
  Pods() = default;
  // Waits for what has been asked for.
  ~Pods();
  Pods(const Pods&) = delete;
  Pods& operator=(const Pods&) = delete;

  // Of `tests/live/rig/pod`: `up`, `stop`, `down`, `delete`.
  void ask(charm::UnitName unit, const std::string& command);
  // Which commands have ended since the last call.
  struct Done {
    charm::UnitName unit;
    std::string command;
    std::string failure;  // empty: it was done
  };
  std::vector<Done> done();

 private:
  struct Keeper {
    std::deque<std::string> asked;
    std::jthread thread;
  };

  void keep(charm::UnitName unit);

  std::mutex mutex_;
  std::condition_variable changed_;
  bool over_ = false;
  std::map<charm::UnitName, Keeper> keepers_;
  std::vector<Done> done_;
};

}  // namespace scenes
