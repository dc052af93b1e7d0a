#include "tests/live/scripted_server.h"

#include <netinet/in.h>
#include <openssl/pem.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>

#include "charm/types/check.h"

namespace charm::live::given {

// A socket, with TLS or without. Every call blocks, and fails when the socket is shut down.
class ScriptedServer::Connection {
 public:
  Connection(int socket, SSL_CTX* tls) : socket_(socket) {
    if (tls != nullptr) ssl_.reset(SSL_new(tls));
  }
  // TLS' handshake, if there is any.
  bool open() {
    if (ssl_ == nullptr) return true;
    SSL_set_fd(ssl_.get(), socket_);
    return SSL_accept(ssl_.get()) == 1;
  }
  bool receive(std::string& to) {
    std::array<char, 4096> bytes{};
    const auto count = ssl_ ? SSL_read(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()))
                            : static_cast<int>(::recv(socket_, bytes.data(), bytes.size(), 0));
    if (count <= 0) return false;
    to.append(bytes.data(), static_cast<std::size_t>(count));
    return true;
  }
  bool send(const std::string& text) {
    if (text.empty()) return true;
    const auto count = ssl_ ? SSL_write(ssl_.get(), text.data(), static_cast<int>(text.size()))
                            : static_cast<int>(::send(socket_, text.data(), text.size(), 0));
    return count == static_cast<int>(text.size());
  }
  void close() {
    if (ssl_) SSL_shutdown(ssl_.get());
    ::shutdown(socket_, SHUT_RDWR);
  }

 private:
  struct Free {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };
  int socket_;
  std::unique_ptr<SSL, Free> ssl_;
};

namespace {

std::shared_ptr<SSL_CTX> tls_with(const Certificate& certificate) {
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  const auto bio = [](const std::string& text) {
    return std::unique_ptr<BIO, decltype(&BIO_free)>(
        BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free);
  };
  const std::unique_ptr<X509, decltype(&X509_free)> x509(
      PEM_read_bio_X509(bio(certificate.certificate).get(), nullptr, nullptr, nullptr), X509_free);
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      PEM_read_bio_PrivateKey(bio(certificate.key).get(), nullptr, nullptr, nullptr),
      EVP_PKEY_free);
  CHECK(SSL_CTX_use_certificate(context.get(), x509.get()) == 1);
  CHECK(SSL_CTX_use_PrivateKey(context.get(), key.get()) == 1);
  return context;
}

std::size_t length_of_body(const Asked& asked) {
  const std::string text = asked.header("Content-Length");
  return text.empty() ? 0 : std::stoul(text);
}

// What TLS begins with. A server of plain HTTP takes it for a bad request.
bool is_handshake(const std::string& buffer) { return buffer.starts_with('\x16'); }

// A whole request; what came beyond it stays in `buffer`. Says no at the connection's end.
template <class Connection>
bool receive_request(Connection& connection, std::string& buffer, Asked& asked) {
  constexpr std::string_view end_of_head = "\r\n\r\n";
  std::size_t end = 0;
  while ((end = buffer.find(end_of_head)) == std::string::npos) {
    if (!connection.receive(buffer)) return false;
    if (!is_handshake(buffer)) continue;
    asked.line = "handshake";
    return true;
  }
  asked.head = buffer.substr(0, end + 2);
  buffer.erase(0, end + end_of_head.size());
  const std::size_t after_path = asked.head.find(' ', asked.head.find(' ') + 1);
  asked.line = asked.head.substr(0, after_path);
  const std::size_t length = length_of_body(asked);
  while (buffer.size() < length) {
    if (!connection.receive(buffer)) return false;
  }
  asked.body = buffer.substr(0, length);
  buffer.erase(0, length);
  return true;
}

std::string head_of(std::string_view version, int status) {
  return std::string(version) + ' ' + std::to_string(status) + " Whatever\r\n";
}

}  // namespace

std::string Asked::header(std::string_view name) const {
  const std::string begin = std::string("\r\n").append(name).append(": ");
  const std::size_t at = head.find(begin);
  if (at == std::string::npos) return {};
  const std::size_t from = at + begin.size();
  return head.substr(from, head.find("\r\n", from) - from);
}

Reply http10(int status, std::string_view body) {
  return {.pieces = {head_of("HTTP/1.0", status) + "Content-Type: application/json\r\n\r\n",
                     std::string(body)}};
}

Reply http11(int status, std::string_view body, std::string_view headers) {
  std::string all = head_of("HTTP/1.1", status);
  all += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  return {.pieces = {all.append(headers).append("\r\n").append(body)}, .then = Then::keep};
}

Reply bytes(std::string_view all, Then then) {
  return {.pieces = {std::string(all)}, .then = then};
}

ScriptedServer::ScriptedServer() {
  listen_tcp();
  start();
}

ScriptedServer::ScriptedServer(const Certificate& certificate, const Authority* of_clients)
    : tls_(tls_with(certificate)) {
  if (of_clients != nullptr) {
    SSL_CTX_set_verify(tls_.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    CHECK(X509_STORE_add_cert(SSL_CTX_get_cert_store(tls_.get()), of_clients->certificate()) == 1);
  }
  listen_tcp();
  start();
}

ScriptedServer::ScriptedServer(const std::string& unix_socket) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  CHECK(unix_socket.size() < sizeof address.sun_path);
  std::copy(unix_socket.begin(), unix_socket.end(), std::begin(address.sun_path));
  listening_ = ::socket(AF_UNIX, SOCK_STREAM, 0);
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): as bind() wants it.
  CHECK(::bind(listening_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  start();
}

void ScriptedServer::listen_tcp() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  listening_ = ::socket(AF_INET, SOCK_STREAM, 0);
  // NOLINTBEGIN(cppcoreguidelines-pro-type-reinterpret-cast): as they want it.
  CHECK(::bind(listening_, reinterpret_cast<sockaddr*>(&address), size) == 0);
  CHECK(::getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  // NOLINTEND(cppcoreguidelines-pro-type-reinterpret-cast)
  port_ = ntohs(address.sin_port);
}

void ScriptedServer::start() {
  // A client that has gone is an error of send(), no signal.
  (void)std::signal(SIGPIPE, SIG_IGN);
  CHECK(::listen(listening_, 16) == 0);
  accepting_ = std::thread([this] { accept_all(); });
}

ScriptedServer::~ScriptedServer() {
  ends_ = true;
  ::shutdown(listening_, SHUT_RDWR);
  accepting_.join();
  for (const int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
  for (std::thread& thread : threads_) thread.join();
  for (const int socket : sockets_) ::close(socket);
  ::close(listening_);
}

void ScriptedServer::answer(const std::string& line, Reply reply) {
  const std::lock_guard lock(mutex_);
  replies_[line].push_back(std::move(reply));
}

std::vector<Asked> ScriptedServer::asked() const {
  const std::lock_guard lock(mutex_);
  return asked_;
}

std::string ScriptedServer::address() const { return "127.0.0.1:" + std::to_string(port_); }

void ScriptedServer::accept_all() {
  while (!ends_) {
    const int socket = ::accept(listening_, nullptr, nullptr);
    if (socket < 0) return;
    sockets_.push_back(socket);
    threads_.emplace_back([this, socket] { serve(socket); });
  }
}

Reply ScriptedServer::reply_to(const Asked& asked) {
  const std::lock_guard lock(mutex_);
  const bool is_request = asked.line != "handshake";
  if (is_request) asked_.push_back(asked);
  const auto found = replies_.find(asked.line.substr(0, asked.line.find('?')));
  if (found == replies_.end()) return is_request ? http11(404, "{}") : http10(400, "<html>");
  Reply reply = found->second.front();
  if (found->second.size() > 1) found->second.pop_front();
  return reply;
}

void ScriptedServer::serve(int socket) {
  Connection connection(socket, tls_.get());
  std::string buffer;
  Asked asked;
  const bool is_open = connection.open();
  while (is_open && receive_request(connection, buffer, asked)) {
    const Reply reply = reply_to(asked);
    bool is_sent = true;
    for (const std::string& piece : reply.pieces) {
      std::this_thread::sleep_for(reply.before_each);
      is_sent = is_sent && connection.send(piece);
    }
    if (!is_sent || reply.then == Then::close) break;
    if (reply.then == Then::stall) {
      while (connection.receive(buffer)) continue;
    }
  }
  connection.close();
}

}  // namespace charm::live::given
