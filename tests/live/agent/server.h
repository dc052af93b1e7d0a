// The agent's socket: each connection is one call of a hook tool.
#pragma once

#include <functional>
#include <string>

#include "tests/live/agent/messages.h"

namespace agent {

class Server {
 public:
  using Answer = std::function<ToolAnswer(const ToolCall&)>;

  // Listens at that path; only this user may connect. CHECKs that it can.
  Server(std::string path, Answer answer);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server();

  [[nodiscard]] const std::string& path() const { return path_; }
  // To be waited for: it is readable when there is a call.
  [[nodiscard]] int descriptor() const { return socket_; }
  // Answers the call that waits; whoever hangs up is let go.
  void answer_one();

 private:
  std::string path_;
  Answer answer_;
  int socket_ = -1;
};

}  // namespace agent
