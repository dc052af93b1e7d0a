// What a hook may rely on of Juju's hook tools: secrets, the state store, the unit, actions.
// Source: juju-and-pebble.md, sections 1.7, 2.2 and 3.
#include "charm/wire/tls.h"
#include "tests/contract/hook_tools_fixture.h"

namespace charm::contract {
namespace {

using live::Scope;
using live::StatusText;
using live::ToolFailure;
using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

const std::string label = "database-peers.pg.app";
const std::string unit_label = "database-peers.pg.unit";
const wire::Bag first{{"operator-password", "first-of-all"}};
const wire::Bag second{{"operator-password", "second-of-all"}};
const std::string web = "database:3";
const std::string request_text =
    "-----BEGIN CERTIFICATE REQUEST-----\nMIIBVgIBADANBgkqhkiG9w0BAQEFAASCAUAwggE8AgEAAkEAq7BF\n"
    "-----END CERTIFICATE REQUEST-----";

// --- secrets ---

struct Secrets : HookToolsContract {
  // By a hook of the leader.
  std::string make() {
    begin(leader);
    const std::string uri = need(tools.add_secret(label, Scope::application, first));
    expect_end_well(leader);
    return uri;
  }
  void change(const std::string& uri) {
    begin(leader);
    need(tools.set_secret(uri, second));
    expect_end_well(leader);
  }
  static json content(std::vector<std::string> options) {
    options.insert(options.begin(), "secret-get");
    options.insert(options.end(), {"--label", label});
    return told(std::move(options));
  }
};

TEST_P(Secrets, OneThatThereIsNotIsNotFound) {
  begin(leader);
  EXPECT_EQ(failure(tools.secret_content(label)), ToolFailure::secret_not_found);
  EXPECT_EQ(failure(tools.secret_id(label)), ToolFailure::secret_not_found);
  EXPECT_EQ(refused({"secret-info-get", "--label", label}),
            "1: secret \"" + label + "\" not found");
  EXPECT_THAT(need(tools.secret_ids()), IsEmpty());
  begin(other);
  EXPECT_EQ(failure(tools.secret_content(label)), ToolFailure::secret_not_found);
}

TEST_P(Secrets, ANewOneIsSeenByItsMakerAtOnceAndByItsPeersAfterTheHook) {
  begin(other);
  begin(leader);
  const std::string uri = need(tools.add_secret(label, Scope::application, first));
  EXPECT_THAT(uri, StartsWith("secret:"));
  EXPECT_EQ(need(tools.secret_content(label)), first);
  EXPECT_EQ(content({}), json(first));
  EXPECT_EQ("secret:" + need(tools.secret_id(label)), uri);
  bench->switch_to(other);
  EXPECT_EQ(failure(tools.secret_content(label)), ToolFailure::secret_not_found);
  expect_end_well(leader);
  expect_end_well(other);
  begin(other);
  EXPECT_EQ(need(tools.secret_content(label)), first);
}

TEST_P(Secrets, WhatAFailedHookHasMadeIsDropped) {
  begin(leader);
  need(tools.add_secret(label, Scope::application, first));
  bench->end_badly(leader);
  begin(leader);
  EXPECT_EQ(failure(tools.secret_content(label)), ToolFailure::secret_not_found);
  EXPECT_THAT(need(tools.secret_ids()), IsEmpty());
}

TEST_P(Secrets, TheApplicationsAreMadeByTheLeaderAlone) {
  begin(other);
  EXPECT_EQ(failure(tools.add_secret(label, Scope::application, first)), ToolFailure::not_leader);
  EXPECT_EQ(refused({"secret-add", "--label", label, "operator-password=first-of-all"}),
            "1: this unit is not the leader");
}

TEST_P(Secrets, TheirOwnersAreToldAboutThemAndNobodyElse) {
  const std::string uri = make();
  begin(leader);
  const std::string id = need(tools.secret_id(label));
  EXPECT_EQ("secret:" + id, uri);
  EXPECT_THAT(need(tools.secret_ids()), ElementsAre(id));
  const json info = told({"secret-info-get", "--label", label})[id];
  EXPECT_EQ(info["revision"], 1);
  EXPECT_EQ(info["label"], label);
  EXPECT_EQ(info["owner"], "application");
  EXPECT_EQ(told({"secret-info-get", uri}), told({"secret-info-get", "--label", label}));
  begin(other);
  EXPECT_EQ(failure(tools.secret_id(label)), ToolFailure::secret_not_found);
  EXPECT_THAT(need(tools.secret_ids()), IsEmpty());
}

TEST_P(Secrets, ANewRevisionIsReadInItsHookIfItIsAskedForByItsUri) {
  const std::string uri = make();
  begin(leader);
  EXPECT_EQ(content({}), json(first));
  need(tools.set_secret(uri, second));
  EXPECT_EQ(content({}), json(first));
  EXPECT_EQ(content({"--refresh"}), json(first)) << "by its label it is not found";
  EXPECT_EQ(told({"secret-get", uri}), json(first));
  EXPECT_EQ(told({"secret-get", uri, "--refresh"}), json(second));
  expect_end_well(leader);
  begin(leader);
  EXPECT_EQ(content({"--refresh"}), json(second));
  EXPECT_EQ(told({"secret-info-get", "--label", label}).begin().value()["revision"], 2);
}

TEST_P(Secrets, APeerReadsTheRevisionThatItHasReadFirstUntilItAsksForTheLatest) {
  const std::string uri = make();
  begin(other);
  EXPECT_EQ(content({}), json(first));
  expect_end_well(other);
  change(uri);
  begin(other);
  EXPECT_EQ(content({}), json(first));
  EXPECT_EQ(content({"--refresh"}), json(second));
  expect_end_well(other);
  begin(other);
  EXPECT_EQ(content({}), json(second));
}

TEST_P(Secrets, ANewRevisionOfAFailedHookIsDropped) {
  const std::string uri = make();
  begin(leader);
  need(tools.set_secret(uri, second));
  bench->end_badly(leader);
  begin(leader);
  EXPECT_EQ(need(tools.secret_content(label)), first);
}

TEST_P(Secrets, ALeaderThatLeadsNoMoreChangesNone) {
  const std::string uri = make();
  begin(leader);
  bench->give_leadership_to(other);
  EXPECT_EQ(failure(tools.set_secret(uri, second)), ToolFailure::not_leader);
  EXPECT_EQ(failure(tools.add_secret(label, Scope::application, first)), ToolFailure::not_leader);
}

TEST_P(Secrets, AChangeByAFormerLeaderIsRefusedWhenItsHookEnds) {
  const std::string uri = make();
  begin(leader);
  need(tools.set_secret(uri, second));
  bench->give_leadership_to(other);
  EXPECT_FALSE(bench->end_well(leader));
  begin(other);
  EXPECT_EQ(need(tools.secret_content(label)), first);
}

TEST_P(Secrets, AUnitHasItsOwn) {
  begin(other);
  const wire::Bag own = wire::with_unit_secret({}, {.request = request_text});
  const std::string uri = need(tools.add_secret(unit_label, Scope::unit, own));
  expect_end_well(other);
  begin(other);
  EXPECT_EQ(need(tools.secret_content(unit_label)), own);
  EXPECT_EQ("secret:" + need(tools.secret_id(unit_label)), uri);
  EXPECT_EQ(told({"secret-info-get", "--label", unit_label}).begin().value()["owner"], "unit");
  begin(leader);
  EXPECT_EQ(failure(tools.secret_content(unit_label)), ToolFailure::secret_not_found);
}

TEST_P(Secrets, WhatIsAskedForMustBeNamed) {
  begin(leader);
  EXPECT_EQ(refused({"secret-get"}), "2: require either a secret URI or label");
  EXPECT_EQ(refused({"secret-get", "--label", label, "--peek", "--refresh"}),
            "2: specify one of --peek or --refresh but not both");
  EXPECT_EQ(refused({"secret-info-get"}), "2: require either a secret URI or label");
  EXPECT_EQ(refused({"secret-add"}), "2: missing secret value or filename");
  EXPECT_EQ(refused({"secret-set"}), "2: missing secret URI");
  EXPECT_EQ(refused({"secret-grant"}), "2: missing secret URI");
}

TEST_P(Secrets, OneKeyIsToldByItself) {
  const std::string uri = make();
  begin(leader);
  EXPECT_EQ(told({"secret-get", uri, "operator-password"}), "first-of-all");
  EXPECT_EQ(run({"secret-get", uri, "operator-password"}).output, "first-of-all\n");
}

TEST_P(Secrets, AGrantNeedsARelationAndAnOwner) {
  const std::string uri = make();
  begin(leader);
  EXPECT_EQ(refused({"secret-grant", uri}), "2: no relation id specified");
  EXPECT_EQ(failure(tools.grant_secret(uri, "database:99")), ToolFailure::secret_not_found);
  need(tools.grant_secret(uri, web));
  need(tools.grant_secret(uri, web));  // twice is as good as once
  expect_end_well(leader);
  begin(leader);
  need(tools.revoke_secret(uri, web));
  expect_end_well(leader);
  begin(other);
  EXPECT_EQ(failure(tools.grant_secret(uri, web)), ToolFailure::secret_not_found);
}

// --- the state store ---

TEST_P(HookToolsContract, StateIsSeenAtOnceAndKeptIfTheHookEndsWell) {
  const wire::Bag queue{{"notices", "update-status update-status - -\n"}};
  begin(other);
  EXPECT_EQ(need(tools.state()), wire::Bag());
  need(tools.set_state(queue));
  EXPECT_EQ(need(tools.state()), queue);
  expect_end_well(other);
  begin(other);
  EXPECT_EQ(need(tools.state()), queue);
  EXPECT_EQ(told({"state-get", "notices"}), queue.at("notices"));
  need(tools.delete_state("notices"));
  EXPECT_EQ(need(tools.state()), wire::Bag());
  bench->end_badly(other);
  begin(other);
  EXPECT_EQ(need(tools.state()), queue);
  begin(leader);
  EXPECT_EQ(need(tools.state()), wire::Bag());  // each unit has its own
}

TEST_P(HookToolsContract, AKeyOfTheStateThatThereIsNotIsEmptyOrAnErrorIfThatIsAskedFor) {
  begin(leader);
  EXPECT_EQ(run({"state-get", "nothing"}).output, "");
  EXPECT_TRUE(told({"state-get", "nothing"}) == "" || told({"state-get", "nothing"}).is_null());
  EXPECT_EQ(refused({"state-get", "--strict", "nothing"}), "1: \"nothing\" not found");
  need(tools.delete_state("nothing"));
}

TEST_P(HookToolsContract, StateIsLimited) {
  begin(leader);
  EXPECT_EQ(failure(tools.set_state({{"notices", std::string(65537, 'x')}})), ToolFailure::other);
  EXPECT_EQ(failure(tools.set_state({{std::string(257, 'k'), "x"}})), ToolFailure::other);
  EXPECT_EQ(need(tools.state()), wire::Bag());
}

// --- statuses ---

TEST_P(HookToolsContract, AStatusStandsAtOnceAndStaysIfTheHookFails) {
  begin(leader);
  need(tools.set_unit_status(StatusKind::blocked, "-- this: \"quoted\" --"));
  EXPECT_EQ(need(tools.unit_status()), (StatusText{StatusKind::blocked, "-- this: \"quoted\" --"}));
  bench->end_badly(leader);
  begin(leader);
  EXPECT_EQ(need(tools.unit_status()), (StatusText{StatusKind::blocked, "-- this: \"quoted\" --"}));
}

TEST_P(HookToolsContract, AVersionAndPortsAreTaken) {
  begin(other);
  need(tools.set_application_version("14.13"));
  need(tools.open_port("5432/tcp"));
  need(tools.open_port("8008/tcp"));
  need(tools.open_port("5432/tcp"));
  expect_end_well(other);
}

TEST_P(HookToolsContract, AStatusIsToldAsItWasAtAHooksFirstLook) {
  begin(leader);
  need(tools.set_unit_status(StatusKind::waiting, "before"));
  expect_end_well(leader);
  begin(leader);
  EXPECT_EQ(need(tools.unit_status()), (StatusText{StatusKind::waiting, "before"}));
  need(tools.set_unit_status(StatusKind::active, ""));
  EXPECT_EQ(need(tools.unit_status()), (StatusText{StatusKind::waiting, "before"}));
  EXPECT_EQ(run({"status-get"}).output, "waiting\n");
  expect_end_well(leader);
  begin(leader);
  EXPECT_EQ(need(tools.unit_status()), (StatusText{StatusKind::active, ""}));
  EXPECT_EQ(run({"status-get"}).output, "active\n");
}

TEST_P(HookToolsContract, AStatusIsOneOfFour) {
  begin(leader);
  EXPECT_THAT(refused({"status-set", "excellent"}), StartsWith("2: invalid status \"excellent\""));
  EXPECT_THAT(refused({"status-set"}), StartsWith("2: invalid args, require <status> [message]"));
}

TEST_P(HookToolsContract, TheApplicationsStatusIsTheLeadersAlone) {
  begin(other);
  EXPECT_THAT(refused({"status-set", "--application", "active"}),
              HasSubstr("1: this unit is not the leader"));
}

// --- the configuration ---

TEST_P(HookToolsContract, OptionsWithoutAValueAreToldOnlyIfAllAreAskedFor) {
  begin(leader);
  const json all = told({"config-get", "--all"});
  EXPECT_EQ(all["profile"], "production");
  EXPECT_EQ(all["plugin_citext_enable"], false);
  EXPECT_TRUE(all.contains("memory_shared_buffers") && all["memory_shared_buffers"].is_null());
  EXPECT_FALSE(told({"config-get"}).contains("memory_shared_buffers"));
  EXPECT_EQ(told({"config-get", "profile"}), "production");
  EXPECT_EQ(told({"config-get", "memory_shared_buffers"}), json());
  EXPECT_EQ(refused({"config-get", "--all", "profile"}),
            "2: cannot use argument --all together with key \"profile\"");
}

TEST_P(HookToolsContract, TheConfigurationStaysAsItWasAtAHooksFirstLook) {
  begin(leader);
  EXPECT_EQ(told({"config-get", "profile"}), "production");
  bench->set_profile("testing");
  EXPECT_EQ(told({"config-get", "profile"}), "production");
  expect_end_well(leader);
  bench->begin(leader, plain_event(EventKind::config_changed));
  EXPECT_EQ(told({"config-get", "profile"}), "testing");
}

// --- what shall be ---

TEST_P(HookToolsContract, GoalStateNamesTheUnitsThatStayAndTheClients) {
  begin(leader);
  const live::GoalState before = need(tools.goal_state());
  EXPECT_THAT(before.units, ElementsAre("pg/0", "pg/1", "pg/2"));
  EXPECT_THAT(before.applications.at("database"), ElementsAre("web"));
  bench->remove_a_unit();
  EXPECT_THAT(need(tools.goal_state()).units, ElementsAre("pg/0", "pg/1"));
}

TEST_P(HookToolsContract, TheUnitsAddressIsThatOfItsBag) {
  begin(leader);
  const std::string address = need(tools.bind_address("database-peers"));
  EXPECT_EQ(wire::value_of(need(tools.relation_bag("database-peers:0", Scope::unit, "pg/0")),
                           "private-address"),
            address);
  EXPECT_EQ(refused({"network-get"}), "2: no arguments specified");
  EXPECT_THAT(refused({"network-get", "nowhere"}), StartsWith("1: "));
}

TEST_P(HookToolsContract, WhatIsLoggedMustBeSomething) {
  begin(leader);
  EXPECT_TRUE(run({"juju-log", "--log-level", "DEBUG", "--", "-a line"}).well());
  EXPECT_EQ(refused({"juju-log"}), "2: no message specified");
}

// --- actions ---

TEST_P(HookToolsContract, AnActionHasParametersAndResults) {
  bench->begin_action(leader, "set-password", {{"username", "operator"}, {"password", "given"}});
  EXPECT_EQ(json::parse(need(tools.action_parameters())),
            (json{{"username", "operator"}, {"password", "given"}}));
  EXPECT_EQ(told({"action-get", "username"}), "operator");
  EXPECT_EQ(told({"action-get", "absent"}), json());
  need(tools.set_action_result("password", Secret("made=up")));
  need(tools.set_action_result("username", "operator"));
  need(tools.set_action_result("username", "changed"));
  need(tools.log_action("on its way"));
  expect_end_well(leader);
  EXPECT_EQ(
      bench->last_action(),
      (HookToolsBench::Action{.well = true,
                              .failure = "",
                              .results = {{"password", "made=up"}, {"username", "changed"}}}));
}

TEST_P(HookToolsContract, AnActionThatSaysSoHasFailedAndWhatItHasWrittenStays) {
  bench->begin_action(leader, "get-primary", json::object());
  need(tools.set_relation_bag("restart:1", Scope::unit, {{"state", "acquire"}}));
  need(tools.fail_action("- nobody leads"));
  expect_end_well(leader);
  const HookToolsBench::Action ended = bench->last_action();
  EXPECT_FALSE(ended.well);
  EXPECT_EQ(ended.failure, "- nobody leads");
  begin(leader);
  EXPECT_EQ(told({"relation-get", "-r", "restart:1", "state", "pg/0"}), "acquire");
}

TEST_P(HookToolsContract, WhatAnActionWhoseProcessFailsHasWrittenIsDropped) {
  bench->begin_action(leader, "get-primary", json::object());
  need(tools.set_relation_bag("restart:1", Scope::unit, {{"state", "acquire"}}));
  bench->end_badly(leader);
  EXPECT_FALSE(bench->last_action().well);
  begin(leader);
  EXPECT_EQ(told({"relation-get", "-r", "restart:1", "state", "pg/0"}), json());
}

TEST_P(HookToolsContract, ResultsHaveNamesThatMayBe) {
  bench->begin_action(leader, "get-primary", json::object());
  EXPECT_EQ(refused({"action-set", "stdout=x"}), "2: cannot set reserved action key \"stdout\"");
  EXPECT_THAT(refused({"action-set", "Primary=x"}), StartsWith("2: key \"Primary\" must start"));
  EXPECT_EQ(refused({"action-set", "primary"}),
            "2: argument \"primary\" must be of the form key...=value");
}

TEST_P(HookToolsContract, OutsideOfAnActionItsToolsAreRefused) {
  begin(leader);
  EXPECT_THAT(refused({"action-set", "a=b"}), StartsWith("1: "));
  EXPECT_THAT(refused({"action-fail", "text"}), StartsWith("1: "));
  EXPECT_THAT(refused({"action-log", "text"}), StartsWith("1: "));
  EXPECT_THAT(refused({"action-get"}), StartsWith("1: "));
  EXPECT_THAT(refused({"relation-get", "-"}), StartsWith("2: "));
}

std::string name_of(const testing::TestParamInfo<HookToolsSide>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(Model, Secrets, testing::Values(HookToolsSide{"Model", model_hook_tools}),
                         name_of);
INSTANTIATE_TEST_SUITE_P(LiveJuju, Secrets,
                         testing::Values(HookToolsSide{"LiveJuju", live_hook_tools}), name_of);

}  // namespace
}  // namespace charm::contract
