// What hook tools print is read as Juju means it; and no bytes at all do any harm.
#include "charm/live/tool_output.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "charm/live/tool_input.h"
#include "charm/wire/json.h"
#include "tests/wire/any_text.h"

namespace charm::live {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(ToolOutput, OfFlagsAndWords) {
  EXPECT_EQ(parse_flag("true\n"), true);
  EXPECT_EQ(parse_flag("false"), false);
  EXPECT_FALSE(parse_flag("True"));
  EXPECT_FALSE(parse_flag(""));
  EXPECT_FALSE(parse_flag("null"));
  EXPECT_EQ(parse_word("\"pg\"\n"), "pg");
  EXPECT_EQ(parse_word("null"), "");
  EXPECT_FALSE(parse_word("[]"));
  EXPECT_THAT(*parse_words(R"(["db:7","db:9"])"), ElementsAre("db:7", "db:9"));
  EXPECT_THAT(*parse_words("null\n"), IsEmpty());
  EXPECT_FALSE(parse_words("[1]"));
  EXPECT_FALSE(parse_words("{}"));
}

TEST(ToolOutput, OfBags) {
  EXPECT_EQ(parse_bag(R"({"a":"1","b":""})"), (wire::Bag{{"a", "1"}, {"b", ""}}));
  EXPECT_EQ(parse_bag("null"), wire::Bag());
  EXPECT_EQ(parse_bag("{}\n"), wire::Bag());
  EXPECT_FALSE(parse_bag(R"({"a":1})"));
  EXPECT_FALSE(parse_bag(""));
  EXPECT_FALSE(parse_bag(R"({"a":"1"} {"b":"2"})"));
}

TEST(ToolOutput, OfOptionsKeepsTheirTypes) {
  const auto options = parse_options(R"({"a":true,"b":7,"c":0.5,"d":"x","e":null})");
  ASSERT_TRUE(options);
  EXPECT_THAT(*options, ElementsAre(RawOption{"a", true}, RawOption{"b", std::int64_t{7}},
                                    RawOption{"c", 0.5}, RawOption{"d", std::string("x")},
                                    RawOption{"e", std::monostate()}));
  EXPECT_FALSE(parse_options(R"({"a":[]})"));
}

TEST(ToolOutput, OfTheStatus) {
  EXPECT_EQ(parse_status(R"({"status":"active","message":"Primary","status-data":{}})"),
            (StatusText{StatusKind::active, "Primary"}));
  EXPECT_EQ(parse_status(R"({"status":"terminated","message":""})"),
            (StatusText{StatusKind::unknown, ""}));
  EXPECT_FALSE(parse_status(R"({"message":"Primary"})"));
}

TEST(ToolOutput, OfTheGoalStateLeavesOutWhoIsDying) {
  const auto state = parse_goal_state(
      R"({"units":{"pg/0":{"status":"active","since":"x"},"pg/1":{"status":"dying"}},)"
      R"("relations":{"database":{"app":{"status":"joined"},"app/0":{"status":"active"}}}})");
  ASSERT_TRUE(state);
  EXPECT_THAT(state->units, ElementsAre("pg/0"));
  EXPECT_THAT(state->applications.at("database"), ElementsAre("app"));
  EXPECT_TRUE(parse_goal_state(R"({"units":{}})"));
  EXPECT_FALSE(parse_goal_state(R"({"relations":{}})"));
  EXPECT_FALSE(parse_goal_state(R"({"units":{},"relations":{"database":[]}})"));
}

TEST(ToolOutput, OfSecrets) {
  EXPECT_EQ(parse_secret_uri("secret:abc\n"), "secret:abc");
  EXPECT_EQ(parse_secret_uri("secret://0f/abc"), "secret://0f/abc");
  EXPECT_FALSE(parse_secret_uri("abc"));
  EXPECT_FALSE(parse_secret_uri("secret:"));
  EXPECT_FALSE(parse_secret_uri("secret:a b"));
  EXPECT_FALSE(parse_secret_uri("secret:a\nsecret:b"));
  EXPECT_EQ(parse_secret_id(R"({"abc":{"revision":1,"label":"l","owner":"unit"}})"), "abc");
  EXPECT_FALSE(parse_secret_id("{}"));
  EXPECT_FALSE(parse_secret_id(R"({"a":{},"b":{}})"));
  EXPECT_FALSE(parse_secret_id(R"({"-a":{}})"));
}

TEST(ToolOutput, OfTheNetwork) {
  constexpr std::string_view juju =
      R"({"bind-addresses":[{"mac-address":"","interface-name":"eth0","addresses":)"
      R"([{"hostname":"","value":"10.1.0.7","cidr":"10.1.0.0/16"}]}],"egress-subnets":[]})";
  EXPECT_EQ(parse_bind_address(juju), "10.1.0.7");
  EXPECT_EQ(parse_bind_address(R"({"bind-addresses":[{"addresses":[{"address":"10.1.0.8"}]}]})"),
            "10.1.0.8");
  EXPECT_FALSE(parse_bind_address(R"({"bind-addresses":[]})"));
  EXPECT_FALSE(parse_bind_address(R"({"bind-addresses":[{"addresses":[7]}]})"));
}

// The texts are Juju's own (juju-and-pebble.md, section 2).
TEST(ToolFailures, AreToldApartByTheirTexts) {
  EXPECT_EQ(
      failure_of("relation-get", "ERROR invalid value \"9\" for option -r: relation not found\n"),
      ToolFailure::relation_not_found);
  EXPECT_EQ(failure_of("relation-get", "ERROR permission denied (unauthorized access)\n"),
            ToolFailure::relation_not_found);
  EXPECT_EQ(failure_of("relation-set", "ERROR cannot write relation settings\n"),
            ToolFailure::not_leader);
  EXPECT_EQ(failure_of("secret-add", "ERROR this unit is not the leader\n"),
            ToolFailure::not_leader);
  EXPECT_EQ(failure_of("secret-get", "ERROR secret \"database-peers.pg.app\" not found\n"),
            ToolFailure::secret_not_found);
  EXPECT_EQ(failure_of("is-leader", "ERROR leadership status unknown\n"), ToolFailure::other);
  EXPECT_EQ(failure_of("goal-state", "ERROR permission denied\n"), ToolFailure::other);
}

TEST(ToolFailures, AreToldByOneLineThatCanBePrinted) {
  EXPECT_EQ(first_line("ERROR no\x1b[2J\nmore\n"), "no?[2J");
  EXPECT_EQ(first_line(std::string(1000, 'x')).size(), 200U);
  EXPECT_EQ(first_line(""), "");
}

TEST(ToolInput, IsJsonThatIsYamlToo) {
  EXPECT_EQ(to_tool_input({{"k", "a\"\\\n"}}), R"({"k": "a\"\\\n"})");
  // U+1F418 would be two escapes in JSON; `\ud83d` as text stays a text.
  EXPECT_EQ(to_tool_input({{"k", "\xF0\x9F\x90\x98"}}), "{\"k\": \"\xF0\x9F\x90\x98\"}");
  EXPECT_EQ(to_tool_input({{"k", "\\ud83d"}}), R"({"k": "\\ud83d"})");
  EXPECT_EQ(to_tool_input({{"k", "\xC3\xA9\x7f"}}), R"({"k": "\u00e9\u007f"})");
}

TEST(ToolOutputs, NestedWithoutAnEndAreRefused) {
  EXPECT_FALSE(parse_bag(std::string(100'000, '[')));
  EXPECT_FALSE(parse_goal_state(std::string(1000, '[') + std::string(1000, ']')));
}

RC_GTEST_PROP(ToolInputProperty, IsWhatWasMeant, ()) {
  const auto words =
      *rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(std::vector<std::string>{
          "a", "\\", "\"", "\\u", "d83d", "\xF0\x9F\x90\x98", "\xC3\xA9", "\n", "\x01"}));
  std::string value;
  for (const std::string& word : words) value += word;
  const auto read = parse_bag(to_tool_input({{"k", value}}));
  RC_ASSERT(read.has_value());
  RC_ASSERT(*read == wire::Bag({{"k", value}}));
}

RC_GTEST_PROP(ToolOutputProperty, NoBytesDoHarm, ()) {
  const std::string text = *wire::given::near(
      {"true", "[\"db:7\"]", R"({"a":"1"})", R"({"status":"active","message":"Primary"})",
       R"({"units":{"pg/0":{"status":"active"}},"relations":{"database":{"app":{}}}})",
       R"({"abc":{"revision":1}})", "secret:abc\n",
       R"({"bind-addresses":[{"addresses":[{"value":"10.1.0.7"}]}]})",
       "ERROR invalid value \"9\" for option -r: relation not found\n"});
  (void)parse_flag(text);
  (void)parse_word(text);
  (void)parse_words(text);
  (void)parse_bag(text);
  (void)parse_options(text);
  (void)parse_status(text);
  (void)parse_goal_state(text);
  (void)parse_secret_id(text);
  (void)parse_bind_address(text);
  (void)failure_of("relation-get", text);
  for (const char c : first_line(text)) RC_ASSERT(c >= 0x20 && c < 0x7f);
  if (const auto uri = parse_secret_uri(text)) RC_ASSERT(uri->starts_with("secret:"));
  (void)to_tool_input({{"k", text}});
}

}  // namespace
}  // namespace charm::live
