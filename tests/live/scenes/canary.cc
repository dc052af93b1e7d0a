#include "tests/live/scenes/canary.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "charm/live/process.h"
#include "charm/types/check.h"
#include "tests/live/text_of.h"

namespace scenes {
namespace {

namespace fs = std::filesystem;
using tests::text_of;

// The words are on the standard input. What is in a pod is seen from its mounts alone.
void find_in(const std::vector<std::string>& command, const std::string& words,
             std::vector<Hit>& hits) {
  const auto ended =
      charm::live::run({.arguments = command, .input = words, .deadline = std::chrono::minutes(2)});
  std::istringstream lines(ended.output);
  unsigned mode = 0;
  std::string file;
  while (lines >> std::oct >> mode >> std::ws && std::getline(lines, file)) {
    hits.push_back({.file = file, .mode = mode});
  }
}

// Sockets and pipes are left out.
constexpr const char* search =
    "grep -rlaF --null --devices=skip -f - \"$@\" 2>/dev/null | xargs -0r stat -c '%a %n'";

}  // namespace

CommandLines::CommandLines() : thread_([this](const std::stop_token& over) { look(over); }) {}

void CommandLines::look(const std::stop_token& over) {
  while (!over.stop_requested()) {
    std::error_code ignored;
    for (const auto& process : fs::directory_iterator("/proc", ignored)) {
      if (process.path().filename().string().find_first_not_of("0123456789") != std::string::npos) {
        continue;
      }
      std::string line = text_of(process.path() / "cmdline");
      if (line.empty()) continue;
      const std::lock_guard lock(mutex_);
      seen_.insert(std::move(line));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

std::vector<std::string> CommandLines::with(const std::vector<std::string>& words) {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> found;
  for (const std::string& line : seen_) {
    for (const std::string& word : words) {
      // Which program it was is enough to know.
      if (line.find(word) != line.npos) found.push_back(line.substr(0, line.find('\0')));
    }
  }
  return found;
}

std::size_t CommandLines::count(const std::string& part) {
  const std::lock_guard lock(mutex_);
  std::size_t count = 0;
  for (const std::string& line : seen_) count += line.find(part) != line.npos ? 1U : 0U;
  return count;
}

std::vector<Hit> files_with(const std::vector<std::string>& words, const std::string& state) {
  std::string input;
  for (const std::string& word : words) input += word + '\n';
  std::vector<Hit> hits;
  find_in({"sh", "-c", search, "sh", state}, input, hits);
  for (const auto& pod : fs::directory_iterator(state + "/pods")) {
    const std::string pid = text_of(pod.path() / "pid");
    if (pid.empty()) continue;
    const std::string own = pod.path().string() + "/own";
    find_in({"nsenter", "--target", pid.substr(0, pid.find(' ')), "--mount", "--", "sh", "-c",
             search, "sh", own + "/upper", own + "/charm-upper", own + "/root/tmp",
             own + "/root/dev/shm", own + "/charm/tmp"},
            input, hits);
  }
  return hits;
}

void adopt_orphans() { CHECK(::prctl(PR_SET_CHILD_SUBREAPER, 1) == 0); }

std::vector<std::string> left_behind() {
  while (::waitpid(-1, nullptr, WNOHANG) > 0) {
  }
  std::vector<std::string> left;
  for (const auto& thread : fs::directory_iterator("/proc/self/task")) {
    std::istringstream children(text_of(thread.path() / "children"));
    std::string pid;
    while (children >> pid) left.push_back(pid + ' ' + text_of("/proc/" + pid + "/cmdline"));
  }
  return left;
}

}  // namespace scenes
