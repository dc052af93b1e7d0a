// An HTTP server that answers what it is told to, well or badly, and keeps what it was asked: over
// TCP on the loopback, TLS, or a unix socket.
#pragma once

#include <openssl/ssl.h>

#include <atomic>
#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/live/certificates.h"

namespace charm::live::given {

struct Asked {
  std::string line;  // `GET /health`
  std::string head;  // all of it, as it came
  std::string body;

  // Empty: there is no such header. The name as it is written.
  [[nodiscard]] std::string header(std::string_view name) const;
};

// What follows an answer.
enum class Then {
  close,
  keep,   // open for the next request
  stall,  // open, and nothing more
};

struct Reply {
  std::vector<std::string> pieces;  // bytes, one piece after the other
  Then then = Then::close;
  std::chrono::milliseconds before_each{0};
};

// HTTP/1.0 without a length, as Patroni answers.
Reply http10(int status, std::string_view body);
// HTTP/1.1 with a length, the connection kept; headers with their line ends.
Reply http11(int status, std::string_view body, std::string_view headers = {});
Reply bytes(std::string_view all, Then then = Then::close);

class ScriptedServer {
 public:
  ScriptedServer();  // TCP
  // TLS. With an authority it serves those alone who show a certificate of it.
  explicit ScriptedServer(const Certificate& certificate, const Authority* of_clients = nullptr);
  explicit ScriptedServer(const std::string& unix_socket);  // a path
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  // To `GET /health`, whatever follows a `?`. Several are given one after the other, the last one
  // for ever. What nobody has answered is 404. `handshake` is TLS' beginning at a server without
  // TLS, which is no request, and 400.
  void answer(const std::string& line, Reply reply);

  [[nodiscard]] std::vector<Asked> asked() const;
  [[nodiscard]] Asked last() const { return asked().back(); }
  [[nodiscard]] std::string address() const;  // `127.0.0.1:12345`

 private:
  class Connection;

  void listen_tcp();
  void start();
  void accept_all();
  void serve(int socket);
  Reply reply_to(const Asked& asked);

  int listening_ = -1;
  int port_ = 0;
  std::shared_ptr<SSL_CTX> tls_;
  std::atomic<bool> ends_ = false;
  mutable std::mutex mutex_;
  std::vector<Asked> asked_;
  std::map<std::string, std::deque<Reply>> replies_;
  std::vector<int> sockets_;
  std::vector<std::thread> threads_;
  std::thread accepting_;
};

}  // namespace charm::live::given
