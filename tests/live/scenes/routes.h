// Where names of Services lead, in the place of kube-dns and kube-proxy: the charm's Services are
// read from the API server, and each pod's charm finds in its /etc/hosts a pod that a Service
// selects. One that selects nobody leads to where nobody listens, as kube-proxy refuses; one that
// is not there has no name. Source: patroni-and-kubernetes.md, section 7.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "charm/types/names.h"

namespace scenes {

class Routes {
 public:
  // Of the rig whose folder that is.
  Routes(std::string state, std::string model);

  // What a pod's object says of its member, `primary, running`: its label, and what Patroni has
  // written there. Each that is new since the last call; it is looked for every 250 ms.
  struct Seen {
    charm::UnitName unit;
    std::chrono::steady_clock::time_point at;
    std::string what;
  };
  std::vector<Seen> seen();

 private:
  void follow(const std::stop_token& over);
  void note(const nlohmann::json& pods);

  std::string state_;
  std::string model_;
  std::map<charm::UnitName, std::string> last_seen_;
  std::mutex mutex_;  // of seen_
  std::vector<Seen> seen_;
  std::jthread thread_;
};

}  // namespace scenes
