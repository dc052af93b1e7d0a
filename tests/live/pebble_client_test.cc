// Pebble's client against a socket that behaves badly: each failure is an answer, in time.
#include <gmock/gmock.h>

#include <chrono>
#include <optional>

#include "charm/live/pebble.h"
#include "tests/live/folder.h"
#include "tests/live/scripted_server.h"

namespace charm::live {
namespace {

using namespace given;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;
using What = PebbleError::What;

// What comes at all comes in time, however busy the machine is.
constexpr PebbleDeadlines patient{.request = 60s, .change = 60s};

// As Pebble says them.
Reply sync(std::string_view result) {
  return http11(200, R"({"type":"sync","status-code":200,"status":"OK","result":)" +
                         std::string(result) + "}");
}
Reply async(std::string_view change, std::string_view result = "null") {
  return http11(202, R"({"type":"async","status-code":202,"status":"Accepted","change":")" +
                         std::string(change) + R"(","result":)" + std::string(result) + "}");
}
Reply error(int status, std::string_view kind) {
  return http11(status, R"({"type":"error","status-code":)" + std::to_string(status) +
                            R"(,"status":"x","result":{"message":"password","kind":")" +
                            std::string(kind) + R"("}})");
}

const Reply closed = bytes("");
const Reply silent = bytes("", Then::stall);
const Reply begun = async("7");
constexpr const char* wait = "GET /v1/changes/7/wait";

struct PebbleClient : testing::Test {
  [[nodiscard]] std::string socket() const { return folder.path() + "/pebble.socket"; }
  template <class T>
  static std::string why(const FromPebble<T>& answer) {
    return answer ? "done" : answer.error().text;
  }
  // For what never comes.
  Pebble hasty(PebbleDeadlines deadlines) { return {http, socket(), deadlines}; }

  Folder folder;
  std::optional<ScriptedServer> server{socket()};
  Http http;
  Pebble pebble{http, socket(), patient};
};

TEST_F(PebbleClient, WithoutASocketThereIsNobody) {
  Pebble nobody(http, folder.path() + "/none", patient);
  EXPECT_EQ(why(nobody.system_info()), "No such file or directory");
  EXPECT_FALSE(nobody.plan());
  EXPECT_FALSE(nobody.execute({.words = {"true"}}));
}

TEST_F(PebbleClient, OfASocketWhoseServerHasEndedThereIsNobody) {
  server->answer("GET /v1/system-info", sync("{}"));
  EXPECT_EQ(why(pebble.system_info()), "done");
  server.reset();
  EXPECT_FALSE(pebble.system_info());
}

// A write may have been done: it is asked once.
TEST_F(PebbleClient, WhatClosesWithoutAnAnswerHasGivenNone) {
  server->answer("POST /v1/layers", closed);
  EXPECT_FALSE(pebble.add_layer("a", "b"));
  EXPECT_THAT(server->asked(), SizeIs(1));
}

TEST_F(PebbleClient, AnAnswerThatIsCutOffIsNone) {
  server->answer("GET /v1/plan",
                 bytes("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"type\":\"sync\""));
  EXPECT_FALSE(pebble.plan());
}

TEST_F(PebbleClient, WhatKeepsSilentIsNotWaitedForForEver) {
  server->answer("GET /v1/system-info", silent);
  EXPECT_FALSE(hasty({.request = 300ms}).system_info());
}

TEST_F(PebbleClient, APageIsNoAnswer) {
  const Reply page = http11(200, "<html>password</html>", "Content-Type: text/html\r\n");
  server->answer("GET /v1/system-info", page);
  server->answer("GET /v1/files", page);
  EXPECT_EQ(why(pebble.system_info()), "no answer of Pebble's, with status 200");
  EXPECT_EQ(why(pebble.read_files({"/a"})), "no answer of Pebble's, with status 200");
}

TEST_F(PebbleClient, ErrorsNameStatusAndKind) {
  server->answer("POST /v1/services", error(400, ""));
  server->answer("GET /v1/files", error(404, "not-found"));
  server->answer("POST /v1/signals", error(500, ""));
  server->answer("GET /v1/plan", error(401, "login-required"));
  EXPECT_EQ(why(pebble.start({"a"})), "400");
  EXPECT_EQ(pebble.look_at("/a").error().what, What::not_found);
  EXPECT_EQ(why(pebble.send_signal("SIGHUP", {"a"})), "500");
  EXPECT_EQ(why(pebble.plan()), "401 login-required");
}

TEST_F(PebbleClient, AChangeIsWaitedForUntilItIsReady) {
  server->answer("POST /v1/services", begun);
  server->answer(wait, error(504, ""));
  server->answer(wait, sync(R"({"status":"Doing","ready":false})"));
  server->answer(wait, sync(R"({"status":"Done","ready":true})"));
  EXPECT_EQ(why(pebble.replan()), "done");
  const auto asked = server->asked();
  ASSERT_THAT(asked, SizeIs(4));
  EXPECT_EQ(asked[0].body, R"({"action":"replan","services":[]})");
  EXPECT_THAT(asked[3].head, StartsWith("GET /v1/changes/7/wait?timeout="));
}

TEST_F(PebbleClient, AChangeThatFailsIsAnError) {
  server->answer("POST /v1/services", begun);
  server->answer(wait, sync(R"({"status":"Error","ready":true,"err":"password"})"));
  EXPECT_EQ(why(pebble.restart({"a"})), "change 7 has failed");
}

TEST_F(PebbleClient, AChangeThatIsForgottenIsAnError) {
  server->answer("POST /v1/services", begun);
  server->answer(wait, error(404, ""));
  EXPECT_EQ(why(pebble.restart({"a"})), "404");
}

TEST_F(PebbleClient, AChangeThatIsSlowIsNotWaitedForForEver) {
  server->answer("POST /v1/services", begun);
  server->answer(wait, sync(R"({"status":"Doing","ready":false})"));
  EXPECT_EQ(why(hasty({.request = 60s, .change = 300ms}).replan()), "change 7 is not ready yet");
}

TEST_F(PebbleClient, APathOfTheAnswerComesIntoNoUrl) {
  server->answer("POST /v1/services", async("7/../../x"));
  EXPECT_EQ(why(pebble.replan()), "no answer of Pebble's, with status 202");
}

TEST_F(PebbleClient, FilesAreWrittenInParts) {
  server->answer("POST /v1/files", sync(R"([{"path":"/a"}])"));
  EXPECT_EQ(why(pebble.write_files({{"/a", "400", "postgres", "x\r\ny"}})), "done");
  EXPECT_THAT(server->last().header("Content-Type"), StartsWith("multipart/form-data; boundary="));
  EXPECT_THAT(server->last().body,
              testing::AllOf(HasSubstr(R"(name="request")"), HasSubstr(R"("permissions":"400")"),
                             HasSubstr("name=\"files\"; filename=\"/a\"\r\n"),
                             HasSubstr("\r\nx\r\ny\r\n")));
}

TEST_F(PebbleClient, NamesAndPathsAreEscaped) {
  server->answer("GET /v1/services", sync("[]"));
  server->answer("GET /v1/files", sync("[]"));
  EXPECT_EQ(why(pebble.services({"pgbackrest server", "a&b"})), "done");
  EXPECT_THAT(server->last().head,
              StartsWith("GET /v1/services?names=pgbackrest%20server&names=a%26b "));
  EXPECT_EQ(why(pebble.list_files("/a b?")), "done");
  EXPECT_THAT(server->last().head, StartsWith("GET /v1/files?action=list&path=/a%20b%3F "));
}

// --- commands ---

struct PebbleCommand : PebbleClient {
  PebbleCommand() { server->answer("POST /v1/exec", async("12", R"({"task-id":"31"})")); }

  static constexpr const char* stdio = "GET /v1/tasks/31/websocket/stdio";
  static constexpr const char* errors = "GET /v1/tasks/31/websocket/stderr";
};

TEST_F(PebbleClient, ACommandThatThereIsNotIsAnError) {
  server->answer("POST /v1/exec", error(400, ""));
  EXPECT_EQ(why(pebble.execute({.words = {"nothing"}})), "400");
}

TEST_F(PebbleCommand, WhoseWebsocketIsRefusedIsAnError) {
  server->answer(stdio, error(404, "not-found"));
  server->answer(errors, error(404, "not-found"));
  EXPECT_EQ(why(pebble.execute({.words = {"true"}})), "Pebble refuses the websocket");
}

TEST_F(PebbleCommand, WhoseWebsocketIsNoneIsAnError) {
  server->answer(stdio, bytes("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                              "Connection: upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n"));
  server->answer(errors, silent);
  EXPECT_EQ(why(pebble.execute({.words = {"true"}})), "Pebble refuses the websocket");
}

TEST_F(PebbleCommand, WhoseWebsocketKeepsSilentIsNotWaitedForForEver) {
  server->answer(stdio, silent);
  server->answer(errors, silent);
  // That much time has the first answer, too.
  EXPECT_EQ(why(hasty({.request = 3s}).execute({.words = {"true"}, .timeout = 200ms})),
            "it does not end in time");
}

TEST_F(PebbleClient, TooLongAPathIsNoSocket) {
  Pebble far(http, "/" + std::string(200, 'x'), patient);
  EXPECT_FALSE(far.system_info());
  EXPECT_FALSE(far.execute({.words = {"true"}}));
}

}  // namespace
}  // namespace charm::live
