// The bags of the peer relations and the application's secret: what upstream writes is taken over,
// and whatever else stands there is refused by its key, and never taken for something else.
#include "charm/wire/peers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "charm/wire/json.h"
#include "tests/wire/any_text.h"

namespace charm::wire {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const AppName app{"pg"};

template <class T>
std::string refusal(const Wire<T>& read) {
  return read ? "taken" : read.error().text;
}

std::vector<int> ordinals(const HostList& hosts) {
  std::vector<int> list;
  for (const HostName host : hosts) list.push_back(host.ordinal);
  return list;
}

// --- endpoints ---

TEST(Endpoints, AreAsPythonWritesThem) {
  HostList hosts;
  for (const HostName host : {HostName{2}, HostName{0}, HostName{2}}) hosts.push_back(host);
  const std::string text = endpoints_text(app, hosts);
  EXPECT_EQ(text, R"(["pg-2.pg-endpoints", "pg-0.pg-endpoints", "pg-2.pg-endpoints"])");
  EXPECT_EQ(*parse_endpoints(app, text), hosts);
  EXPECT_EQ(endpoints_text(app, {}), "[]");
}

TEST(Endpoints, AreReadWithOtherBlanksAndNothingIsNobody) {
  EXPECT_THAT(ordinals(*parse_endpoints(app, "[\"pg-1.pg-endpoints\",\n\"pg-0.pg-endpoints\"]")),
              ElementsAre(1, 0));
  EXPECT_TRUE(parse_endpoints(app, "")->empty());
  EXPECT_TRUE(parse_endpoints(app, "[]")->empty());
}

TEST(Endpoints, ThatCannotBeReadAreRefused) {
  EXPECT_EQ(refusal(parse_endpoints(app, "pg-0.pg-endpoints")), "endpoints: is no JSON");
  EXPECT_EQ(refusal(parse_endpoints(app, "[\"pg-0.pg-endpoints\"")), "endpoints: is no JSON");
  EXPECT_EQ(refusal(parse_endpoints(app, "{}")), "endpoints: is no list of texts");
  EXPECT_EQ(refusal(parse_endpoints(app, "[0]")), "endpoints: is no list of texts");
  EXPECT_EQ(refusal(parse_endpoints(app, "null")), "endpoints: is no list of texts");
  for (const char* strange :
       {R"(["pg-0"])", R"(["other-0.other-endpoints"])", R"([""])", R"(["pg-128.pg-endpoints"])",
        R"(["pg-00.pg-endpoints"])", R"(["pg-0.pg-endpoints "])"}) {
    EXPECT_EQ(refusal(parse_endpoints(app, strange)), "endpoints: names no host of pg") << strange;
  }
  std::string many = "[";
  for (std::size_t at = 0; at <= 2 * max_units; ++at) {
    many += at == 0 ? "\"pg-1.pg-endpoints\"" : ", \"pg-1.pg-endpoints\"";
  }
  EXPECT_EQ(refusal(parse_endpoints(app, many + "]")), "endpoints: has too many hosts");
}

TEST(Endpoints, AreNotReadDeeperThanAnybodyWrites) {
  EXPECT_EQ(refusal(parse_endpoints(app, std::string(60000, '['))),
            "endpoints: is nested too deeply");
  EXPECT_EQ(refusal(parse_endpoints(app, std::string(70000, ' '))),
            "endpoints: is longer than 64 KiB");
}

RC_GTEST_PROP(EndpointsProperty, SurviveWritingAndReading, ()) {
  HostList hosts;
  const auto drawn = *rc::gen::container<std::vector<std::uint16_t>>(
      rc::gen::inRange<std::uint16_t>(0, max_units));
  for (const std::uint16_t unit : drawn) {
    if (!hosts.full()) hosts.push_back(HostName{unit});
  }
  RC_ASSERT(*parse_endpoints(app, endpoints_text(app, hosts)) == hosts);
}

// What is taken says the same when it is written again: nothing was read into it.
RC_GTEST_PROP(EndpointsProperty, AreNeverMisread, ()) {
  const std::string text = *given::near(
      {"[]", R"(["pg-0.pg-endpoints"])", R"(["pg-1.pg-endpoints", "pg-12.pg-endpoints"])"});
  const auto read = parse_endpoints(app, text);
  RC_CLASSIFY(read.has_value(), "taken");
  if (!read) {
    RC_ASSERT(read.error().text.starts_with("endpoints: "));
    return;
  }
  if (text.empty()) return;
  const auto plain = nlohmann::json::parse(text);
  const auto again = nlohmann::json::parse(endpoints_text(app, *read));
  RC_ASSERT(plain == again);
}

// --- flags ---

TEST(Flags, AreOneWordOrNothing) {
  EXPECT_TRUE(*parse_cluster_initialised("True"));
  EXPECT_FALSE(*parse_cluster_initialised(""));
  for (const char* strange : {"true", "False", "1", " True", "None"}) {
    EXPECT_EQ(refusal(parse_cluster_initialised(strange)), "cluster_initialised: is not True");
  }
}

TEST(Flags, OfAUnitThatTalksHttpsAreOneWordOrNothing) {
  EXPECT_TRUE(*parse_tls_announced(tls_announced_text));
  EXPECT_FALSE(*parse_tls_announced(""));
  EXPECT_EQ(refusal(parse_tls_announced("True")), "tls: is not enabled");
}

// --- the secret ---

TEST(Passwords, AreThoseOfTheirKeys) {
  const auto read = parse_passwords(
      {},
      {{"operator-password", "abc123"}, {"patroni-password", "None"}, {"ca-of-somebody", "\n"}});
  ASSERT_TRUE(read);
  EXPECT_EQ((*read)[static_cast<std::size_t>(SystemUser::operator_user)].reveal(), "abc123");
  EXPECT_TRUE((*read)[static_cast<std::size_t>(SystemUser::patroni)].empty()) << "it was removed";
  EXPECT_TRUE((*read)[static_cast<std::size_t>(SystemUser::rewind)].empty());
}

TEST(Passwords, ThatCannotBeOursAreRefusedAndNotTold) {
  EXPECT_EQ(refusal(parse_passwords({}, {{"rewind-password", std::string(64, 'x')}})),
            "rewind-password: is too long");
  const std::string text = refusal(parse_passwords({}, {{"rewind-password", "hunter 2"}}));
  EXPECT_EQ(text, "rewind-password: is no password");
  EXPECT_THAT(text, Not(HasSubstr("hunter")));
}

TEST(Passwords, FromBeforeJujuHadSecretsStandInTheBag) {
  const Bag bag{{"operator-password", "clear"}, {"endpoints", "[]"}};
  const auto read =
      parse_passwords(bag, {{"operator-password", "other"}, {"rewind-password", "abc"}});
  ASSERT_TRUE(read);
  EXPECT_EQ((*read)[static_cast<std::size_t>(SystemUser::operator_user)].reveal(), "clear")
      << "it comes first";
  EXPECT_EQ((*read)[static_cast<std::size_t>(SystemUser::rewind)].reveal(), "abc");
  EXPECT_EQ(refusal(parse_passwords({{"rewind-password", "a b"}}, {})),
            "rewind-password: is no password");
}

TEST(Passwords, AreWrittenBesideWhatElseIsThere) {
  const Bag content{{"ca-of-somebody", "x"}, {"rewind-password", "old"}};
  const Bag now = with_password(content, SystemUser::rewind, Secret("new"));
  EXPECT_EQ(now, (Bag{{"ca-of-somebody", "x"}, {"rewind-password", "new"}}));
  EXPECT_EQ(value_of(with_password(now, SystemUser::rewind, {}), "rewind-password"), "None");
}

RC_GTEST_PROP(PasswordsProperty, AreTheSameOrRefused, (const std::string& text)) {
  const auto read = parse_passwords({}, {{"operator-password", text}});
  if (!read) return;
  const bool is_none = text.empty() || text == "None";
  RC_ASSERT((*read)[0].reveal() == (is_none ? std::string_view() : std::string_view(text)));
}

}  // namespace
}  // namespace charm::wire
