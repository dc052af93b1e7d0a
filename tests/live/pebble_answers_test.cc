// What Pebble answers, as v1.26 writes it, and what it does not.
#include "charm/live/pebble_answers.h"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <array>

#include "tests/wire/any_text.h"

namespace charm::live {
namespace {

using testing::ElementsAre;
using testing::Eq;
using testing::Optional;
using What = PebbleError::What;

std::string sync(std::string_view result) {
  return R"({"type":"sync","status-code":200,"status":"OK","result":)" + std::string(result) + "}";
}
std::string error(std::string_view kind) {
  return R"({"type":"error","status-code":400,"status":"x","result":{"message":"password","kind":")" +
         std::string(kind) + R"("}})";
}
std::string change(std::string_view members) {
  return sync(R"({"id":"7","kind":"replan","summary":"",)" + std::string(members) + "}");
}

constexpr const char* exec_answer =
    R"({"type":"async","status-code":202,"status":"Accepted","change":"12",)"
    R"("result":{"environment":{"HOME":"/root"},"task-id":"31","working-dir":"/root"}})";

template <class T>
PebbleError failure(const FromPebble<T>& answer) {
  return answer ? PebbleError{What::other, "none"} : answer.error();
}

TEST(PebbleAnswers, ErrorsAreToldByStatusAndKindAlone) {
  EXPECT_EQ(failure(read_done(400, error("generic-file-error"))),
            (PebbleError{What::other, "400 generic-file-error"}));
  EXPECT_EQ(failure(read_done(404, error("not-found"))),
            (PebbleError{What::not_found, "404 not-found"}));
  EXPECT_EQ(failure(read_done(401, error("login-required"))),
            (PebbleError{What::other, "401 login-required"}));
  EXPECT_EQ(failure(read_change(504, error(""))), (PebbleError{What::timed_out, "504"}));
  EXPECT_EQ(failure(read_done(500, error("The Password"))), (PebbleError{What::other, "500"}));
}

TEST(PebbleAnswers, WhatIsNoEnvelopeIsNoAnswer) {
  for (const char* body : {"", "<html>secret</html>", "[]", "{}", R"({"type":"sync")",
                           R"({"type":"async","result":1})"}) {
    EXPECT_EQ(failure(read_done(200, body)).text, "no answer of Pebble's, with status 200") << body;
  }
  EXPECT_FALSE(read_done(202, sync("true")));
  EXPECT_FALSE(read_done(200, error("not-found")));
  EXPECT_FALSE(read_done(200, std::string(100000, '[')));
  EXPECT_TRUE(read_done(200, sync("null")));
}

TEST(PebbleAnswers, PlanIsAText) {
  EXPECT_THAT(read_plan(200, sync(R"("services: {}\n")")).value(), Eq("services: {}\n"));
  EXPECT_FALSE(read_plan(200, sync("{}")));
}

TEST(PebbleAnswers, ServicesAreActiveOrNot) {
  const auto services = read_services(
      200, sync(R"([{"name":"a","startup":"enabled","current":"active","current-since":"x"},)"
                R"({"name":"b","startup":"disabled","current":"backoff"}])"));
  EXPECT_THAT(services.value(), ElementsAre(ServiceInfo{"a", true}, ServiceInfo{"b", false}));
  EXPECT_TRUE(read_services(200, sync("[]")).value().empty());
  EXPECT_FALSE(read_services(200, sync(R"([{"name":"a"}])")));
  EXPECT_FALSE(read_services(200, sync("null")));
}

TEST(PebbleAnswers, ChecksAreUpDownOrInactive) {
  const auto checks =
      read_checks(200, sync(R"([{"name":"a","status":"up","threshold":3},)"
                            R"({"name":"b","status":"down","failures":4,"threshold":3}])"));
  EXPECT_THAT(checks.value(), ElementsAre(CheckInfo{"a", CheckStatus::up, 0},
                                          CheckInfo{"b", CheckStatus::down, 4}));
  EXPECT_FALSE(read_checks(200, sync(R"([{"name":"a","status":"new"}])")));
}

TEST(PebbleAnswers, AChangeGoesOnHasEndedOrHasFailed) {
  EXPECT_EQ(read_change(200, change(R"("status":"Doing","ready":false)")).value(), Change{});
  EXPECT_EQ(read_change(200, change(R"("status":"Done","ready":true)")).value(),
            (Change{.ready = true}));
  const Change failed{.ready = true, .failed = true};
  EXPECT_EQ(read_change(200, change(R"("status":"Error","ready":true,"err":"x")")).value(), failed);
  EXPECT_EQ(read_change(200, change(R"("status":"Undone","ready":true)")).value(), failed);
  EXPECT_FALSE(read_change(200, sync("{}")));
}

TEST(PebbleAnswers, ACommandHasAnExitCode) {
  const auto with = [](std::string_view data) {
    return read_change(200, change(R"("status":"Done","ready":true,"tasks":[{"data":)" +
                                   std::string(data) + "}]"));
  };
  EXPECT_THAT(with(R"({"exit-code":3})").value().exit_code, Optional(3));
  EXPECT_EQ(with(R"({"exit-code":"3"})").value().exit_code, std::nullopt);
  EXPECT_FALSE(with(R"({"exit-code":256})"));
}

// They come into URLs.
TEST(PebbleAnswers, NumbersOfChangesAndTasksAreDigits) {
  const auto with = [](std::string_view number) {
    return read_change_id(202, R"({"type":"async","change":")" + std::string(number) + R"("})");
  };
  EXPECT_EQ(with("42").value(), "42");
  for (const char* number : {"", "4/2", "../x", "-1", "123456789012345678901"}) {
    EXPECT_FALSE(with(number)) << number;
  }
  EXPECT_EQ(read_started_command(202, exec_answer).value(), (StartedCommand{"12", "31"}));
}

TEST(PebbleAnswers, OneOfSeveralFilesMayHaveFailed) {
  const std::string results =
      sync(R"([{"path":"/a"},{"path":"/b","error":{"message":"m","kind":"permission-denied"}}])");
  EXPECT_EQ(failure(read_file_results(200, results, 2)),
            (PebbleError{What::other, "permission-denied (path 2 of 2)"}));
  EXPECT_FALSE(read_file_results(200, results, 1));
  EXPECT_TRUE(read_file_results(200, sync(R"([{"path":"/a"}])"), 1));
}

TEST(PebbleAnswers, FilesAreListedWithTheirOwner) {
  const auto files = read_file_list(
      200, sync(R"([{"path":"/a/b","name":"b","type":"file","size":3,"permissions":"600",)"
                R"("last-modified":"x","user-id":1,"user":"u","group-id":1,"group":"g"}])"));
  EXPECT_THAT(files.value(), ElementsAre(FileInfo{"/a/b", FileType::file, "600", "u", "g"}));
  EXPECT_FALSE(read_file_list(200, sync(R"([{"path":"/a","type":"file","permissions":"0600"}])")));
}

const std::string type = "multipart/form-data; boundary=" + std::string(40, 'b');

std::string files_answer(std::string_view results) {
  const std::string mark = "--" + std::string(40, 'b');
  return mark + "\r\nContent-Disposition: form-data; name=\"files\"; filename=\"/a\"\r\n\r\n" +
         "abc\r\n" + mark + "\r\nContent-Disposition: form-data; name=\"response\"\r\n" +
         "Content-Type: application/json\r\n\r\n" + sync(results) + "\r\n" + mark + "--\r\n";
}

TEST(PebbleAnswers, AFileThatIsNotThereIsNone) {
  const auto files = read_files(
      200, type,
      files_answer(R"([{"path":"/a"},{"path":"/b","error":{"message":"m","kind":"not-found"}}])"),
      {"/a", "/b"});
  EXPECT_THAT(files.value(), ElementsAre(Optional(Eq("abc")), Eq(std::nullopt)));
}

TEST(PebbleAnswers, AFileThatCannotBeReadIsAnError) {
  const std::string denied =
      R"([{"path":"/a"},{"path":"/b","error":{"message":"m","kind":"permission-denied"}}])";
  EXPECT_EQ(failure(read_files(200, type, files_answer(denied), {"/a", "/b"})).text,
            "permission-denied");
  EXPECT_EQ(failure(read_files(400, "application/json", error(""), {"/a"})).text, "400");
  EXPECT_FALSE(read_files(200, type, files_answer(R"([{"path":"/a"}])"), {"/a", "/b"}));
  EXPECT_FALSE(read_files(200, type, files_answer(R"([{"path":"/b"}])"), {"/b"}));
  EXPECT_FALSE(read_files(200, type, "--" + std::string(40, 'b') + "--", {"/a"}));
}

TEST(PebbleAnswers, AStreamEndsWithItsCommand) {
  EXPECT_TRUE(is_end_of_stream(R"({"command":"end"})"));
  for (const char* text : {"", "end", R"({"command":"go"})", R"(["end"])"}) {
    EXPECT_FALSE(is_end_of_stream(text)) << text;
  }
}

// Nothing that comes from outside ends the process, nor comes into an error's text.
RC_GTEST_PROP(PebbleAnswers, AnyBytesAreReadOrRefused, ()) {
  const std::vector<std::string> valid{
      sync("true"),
      sync(R"("services: {}")"),
      sync(R"([{"name":"a","current":"active"}])"),
      sync(R"([{"name":"a","status":"down","failures":4}])"),
      error("not-found"),
      exec_answer,
      change(R"("status":"Done","ready":true,"tasks":[{"data":{"exit-code":3}}])"),
      sync(R"([{"path":"/a","type":"file","permissions":"600"}])")};
  const std::string body = *wire::given::near(valid);
  const int status = *rc::gen::element(200, 202, 400, 404, 500, 504);
  const std::array errors{
      failure(read_done(status, body)),           failure(read_plan(status, body)),
      failure(read_services(status, body)),       failure(read_checks(status, body)),
      failure(read_file_list(status, body)),      failure(read_change_id(status, body)),
      failure(read_change(status, body)),         failure(read_started_command(status, body)),
      failure(read_file_results(status, body, 1))};
  for (const PebbleError& one : errors) RC_ASSERT(!one.text.contains("password"));
}

RC_GTEST_PROP(PebbleAnswers, AnyFilesAreReadOrRefused, ()) {
  const std::string body = *wire::given::near({files_answer(R"([{"path":"/a"}])")});
  const auto files = read_files(200, type, body, {"/a"});
  RC_ASSERT(!files || files->size() == 1U);
}

}  // namespace
}  // namespace charm::live
