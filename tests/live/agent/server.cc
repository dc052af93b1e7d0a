#include "tests/live/agent/server.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

#include "charm/types/check.h"

namespace agent {

Server::Server(std::string path, Answer answer)
    : path_(std::move(path)), answer_(std::move(answer)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  CHECK(path_.size() < sizeof(address.sun_path));
  std::memcpy(address.sun_path, path_.data(), path_.size());
  socket_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ::unlink(path_.c_str());
  CHECK(socket_ >= 0);
  CHECK(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
  CHECK(::chmod(path_.c_str(), 0600) == 0);
  CHECK(::listen(socket_, 16) == 0);
}

Server::~Server() {
  ::close(socket_);
  ::unlink(path_.c_str());
}

void Server::answer_one() {
  const int caller = ::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
  if (caller < 0) return;
  const timeval patience{.tv_sec = 10, .tv_usec = 0};
  ::setsockopt(caller, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  if (const auto texts = receive_texts(caller)) {
    if (const auto call = parse_call(*texts)) send_texts(caller, to_texts(answer_(*call)));
  }
  ::close(caller);
}

}  // namespace agent
