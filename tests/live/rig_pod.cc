#include "tests/live/rig_pod.h"

#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <cstdlib>

#include "tests/support/places.h"

namespace charm::live::given {
namespace {

const std::string script = tests::in_repository("tests/live/rig/pod");

// What it says, both ways; `status` is its exit code.
std::string output_of(const std::string& line, int& status) {
  std::string text;
  FILE* const pipe = ::popen((line + " 2>&1").c_str(), "re");
  if (pipe == nullptr) return "there is no shell";
  std::array<char, 4096> part{};
  while (const std::size_t size = std::fread(part.data(), 1, part.size(), pipe)) {
    text.append(part.data(), size);
  }
  const int ended = ::pclose(pipe);
  status = WIFEXITED(ended) ? WEXITSTATUS(ended) : 128;
  return text;
}

}  // namespace

RigPod::RigPod(std::uint16_t ordinal) : ordinal_(ordinal) {
  int status = -1;
  const std::string said = output_of(line("up"), status);
  if (status != 0) lacks_ = said.empty() ? "the pod does not begin" : said;
}

RigPod::~RigPod() { (void)run("delete"); }

std::string RigPod::socket() const {
  return std::string(std::getenv("RIG_STATE")) + "/pods/postgresql-k8s-" +
         std::to_string(ordinal_) + "/socket/pebble.socket";
}

std::string RigPod::address() const {
  int status = -1;
  const std::string said = output_of(line("address"), status);
  return said.substr(0, said.find('\n'));
}

bool RigPod::run(const std::string& command) const {
  int status = -1;
  (void)output_of(line(command), status);
  return status == 0;
}

std::string RigPod::line(const std::string& command) const {
  return "RIG_APP=postgresql-k8s RIG_NAMESPACE=testing " + script + ' ' + command + ' ' +
         std::to_string(ordinal_);
}

}  // namespace charm::live::given
