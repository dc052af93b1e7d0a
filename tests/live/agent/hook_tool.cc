// A hook tool: whichever it is called as, it hands what it was given to the agent, and prints what
// that answers. The environment says where the agent is, as Juju's own tools find theirs
// (juju-and-pebble.md, sections 1.2 and 2.1).
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <iterator>

#include "tests/live/agent/messages.h"

namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

std::optional<agent::ToolAnswer> ask(const agent::ToolCall& call) {
  const std::string path = variable("JUJU_AGENT_SOCKET_ADDRESS");
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof(address.sun_path)) return std::nullopt;
  std::memcpy(address.sun_path, path.data(), path.size());
  const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return std::nullopt;
  std::optional<agent::ToolAnswer> answer;
  const auto* place = reinterpret_cast<const sockaddr*>(&address);
  if (::connect(socket, place, sizeof(address)) == 0 && agent::send_texts(socket, to_texts(call))) {
    if (const auto texts = agent::receive_texts(socket)) answer = agent::parse_answer(*texts);
  }
  ::close(socket);
  return answer;
}

}  // namespace

int main(int argc, char** argv) {
  agent::ToolCall call{.context = variable("JUJU_CONTEXT_ID"),
                       .folder = std::filesystem::current_path(),
                       .arguments = {std::filesystem::path(*argv).filename()},
                       .input = {}};
  call.arguments.insert(call.arguments.end(), argv + 1, argv + argc);
  auto answer = ask(call);
  if (answer && answer->wants_input) {
    call.input = std::string(std::istreambuf_iterator<char>(std::cin), {});
    answer = ask(call);
  }
  if (!answer) {
    std::cerr << "ERROR cannot reach the unit agent\n";
    return 1;
  }
  std::cout << answer->output << std::flush;
  std::cerr << answer->errors << std::flush;
  return answer->code;
}
