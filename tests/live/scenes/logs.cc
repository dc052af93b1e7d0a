#include "tests/live/scenes/logs.h"

#include <chrono>
#include <filesystem>
#include <fstream>

#include "charm/live/process.h"

namespace scenes {
namespace {

// It begins a new file after some lines (charm/rendering/patroni_yml.cc).
constexpr const char* oldest_first = "cd \"$1\" && cat $(ls -tr patroni.log*)";

}  // namespace

std::map<std::string, std::string> patroni_logs(const std::string& state) {
  std::map<std::string, std::string> logs;
  for (const auto& pod : std::filesystem::directory_iterator(state + "/pods")) {
    std::string pid;
    if (!(std::ifstream(pod.path() / "pid") >> pid)) continue;
    // Its files are seen from its mounts alone.
    const auto ended = charm::live::run(
        {.arguments = {"nsenter", "--target", pid, "--mount", "--", "sh", "-c", oldest_first, "sh",
                       pod.path().string() + "/own/upper/var/log/postgresql"},
         .input = {},
         .deadline = std::chrono::seconds(10)});
    logs.emplace(pod.path().filename().string(), ended.output);
  }
  return logs;
}

}  // namespace scenes
