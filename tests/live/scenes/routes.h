// Where names of Services lead, in the place of kube-dns and kube-proxy: the charm's Services are
// read from the API server, and each pod's charm finds in its /etc/hosts a pod that a Service
// selects. One that selects nobody leads to where nobody listens, as kube-proxy refuses; one that
// is not there has no name. Source: patroni-and-kubernetes.md, section 7.
#pragma once

#include <stop_token>
#include <string>
#include <thread>

namespace scenes {

class Routes {
 public:
  // Of the rig whose folder that is.
  Routes(std::string state, std::string model);

 private:
  void follow(const std::stop_token& over);

  std::string state_;
  std::string model_;
  std::jthread thread_;
};

}  // namespace scenes
