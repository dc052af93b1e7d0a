#include "charm/live/http.h"

#include <curl/curl.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>
#include <system_error>

#include "charm/types/check.h"

namespace charm::live {
namespace {

constexpr std::size_t max_header_bytes = std::size_t{64} << 10U;

// What libcurl's callbacks write to.
struct Received {
  HttpAnswer answer;
  std::size_t max_bytes = 0;
  std::size_t header_bytes = 0;
  bool too_long = false;
};

// What OpenSSL's callbacks write to: libcurl has one and the same code for whoever does not
// talk TLS, for most other failed handshakes, and for some certificates that are not trusted.
struct Handshake {
  bool talks_tls = false;
  int certificate_error = X509_V_OK;
};

int on_certificate(X509_STORE_CTX* store, void* to) {
  const int trusted = X509_verify_cert(store);
  if (trusted != 1) {
    static_cast<Handshake*>(to)->certificate_error = X509_STORE_CTX_get_error(store);
  }
  return trusted;
}

void on_tls_message(int is_sent, int /*version*/, int kind, const void* /*bytes*/,
                    std::size_t /*size*/, SSL* /*ssl*/, void* to) {
  const bool is_tls = kind == SSL3_RT_HANDSHAKE || kind == SSL3_RT_ALERT;
  if (is_sent == 0 && is_tls) static_cast<Handshake*>(to)->talks_tls = true;
}

CURLcode watch_handshake(CURL* /*easy*/, void* context, void* handshake) {
  auto* tls = static_cast<SSL_CTX*>(context);
  SSL_CTX_set_cert_verify_callback(tls, &on_certificate, handshake);
  SSL_CTX_set_msg_callback(tls, &on_tls_message);
  SSL_CTX_set_msg_callback_arg(tls, handshake);
  return CURLE_OK;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

std::string in_lower_case(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

// One line of the head. An answer may come after another one (100 Continue): the last one counts.
std::size_t on_header(const char* bytes, std::size_t /*one*/, std::size_t count, void* to) {
  Received& received = *static_cast<Received*>(to);
  received.header_bytes += count;
  if (received.header_bytes > max_header_bytes) {
    received.too_long = true;
    return 0;
  }
  const std::string_view line = trimmed({bytes, count});
  if (line.starts_with("HTTP/")) {
    received.answer.headers.clear();
    return count;
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return count;
  received.answer.headers.insert_or_assign(in_lower_case(trimmed(line.substr(0, colon))),
                                           std::string(trimmed(line.substr(colon + 1))));
  return count;
}

std::size_t on_body(const char* bytes, std::size_t /*one*/, std::size_t count, void* to) {
  Received& received = *static_cast<Received*>(to);
  if (count > received.max_bytes - received.answer.body.size()) {
    received.too_long = true;
    return 0;
  }
  received.answer.body.append(bytes, count);
  return count;
}

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, FreeList>;

void append(HeaderList& list, const std::string& line) {
  curl_slist* longer = curl_slist_append(list.get(), line.c_str());
  CHECK(longer != nullptr);
  (void)list.release();
  list.reset(longer);
}

bool has_body(const HttpRequest& request) {
  const bool by_method =
      request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
  return by_method || !request.body.empty();
}

bool only_reads(const HttpRequest& request) {
  return request.method == "GET" || request.method == "HEAD";
}

// A header with nothing behind its colon is one that libcurl leaves out.
HeaderList headers_of(const HttpRequest& request) {
  HeaderList list;
  bool says_type = false;
  for (const std::string& line : request.headers) {
    CHECK(line.find_first_of("\r\n") == std::string::npos);
    says_type = says_type || in_lower_case(line).starts_with("content-type:");
    append(list, line);
  }
  if (!says_type) append(list, "Content-Type:");
  append(list, "Expect:");
  return list;
}

// An option that libcurl does not know, or cannot take, is our mistake.
template <class Value>
void set(CURL* easy, CURLoption option, Value value) {
  CHECK(curl_easy_setopt(easy, option, value) == CURLE_OK);
}

void set_text(CURL* easy, CURLoption option, const std::string& text) {
  if (!text.empty()) set(easy, option, text.c_str());
}

// Lives as long as the request, so it is not copied.
void set_pem(CURL* easy, CURLoption option, const std::string& pem) {
  if (pem.empty()) return;
  curl_blob blob{};
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast): libcurl reads it only.
  blob.data = const_cast<char*>(pem.data());
  blob.len = pem.size();
  blob.flags = CURL_BLOB_NOCOPY;
  set(easy, option, &blob);
}

long milliseconds(Duration time) {
  const auto count = std::chrono::ceil<std::chrono::milliseconds>(time).count();
  return static_cast<long>(std::max<std::int64_t>(count, 1));  // 0 would be "no limit"
}

void set_request(CURL* easy, const HttpRequest& request) {
  if (request.method == "HEAD") {
    set(easy, CURLOPT_NOBODY, 1L);
  } else if (has_body(request)) {
    set(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    set(easy, CURLOPT_POSTFIELDS, request.body.c_str());
  }
  set(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  set(easy, CURLOPT_URL, request.url.c_str());
  set(easy, CURLOPT_FRESH_CONNECT, only_reads(request) ? 0L : 1L);
  if (!request.user.empty()) {
    set(easy, CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
    set(easy, CURLOPT_USERNAME, request.user.c_str());
    set(easy, CURLOPT_PASSWORD, request.password.c_str());
  }
}

void set_connection(CURL* easy, const HttpRequest& request) {
  set_text(easy, CURLOPT_UNIX_SOCKET_PATH, request.unix_socket);
  set_pem(easy, CURLOPT_CAINFO_BLOB, request.authority);
  set_pem(easy, CURLOPT_SSLCERT_BLOB, request.certificate);
  set_pem(easy, CURLOPT_SSLKEY_BLOB, request.key);
  set(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  set(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  set(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(easy, CURLOPT_FOLLOWLOCATION, 0L);
  set(easy, CURLOPT_PROXY, "");
  set(easy, CURLOPT_DNS_CACHE_TIMEOUT, 0L);  // a pod that comes back has another address
  set(easy, CURLOPT_CONNECTTIMEOUT_MS,
      milliseconds(std::min(request.connect_timeout, request.timeout)));
  set(easy, CURLOPT_TIMEOUT_MS, milliseconds(request.timeout));
}

// libcurl's own words for its codes, never its error buffer: that one may quote what was received.
std::string text_of(CURL* easy, CURLcode code) {
  long number = 0;
  if (code == CURLE_COULDNT_CONNECT &&
      curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &number) == CURLE_OK && number != 0) {
    return std::generic_category().message(static_cast<int>(number));
  }
  return curl_easy_strerror(code);
}

bool was_anything_sent(CURL* easy) {
  long bytes = 0;
  return curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &bytes) != CURLE_OK || bytes > 0;
}

HttpError error_of(CURL* easy, CURLcode code, const Received& received,
                   const Handshake& handshake) {
  if (received.too_long) return {HttpFailure::no_answer, "the answer is too long"};
  if (handshake.certificate_error != X509_V_OK) {
    return {HttpFailure::not_trusted,
            std::string("certificate: ")
                .append(X509_verify_cert_error_string(handshake.certificate_error))};
  }
  const std::string text = text_of(easy, code);
  switch (code) {
    case CURLE_SSL_CONNECT_ERROR:
      return {handshake.talks_tls ? HttpFailure::not_trusted : HttpFailure::no_tls, text};
    case CURLE_PEER_FAILED_VERIFICATION:  // the certificate is of another name
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM: return {HttpFailure::not_trusted, text};
    default: break;
  }
  return {was_anything_sent(easy) ? HttpFailure::no_answer : HttpFailure::no_connection, text};
}

}  // namespace

struct Http::Connections {
  struct Cleanup {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  };
  Handshake handshake;  // outlives the connections, which keep its address
  std::unique_ptr<CURL, Cleanup> easy;
};

Http::Http() : connections_(std::make_unique<Connections>()) {
  static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
  CHECK(initialised == CURLE_OK);
  connections_->easy.reset(curl_easy_init());
  CHECK(connections_->easy != nullptr);
}

Http::~Http() = default;

std::expected<HttpAnswer, HttpError> Http::ask(const HttpRequest& request) {
  CURL* easy = connections_->easy.get();
  curl_easy_reset(easy);  // of all options; connections stay
  Handshake& handshake = connections_->handshake;
  handshake = {};
  Received received{.max_bytes = request.max_answer_bytes};
  const HeaderList headers = headers_of(request);
  set_request(easy, request);
  set_connection(easy, request);
  set(easy, CURLOPT_SSL_CTX_FUNCTION, &watch_handshake);
  set(easy, CURLOPT_SSL_CTX_DATA, static_cast<void*>(&handshake));
  set(easy, CURLOPT_HTTPHEADER, headers.get());
  set(easy, CURLOPT_HEADERFUNCTION, &on_header);
  set(easy, CURLOPT_HEADERDATA, static_cast<void*>(&received));
  set(easy, CURLOPT_WRITEFUNCTION, &on_body);
  set(easy, CURLOPT_WRITEDATA, static_cast<void*>(&received));
  const CURLcode code = curl_easy_perform(easy);
  if (code != CURLE_OK) return std::unexpected(error_of(easy, code, received, handshake));
  long status = 0;
  CHECK(curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK);
  received.answer.status = static_cast<int>(status);
  return std::move(received.answer);
}

}  // namespace charm::live
