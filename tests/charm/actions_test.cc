// The charm's actions: each exit, what the operator reads there, and what has become of the world.
#include <gmock/gmock.h>

#include <utility>

#include "charm/options/options.h"
#include "tests/charm/action_fixture.h"

namespace charm {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// --- get-primary ---

struct GetPrimary : ActionTest {
  void SetUp() override { settle(); }
};

TEST_F(GetPrimary, IsTheUnitThatTheOwnMemberSeesLead) {
  EXPECT_TRUE(run("get-primary").ends_with("set_result -> rtn"));
  EXPECT_THAT(world.results, ElementsAre("primary=pg/0"));
  EXPECT_EQ(world.failure, "");
}

TEST_F(GetPrimary, IsAskedOfAnotherMemberWhereTheOwnDoesNotAnswer) {
  world.members[0] = std::nullopt;
  EXPECT_TRUE(run("get-primary").ends_with("set_result -> rtn"));
  EXPECT_THAT(world.results, ElementsAre("primary=pg/0"));
}

TEST_F(GetPrimary, IsEmptyWhereNobodyLeads) {
  for (ClusterMember& member : *world.view) member.role = MemberRole::replica;
  EXPECT_TRUE(run("get-primary").ends_with("set_result -> rtn"));
  EXPECT_THAT(world.results, ElementsAre("primary="));
}

TEST_F(GetPrimary, HasNoResultAndIsNoFailureWhereNoMemberAnswers) {
  world.view = std::nullopt;
  EXPECT_TRUE(run("get-primary").ends_with("log_unreachable -> rtn_unknown"));
  EXPECT_THAT(world.results, IsEmpty());
  EXPECT_EQ(world.failure, "");
  EXPECT_THAT(world.action_log, ElementsAre("No member answers: the primary is not known"));
}

// --- get-password ---

struct GetPassword : ActionTest {
  void SetUp() override {
    settle();
    world.secret.all[static_cast<std::size_t>(SystemUser::rewind)] = Secret("of rewind");
  }
};

TEST_F(GetPassword, IsTheOperatorsUnlessAnotherUserIsNamed) {
  EXPECT_TRUE(run("get-password").ends_with("set_result -> rtn"));
  EXPECT_THAT(world.results, ElementsAre("password=secret"));
}

TEST_F(GetPassword, IsThatOfTheNamedUser) {
  world.given.username = ParameterText("rewind");
  run("get-password");
  EXPECT_THAT(world.results, ElementsAre("password=of rewind"));
}

TEST_F(GetPassword, IsEmptyForBackupWhichHasNone) {
  world.given.username = ParameterText("backup");
  EXPECT_TRUE(run("get-password").ends_with("set_result -> rtn"));
  EXPECT_THAT(world.results, ElementsAre("password="));
}

TEST_F(GetPassword, IsRefusedForAnybodyElse) {
  world.given.username = ParameterText("alice");
  EXPECT_TRUE(run("get-password").ends_with("fail_user -> rtn_failed"));
  EXPECT_THAT(world.results, IsEmpty());
  EXPECT_EQ(world.failure,
            "The action can be run only for system users or Patroni: backup, replication, rewind, "
            "operator, monitoring, patroni not alice");
}

TEST(ParameterText, IsCutWhereNoNameGoesOn) {
  EXPECT_EQ(ParameterText(std::string(200, 'x')).view(), std::string(63, 'x'));
  EXPECT_EQ(ParameterText("").view(), "");
}

// --- set-password ---

struct SetPassword : ActionTest {
  void SetUp() override {
    settle();
    world.given.username = ParameterText("rewind");
    world.given.password = Secret("another");
  }
  [[nodiscard]] const Secret& announced() const { return world.secret.all[at]; }
  [[nodiscard]] const Secret& served() const { return world.taken[at]; }
  void expect_untouched() const {
    EXPECT_EQ(announced(), Secret("secret"));
    EXPECT_EQ(served(), Secret("secret"));
    EXPECT_THAT(world.results, IsEmpty());
  }

  static constexpr auto at = static_cast<std::size_t>(SystemUser::rewind);
};

TEST_F(SetPassword, IsInTheDatabaseTheSecretAndTheOwnPatroniWhenItEnds) {
  EXPECT_TRUE(run("set-password").ends_with("update_config [done] -> set_result -> rtn"));
  EXPECT_EQ(announced(), Secret("another"));
  EXPECT_EQ(served(), Secret("another"));
  EXPECT_EQ(world.file->rewind_password, Secret("another"));
  EXPECT_EQ(world.reloads, 1);
  EXPECT_THAT(world.results, ElementsAre("password=another"));
  EXPECT_EQ(world.failure, "");
}

// The parameters of the file that stands are kept, and the password is none of them.
TEST_F(SetPassword, IsTakenWhileAnOptionIsBad) {
  world.file = PatroniConfiguration{.own_host = host_of(zero), .options = &default_options()};
  world.options.valid = false;
  EXPECT_TRUE(run("set-password").ends_with("update_config [done] -> set_result -> rtn"));
  EXPECT_EQ(announced(), Secret("another"));
  EXPECT_EQ(world.file->rewind_password, Secret("another"));
}

TEST_F(SetPassword, GeneratesOneWhereNoneIsGiven) {
  world.given.password = std::nullopt;
  run("set-password");
  EXPECT_EQ(announced(), Secret("rewind"));  // as the fake generates
  EXPECT_EQ(served(), announced());
  EXPECT_THAT(world.results, ElementsAre("password=rewind"));
}

TEST_F(SetPassword, ChangesTheNamedUserAlone) {
  run("set-password");
  for (std::size_t user = 0; user < database_user_count; ++user) {
    EXPECT_EQ(world.taken[user], Secret(user == at ? "another" : "secret")) << user;
  }
}

TEST_F(SetPassword, LeavesAnEqualOneAndSaysSo) {
  world.given.password = Secret("secret");
  EXPECT_TRUE(run("set-password").ends_with("is_equal [yes] -> log_equal -> rtn_equal"));
  EXPECT_THAT(world.action_log, ElementsAre("The old and new passwords are equal."));
  EXPECT_THAT(world.results, ElementsAre("password=secret"));
  EXPECT_EQ(world.reloads, 0);
}

TEST_F(SetPassword, IsTheLeadersAlone) {
  world.leader = false;
  EXPECT_TRUE(run("set-password").ends_with("is_leader [no] -> fail_leader -> rtn_failed"));
  EXPECT_EQ(world.failure, "The action can be run only on leader unit");
  expect_untouched();
}

TEST_F(SetPassword, NeedsAUser) {
  for (const auto& name : {std::optional<ParameterText>(), std::optional(ParameterText(""))}) {
    world.given.username = name;
    EXPECT_TRUE(run("set-password").ends_with("fail_username -> rtn_failed"));
    EXPECT_EQ(world.failure, "The action requires a username");
  }
  expect_untouched();
}

TEST_F(SetPassword, IsRefusedForUsersThatHaveNoneToChoose) {
  for (const char* name : {"patroni", "backup", "alice"}) {
    world.given.username = ParameterText(name);
    EXPECT_TRUE(run("set-password").ends_with("fail_user -> rtn_failed"));
    EXPECT_EQ(world.failure,
              std::string("The action can be run only for system users: replication, rewind, "
                          "operator, monitoring not ") +
                  name);
  }
  expect_untouched();
}

TEST_F(SetPassword, IsRefusedWhatIsNoPassword) {
  for (const std::string& text :
       {std::string(), std::string("a b"), std::string("it's"), std::string("\"it\""),
        std::string("a\nb"), std::string("a\\"), std::string("p\xc3\xa9"), std::string(64, 'x')}) {
    world.given.password = given_password(text);
    EXPECT_TRUE(run("set-password").ends_with("is_usable [no] -> fail_password -> rtn_failed"));
    EXPECT_EQ(world.failure,
              "Failed changing the password: it must be 1 to 63 printable ASCII characters "
              "without blanks, quotes and backslashes.");
  }
  expect_untouched();
}

TEST_F(SetPassword, TakesWhateverCanStandEverywhere) {
  for (const std::string& text :
       {std::string("!#$%&()*+,-./:;<=>?@[]^_{|}~"), std::string(63, 'x')}) {
    world.given.password = given_password(text);
    run("set-password");
    EXPECT_EQ(announced(), Secret(text));
  }
}

TEST_F(SetPassword, WaitsForEveryMemberToBeReady) {
  (*world.view)[2].state = MemberState::other;
  EXPECT_TRUE(run("set-password").ends_with("[no] -> fail_members -> rtn_failed"));
  EXPECT_EQ(world.failure,
            "Failed changing the password: Not all members healthy or finished initial sync.");
  expect_untouched();
}

TEST_F(SetPassword, FailsWhereThePrimaryDoesNotDoIt) {
  world.takes_passwords_at_all = false;
  EXPECT_TRUE(run("set-password").ends_with("alter_user [refused] -> fail_sql -> rtn_failed"));
  EXPECT_EQ(world.failure, "Failed changing the password.");
  expect_untouched();
}

TEST_F(SetPassword, FailsWhereLeadershipIsLostInBetween) {
  world.leadership_answers_left = 1;
  EXPECT_TRUE(run("set-password").ends_with("set_secret [not leader] -> fail_lost -> rtn_failed"));
  EXPECT_EQ(world.failure, "Failed changing the password.");
  EXPECT_EQ(announced(), Secret("secret"));
}

TEST_F(SetPassword, LeavesTheSecretWhereTheOwnPatroniDoesNotTakeIt) {
  world.connected = false;
  EXPECT_TRUE(run("set-password")
                  .ends_with("update_config [refused] -> alter_user_back [done] -> "
                             "take_secret_back -> fail_configuration -> rtn_failed"));
  EXPECT_EQ(world.failure, "Failed changing the password.");
  expect_untouched();
}

// --- promote-to-primary ---

struct PromoteToPrimary : ActionTest {
  // This unit is a synchronous standby; 1 leads.
  void SetUp() override {
    settle();
    world.view = ClusterView{{member_of(zero), MemberRole::sync_standby, MemberState::streaming},
                             {member_of(one), MemberRole::leader, MemberState::running}};
    world.given.scope = ParameterText("unit");
  }
  [[nodiscard]] bool leads() const { return (*world.view)[0].role == MemberRole::leader; }
};

TEST_F(PromoteToPrimary, HandsOverToTheOwnMember) {
  EXPECT_TRUE(run("promote-to-primary").ends_with("is_primary [yes] -> rtn"));
  EXPECT_TRUE(leads());
  EXPECT_EQ(world.failure, "");
}

TEST_F(PromoteToPrimary, IsRefusedWhereTheMemberMayLackCommits) {
  (*world.view)[0].role = MemberRole::replica;
  EXPECT_TRUE(run("promote-to-primary").ends_with("fail_not_synchronous -> rtn_failed"));
  EXPECT_FALSE(leads());
  EXPECT_EQ(world.failure, "Unit is not sync standby");
}

TEST_F(PromoteToPrimary, FailsWherePatroniDoesNotDoIt) {
  world.takes_over = false;
  EXPECT_TRUE(run("promote-to-primary").ends_with("fail_switchover -> rtn_failed"));
  EXPECT_EQ(world.failure, "Switchover failed or timed out, check the logs for details");
}

TEST_F(PromoteToPrimary, FailsWhereAnotherRequestWasFaster) {
  world.view->push_back({member_of(two), MemberRole::sync_standby, MemberState::streaming});
  world.overtakes = true;
  EXPECT_TRUE(
      run("promote-to-primary").ends_with("is_primary [no] -> fail_switchover -> rtn_failed"));
  EXPECT_FALSE(leads());
  EXPECT_EQ(world.failure, "Switchover failed or timed out, check the logs for details");
}

TEST_F(PromoteToPrimary, FailsWhereNobodyLeads) {
  world.view = std::nullopt;
  EXPECT_TRUE(
      run("promote-to-primary").ends_with("find_primary [none] -> fail_switchover -> rtn_failed"));
  EXPECT_EQ(world.failure, "Switchover failed or timed out, check the logs for details");
}

TEST_F(PromoteToPrimary, TakesNoForce) {
  world.given.force = true;
  EXPECT_TRUE(run("promote-to-primary").ends_with("fail_forced -> rtn_failed"));
  EXPECT_FALSE(leads());
  EXPECT_EQ(world.failure, "Suprerfluous force flag with unit scope");
}

TEST_F(PromoteToPrimary, OfTheClusterFailsWithoutAnotherCluster) {
  world.given.scope = ParameterText("cluster");
  EXPECT_TRUE(run("promote-to-primary").ends_with("fail_cluster -> rtn_failed"));
  EXPECT_EQ(world.failure,
            "No primary cluster found. Run `create-replication` action in the cluster where the "
            "offer was created.");
}

TEST_F(PromoteToPrimary, NeedsAScope) {
  for (const auto& scope : {std::optional<ParameterText>(), std::optional(ParameterText("pod"))}) {
    world.given.scope = scope;
    EXPECT_TRUE(run("promote-to-primary").ends_with("fail_scope -> rtn_failed"));
    EXPECT_EQ(world.failure, "Scope should be either cluster or unit");
  }
}

// --- the queue ---

Outcome defer(Unit& unit, const Event& /*event*/) { return unit.path.deferred("defer", "later"); }

TEST_F(ActionTest, AnActionCannotBeDeferred) {
  static constexpr std::array<std::string_view, 1> names{"wait"};
  static constexpr std::array handlers{Handler{"wait", "wait", EventKind::action, 0, defer}};
  const CharmDefinition charm{
      .name = "waiter", .container = "waiter", .handlers = handlers, .actions = names};
  const DispatchResult result =
      dispatch(charm, it.unit, Event{.kind = EventKind::action}, observer);
  EXPECT_FALSE(result.ok);
  EXPECT_EQ(result.error, "cannot defer action");
  EXPECT_TRUE(world.queue.empty());
}

TEST_F(ActionTest, WhatIsQueuedRunsBeforeTheAction) {
  settle();
  world.queue = {Notice{5, Event{.kind = EventKind::config_changed}}};
  run("get-primary");
  EXPECT_THAT(observer.ended, ElementsAre("config-changed done", "get-primary done"));
  EXPECT_EQ(observer.reemissions, 1);
}

// --- whatever an operator says ---

// No action fails its hook for it, and each that looks at the parameter says what it does not know.
struct BadParameter {
  const char* action;
  ActionParameters given;
  std::string failure;
};

std::string nobody(std::string_view name) {
  return "The action can be run only for system users or Patroni: backup, replication, rewind, "
         "operator, monitoring, patroni not " +
         std::string(name);
}

TEST_F(ActionTest, ABadParameterIsAFailureWithItsText) {
  settle();
  constexpr const char* no_scope = "Scope should be either cluster or unit";
  const std::string too_long(200, 'x');
  const auto name = [](std::string_view text) { return ParameterText(text); };
  const std::vector<BadParameter> bad{
      {"get-password", {.username = name("")}, nobody("")},
      {"get-password", {.username = name("Operator")}, nobody("Operator")},
      {"get-password", {.username = name("operator ")}, nobody("operator ")},
      {"get-password", {.username = name("backup, replication")}, nobody("backup, replication")},
      {"get-password", {.username = name(too_long)}, nobody(too_long.substr(0, 63))},
      {"promote-to-primary", {}, no_scope},
      {"promote-to-primary", {.scope = name("")}, no_scope},
      {"promote-to-primary", {.scope = name("Unit")}, no_scope},
      {"promote-to-primary", {.scope = name("unit ")}, no_scope},
      {"promote-to-primary", {.scope = name(too_long)}, no_scope},
      {"promote-to-primary",
       {.scope = name("unit"), .force = true},
       "Suprerfluous force flag with unit scope"},
  };
  for (const BadParameter& one : bad) {
    world.given = one.given;
    world.failure.clear();
    world.results.clear();
    run(one.action);
    EXPECT_EQ(world.failure, one.failure) << one.action;
    EXPECT_THAT(world.results, IsEmpty()) << one.action;
  }
}

TEST_F(ActionTest, WhatAnActionDoesNotLookAtChangesNothing) {
  settle();
  for (const char* action : {"get-primary", "pre-upgrade-check", "resume-upgrade"}) {
    world.given = {};
    run(action);
    const auto results = std::exchange(world.results, {});
    const std::string failure = std::exchange(world.failure, {});
    world.given = {.username = ParameterText("x"), .scope = ParameterText("x"), .force = true};
    run(action);
    EXPECT_EQ(std::exchange(world.results, {}), results) << action;
    EXPECT_EQ(std::exchange(world.failure, {}), failure) << action;
  }
}

}  // namespace
}  // namespace charm
