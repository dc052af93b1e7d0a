#include "tests/live/pebble_container.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>

#include "charm/live/pebble.h"
#include "tests/support/places.h"

namespace charm::live::given {
namespace {

using namespace std::chrono_literals;

const std::string script = tests::in_repository("tests/live/pebble/container.sh");
const std::string pebble_binary = tests::in_build("live/pebble");

// 0: there is none, yet or any more.
pid_t child_of(pid_t parent) {
  const std::string of = std::to_string(parent);
  std::ifstream children("/proc/" + of + "/task/" + of + "/children");
  pid_t child = 0;
  children >> child;
  return child;
}

}  // namespace

PebbleContainer::PebbleContainer() { start(); }

PebbleContainer::~PebbleContainer() { kill(); }

void PebbleContainer::start() {
  std::error_code ignored;
  std::filesystem::remove(socket(), ignored);
  const std::string log = folder_.path() + "/log";
  unshare_ = ::fork();
  if (unshare_ == 0) {
    // Nothing is left over if the test ends without its destructors.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int file = ::open(log.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    ::dup2(file, STDOUT_FILENO);
    ::dup2(file, STDERR_FILENO);
    ::execlp("unshare", "unshare", "--mount", "--pid", "--fork", "--kill-child", "--propagation",
             "private", script.c_str(), folder_.path().c_str(), pebble_binary.c_str(), nullptr);
    ::_exit(127);
  }
  Http http;
  Pebble pebble(http, socket());
  const auto end = std::chrono::steady_clock::now() + 20s;
  while (!pebble.system_info() && std::chrono::steady_clock::now() < end) ::usleep(10'000);
  if (pebble.system_info()) return;
  std::ifstream said(log);
  ADD_FAILURE() << "Pebble does not start: "
                << std::string(std::istreambuf_iterator<char>(said), {});
}

void PebbleContainer::kill() {
  if (unshare_ <= 0) return;
  // Its pid 1: the kernel ends whatever else runs in its namespace.
  if (const pid_t first = child_of(unshare_); first > 0) ::kill(first, SIGKILL);
  ::kill(unshare_, SIGKILL);
  ::waitpid(unshare_, nullptr, 0);
  unshare_ = -1;
}

std::vector<std::string> PebbleContainer::events() const {
  std::ifstream file(folder_.path() + "/events/patroni");
  std::vector<std::string> events;
  for (std::string line; std::getline(file, line);) events.push_back(line);
  return events;
}

void PebbleContainer::let_patroni_fail() const {
  const std::ofstream file(folder_.path() + "/events/fail");
}

}  // namespace charm::live::given
