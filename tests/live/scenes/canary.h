// Where known words are found that a run has had: on command lines of any process, while it lasts,
// and in the end in all that it leaves.
#pragma once

#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace scenes {

// Looks at every command line on this machine, again and again, until it goes.
class CommandLines {
 public:
  CommandLines();

  // Of all that were seen, those with one of the words.
  std::vector<std::string> with(const std::vector<std::string>& words);
  // How many were seen that have this in them.
  std::size_t count(const std::string& part);

 private:
  void look(const std::stop_token& over);

  std::mutex mutex_;
  std::set<std::string> seen_;
  std::jthread thread_;
};

// A file with one of the words, and its mode.
struct Hit {
  std::string file;
  unsigned mode = 0;
};

// In all files of the rig: its processes' logs, etcd's data, the agents' folder, and of each pod
// the volume and what was written anywhere else in its containers.
std::vector<Hit> files_with(const std::vector<std::string>& words, const std::string& state);

// The processes that this one, or what it has started, has left.
std::vector<std::string> left_behind();
// From now on whatever loses its parent is this process' child.
void adopt_orphans();

}  // namespace scenes
