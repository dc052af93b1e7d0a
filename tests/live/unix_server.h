// A server on a unix socket that says what a test wants it to say.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace charm::live::given {

// A folder of its own, gone with it. Its path is short enough for a socket's.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// What it does with one request, whose head and body it has read.
struct Said {
  std::string bytes;          // raw: head and body; empty: it closes without an answer
  bool keeps_silent = false;  // and holds the connection until the server ends
};

// `{"type":"sync", ...}` with that result, as Pebble sends it.
std::string sync(std::string_view result);
std::string async(std::string_view change, std::string_view result = "null");
std::string error(int status, std::string_view kind);
std::string http_answer(int status, std::string_view type, std::string_view body);

class UnixServer {
 public:
  using Answer = std::function<Said(const std::string& request)>;

  UnixServer(std::string path, Answer answer);
  ~UnixServer();
  UnixServer(const UnixServer&) = delete;
  UnixServer& operator=(const UnixServer&) = delete;

  // Everything it has been asked, in order: heads and bodies.
  [[nodiscard]] std::vector<std::string> requests();

 private:
  void serve();
  void answer_one(int connection);

  std::string path_;
  Answer answer_;
  int listener_ = -1;
  std::vector<int> silent_;  // connections; the server's thread alone
  std::mutex mutex_;
  std::vector<std::string> requests_;
  std::jthread thread_;
};

}  // namespace charm::live::given
