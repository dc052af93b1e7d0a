// An action's parameters, as action-get tells them: another type is refused, never taken for the
// one that is meant.
#include "charm/wire/action.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/wire/any_text.h"

namespace charm::wire {
namespace {

std::string refusal(std::string_view json) {
  const auto read = parse_action_parameters(json);
  return read ? "taken" : read.error().text;
}

TEST(ActionParametersOf, AnOperatorAreRead) {
  EXPECT_EQ(*parse_action_parameters("{}"), ActionParameters{});
  EXPECT_EQ(*parse_action_parameters("null"), ActionParameters{});
  const auto read =
      parse_action_parameters(R"({"username": "rewind", "scope": null, "force": true, "x": [1]})");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->username->view(), "rewind");
  EXPECT_FALSE(read->scope);
  EXPECT_TRUE(read->force);
}

TEST(ActionParametersOf, AnotherTypeAreRefused) {
  EXPECT_EQ(refusal(R"({"username": 5})"), "username: is no text");
  EXPECT_EQ(refusal(R"({"scope": ["unit"]})"), "scope: is no text");
  EXPECT_EQ(refusal(R"({"force": "true"})"), "force: is neither true nor false");
  EXPECT_EQ(refusal(R"({"force": 1})"), "force: is neither true nor false");
  EXPECT_EQ(refusal("[]"), "the parameters: are no mapping");
  EXPECT_EQ(refusal("{"), "the parameters: is no JSON");
}

TEST(ActionParametersOf, ANameThatIsTooLongNamesNobody) {
  const auto read = parse_action_parameters(R"({"username": ")" + std::string(500, 'x') + "\"}");
  EXPECT_EQ(read->username->view(), std::string(63, 'x'));
}

TEST(ActionParametersOf, APasswordIsTakenAsItIsAndOneThatIsTooLongIsEmpty) {
  EXPECT_FALSE(parse_action_parameters("{}")->password);
  EXPECT_EQ(parse_action_parameters(R"({"password": " p"})")->password->reveal(), " p");
  const auto read = parse_action_parameters(R"({"password": ")" + std::string(64, 'x') + "\"}");
  ASSERT_TRUE(read->password);
  EXPECT_TRUE(read->password->empty());
  EXPECT_EQ(refusal(R"({"password": 5})"), "password: is no text");
}

TEST(ActionParametersOf, AKeyIsReadByItself) {
  EXPECT_FALSE(*parse_given_key("{}"));
  EXPECT_FALSE(*parse_given_key("null"));
  EXPECT_EQ(**parse_given_key(R"({"private-key": "k\n"})"), "k\n");
  EXPECT_EQ(parse_given_key(R"({"private-key": 5})").error().text, "private-key: is no text");
}

RC_GTEST_PROP(ActionParametersProperty, AreReadOrRefusedWhateverIsSaid, ()) {
  const auto read = parse_action_parameters(
      *given::near({"{}", R"({"username": "rewind"})", R"({"scope": "unit", "force": true})"}));
  if (!read) RC_ASSERT(!read.error().text.empty());
  (void)parse_given_key(*given::near({R"({"private-key": "x"})"}));
}

}  // namespace
}  // namespace charm::wire
