// What a request comes to, whatever its server does.
#include "charm/live/http.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "tests/live/scripted_server.h"

namespace {

using namespace std::chrono_literals;
using charm::live::Http;
using charm::live::HttpAnswer;
using charm::live::HttpFailure;
using charm::live::HttpRequest;
using charm::live::given::Authority;
using charm::live::given::bytes;
using charm::live::given::http10;
using charm::live::given::http11;
using charm::live::given::Reply;
using charm::live::given::ScriptedServer;
using charm::live::given::Then;
using charm::live::given::Validity;
using testing::HasSubstr;

std::string url(const ScriptedServer& server, const char* path = "/") {
  return "http://" + server.address() + path;
}

std::string https_url(const ScriptedServer& server) { return "https://" + server.address() + "/"; }

// Of a server that gives this one answer.
auto ask(const Reply& reply, HttpRequest request = {}) {
  ScriptedServer server;
  server.answer(request.method + " /", reply);
  request.url = url(server);
  return Http().ask(request);
}

HttpFailure failure(const Reply& reply, HttpRequest request = {}) {
  const auto answer = ask(reply, std::move(request));
  EXPECT_FALSE(answer.has_value());
  EXPECT_FALSE(answer || answer.error().text.empty());
  return answer ? HttpFailure::no_connection : answer.error().what;
}

TEST(Http, GivesStatusHeadersAndBody) {
  const auto answer = ask(http11(418, "tea", "Retry-After:  7 \r\nDATE: now\r\n"));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 418);
  EXPECT_EQ(answer->body, "tea");
  EXPECT_EQ(answer->headers.at("retry-after"), "7");
  EXPECT_EQ(answer->headers.at("date"), "now");
}

TEST(Http, ReadsABodyWithoutLengthToItsEnd) {
  EXPECT_EQ(ask(http10(200, "{\"state\": \"running\"}"))->body, "{\"state\": \"running\"}");
}

TEST(Http, ReadsABodyInChunks) {
  const auto answer = ask(bytes(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"));
  EXPECT_EQ(answer->body, "abcde");
}

TEST(Http, TheLastOfTwoHeadsCounts) {
  const auto answer =
      ask(bytes("HTTP/1.1 100 Continue\r\nA: 1\r\n\r\nHTTP/1.1 200 OK\r\nB: 2\r\n\r\nx"));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_FALSE(answer->headers.contains("a"));
  EXPECT_EQ(answer->headers.at("b"), "2");
}

TEST(Http, SendsWhatItIsGivenAndNothingElse) {
  ScriptedServer server;
  server.answer("PATCH /a", http11(200, ""));
  const auto answer = Http().ask({.method = "PATCH",
                                  .url = url(server, "/a?b=c"),
                                  .headers = {"Content-Type: application/x", "X-Y: z"},
                                  .body = std::string("{\0}", 3)});
  ASSERT_TRUE(answer);
  EXPECT_EQ(server.last().line, "PATCH /a?b=c");
  EXPECT_EQ(server.last().body, std::string("{\0}", 3));
  EXPECT_EQ(server.last().header("Content-Type"), "application/x");
  EXPECT_EQ(server.last().header("X-Y"), "z");
  EXPECT_EQ(server.last().header("Authorization"), "");
  EXPECT_EQ(server.last().header("Expect"), "");
}

TEST(Http, APostWithoutABodySaysSo) {
  ScriptedServer server;
  server.answer("POST /", http11(202, ""));
  ASSERT_TRUE(Http().ask({.method = "POST", .url = url(server)}));
  EXPECT_EQ(server.last().header("Content-Length"), "0");
  EXPECT_EQ(server.last().header("Content-Type"), "");
}

TEST(Http, ADeletionMayHaveABody) {
  ScriptedServer server;
  server.answer("DELETE /", http11(200, ""));
  ASSERT_TRUE(Http().ask({.method = "DELETE", .url = url(server), .body = "{}"}));
  EXPECT_EQ(server.last().body, "{}");
}

TEST(Http, ShowsItsPassword) {
  ScriptedServer server;
  server.answer("GET /", http11(200, ""));
  ASSERT_TRUE(Http().ask({.url = url(server), .user = "patroni", .password = "a:b"}));
  EXPECT_EQ(server.last().header("Authorization"), "Basic cGF0cm9uaTphOmI=");
}

TEST(Http, FollowsNoRedirection) {
  EXPECT_EQ(ask(http11(302, "", "Location: http://127.0.0.1:1/\r\n"))->status, 302);
}

TEST(Http, AsksNoProxy) {
  ASSERT_EQ(setenv("http_proxy", "http://127.0.0.1:1", 1), 0);
  ASSERT_EQ(setenv("ALL_PROXY", "http://127.0.0.1:1", 1), 0);
  EXPECT_EQ(ask(http11(200, "direct"))->body, "direct");
  unsetenv("http_proxy");
  unsetenv("ALL_PROXY");
}

TEST(Http, NobodyThereIsNoConnection) {
  std::string gone;
  {
    const ScriptedServer server;
    gone = url(server);
  }
  const auto answer = Http().ask({.method = "POST", .url = gone});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().what, HttpFailure::no_connection);
  EXPECT_EQ(answer.error().text, "Connection refused");
}

TEST(Http, ANameThatNobodyHasIsNoConnection) {
  const auto answer = Http().ask({.url = "http://pg-0.pg-endpoints.invalid:8008/"});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().what, HttpFailure::no_connection);
}

TEST(Http, ServersThatSayTooLittleGiveNoAnswer) {
  EXPECT_EQ(failure(bytes("")), HttpFailure::no_answer);
  EXPECT_EQ(failure(bytes("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")),
            HttpFailure::no_answer);
  EXPECT_EQ(failure(bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nabc")),
            HttpFailure::no_answer);
}

TEST(Http, WhatIsNoHttpIsNoAnswer) {
  EXPECT_EQ(failure(bytes("<html>it works</html>\n")), HttpFailure::no_answer);
  EXPECT_EQ(failure(bytes("HTTP/9.9 ?\r\n\r\n")), HttpFailure::no_answer);
}

TEST(Http, ASilentServerIsGivenUpInTime) {
  EXPECT_EQ(failure(bytes("HTTP/1.1 200 OK\r\n", Then::stall), {.method = "POST", .timeout = 1s}),
            HttpFailure::no_answer);
}

TEST(Http, ASlowServerIsGivenUpInTime) {
  const Reply slow{.pieces = std::vector<std::string>(40, "HTTP/1.1 200 OK\r\n"),
                   .before_each = 50ms};
  EXPECT_EQ(failure(slow, {.timeout = 1s}), HttpFailure::no_answer);
}

TEST(Http, TooLongAnAnswerIsNone) {
  const std::string longer(1001, 'x');
  EXPECT_EQ(ask(http11(200, longer.substr(1)), {.max_answer_bytes = 1000})->body.size(), 1000U);
  EXPECT_EQ(failure(http11(200, longer), {.max_answer_bytes = 1000}), HttpFailure::no_answer);
  EXPECT_EQ(failure(http10(200, longer), {.max_answer_bytes = 1000}), HttpFailure::no_answer);
  const std::string header = "X: " + std::string(70000, 'x') + "\r\n";
  EXPECT_EQ(failure(http11(200, "", header)), HttpFailure::no_answer);
}

// libcurl sends a request anew if a connection that it has used before turns out to be closed.
TEST(Http, AWriteIsSentOnce) {
  ScriptedServer server;
  server.answer("GET /", http11(200, ""));
  server.answer("POST /", bytes(""));
  Http http;
  ASSERT_TRUE(http.ask({.url = url(server)}));
  EXPECT_EQ(http.ask({.method = "POST", .url = url(server)}).error().what, HttpFailure::no_answer);
  EXPECT_EQ(server.asked().size(), 2U);
}

TEST(Http, TalksOverAUnixSocket) {
  const std::string path = testing::TempDir() + "http_test." + std::to_string(getpid());
  {
    ScriptedServer server(path);
    server.answer("GET /v1/plan", http11(200, "{}"));
    const auto answer = Http().ask({.url = "http://localhost/v1/plan", .unix_socket = path});
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->body, "{}");
  }
  const auto nobody = Http().ask({.url = "http://localhost/", .unix_socket = path});
  EXPECT_EQ(nobody.error().what, HttpFailure::no_connection);
  std::filesystem::remove(path);
  const auto no_file = Http().ask({.url = "http://localhost/", .unix_socket = path});
  EXPECT_EQ(no_file.error().what, HttpFailure::no_connection);
}

TEST(Https, TrustsWhomItIsToldTo) {
  const Authority authority;
  ScriptedServer server(authority.issue("IP:127.0.0.1"));
  server.answer("GET /", http10(200, "secure"));
  const auto answer = Http().ask({.url = https_url(server), .authority = authority.pem()});
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_EQ(answer->body, "secure");
}

TEST(Https, TrustsNobodyElseAndSendsNothing) {
  const Authority authority;
  const Authority other;
  ScriptedServer server(authority.issue("IP:127.0.0.1"));
  ScriptedServer of_other_name(authority.issue("IP:127.0.0.2"));
  ScriptedServer over(authority.issue("IP:127.0.0.1", Validity::over));
  const auto refused = [](const ScriptedServer& from, const std::string& pem) {
    const auto answer =
        Http().ask({.method = "POST", .url = https_url(from), .body = "secret", .authority = pem});
    EXPECT_TRUE(!answer && answer.error().what == HttpFailure::not_trusted);
    EXPECT_TRUE(from.asked().empty());
    return answer ? std::string() : answer.error().text;
  };
  EXPECT_THAT(refused(server, other.pem()), HasSubstr("certificate"));
  refused(server, "");  // the system's
  refused(server, "no PEM");
  refused(of_other_name, authority.pem());
  EXPECT_THAT(refused(over, authority.pem()), HasSubstr("expired"));
}

// The connection of an authority that is trusted no more is not used any more, either.
TEST(Https, TrustIsAskedForAnewWithEachRequest) {
  const Authority authority;
  ScriptedServer server(authority.issue("IP:127.0.0.1"));
  server.answer("GET /", http11(200, ""));
  Http http;
  ASSERT_TRUE(http.ask({.url = https_url(server), .authority = authority.pem()}));
  EXPECT_EQ(http.ask({.url = https_url(server), .authority = Authority().pem()}).error().what,
            HttpFailure::not_trusted);
}

TEST(Https, WhoeverDoesNotTalkTlsIsToldApart) {
  const ScriptedServer html;
  EXPECT_EQ(Http().ask({.url = https_url(html)}).error().what, HttpFailure::no_tls);
  ScriptedServer closes;
  closes.answer("handshake", bytes(""));
  EXPECT_EQ(Http().ask({.url = https_url(closes)}).error().what, HttpFailure::no_tls);
}

TEST(Https, AHandshakeThatDoesNotEndIsNoConnection) {
  ScriptedServer silent;
  silent.answer("handshake", bytes("", Then::stall));
  const auto answer = Http().ask(
      {.method = "POST", .url = https_url(silent), .connect_timeout = 200ms, .timeout = 400ms});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().what, HttpFailure::no_connection);
}

TEST(Https, ATruncatedAnswerOverTlsIsNone) {
  const Authority authority;
  ScriptedServer server(authority.issue("IP:127.0.0.1"));
  server.answer("GET /", bytes("HTTP/1.0 200 OK\r\nContent-Length: 9\r\n\r\nabc"));
  const auto answer = Http().ask({.url = https_url(server), .authority = authority.pem()});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().what, HttpFailure::no_answer);
}

}  // namespace
