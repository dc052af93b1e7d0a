// Each call of Patroni's port: what is sent, and what is made of what a member answers.
#include "charm/live/patroni_adapter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "charm/rendering/patch_body.h"
#include "tests/live/remembering_log.h"
#include "tests/live/scripted_server.h"

namespace {

using charm::MemberName;
using charm::MemberRole;
using charm::MemberState;
using charm::live::Http;
using charm::live::PatroniAdapter;
using charm::live::given::Authority;
using charm::live::given::bytes;
using charm::live::given::http10;
using charm::live::given::Reply;
using charm::live::given::ScriptedServer;
using charm::live::given::Then;
using charm::ports::RestartWhen;
using charm::ports::TakeOverError;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* running =
    R"({"state": "running", "role": "master", "xlog": {"location": 1}})";
constexpr const char* members = R"({"members": [
    {"name": "pg-0", "role": "leader", "state": "running", "timeline": 3, "lag": 0},
    {"name": "pg-1", "role": "sync_standby", "state": "streaming", "lag": "unknown"},
    {"name": "pg-2", "role": "replica", "state": "creating replica", "tags": {"nosync": true}}]})";

// Unit pg/0, and what its member and another one serve.
class PatroniTest : public testing::Test {
 protected:
  PatroniAdapter adapter() { return adapter(own.address(), other.address()); }

  PatroniAdapter adapter(const std::string& own_address, const std::string& other_address) {
    const auto member = [own_address, other_address](charm::HostName host) {
      return host.ordinal == 0 ? own_address : other_address;
    };
    return {http,
            {.member = member, .primary = other_address},
            {.password = [this] { return password; }, .authority = [this] { return trusted; }},
            {"pg"},
            {0},
            log};
  }

  ScriptedServer own;
  ScriptedServer other;
  std::string password = "pass-1";
  std::string trusted;
  charm::live::given::RememberingLog log;
  Http http;
};

TEST_F(PatroniTest, SeesTheCluster) {
  own.answer("GET /cluster", http10(200, members));
  const auto view = adapter().cluster();
  ASSERT_TRUE(view);
  EXPECT_THAT(
      *view,
      ElementsAre(charm::ClusterMember{{0}, MemberRole::leader, MemberState::running},
                  charm::ClusterMember{{1}, MemberRole::sync_standby, MemberState::streaming},
                  charm::ClusterMember{{2}, MemberRole::replica, MemberState::other}));
  EXPECT_EQ(own.last().header("Authorization"), "");  // reads show nothing
}

TEST_F(PatroniTest, AsksAnotherMember) {
  other.answer("GET /cluster", http10(200, members));
  EXPECT_TRUE(adapter().cluster_by({2}));
  EXPECT_THAT(own.asked(), IsEmpty());
}

TEST_F(PatroniTest, AClusterThatCouldNotBeLoadedIsUnreachable) {
  own.answer("GET /cluster", bytes(""));  // Patroni closes the connection
  own.answer("GET /cluster", http10(503, members));
  own.answer("GET /cluster",
             http10(200, R"({"members": [{"name": "other-0", "role": "leader"}]})"));
  auto patroni = adapter();
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(patroni.cluster());
  ASSERT_EQ(log.lines.size(), 3U);
  EXPECT_EQ(log.lines[1], "cannot GET /cluster of pg-0: 503");
  EXPECT_EQ(log.lines[2],
            "cannot GET /cluster of pg-0: the answer names no members of this application");
}

TEST_F(PatroniTest, HealthTellsTheStateWhateverItsStatus) {
  own.answer("GET /health", http10(200, running));
  own.answer("GET /health", http10(200, R"({"state": "running", "role": "replica",
                                            "replication_state": "streaming"})"));
  own.answer("GET /health", http10(503, R"({"state": "starting", "role": "replica"})"));
  own.answer("GET /health", http10(503, R"({"state": "stopped", "role": "demoted"})"));
  auto patroni = adapter();
  EXPECT_EQ(patroni.own_health(), MemberState::running);
  EXPECT_EQ(patroni.own_health(), MemberState::streaming);
  EXPECT_EQ(patroni.own_health(), MemberState::starting);
  EXPECT_EQ(patroni.own_health(), MemberState::other);
}

TEST_F(PatroniTest, HealthOfOthersAndOfThePrimary) {
  other.answer("GET /health", http10(200, running));
  auto patroni = adapter();
  EXPECT_EQ(patroni.member_health({1}), MemberState::running);
  EXPECT_EQ(patroni.primary_endpoint_health(), MemberState::running);
  EXPECT_EQ(other.asked().size(), 2U);
}

TEST_F(PatroniTest, WhatIsNoStatusIsUnreachable) {
  for (const Reply& reply :
       {http10(502, "<html>Bad Gateway</html>"), http10(200, "<html>it works</html>"),
        http10(200, R"({"state": "runn)"), http10(200, "{}"), http10(200, "[]"), bytes("rubbish"),
        bytes("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"state\": \"running\"}")}) {
    own.answer("GET /health", reply);
  }
  auto patroni = adapter();
  for (std::size_t i = 0; i < 7; ++i) EXPECT_FALSE(patroni.own_health());
  ASSERT_EQ(log.lines.size(), 7U);
  EXPECT_EQ(log.lines[1], "cannot GET /health of pg-0: the answer is no member's status");
}

TEST_F(PatroniTest, AMemberThatIsDownIsUnreachable) {
  std::string gone;
  {
    const ScriptedServer server;
    gone = server.address();
  }
  EXPECT_FALSE(adapter(gone, gone).primary_endpoint_health());
  EXPECT_THAT(log.lines, ElementsAre("cannot GET /health of pg-primary: Connection refused"));
}

TEST_F(PatroniTest, SeesNoLeader) {
  other.answer("GET /patroni", http10(200, running));
  other.answer("GET /patroni", http10(200, R"({"state": "running", "role": "replica",
                                               "cluster_unlocked": true})"));
  auto patroni = adapter();
  EXPECT_EQ(patroni.sees_no_leader({1}), false);
  EXPECT_EQ(patroni.sees_no_leader({1}), true);
}

TEST_F(PatroniTest, ARestartIsPendingIfPostgresqlRunsAndPatroniSaysSo) {
  own.answer("GET /patroni", http10(200, running));
  own.answer("GET /patroni", http10(200, R"({"state": "running", "role": "replica",
      "replication_state": "streaming", "pending_restart": true,
      "pending_restart_reason": {"max_connections": {}}})"));
  own.answer("GET /patroni", http10(200, R"({"state": "starting", "role": "replica",
                                             "pending_restart": true})"));
  auto patroni = adapter();
  EXPECT_EQ(patroni.is_restart_pending(), false);
  EXPECT_EQ(patroni.is_restart_pending(), true);
  EXPECT_FALSE(patroni.is_restart_pending());
}

TEST_F(PatroniTest, PatchesTheConfiguration) {
  own.answer("PATCH /config", http10(200, "{}"));
  const charm::DynamicConfiguration wanted{.synchronous = {2, true}};
  EXPECT_TRUE(adapter().patch_configuration(wanted));
  EXPECT_EQ(own.last().body, charm::render_patch_body(wanted));
  EXPECT_EQ(own.last().header("Content-Type"), "application/json");
  EXPECT_EQ(own.last().header("Authorization"), "Basic cGF0cm9uaTpwYXNzLTE=");
}

TEST_F(PatroniTest, PatchesTheSynchronousSettingsAlone) {
  own.answer("PATCH /config", http10(200, "{}"));
  own.answer("PATCH /config", http10(400, ""));
  const charm::SynchronousSettings wanted{2, true};
  EXPECT_TRUE(adapter().patch_synchronous(wanted));
  EXPECT_EQ(own.last().body, charm::render_patch_body(wanted));
  EXPECT_EQ(own.last().header("Authorization"), "Basic cGF0cm9uaTpwYXNzLTE=");
  EXPECT_FALSE(adapter().patch_synchronous(wanted));
}

TEST_F(PatroniTest, ThePasswordIsThatOfTheMoment) {
  own.answer("POST /reload", http10(401, "not authenticated"));
  own.answer("POST /reload", http10(202, "reload scheduled"));
  auto patroni = adapter();
  EXPECT_FALSE(patroni.reload());
  password = "pass-2";
  EXPECT_TRUE(patroni.reload());
  EXPECT_EQ(own.last().header("Authorization"), "Basic cGF0cm9uaTpwYXNzLTI=");
  EXPECT_THAT(log.lines,
              ElementsAre("cannot POST /reload of pg-0: 401, the password is not accepted"));
}

TEST_F(PatroniTest, SwitchesOverToSomebodyOrToWhoeverIsBest) {
  own.answer("POST /switchover", http10(200, R"(Successfully switched over to "pg-1")"));
  auto patroni = adapter();
  EXPECT_TRUE(patroni.switch_over(MemberName{1}));
  EXPECT_EQ(own.last().body, R"({"candidate":"pg-1","leader":"pg-0"})");
  EXPECT_TRUE(patroni.switch_over({}));
  EXPECT_EQ(own.last().body, R"({"leader":"pg-0"})");
  EXPECT_TRUE(patroni.switch_over_between({2}, {1}));
  EXPECT_EQ(own.last().body, R"({"candidate":"pg-1","leader":"pg-2"})");
}

TEST_F(PatroniTest, ASwitchoverIsAskedForOnce) {
  own.answer("POST /switchover", bytes(""));  // it may come about all the same
  own.answer("POST /switchover", http10(503, "Switchover status unknown"));
  auto patroni = adapter();
  EXPECT_FALSE(patroni.switch_over(MemberName{1}));
  EXPECT_EQ(own.asked().size(), 1U);
  EXPECT_FALSE(patroni.switch_over_between({0}, {1}));
  EXPECT_EQ(own.asked().size(), 2U);
}

TEST_F(PatroniTest, TakesOver) {
  own.answer("POST /switchover", http10(200, R"(Successfully switched over to "pg-0")"));
  EXPECT_TRUE(adapter().take_over_from({1}));
  EXPECT_EQ(own.last().body, R"({"candidate":"pg-0","leader":"pg-1"})");
}

TEST_F(PatroniTest, WhyATakeOverWasRefused) {
  own.answer("POST /switchover", http10(412, "candidate name does not match with sync_standby"));
  own.answer("POST /switchover", http10(412, "leader name does not match"));
  own.answer("POST /switchover", http10(503, "Switchover failed"));
  own.answer("POST /switchover", bytes(""));
  auto patroni = adapter();
  EXPECT_EQ(patroni.take_over_from({1}).error(), TakeOverError::not_synchronous);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(patroni.take_over_from({1}).error(), TakeOverError::failed);
  }
  EXPECT_EQ(log.lines.size(), 4U);
}

TEST_F(PatroniTest, RestartsAlwaysOrIfOneIsPending) {
  own.answer("POST /restart", http10(200, "restarted successfully"));
  own.answer("POST /restart", http10(200, "restarted successfully"));
  own.answer("POST /restart", http10(503, "restart conditions are not satisfied"));
  auto patroni = adapter();
  EXPECT_TRUE(patroni.restart(RestartWhen::always));
  EXPECT_EQ(own.last().body, "");
  EXPECT_TRUE(patroni.restart(RestartWhen::pending));
  EXPECT_EQ(own.last().body, R"({"restart_pending":true})");
  EXPECT_FALSE(patroni.restart(RestartWhen::pending));
}

// Members switch to TLS and back one after the other.
TEST_F(PatroniTest, EachMemberIsAskedByWhatItServes) {
  const Authority authority;
  ScriptedServer secure(authority.issue("IP:127.0.0.1"));
  secure.answer("GET /health", http10(200, running));
  own.answer("POST /reload", http10(202, "reload scheduled"));
  trusted = authority.pem();
  auto patroni = adapter(own.address(), secure.address());
  EXPECT_EQ(patroni.member_health({1}), MemberState::running);
  EXPECT_TRUE(patroni.reload());
  EXPECT_EQ(own.asked().size(), 1U);
  EXPECT_THAT(log.lines, IsEmpty());
}

TEST_F(PatroniTest, NoPasswordIsShownToWhomNobodyTrusts) {
  ScriptedServer secure(Authority().issue("IP:127.0.0.1"));
  secure.answer("POST /reload", http10(202, ""));
  trusted = Authority().pem();
  EXPECT_FALSE(adapter(secure.address(), "").reload());
  EXPECT_THAT(secure.asked(), IsEmpty());
  EXPECT_EQ(log.lines.size(), 1U);
}

TEST_F(PatroniTest, WithoutAnAuthorityNoMemberIsAskedByHttps) {
  const Authority authority;
  ScriptedServer secure(authority.issue("IP:127.0.0.1"));
  secure.answer("GET /health", http10(200, running));
  EXPECT_FALSE(adapter(secure.address(), "").own_health());
  EXPECT_THAT(secure.asked(), IsEmpty());
}

TEST_F(PatroniTest, AMemberThatHangsInTheHandshakeIsNotAskedAgainByHttp) {
  trusted = Authority().pem();
  own.answer("handshake", bytes("", Then::stall));
  own.answer("GET /health", http10(200, running));
  EXPECT_FALSE(adapter().own_health());  // 5 s
  EXPECT_THAT(own.asked(), IsEmpty());
}

TEST_F(PatroniTest, NoLineHasAPasswordOrWhatAMemberSaid) {
  own.answer("POST /reload", http10(500, "pass-1, said the wall"));
  own.answer("POST /reload", bytes("pass-1, said the wall\r\n"));
  auto patroni = adapter();
  EXPECT_FALSE(patroni.reload());
  EXPECT_FALSE(patroni.reload());
  ASSERT_EQ(log.lines.size(), 2U);
  for (const std::string& line : log.lines) {
    EXPECT_EQ(line.find("pass-1"), std::string::npos);
    EXPECT_EQ(line.find("wall"), std::string::npos);
  }
}

TEST(PatroniAddresses, AreNamesOfTheCluster) {
  const auto addresses = charm::live::patroni_addresses({"pg"}, "model");
  EXPECT_EQ(addresses.member({3}), "pg-3.pg-endpoints:8008");
  EXPECT_EQ(addresses.primary, "pg-primary.model.svc.cluster.local:8008");
}

}  // namespace
