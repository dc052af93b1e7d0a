// How each hook tool is called, and what becomes of one that fails, prints rubbish, or never ends.
#include "charm/live/hook_tools.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "charm/live/termination.h"
#include "charm/types/outcome.h"
#include "tests/live/fake_tools.h"

namespace charm::live {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;

constexpr std::string_view canary = "Canary0123456789";

class HookToolsTest : public testing::Test {
 protected:
  // The arguments of the one call there was.
  std::vector<std::string> asked(const std::string& tool) {
    const auto calls = fake_.calls(tool);
    EXPECT_EQ(calls.size(), 1U);
    return calls.empty() ? std::vector<std::string>() : calls.front().arguments;
  }

  fake::Tools fake_;
  HookTools tools_;
};

TEST_F(HookToolsTest, AsksWhetherThisUnitLeads) {
  fake_.answer("is-leader", {.output = "true\n"});
  EXPECT_TRUE(*tools_.is_leader());
  EXPECT_THAT(asked("is-leader"), ElementsAre("--format=json"));
}

TEST_F(HookToolsTest, AsksForRelations) {
  fake_.answer("relation-ids", {.output = R"(["db:7"])"});
  fake_.answer("relation-list", {.output = R"(["a/0"])"});
  fake_.answer("relation-list", {.when = {"--app"}, .output = R"("a")"});
  EXPECT_THAT(*tools_.relation_ids("db"), ElementsAre("db:7"));
  EXPECT_THAT(*tools_.relation_units("db:7"), ElementsAre("a/0"));
  EXPECT_EQ(*tools_.relation_application("db:7"), "a");
  EXPECT_THAT(asked("relation-ids"), ElementsAre("--format=json", "db"));
}

TEST_F(HookToolsTest, ReadsBags) {
  fake_.answer("relation-get", {.output = R"({"k":"v"})"});
  EXPECT_EQ(*tools_.relation_bag("db:7", Scope::unit, "a/0"), (wire::Bag{{"k", "v"}}));
  EXPECT_EQ(*tools_.relation_bag("db:7", Scope::application, "a"), (wire::Bag{{"k", "v"}}));
  const auto calls = fake_.calls("relation-get");
  EXPECT_THAT(calls[0].arguments, ElementsAre("--format=json", "-r", "db:7", "-", "a/0"));
  EXPECT_THAT(calls[1].arguments, ElementsAre("--format=json", "-r", "db:7", "--app", "-", "a"));
}

TEST_F(HookToolsTest, WritesBagsThroughStandardInput) {
  const std::string secret(canary);
  EXPECT_TRUE(tools_.set_relation_bag("db:7", Scope::application, {{"password", secret}}));
  const auto calls = fake_.calls("relation-set");
  ASSERT_EQ(calls.size(), 1U);
  EXPECT_THAT(calls[0].arguments, ElementsAre("-r", "db:7", "--app", "--file", "-"));
  EXPECT_EQ(calls[0].input, "{\"password\": \"" + secret + "\"}");
}

TEST_F(HookToolsTest, HandsSecretsOverInPrivateFilesThatAreGoneThen) {
  fake_.answer("secret-add", {.output = "secret:abc\n"});
  const wire::Bag content{{"empty", ""}, {"password", std::string(canary)}};
  EXPECT_EQ(*tools_.add_secret("l", Scope::application, content), "secret:abc");
  EXPECT_TRUE(tools_.set_secret("secret:abc", content));
  for (const auto& call : fake_.calls()) {
    EXPECT_EQ(call.files, (std::map<std::string, std::string>{{"password", std::string(canary)}}));
    EXPECT_TRUE(call.private_files);
    const std::string file = call.arguments.back();
    EXPECT_FALSE(std::filesystem::exists(file.substr(file.find('=') + 1)));
    EXPECT_FALSE(std::filesystem::exists(
        std::filesystem::path(file.substr(file.find('=') + 1)).parent_path()));
  }
  EXPECT_EQ(fake_.calls("secret-add")[0].arguments[3], "application");
  EXPECT_THAT(fake_.arguments_of_all(), Not(HasSubstr(std::string(canary))));
}

TEST_F(HookToolsTest, AsksForSecrets) {
  fake_.answer("secret-get", {.output = R"({"operator-password":"x"})"});
  fake_.answer("secret-info-get", {.output = R"({"abc":{"revision":1}})"});
  fake_.answer("secret-ids", {.output = R"(["abc"])"});
  EXPECT_EQ(tools_.secret_content("l")->size(), 1U);
  EXPECT_EQ(*tools_.secret_id("l"), "abc");
  EXPECT_THAT(*tools_.secret_ids(), ElementsAre("abc"));
  EXPECT_TRUE(tools_.grant_secret("secret:abc", "db:7"));
  EXPECT_TRUE(tools_.revoke_secret("secret:abc", "db:7"));
  EXPECT_THAT(asked("secret-get"), ElementsAre("--format=json", "--refresh", "--label", "l"));
  EXPECT_THAT(asked("secret-grant"), ElementsAre("secret:abc", "--relation", "db:7"));
  EXPECT_THAT(asked("secret-revoke"), ElementsAre("secret:abc", "--relation", "db:7"));
}

TEST_F(HookToolsTest, SetsAndReadsTheStatus) {
  fake_.answer("status-get", {.output = R"({"status":"blocked","message":"m"})"});
  EXPECT_TRUE(tools_.set_unit_status(StatusKind::blocked, "--no option"));
  EXPECT_EQ(*tools_.unit_status(), (StatusText{StatusKind::blocked, "m"}));
  EXPECT_THAT(asked("status-set"),
              ElementsAre("--application=false", "blocked", "--", "--no option"));
}

TEST_F(HookToolsTest, KeepsTheStateStore) {
  fake_.answer("state-get", {.output = "null\n"});
  EXPECT_TRUE(tools_.state()->empty());
  EXPECT_TRUE(tools_.set_state({{"k", "a\nb"}}));
  EXPECT_TRUE(tools_.delete_state("k"));
  EXPECT_EQ(fake_.calls("state-set")[0].input, R"({"k": "a\nb"})");
  EXPECT_THAT(asked("state-delete"), ElementsAre("k"));
}

TEST_F(HookToolsTest, AsksForWhatItIsConfiguredWithAndWhatShallBe) {
  fake_.answer("config-get", {.output = R"({"profile":"testing"})"});
  fake_.answer("goal-state", {.output = R"({"units":{"pg/0":{"status":"active"}}})"});
  fake_.answer("network-get",
               {.output = R"({"bind-addresses":[{"addresses":[{"value":"10.1.0.7"}]}]})"});
  EXPECT_THAT(*tools_.options(), ElementsAre(RawOption{"profile", std::string("testing")}));
  EXPECT_THAT(tools_.goal_state()->units, ElementsAre("pg/0"));
  EXPECT_EQ(*tools_.bind_address("database-peers"), "10.1.0.7");
  EXPECT_THAT(asked("config-get"), ElementsAre("--all", "--format=json"));
}

TEST_F(HookToolsTest, SpeaksToTheOperatorOfAnAction) {
  fake_.answer("action-get", {.output = "{}"});
  EXPECT_EQ(*tools_.action_parameters(), "{}");
  EXPECT_TRUE(tools_.set_action_result("primary", "pg/0"));
  EXPECT_TRUE(tools_.fail_action("-v"));
  EXPECT_TRUE(tools_.log_action("-v"));
  EXPECT_THAT(asked("action-set"), ElementsAre("primary=pg/0"));
  EXPECT_THAT(asked("action-fail"), ElementsAre("--", "-v"));
  EXPECT_THAT(asked("action-log"), ElementsAre("--", "-v"));
}

TEST_F(HookToolsTest, SaysWhatAToolHasSaid) {
  fake_.answer(
      "relation-get",
      {.errors = "ERROR invalid value \"9\" for option -r: relation not found\n", .code = 2});
  const auto told = tools_.relation_bag("db:9", Scope::unit, "a/0");
  ASSERT_FALSE(told);
  EXPECT_EQ(told.error().what, ToolFailure::relation_not_found);
  EXPECT_EQ(told.error().text,
            "relation-get: exit status 2: invalid value \"9\" for option -r: relation not found");
}

TEST_F(HookToolsTest, KeepsBackWhatAToolSaysThatWasGivenASecret) {
  const std::string text = "ERROR " + std::string(canary) + " is not the leader\n";
  for (const char* tool :
       {"relation-set", "secret-add", "secret-set", "secret-get", "action-set"}) {
    fake_.answer(tool, {.errors = text, .code = 1});
  }
  const wire::Bag content{{"password", std::string(canary)}};
  const auto no_canary = Not(HasSubstr(std::string(canary)));
  EXPECT_THAT(tools_.set_relation_bag("db:7", Scope::unit, content).error().text, no_canary);
  EXPECT_THAT(tools_.add_secret("l", Scope::unit, content).error().text, no_canary);
  EXPECT_THAT(tools_.set_secret("i", content).error().text, no_canary);
  EXPECT_THAT(tools_.secret_content("l").error().text, no_canary);
  EXPECT_THAT(tools_.set_action_result("password", Secret(canary)).error().text, no_canary);
  EXPECT_EQ(tools_.set_secret("i", content).error().what, ToolFailure::not_leader);
}

TEST_F(HookToolsTest, SaysThatAToolIsMissing) {
  fake_.remove("is-leader");
  const auto told = tools_.is_leader();
  ASSERT_FALSE(told);
  EXPECT_EQ(told.error().text, "is-leader: No such file or directory");
}

TEST_F(HookToolsTest, SaysThatItHasPrintedRubbish) {
  fake_.answer("is-leader", {.output = "perhaps\n"});
  EXPECT_EQ(tools_.is_leader().error().text, "is-leader: its output: is no JSON");
}

TEST_F(HookToolsTest, DoesNotWaitForEver) {
  fake_.answer("is-leader", {.output = "true", .sleep_ms = 30'000});
  HookTools hasty(200ms);
  EXPECT_EQ(hasty.is_leader().error().text, "is-leader: no answer in time");
}

TEST_F(HookToolsTest, DoesNotReadForEver) {
  fake_.answer("relation-ids", {.output = std::string(10'000, ' '), .repeat = 1000});
  EXPECT_EQ(tools_.relation_ids("db").error().text, "relation-ids: too long an answer");
}

TEST_F(HookToolsTest, LogsAndLosesNoLineIfThatFails) {
  tools_.log(LogLevel::warning, "--not an option");
  EXPECT_THAT(asked("juju-log"), ElementsAre("--log-level", "WARNING", "--", "--not an option"));
  fake_.remove("juju-log");
  testing::internal::CaptureStderr();
  tools_.log(LogLevel::error, "a line");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "a line\n");
}

TEST_F(HookToolsTest, EndsTheHookThatIsToldToEndButStillLogs) {
  note_termination();
  std::raise(SIGTERM);
  EXPECT_THROW((void)tools_.is_leader(), HookFailed);
  EXPECT_TRUE(fake_.calls().empty());
  tools_.log(LogLevel::error, "told to end");
  EXPECT_EQ(fake_.logged(), "told to end\n");
  note_termination();  // as at the beginning of a process
  EXPECT_FALSE(is_told_to_end());
}

}  // namespace
}  // namespace charm::live
