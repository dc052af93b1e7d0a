#include "tests/live/unix_server.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>

namespace charm::live::given {
namespace {

// Head and body of one request; what has come if the other end closes before.
std::string read_request(int connection) {
  std::string request;
  std::array<char, 4096> bytes{};
  while (true) {
    const std::size_t head = request.find("\r\n\r\n");
    if (head != std::string::npos) {
      const std::size_t length = request.find("Content-Length: ");
      const std::size_t body =
          length < head ? std::strtoul(request.c_str() + length + 16, nullptr, 10) : 0;
      if (request.size() >= head + 4 + body) return request;
    }
    const ssize_t count = ::read(connection, bytes.data(), bytes.size());
    if (count <= 0) return request;
    request.append(bytes.data(), static_cast<std::size_t>(count));
  }
}

void write_all(int connection, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

}  // namespace

Folder::Folder() {
  std::string name = (std::filesystem::temp_directory_path() / "charm.XXXXXX").string();
  EXPECT_NE(::mkdtemp(name.data()), nullptr);
  path_ = name;
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string http_answer(int status, std::string_view type, std::string_view body) {
  return "HTTP/1.1 " + std::to_string(status) +
         " Some Status\r\nContent-Type: " + std::string(type) +
         "\r\nContent-Length: " + std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" +
         std::string(body);
}

std::string sync(std::string_view result) {
  return http_answer(
      200, "application/json",
      R"({"type":"sync","status-code":200,"status":"OK","result":)" + std::string(result) + "}");
}

std::string async(std::string_view change, std::string_view result) {
  return http_answer(202, "application/json",
              R"({"type":"async","status-code":202,"status":"Accepted","change":")" +
                  std::string(change) + R"(","result":)" + std::string(result) + "}");
}

std::string error(int status, std::string_view kind) {
  return http_answer(status, "application/json",
              R"({"type":"error","status-code":)" + std::to_string(status) +
                  R"(,"status":"x","result":{"message":"secret words","kind":")" +
                  std::string(kind) + R"("}})");
}

UnixServer::UnixServer(std::string path, Answer answer)
    : path_(std::move(path)), answer_(std::move(answer)) {
  listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path_.copy(address.sun_path, sizeof address.sun_path - 1);
  EXPECT_EQ(::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(::listen(listener_, 8), 0);
  thread_ = std::jthread([this](const std::stop_token& stop) {
    while (!stop.stop_requested()) serve();
    for (const int connection : silent_) ::close(connection);
  });
}

UnixServer::~UnixServer() {
  thread_.request_stop();
  thread_.join();
  ::close(listener_);
}

void UnixServer::serve() {
  pollfd waiting{.fd = listener_, .events = POLLIN, .revents = 0};
  if (::poll(&waiting, 1, 20) != 1) return;
  const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  if (connection >= 0) answer_one(connection);
}

void UnixServer::answer_one(int connection) {
  const std::string request = read_request(connection);
  {
    const std::scoped_lock lock(mutex_);
    requests_.push_back(request);
  }
  const Said said = answer_(request);
  write_all(connection, said.bytes);
  if (said.keeps_silent) {
    silent_.push_back(connection);
  } else {
    ::close(connection);
  }
}

std::vector<std::string> UnixServer::requests() {
  const std::scoped_lock lock(mutex_);
  return requests_;
}

}  // namespace charm::live::given
