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

TEST(Flags, OfAUnitSurviveWritingAndReading) {
  const UnitFlags all{.tls = true, .connected = false, .departing = true, .stopped = true};
  EXPECT_EQ(*parse_unit_flags(unit_flags_bag(all)), all);
  EXPECT_EQ(*parse_unit_flags(unit_flags_bag({})), UnitFlags{});
  EXPECT_EQ(*parse_unit_flags({}), UnitFlags{});
  EXPECT_EQ(*parse_unit_flags({{"private-address", "10.1.2.3"}, {"config_hash", "?"}}), UnitFlags{})
      << "what is not ours is not read";
}

TEST(Flags, OfAUnitAreRefusedByTheirKey) {
  EXPECT_EQ(refusal(parse_unit_flags({{"tls", "True"}})), "tls: is not enabled");
  EXPECT_EQ(refusal(parse_unit_flags({{"departing", "yes"}})), "departing: is not True");
  EXPECT_EQ(refusal(parse_unit_flags({{"stopped", "yes"}})), "stopped: is not True");
  EXPECT_EQ(refusal(parse_unit_flags({{"connectivity", "true"}})),
            "connectivity: is neither on nor off");
}

// --- the secret ---

TEST(Passwords, AreThoseOfTheirKeys) {
  const auto read = parse_passwords(
      {{"operator-password", "abc123"}, {"patroni-password", "None"}, {"ca-of-somebody", "\n"}});
  ASSERT_TRUE(read);
  EXPECT_EQ((*read)[static_cast<std::size_t>(SystemUser::operator_user)].reveal(), "abc123");
  EXPECT_TRUE((*read)[static_cast<std::size_t>(SystemUser::patroni)].empty()) << "it was removed";
  EXPECT_TRUE((*read)[static_cast<std::size_t>(SystemUser::rewind)].empty());
}

TEST(Passwords, ThatCannotBeOursAreRefusedAndNotTold) {
  EXPECT_EQ(refusal(parse_passwords({{"rewind-password", std::string(64, 'x')}})),
            "rewind-password: is too long");
  const std::string text = refusal(parse_passwords({{"rewind-password", "hunter 2"}}));
  EXPECT_EQ(text, "rewind-password: is no password");
  EXPECT_THAT(text, Not(HasSubstr("hunter")));
}

TEST(Passwords, AreWrittenBesideWhatElseIsThere) {
  const Bag content{{"ca-of-somebody", "x"}, {"rewind-password", "old"}};
  const Bag now = with_password(content, SystemUser::rewind, Secret("new"));
  EXPECT_EQ(now, (Bag{{"ca-of-somebody", "x"}, {"rewind-password", "new"}}));
  EXPECT_EQ(value_of(with_password(now, SystemUser::rewind, {}), "rewind-password"), "None");
}

RC_GTEST_PROP(PasswordsProperty, AreTheSameOrRefused, (const std::string& text)) {
  const auto read = parse_passwords({{"operator-password", text}});
  if (!read) return;
  const bool is_none = text.empty() || text == "None";
  RC_ASSERT((*read)[0].reveal() == (is_none ? std::string_view() : std::string_view(text)));
}

// --- upgrade ---

TEST(Upgrade, TheStackIsReadFromItsEnd) {
  const std::vector<UnitName> stack{{0}, {2}, {1}};
  EXPECT_EQ(upgrade_stack_text(stack), "[0, 2, 1]");
  EXPECT_EQ(*parse_upgrade_stack("[0, 2, 1]"), stack);
  EXPECT_TRUE(parse_upgrade_stack("")->empty());
  EXPECT_TRUE(parse_upgrade_stack("[]")->empty());
  EXPECT_EQ(refusal(parse_upgrade_stack("[0, 0]")), "upgrade-stack: names a unit twice");
  for (const char* strange : {"[-1]", "[128]", "[9223372036854775807]"}) {
    EXPECT_EQ(refusal(parse_upgrade_stack(strange)),
              "upgrade-stack: names a unit that there cannot be");
  }
  for (const char* strange : {"[0.0]", "[\"0\"]", "[true]", "0", "[18446744073709551615]"}) {
    EXPECT_EQ(refusal(parse_upgrade_stack(strange)), "upgrade-stack: is no list of whole numbers");
  }
}

TEST(Upgrade, StatesAreTheirWords) {
  EXPECT_EQ(*parse_upgrade_state(""), std::nullopt);
  for (std::uint8_t at = 0; at < 6; ++at) {
    const auto state = static_cast<UpgradeState>(at);
    EXPECT_EQ(*parse_upgrade_state(to_text(state)), state);
  }
  EXPECT_EQ(refusal(parse_upgrade_state("Idle")), "state: is no state of an upgrade");
}

TEST(Upgrade, WithoutSyncStandbysNothingIsRestricted) {
  EXPECT_EQ(*parse_sync_standbys(app, ""), std::nullopt);
  EXPECT_EQ(*parse_sync_standbys(app, R"(["pg/1", "pg/0"])"), (UnitSet{{0}, {1}}));
  EXPECT_EQ(sync_standbys_text(app, {{0}, {1}}), R"(["pg/0", "pg/1"])");
  EXPECT_EQ(refusal(parse_sync_standbys(app, R"(["other/1"])")),
            "sync-standbys: names no unit of pg");
}

RC_GTEST_PROP(UpgradeProperty, AStackIsNeverMisread, ()) {
  const std::string text = *given::near({"[]", "[0]", "[0, 1, 2]", "[12, 3]"});
  const auto read = parse_upgrade_stack(text);
  if (!read || text.empty()) return;
  RC_ASSERT(nlohmann::json::parse(text) == nlohmann::json::parse(upgrade_stack_text(*read)));
}

// --- restart ---

TEST(Restart, TheLockFollowsFromBothBags) {
  EXPECT_EQ(restart_lock_key(app, {0}), "<ops.model.Unit pg/0>");
  EXPECT_EQ(*parse_restart_lock("", ""), RestartLock::none);
  EXPECT_EQ(*parse_restart_lock("idle", "release"), RestartLock::none);
  EXPECT_EQ(*parse_restart_lock("", "acquire"), RestartLock::pending);
  EXPECT_EQ(*parse_restart_lock("granted", "acquire"), RestartLock::held);
  EXPECT_EQ(*parse_restart_lock("granted", ""), RestartLock::held);
  EXPECT_EQ(*parse_restart_lock("granted", "release"), RestartLock::release_requested);
  EXPECT_EQ(refusal(parse_restart_lock("Granted", "")), "the lock: is neither granted nor idle");
  EXPECT_EQ(refusal(parse_restart_lock("", "give")), "state: is neither acquire nor release");
}

}  // namespace
}  // namespace charm::wire
