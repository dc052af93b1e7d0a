// One HTTP request and its answer, over TCP, TLS or a unix socket. One try: retrying is the hook's.
// Source: patroni-and-kubernetes.md, sections 3 and 7; juju-and-pebble.md, section 6.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "charm/types/time.h"

namespace charm::live {

struct HttpRequest {
  std::string method = "GET";
  std::string url;                   // `https://10.0.0.1:443/api/v1/...`
  std::vector<std::string> headers;  // `Content-Type: application/json`
  std::string body;                  // sent if the method has one, or if it is not empty
  // With these the request asks for basic auth; they are in no error text.
  std::string user;
  std::string password;
  std::string unix_socket;  // a path; empty: TCP, to the host of the URL
  // PEM texts. Whom a server's certificate has to come from (empty: the system's), and what this
  // side shows for itself, if anything.
  std::string authority;
  std::string certificate;
  std::string key;
  Duration connect_timeout = std::chrono::seconds(5);  // TLS included
  Duration timeout = std::chrono::seconds(10);         // for all of it
  std::size_t max_answer_bytes = std::size_t{8} << 20U;
};

struct HttpAnswer {
  int status = 0;
  std::map<std::string, std::string, std::less<>> headers;  // names in lower case
  std::string body;
};

enum class HttpFailure : std::uint8_t {
  no_connection,  // nothing was sent
  no_tls,         // somebody is there who does not talk TLS; nothing was sent
  not_trusted,    // TLS: the certificate, or else the handshake, is not what it has to be; nothing
                  // was sent
  no_answer,      // it may have taken effect: timed out, cut off, no HTTP, too long
};

struct HttpError {
  HttpFailure what = HttpFailure::no_answer;
  std::string text;  // for the log: `Connection refused`. Nothing of what was sent or received.
};

// Keeps connections open between requests. A request that may change something goes over a new one:
// on one that the server has closed meanwhile, libcurl would send it a second time. Not for several
// threads.
class Http {
 public:
  Http();
  ~Http();
  Http(const Http&) = delete;
  Http& operator=(const Http&) = delete;

  // Follows no redirection, and asks no proxy.
  std::expected<HttpAnswer, HttpError> ask(const HttpRequest& request);

 private:
  struct Connections;
  std::unique_ptr<Connections> connections_;
};

}  // namespace charm::live
