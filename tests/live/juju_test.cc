// Juju's port for the unit itself and its peers, over hook tools that are played.
#include "charm/live/juju.h"

#include "tests/live/juju_fixture.h"

namespace charm::live {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

using JujuPort = JujuFixture;

template <class Call>
std::string failure_of(Call call) {
  try {
    call();
  } catch (const HookFailed& failure) {
    return failure.what();
  }
  return "none";
}

TEST_F(JujuPort, AFalseAnswerAboutLeadershipStays) {
  EXPECT_TRUE(juju().is_leader());
  not_leading();
  EXPECT_FALSE(juju().is_leader());
  fake_.answer("is-leader", {.output = "true"});
  EXPECT_FALSE(juju().is_leader());
  EXPECT_EQ(fake_.calls("is-leader").size(), 2U);
  begin();
  EXPECT_TRUE(juju().is_leader());
}

TEST_F(JujuPort, KnowsItsPeersAndNeverItself) {
  fake_.answer("relation-list", {.output = R"(["pg/0","pg/1","pg/2"])"});
  EXPECT_EQ(juju().peers(), (UnitSet{UnitName{0}, UnitName{2}}));
}

TEST_F(JujuPort, HasNoPeersBeforeThereIsARelation) {
  fake_.answer("relation-ids", {.output = "[]"});
  EXPECT_TRUE(juju().peers().empty());
  EXPECT_TRUE(juju().endpoints().empty());
  // Nor when it has gone: a hook that tears the unit down shall not fail for it.
  juju().set_tls({});
  EXPECT_TRUE(juju().set_cluster_initialised());
  EXPECT_THAT(fake_.calls("relation-set"), IsEmpty());
  EXPECT_THAT(fake_.logged(), HasSubstr("there is no relation database-peers: nothing is written"));
}

TEST_F(JujuPort, PlansForWhoIsNotDying) {
  fake_.answer("goal-state", {.output = R"({"units":{"pg/0":{"status":"active"},)"
                                        R"("pg/1":{"status":"dying"},"pg/2":{"status":"x"}}})"});
  EXPECT_EQ(juju().planned_units(), (UnitSet{UnitName{0}, UnitName{2}}));
}

TEST_F(JujuPort, SeesItsOwnWritesAndReadsABagOnce) {
  bag("database-peers:0", "pg", {{"endpoints", R"(["pg-0.pg-endpoints"])"}});
  EXPECT_THAT(juju().endpoints(), ElementsAre(HostName{0}));
  EXPECT_FALSE(juju().cluster_initialised());
  EXPECT_TRUE(juju().set_endpoints({HostName{0}, HostName{1}}));
  EXPECT_TRUE(juju().set_cluster_initialised());
  EXPECT_THAT(juju().endpoints(), ElementsAre(HostName{0}, HostName{1}));
  EXPECT_TRUE(juju().cluster_initialised());
  EXPECT_EQ(fake_.calls("relation-get").size(), 1U);
  EXPECT_THAT(written("relation-set"),
              ElementsAre(R"({"endpoints": "[\"pg-0.pg-endpoints\", \"pg-1.pg-endpoints\"]"})",
                          R"({"cluster_initialised": "True"})"));
  EXPECT_THAT(fake_.calls("relation-set")[0].arguments,
              ElementsAre("-r", "database-peers:0", "--app", "--file", "-"));
}

TEST_F(JujuPort, WritesNothingForTheApplicationUnlessItLeads) {
  not_leading();
  EXPECT_FALSE(juju().set_endpoints({}));
  EXPECT_FALSE(juju().set_cluster_initialised());
  EXPECT_FALSE(juju().set_password(SystemUser::rewind, Secret("x")));
  EXPECT_FALSE(juju().set_restart_granted({}));
  EXPECT_FALSE(juju().set_upgrade_stack({}));
  EXPECT_FALSE(juju().set_upgrade_standbys({}));
  EXPECT_FALSE(juju().set_dependencies({}));
  EXPECT_FALSE(juju().client_offer({7}));
  EXPECT_FALSE(juju().set_client_offer({7}, {}));
  EXPECT_THAT(fake_.calls("relation-set"), IsEmpty());
  EXPECT_THAT(fake_.calls("secret-add"), IsEmpty());
}

TEST_F(JujuPort, IsToldThatItLeadsNoMore) {
  fake_.answer("relation-set", {.errors = "ERROR cannot write relation settings\n", .code = 1});
  EXPECT_FALSE(juju().set_endpoints({HostName{0}}));
  EXPECT_TRUE(juju().endpoints().empty());  // it has not been written
  fake_.answer("secret-add", {.errors = "ERROR this unit is not the leader\n", .code = 1});
  EXPECT_FALSE(juju().set_password(SystemUser::rewind, Secret("x")));
}

TEST_F(JujuPort, FailsTheHookWhenJujuDoesNotAnswer) {
  fake_.answer("is-leader", {.errors = "ERROR leadership status unknown\n", .code = 1});
  EXPECT_EQ(failure_of([&] { (void)juju().is_leader(); }),
            "is-leader: exit status 1: leadership status unknown");
  fake_.remove("relation-get");
  EXPECT_EQ(failure_of([&] { (void)juju().endpoints(); }),
            "relation-get: No such file or directory");
  fake_.answer("config-get", {.output = "<html>"});
  EXPECT_EQ(failure_of([&] { (void)juju().config(); }), "config-get: its output: is no JSON");
  fake_.answer("relation-list", {.output = R"(["other/0"])"});
  EXPECT_EQ(failure_of([&] { (void)juju().peers(); }),
            "relation-list: its output names no unit of pg");
}

TEST_F(JujuPort, FailsTheHookWhenABagHasBecomeUnreadable) {
  bag("database-peers:0", "pg", {{"endpoints", "x"}});
  EXPECT_EQ(failure_of([&] { (void)juju().endpoints(); }), "endpoints: is no JSON");
}

TEST_F(JujuPort, MakesTheSecretAndThenChangesTheWholeOfIt) {
  fake_.answer("secret-add", {.output = "secret:abc\n"});
  EXPECT_TRUE(juju().passwords().of(SystemUser::rewind).empty());
  EXPECT_TRUE(juju().set_password(SystemUser::rewind, Secret("Canary1")));
  EXPECT_TRUE(juju().set_password(SystemUser::patroni, Secret("Canary2")));
  EXPECT_EQ(juju().passwords().of(SystemUser::rewind).reveal(), "Canary1");
  EXPECT_EQ(juju().passwords().of(SystemUser::patroni).reveal(), "Canary2");
  const auto added = fake_.calls("secret-add");
  ASSERT_EQ(added.size(), 1U);
  EXPECT_EQ(added[0].arguments[1], "database-peers.pg.app");
  const auto set = fake_.calls("secret-set");
  ASSERT_EQ(set.size(), 1U);
  EXPECT_EQ(set[0].arguments[0], "secret:abc");
  EXPECT_EQ(set[0].files, (std::map<std::string, std::string>{{"rewind-password", "Canary1"},
                                                              {"patroni-password", "Canary2"}}));
  EXPECT_THAT(fake_.arguments_of_all(), Not(HasSubstr("Canary")));
}

TEST_F(JujuPort, KeepsWhatOthersHaveInTheSecret) {
  fake_.answer("secret-get", {.output = R"({"operator-password":"old","new-key":"v"})"});
  fake_.answer("secret-info-get", {.output = R"({"abc":{}})"});
  EXPECT_TRUE(juju().set_password(SystemUser::operator_user, Secret("new")));
  EXPECT_EQ(fake_.calls("secret-set")[0].files,
            (std::map<std::string, std::string>{{"operator-password", "new"}, {"new-key", "v"}}));
  EXPECT_EQ(fake_.calls("secret-set")[0].arguments[0], "secret:abc");
  const auto known = juju().operator_passwords();
  ASSERT_EQ(known.size(), 2U);
  EXPECT_EQ(known[0].reveal(), "new");
  EXPECT_EQ(known[1].reveal(), "old");
}

TEST_F(JujuPort, MakesNoRevisionOfWhatStandsThere) {
  fake_.answer("secret-get", {.output = R"({"operator-password":"same"})"});
  EXPECT_TRUE(juju().set_password(SystemUser::operator_user, Secret("same")));
  EXPECT_THAT(fake_.calls("secret-set"), IsEmpty());
}

TEST_F(JujuPort, ReadsTheConfigurationOnce) {
  fake_.answer("config-get", {.output = R"({"synchronous_node_count":"majority"})"});
  const CharmConfig config = juju().config();
  EXPECT_EQ(config.synchronous_node_count, CharmConfig::NodeCount::majority);
  EXPECT_TRUE(config.valid);
  EXPECT_EQ(juju().config().options, config.options);
  EXPECT_EQ(fake_.calls("config-get").size(), 1U);
}

TEST_F(JujuPort, TellsWhichOptionIsBad) {
  fake_.answer("config-get", {.output = R"({"memory_work_mem":1})"});
  const CharmConfig config = juju().config();
  EXPECT_FALSE(config.valid);
  EXPECT_EQ(config.options, nullptr);
  EXPECT_EQ(config.invalid, "memory_work_mem: Value is not between 64 and 2147483647");
}

// status-get tells what stood at a hook's first look: tests/contract/hook_tools_unit_test.cc.
TEST_F(JujuPort, KnowsTheStatusThatItHasSetAndKeepsAllMessages) {
  fake_.answer("status-get", {.output = R"({"status":"active","message":"Primary"})"});
  const Status first = juju().unit_status();
  juju().set_unit_status({StatusKind::waiting, "for something"});
  EXPECT_EQ(juju().unit_status(), (Status{StatusKind::waiting, "for something"}));
  EXPECT_EQ(first, (Status{StatusKind::active, "Primary"}));
  begin();
  EXPECT_EQ(juju().unit_status(), (Status{StatusKind::active, "Primary"}));
}

TEST_F(JujuPort, LocksRestarts) {
  bag("restart:1", "pg/0", {{"state", "release"}});
  bag("restart:1", "pg/2", {{"state", "acquire"}});
  bag("restart:1", "pg", {{"<ops.model.Unit pg/0>", "granted"}, {"<ops.model.Unit pg/2>", "idle"}});
  EXPECT_TRUE(juju().restart_states().acquire.contains(UnitName{2}));
  juju().set_restart_state(RestartState::acquire);
  EXPECT_EQ(juju().restart_states(),
            (RestartStates{.acquire = {UnitName{1}, UnitName{2}}, .release = {UnitName{0}}}));
  EXPECT_EQ(juju().restart_granted(), (UnitSet{UnitName{0}}));
  EXPECT_TRUE(juju().set_restart_granted({UnitName{1}}));
  EXPECT_EQ(juju().restart_granted(), (UnitSet{UnitName{1}}));
  EXPECT_THAT(written("relation-set"),
              ElementsAre(R"({"state": "acquire"})",
                          R"({"<ops.model.Unit pg/0>": "", "<ops.model.Unit pg/1>": "granted"})"));
}

TEST_F(JujuPort, CoordinatesARefresh) {
  bag("upgrade:2", "pg/0", {{"state", "idle"}});
  bag("upgrade:2", "pg", {{"upgrade-stack", "[0, 2]"}});
  EXPECT_EQ(juju().upgrade_states()[1].state, UpgradeState::none);
  juju().set_upgrade_state(UpgradeState::ready);
  const UpgradeMembers states = juju().upgrade_states();
  EXPECT_THAT(states, ElementsAre(UpgradeMember{.unit = {0}, .state = UpgradeState::idle},
                                  UpgradeMember{.unit = {1}, .state = UpgradeState::ready},
                                  UpgradeMember{.unit = {2}, .state = UpgradeState::none}));
  EXPECT_THAT(juju().upgrade_stack(), ElementsAre(UnitName{0}, UnitName{2}));
  EXPECT_TRUE(juju().set_upgrade_stack({UnitName{0}}));
  EXPECT_THAT(juju().upgrade_stack(), ElementsAre(UnitName{0}));
  EXPECT_FALSE(juju().upgrade_standbys().restricted);
  const UpgradeStandbys standbys{.units = {UnitName{2}}, .restricted = true};
  EXPECT_TRUE(juju().set_upgrade_standbys(standbys));
  EXPECT_EQ(juju().upgrade_standbys(), standbys);
  EXPECT_TRUE(juju().set_upgrade_standbys({}));
  EXPECT_EQ(juju().upgrade_standbys(), UpgradeStandbys());
}

TEST_F(JujuPort, StoresDependencies) {
  EXPECT_FALSE(juju().dependencies());
  const Dependencies own{
      .charm = {.version = VersionText("2"), .upgrade_supported = VersionText(">0")},
      .rock = {.version = VersionText("14.11"), .upgrade_supported = VersionText("^14")}};
  EXPECT_TRUE(juju().set_dependencies(own));
  EXPECT_EQ(juju().dependencies(), own);
}

TEST_F(JujuPort, KeepsTheQueueInTheStateStore) {
  fake_.answer("state-get", {.output = R"({"notices":"config-changed config-changed - -\n"})"});
  EXPECT_EQ(juju().unreadable_state(), StateKey::none);
  const Notices queue = juju().notices();
  ASSERT_EQ(queue.size(), 1U);
  EXPECT_EQ(queue[0].event, (Event{.kind = EventKind::config_changed}));
  juju().set_notices(queue);
  juju().set_notices({});
  EXPECT_TRUE(juju().notices().empty());
  EXPECT_THAT(written("state-set"),
              ElementsAre(R"({"notices": "config-changed config-changed - -\n"})"));
  EXPECT_THAT(fake_.calls("state-delete")[0].arguments, ElementsAre("notices"));
  EXPECT_EQ(fake_.calls("state-get").size(), 1U);
}

TEST_F(JujuPort, TakesUpstreamsQueueOver) {
  const std::string event = "PostgresqlOperatorCharm/on/config_changed[17]";
  const wire::Bag state{
      {"#notices#", "- ['" + event + "', PostgresqlOperatorCharm, _on_config_changed]"},
      {event, "null"},
      {"notices", "stop update-status - -\nupdate-status update-status - -\n"}};
  fake_.answer("state-get", {.output = wire::to_python_json(state)});
  EXPECT_EQ(juju().unreadable_state(), StateKey::none);
  const Notices queue = juju().notices();
  ASSERT_GT(queue.size(), 2U);
  EXPECT_EQ(queue[0].event.kind, EventKind::config_changed);
  juju().set_notices({});
  std::vector<std::string> deleted;
  for (const auto& call : fake_.calls("state-delete")) deleted.push_back(call.arguments[0]);
  EXPECT_THAT(deleted, ElementsAre("notices", "#notices#", event));
  EXPECT_TRUE(juju().notices().empty());
}

TEST_F(JujuPort, LeavesWhatItCannotReadOfTheQueueWhereItIs) {
  const wire::Bag state{{"#notices#", "{"},
                        {"notices", "rubbish\nupdate-status update-status - -\n"}};
  fake_.answer("state-get", {.output = wire::to_python_json(state)});
  EXPECT_EQ(juju().unreadable_state(), StateKey::deferral_queue);
  EXPECT_THAT(fake_.logged(), HasSubstr("another revision has left: the deferral queue"));
  const Notices queue = juju().notices();
  ASSERT_EQ(queue.size(), 1U);
  juju().set_notices({});
  EXPECT_THAT(written("state-set"), ElementsAre(R"({"notices": "rubbish\n"})"));
  EXPECT_THAT(fake_.calls("state-delete"), IsEmpty());
  EXPECT_EQ(juju().unreadable_state(), StateKey::deferral_queue);
}

TEST_F(JujuPort, FindsWhatCannotBeReadAndNamesNoSecret) {
  fake_.answer("secret-get", {.output = R"({"operator-password":"Canary\u0001"})"});
  EXPECT_EQ(juju().unreadable_state(), StateKey::application_secret);
  EXPECT_THAT(fake_.logged(), HasSubstr("operator-password"));
  EXPECT_THAT(fake_.logged(), Not(HasSubstr("Canary")));
}

}  // namespace
}  // namespace charm::live
