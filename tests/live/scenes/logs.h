// What Patroni has said in each pod of a rig. A live run that no simulated one is like is explained
// by it, and it goes with the pod.
#pragma once

#include <map>
#include <string>

namespace scenes {

// Of each pod that is there, by its name: the lines of its log, the oldest first. One whose
// container has been made anew has those since then.
std::map<std::string, std::string> patroni_logs(const std::string& state);

}  // namespace scenes
