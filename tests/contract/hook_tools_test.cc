// What a hook may rely on of Juju's hook tools: leadership, relations, their bags. Source:
// juju-and-pebble.md, sections 2 and 3.
#include "charm/wire/client.h"
#include "tests/contract/hook_tools_fixture.h"

namespace charm::contract {
namespace {

using live::Scope;
using live::ToolFailure;
using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

const std::string peers = "database-peers:0";
const std::string restart = "restart:1";
const std::string web = "database:3";
const std::string one_endpoint = R"(["pg-0.pg-endpoints"])";

Event of_peers(EventKind kind, std::uint8_t relation, MaybeUnit remote, MaybeUnit departing = {}) {
  return {.kind = kind,
          .subject = relation,
          .remote_unit = remote,
          .departing_unit = departing,
          .relation = {}};
}

Event of_web(EventKind kind, MaybeUnit remote = {}) {
  return {.kind = kind,
          .subject = database_endpoint,
          .remote_unit = remote,
          .departing_unit = {},
          .relation = with_web};
}

// --- leadership ---

TEST_P(HookToolsContract, WhoLeadsIsToldSo) {
  begin(leader);
  EXPECT_TRUE(need(tools.is_leader()));
  EXPECT_EQ(run({"is-leader"}).output, "True\n");
  begin(other);
  EXPECT_FALSE(need(tools.is_leader()));
  EXPECT_EQ(run({"is-leader"}).output, "False\n");
}

TEST_P(HookToolsContract, WhoIsNotToldToLeadIsNotToldSoInThatHookAnyMore) {
  begin(other);
  EXPECT_FALSE(need(tools.is_leader()));
  bench->give_leadership_to(other);
  bench->switch_to(other);
  EXPECT_FALSE(need(tools.is_leader()));
  expect_end_well(other);
  begin(other);
  EXPECT_TRUE(need(tools.is_leader()));
}

TEST_P(HookToolsContract, LeadershipIsLostInTheMiddleOfAHook) {
  begin(leader);
  EXPECT_TRUE(need(tools.is_leader()));
  bench->give_leadership_to(other);
  EXPECT_FALSE(need(tools.is_leader()));
  EXPECT_EQ(failure(tools.set_relation_bag(peers, Scope::application, {{"endpoints", "[]"}})),
            ToolFailure::not_leader);
}

TEST_P(HookToolsContract, WhatALeaderHasWrittenIsRefusedIfItLeadsNoMore) {
  begin(leader);
  need(tools.set_relation_bag(peers, Scope::application, {{"endpoints", one_endpoint}}));
  bench->give_leadership_to(other);
  EXPECT_FALSE(bench->end_well(leader));
  begin(other);
  EXPECT_EQ(need(tools.relation_bag(peers, Scope::application, "pg")), Bag());
}

// --- which relations there are ---

TEST_P(HookToolsContract, RelationsAreToldByEndpoint) {
  begin(other);
  EXPECT_THAT(need(tools.relation_ids("database-peers")), ElementsAre(peers));
  EXPECT_THAT(need(tools.relation_ids("database")), ElementsAre(web));
  EXPECT_THAT(need(tools.relation_ids("certificates")), ElementsAre());
}

TEST_P(HookToolsContract, RelationIdsNeedsAnEndpointOutsideOfARelationsHook) {
  begin(other);
  EXPECT_THAT(refused({"relation-ids"}), testing::StartsWith("2: no "));
}

TEST_P(HookToolsContract, MembersAreThePeersInTheOrderOfTheirNamesAndNeverTheUnitItself) {
  begin(other);
  EXPECT_THAT(need(tools.relation_units(peers)), ElementsAre("pg/0", "pg/2"));
  EXPECT_EQ(need(tools.relation_application(peers)), "pg");
}

TEST_P(HookToolsContract, AClientIsARelationsOtherApplication) {
  begin(other);
  EXPECT_THAT(need(tools.relation_units(web)), ElementsAre("web/0"));
  EXPECT_EQ(need(tools.relation_application(web)), "web");
}

TEST_P(HookToolsContract, ARelationThatThereIsNotIsNotFound) {
  begin(leader);
  EXPECT_EQ(refused({"relation-list", "-r", "99"}),
            "2: invalid value \"99\" for option -r: relation not found");
  EXPECT_EQ(failure(tools.relation_units("database:99")), ToolFailure::relation_not_found);
  EXPECT_EQ(failure(tools.relation_bag("database:99", Scope::application, "web")),
            ToolFailure::relation_not_found);
  EXPECT_EQ(failure(tools.set_relation_bag("database:99", Scope::unit, {{"a", "b"}})),
            ToolFailure::relation_not_found);
}

TEST_P(HookToolsContract, ARelationIsKnownByTheNumberOfItsIdAlone) {
  begin(leader);
  EXPECT_EQ(told({"relation-list", "--app", "-r", "3"}), "web");
  EXPECT_EQ(told({"relation-list", "--app", "--relation=other:3"}), "web");
  EXPECT_EQ(refused({"relation-list", "-r", "database:x"}),
            "2: invalid value \"database:x\" for option -r: invalid relation id");
}

TEST_P(HookToolsContract, OutsideOfARelationsHookTheRelationMustBeNamed) {
  begin(leader);
  EXPECT_EQ(refused({"relation-get", "-", "pg/1"}), "2: no relation id specified");
  EXPECT_EQ(refused({"relation-list"}), "2: no relation id specified");
  EXPECT_EQ(refused({"relation-set", "a=b"}), "2: no relation id specified");
  EXPECT_EQ(refused({"relation-get", "-r", peers}), "2: no unit or application specified");
}

TEST_P(HookToolsContract, UnknownOptionsAndMissingValuesAreRefused) {
  begin(leader);
  EXPECT_EQ(refused({"relation-set", "--nonsense"}),
            "2: option provided but not defined: --nonsense");
  EXPECT_THAT(refused({"relation-list", "-r"}), testing::StartsWith("2: "));
  EXPECT_EQ(refused({"is-leader", "x"}), "2: unrecognized args: [\"x\"]");
}

// --- bags ---

TEST_P(HookToolsContract, TheOwnApplicationsBagIsSeenByItsWriterAtOnceAndByOthersAfterTheHook) {
  begin(other);
  begin(leader);
  need(tools.set_relation_bag(peers, Scope::application,
                              {{"endpoints", one_endpoint}, {"cluster_initialised", "True"}}));
  EXPECT_EQ(need(tools.relation_bag(peers, Scope::application, "pg")),
            (Bag{{"endpoints", one_endpoint}, {"cluster_initialised", "True"}}));
  bench->switch_to(other);
  EXPECT_EQ(need(tools.relation_bag(peers, Scope::application, "pg")), Bag());
  expect_end_well(leader);
  expect_end_well(other);
  begin(other);
  EXPECT_EQ(need(tools.relation_bag(peers, Scope::application, "pg")),
            (Bag{{"endpoints", one_endpoint}, {"cluster_initialised", "True"}}));
}

TEST_P(HookToolsContract, AnApplicationsBagStaysAsItWasAtAHooksFirstLook) {
  begin(other);
  EXPECT_EQ(need(tools.relation_bag(peers, Scope::application, "pg")), Bag());
  begin(leader);
  need(tools.set_relation_bag(peers, Scope::application, {{"endpoints", one_endpoint}}));
  expect_end_well(leader);
  bench->switch_to(other);
  EXPECT_EQ(need(tools.relation_bag(peers, Scope::application, "pg")), Bag());
}

TEST_P(HookToolsContract, OnlyTheLeaderWritesTheApplicationsBag) {
  begin(other);
  EXPECT_EQ(failure(tools.set_relation_bag(peers, Scope::application, {{"endpoints", "[]"}})),
            ToolFailure::not_leader);
  EXPECT_EQ(refused({"relation-set", "-r", peers, "--app", "endpoints=[]"}),
            "1: cannot write relation settings");
}

TEST_P(HookToolsContract, WhatAFailedHookHasWrittenIsDropped) {
  begin(leader);
  need(tools.set_relation_bag(peers, Scope::application, {{"endpoints", one_endpoint}}));
  need(tools.set_relation_bag(restart, Scope::unit, {{"state", "acquire"}}));
  bench->end_badly(leader);
  begin(leader);
  EXPECT_EQ(need(tools.relation_bag(peers, Scope::application, "pg")), Bag());
  EXPECT_EQ(wire::value_of(need(tools.relation_bag(restart, Scope::unit, "pg/0")), "state"), "");
}

TEST_P(HookToolsContract, AnEmptyValueRemovesItsKey) {
  begin(leader);
  need(tools.set_relation_bag(restart, Scope::unit, {{"state", "acquire"}}));
  need(tools.set_relation_bag(restart, Scope::unit, {{"state", ""}}));
  EXPECT_FALSE(need(tools.relation_bag(restart, Scope::unit, "pg/0")).contains("state"));
  EXPECT_EQ(told({"relation-get", "-r", restart, "state", "pg/0"}), json());
  EXPECT_EQ(run({"relation-get", "-r", restart, "state", "pg/0"}).output, "");
}

TEST_P(HookToolsContract, AKeyIsToldByItselfToo) {
  begin(leader);
  EXPECT_TRUE(run({"relation-set", "-r", restart, "state=release"}).well());
  EXPECT_EQ(told({"relation-get", "-r", restart, "state", "pg/0"}), "release");
  EXPECT_EQ(run({"relation-get", "-r", restart, "state", "pg/0"}).output, "release\n");
  EXPECT_EQ(told({"relation-get", "-r", restart, "-", "pg/0"})["state"], "release");
}

TEST_P(HookToolsContract, AUnitsBagIsToldToItsPeersAndKeptByThemUntilTheirChanged) {
  begin(leader);
  EXPECT_FALSE(need(tools.relation_bag(restart, Scope::unit, "pg/1")).contains("state"));
  begin(other);
  need(tools.set_relation_bag(restart, Scope::unit, {{"state", "acquire"}}));
  expect_end_well(other);
  bench->switch_to(leader);
  EXPECT_FALSE(need(tools.relation_bag(restart, Scope::unit, "pg/1")).contains("state"));
  expect_end_well(leader);
  bench->begin(leader, of_peers(EventKind::relation_changed, 1, other));
  EXPECT_EQ(wire::value_of(need(tools.relation_bag(restart, Scope::unit, "pg/1")), "state"),
            "acquire");
}

TEST_P(HookToolsContract, JujuWritesEachUnitsAddressIntoItsBag) {
  begin(leader);
  const Bag bag = need(tools.relation_bag(peers, Scope::unit, "pg/1"));
  EXPECT_NE(wire::value_of(bag, "private-address"), "");
  EXPECT_EQ(wire::value_of(bag, "private-address"), wire::value_of(bag, "ingress-address"));
  EXPECT_NE(wire::value_of(bag, "egress-subnets"), "");
}

TEST_P(HookToolsContract, WhoseBagItIsMustBeAUnitUnlessItIsAnApplications) {
  begin(leader);
  EXPECT_EQ(refused({"relation-get", "-r", peers, "-", "pg"}),
            "2: expected unit name, got application name \"pg\"");
  EXPECT_EQ(refused({"relation-get", "-r", peers, "-", "p/g"}), "2: invalid unit name \"p/g\"");
  // By a unit's name its application is meant.
  EXPECT_EQ(told({"relation-get", "-r", web, "--app", "database", "web/0"}), "web");
}

TEST_P(HookToolsContract, InARelationsHookTheOtherUnitIsWhoIsMeant) {
  begin(other);
  need(tools.set_relation_bag(restart, Scope::unit, {{"state", "acquire"}}));
  expect_end_well(other);
  bench->begin(leader, of_peers(EventKind::relation_changed, 1, other));
  EXPECT_EQ(told({"relation-get", "state"}), "acquire");
  EXPECT_EQ(told({"relation-ids"}), json({restart}));
  EXPECT_EQ(told({"relation-list"}), json({"pg/1", "pg/2"}));
}

TEST_P(HookToolsContract, InAnApplicationsChangedTheApplicationIsWhoIsMeant) {
  begin(leader);
  need(tools.set_relation_bag(peers, Scope::application, {{"endpoints", one_endpoint}}));
  expect_end_well(leader);
  bench->begin(other, of_peers(EventKind::relation_changed, 0, {}));
  EXPECT_EQ(told({"relation-get", "endpoints"}), one_endpoint);
}

TEST_P(HookToolsContract, WhatIsWrittenIsKeyIsValue) {
  begin(leader);
  EXPECT_EQ(refused({"relation-set", "-r", restart, "state"}),
            "2: expected \"key=value\", got \"state\"");
  // From the standard input only if that is asked for.
  EXPECT_TRUE(run({"relation-set", "-r", restart}, "not read").well());
  EXPECT_TRUE(
      run({"relation-set", "-r", restart, "--file", "-"}, "{\"state\": \"acquire\"}").well());
  EXPECT_EQ(told({"relation-get", "-r", restart, "state", "pg/0"}), "acquire");
  // An argument comes over what stands in the file.
  EXPECT_TRUE(run({"relation-set", "-r", restart, "--file", "-", "state=release"},
                  "{\"state\": \"acquire\"}")
                  .well());
  EXPECT_EQ(told({"relation-get", "-r", restart, "state", "pg/0"}), "release");
}

// --- with another application ---

TEST_P(HookToolsContract, WhatAClientAsksForIsToldToEveryUnit) {
  for (const UnitName unit : {leader, other}) {
    begin(unit);
    EXPECT_EQ(need(tools.relation_bag(web, Scope::application, "web")), web_request());
  }
}

TEST_P(HookToolsContract, TheOwnBagForAClientIsReadAndWrittenByTheLeaderAlone) {
  begin(other);
  EXPECT_EQ(failure(tools.relation_bag(web, Scope::application, "pg")),
            ToolFailure::relation_not_found);
  EXPECT_THAT(refused({"relation-get", "-r", web, "--app", "-", "pg"}),
              HasSubstr("1: permission denied"));
  EXPECT_EQ(failure(tools.set_relation_bag(web, Scope::application, {{"database", "web"}})),
            ToolFailure::not_leader);
  begin(leader);
  EXPECT_EQ(need(tools.relation_bag(web, Scope::application, "pg")), Bag());
  const Bag answer =
      wire::client_answer({.app = {"pg"}, .model = "testing", .relation = with_web, .tls_ca = {}},
                          web_request(), {.database = RequestText("web")},
                          {.password = Secret("secret-of-web"),
                           .version = BoundedText<15>("14.20"),
                           .read_only_endpoints = true})
          .bag;
  need(tools.set_relation_bag(web, Scope::application, answer));
  expect_end_well(leader);
  begin(leader);
  Bag expected = answer;
  std::erase_if(expected, [](const auto& field) { return field.second.empty(); });
  EXPECT_EQ(need(tools.relation_bag(web, Scope::application, "pg")), expected);
}

TEST_P(HookToolsContract, OfWhoIsInNoRelationNothingIsTold) {
  begin(leader);
  EXPECT_THAT(refused({"relation-get", "-r", web, "--app", "-", "stranger"}),
              HasSubstr("permission denied"));
}

// --- departures ---

TEST_P(HookToolsContract, WhoDepartsIsNoMemberAnyMoreAndItsBagCanStillBeRead) {
  bench->remove_a_unit();
  bench->begin(leader, of_peers(EventKind::relation_departed, 1, UnitName{2}, UnitName{2}));
  EXPECT_THAT(need(tools.relation_units(restart)), ElementsAre("pg/1"));
  EXPECT_NE(need(tools.relation_bag(restart, Scope::unit, "pg/2")), Bag());
  need(tools.set_relation_bag(restart, Scope::unit, {{"state", "release"}}));
  expect_end_well(leader);
  begin(leader);
  EXPECT_THAT(need(tools.relation_units(restart)), ElementsAre("pg/1"));
}

TEST_P(HookToolsContract, WhileARelationBreaksItIsThereAndThenItIsNot) {
  bench->remove_relation();
  bench->begin(leader, of_web(EventKind::relation_broken));
  EXPECT_THAT(need(tools.relation_ids("database")), ElementsAre(web));
  EXPECT_THAT(need(tools.relation_units(web)), ElementsAre());
  EXPECT_EQ(need(tools.relation_application(web)), "web");
  EXPECT_EQ(need(tools.relation_bag(web, Scope::application, "pg")), Bag());
  expect_end_well(leader);
  begin(leader);
  EXPECT_THAT(need(tools.relation_ids("database")), ElementsAre());
  EXPECT_EQ(failure(tools.relation_bag(web, Scope::application, "web")),
            ToolFailure::relation_not_found);
}

TEST_P(HookToolsContract, OutsideOfItsHookAToolIsRefused) {
  begin(leader);
  expect_end_well(leader);
  const live::Ended ended = run({"is-leader"});
  EXPECT_EQ(ended.how, live::Ended::How::exited);
  EXPECT_NE(ended.code, 0);
  EXPECT_NE(ended.errors, "");
}

std::string name_of(const testing::TestParamInfo<HookToolsSide>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(Model, HookToolsContract,
                         testing::Values(HookToolsSide{"Model", model_hook_tools}), name_of);
INSTANTIATE_TEST_SUITE_P(LiveJuju, HookToolsContract,
                         testing::Values(HookToolsSide{"LiveJuju", live_hook_tools}), name_of);

}  // namespace
}  // namespace charm::contract
