// Pebble's client against a socket that behaves badly: each failure is an answer, in time.
#include <gmock/gmock.h>

#include <chrono>

#include "charm/live/pebble.h"
#include "tests/live/unix_server.h"

namespace charm::live {
namespace {

using namespace given;
using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;
using What = PebbleError::What;

// Short, so that what takes for ever takes as long as this.
constexpr PebbleDeadlines short_deadlines{.request = 300ms, .change = 700ms};

struct PebbleClient : testing::Test {
  [[nodiscard]] std::string socket() const { return folder.path() + "/pebble.socket"; }
  // It says the same to each request.
  void says(const std::string& bytes, bool keeps_silent = false) {
    server = std::make_unique<UnixServer>(
        socket(), [=](const std::string&) { return Said{bytes, keeps_silent}; });
  }
  // To each request the next one.
  void says_in_turn(std::vector<std::string> answers) {
    server = std::make_unique<UnixServer>(
        socket(), [answers = std::move(answers), at = std::size_t{0}](const std::string&) mutable {
          return Said{answers[std::min(at++, answers.size() - 1)]};
        });
  }
  template <class T>
  static std::string why(const FromPebble<T>& answer) {
    return answer ? "done" : answer.error().text;
  }
  // How long it takes, in any case.
  template <class Call>
  static Duration time_of(Call call) {
    const auto begin = std::chrono::steady_clock::now();
    call();
    return std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - begin);
  }

  Folder folder;
  std::unique_ptr<UnixServer> server;
  Http http;
  Pebble pebble{http, socket(), short_deadlines};
};

TEST_F(PebbleClient, WithoutASocketThereIsNobody) {
  EXPECT_FALSE(pebble.system_info());
  EXPECT_FALSE(pebble.plan());
  EXPECT_FALSE(pebble.execute({.words = {"true"}}));
}

TEST_F(PebbleClient, OfASocketWhoseServerHasEndedThereIsNobody) {
  says(sync("{}"));
  EXPECT_TRUE(pebble.system_info());
  server.reset();
  EXPECT_FALSE(pebble.system_info());
}

TEST_F(PebbleClient, WhatClosesWithoutAnAnswerHasGivenNone) {
  says("");
  EXPECT_FALSE(pebble.system_info());
  EXPECT_FALSE(pebble.add_layer("a", "b"));
}

// A write may have been done: it is asked once.
TEST_F(PebbleClient, AWriteIsNotRepeated) {
  says("");
  EXPECT_FALSE(pebble.add_layer("a", "b"));
  EXPECT_THAT(server->requests(), SizeIs(1));
}

TEST_F(PebbleClient, AnAnswerThatIsCutOffIsNone) {
  says("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"type\":\"sync\"");
  EXPECT_FALSE(pebble.plan());
}

TEST_F(PebbleClient, WhatKeepsSilentIsNotWaitedForForEver) {
  says("HTTP/1.1 200 OK\r\n", true);
  EXPECT_LT(time_of([this] { EXPECT_FALSE(pebble.system_info()); }), 5s);
}

TEST_F(PebbleClient, APageIsNoAnswer) {
  says(http_answer(200, "text/html", "<html>password</html>"));
  EXPECT_EQ(why(pebble.system_info()), "no answer of Pebble's, with status 200");
  EXPECT_EQ(why(pebble.read_files({"/a"})), "no answer of Pebble's, with status 200");
}

TEST_F(PebbleClient, ErrorsNameStatusAndKind) {
  says_in_turn(
      {error(400, ""), error(404, "not-found"), error(500, ""), error(401, "login-required")});
  EXPECT_EQ(why(pebble.start({"a"})), "400");
  EXPECT_EQ(pebble.look_at("/a").error().what, What::not_found);
  EXPECT_EQ(why(pebble.send_signal("SIGHUP", {"a"})), "500");
  EXPECT_EQ(why(pebble.replan()), "401 login-required");
}

TEST_F(PebbleClient, AChangeIsWaitedForUntilItIsReady) {
  says_in_turn({async("7"), error(504, ""), sync(R"({"status":"Doing","ready":false})"),
                sync(R"({"status":"Done","ready":true})")});
  EXPECT_EQ(why(pebble.replan()), "done");
  const auto requests = server->requests();
  ASSERT_THAT(requests, SizeIs(4));
  EXPECT_THAT(requests[0], HasSubstr(R"({"action":"replan","services":[]})"));
  EXPECT_THAT(requests[3], StartsWith("GET /v1/changes/7/wait?timeout="));
}

TEST_F(PebbleClient, AChangeThatFailsIsAnError) {
  says_in_turn({async("7"), sync(R"({"status":"Error","ready":true,"err":"password"})")});
  EXPECT_EQ(why(pebble.restart({"a"})), "change 7 has failed");
}

TEST_F(PebbleClient, AChangeThatIsForgottenIsAnError) {
  says_in_turn({async("7"), error(404, "")});
  EXPECT_EQ(why(pebble.restart({"a"})), "404");
}

TEST_F(PebbleClient, AChangeThatIsSlowIsNotWaitedForForEver) {
  says_in_turn({async("7"), sync(R"({"status":"Doing","ready":false})")});
  EXPECT_LT(time_of([this] { EXPECT_EQ(why(pebble.replan()), "change 7 is not ready yet"); }), 5s);
}

TEST_F(PebbleClient, APathOfTheAnswerComesIntoNoUrl) {
  says(async("7/../../x"));
  EXPECT_EQ(why(pebble.replan()), "no answer of Pebble's, with status 202");
}

TEST_F(PebbleClient, FilesAreWrittenInParts) {
  says(sync(R"([{"path":"/a"}])"));
  EXPECT_EQ(why(pebble.write_files({{"/a", "400", "postgres", "x\r\ny"}})), "done");
  EXPECT_THAT(server->requests(),
              ElementsAre(testing::AllOf(
                  StartsWith("POST /v1/files HTTP/1.1\r\n"), HasSubstr(R"(name="request")"),
                  HasSubstr(R"("permissions":"400")"),
                  HasSubstr("name=\"files\"; filename=\"/a\"\r\n"), HasSubstr("\r\nx\r\ny\r\n"))));
}

TEST_F(PebbleClient, NamesAndPathsAreEscaped) {
  says(sync("[]"));
  EXPECT_TRUE(pebble.services({"pgbackrest server", "a&b"}));
  EXPECT_TRUE(pebble.list_files("/a b?"));
  EXPECT_THAT(server->requests(),
              ElementsAre(StartsWith("GET /v1/services?names=pgbackrest%20server&names=a%26b "),
                          StartsWith("GET /v1/files?action=list&path=/a%20b%3F ")));
}

const std::string started = async("12", R"({"task-id":"31"})");

TEST_F(PebbleClient, ACommandThatThereIsNotIsAnError) {
  says(error(400, ""));
  EXPECT_EQ(why(pebble.execute({.words = {"nothing"}})), "400");
}

TEST_F(PebbleClient, AWebsocketThatIsRefusedIsAnError) {
  says_in_turn({started, error(404, "not-found")});
  EXPECT_EQ(why(pebble.execute({.words = {"true"}})), "Pebble refuses the websocket");
}

TEST_F(PebbleClient, AWebsocketThatKeepsSilentIsNotWaitedForForEver) {
  server = std::make_unique<UnixServer>(socket(), [](const std::string& request) {
    if (request.starts_with("POST")) return Said{started};
    return Said{.bytes = "", .keeps_silent = true};
  });
  EXPECT_LT(time_of([this] {
              EXPECT_EQ(why(pebble.execute({.words = {"true"}, .timeout = 200ms})),
                        "it does not end in time");
            }),
            5s);
  EXPECT_THAT(server->requests(), Contains(StartsWith("GET /v1/tasks/31/websocket/stdio ")));
}

TEST_F(PebbleClient, TooLongAPathIsNoSocket) {
  Pebble far(http, "/" + std::string(200, 'x'), short_deadlines);
  EXPECT_FALSE(far.system_info());
  EXPECT_FALSE(far.execute({.words = {"true"}}));
}

}  // namespace
}  // namespace charm::live
