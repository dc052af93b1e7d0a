// Juju's hook tools, played by this test program itself: under a tool's name it answers by what a
// folder says, and writes down how it was called.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

namespace charm::live::fake {

struct Answer {
  // Given to calls that have all of these among their arguments; of several, the last one.
  std::vector<std::string> when;
  std::string output;
  std::string errors;
  int code = 0;
  int sleep_ms = 0;
  std::size_t repeat = 1;  // the output, so often
};

struct Call {
  std::string tool;
  std::vector<std::string> arguments;
  std::string input;
  std::map<std::string, std::string> files;  // of `k#file=PATH`, by k
  bool private_files = true;                 // none of them can be read by others
};

inline const std::vector<std::string>& tool_names() {
  static const std::vector<std::string> names{
      "is-leader",     "relation-ids", "relation-list",
      "relation-get",  "relation-set", "config-get",
      "goal-state",    "status-get",   "status-set",
      "secret-get",    "secret-add",   "secret-set",
      "secret-grant",  "secret-ids",   "secret-info-get",
      "secret-revoke", "state-get",    "state-set",
      "state-delete",  "juju-log",     "action-get",
      "action-set",    "action-fail",  "action-log",
      "network-get",   "open-port",    "application-version-set",
      "charm"};
  return names;
}

// The folder, with the tools first in PATH.
class Tools {
 public:
  Tools();
  Tools(const Tools&) = delete;
  Tools& operator=(const Tools&) = delete;
  ~Tools();

  void answer(const std::string& tool, const Answer& answer);
  void remove(const std::string& tool);
  // In their order, but for juju-log.
  [[nodiscard]] std::vector<Call> calls() const;
  [[nodiscard]] std::vector<Call> calls(const std::string& tool) const;
  [[nodiscard]] std::string arguments_of_all() const;  // of every call, juju-log too
  [[nodiscard]] std::string logged() const;            // juju-log's lines
  [[nodiscard]] std::string path_of(const std::string& tool) const;
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

 private:
  [[nodiscard]] std::vector<Call> all_calls() const;

  std::filesystem::path folder_;
  std::string path_before_;
};

// What a tool does; its exit code.
int play(const std::string& tool, const std::vector<std::string>& arguments);

}  // namespace charm::live::fake
