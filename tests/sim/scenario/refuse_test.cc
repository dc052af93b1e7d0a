// Every file that is refused says where and why, in one line. The texts are what a person reads.
#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <string>

#include "sim/scenario/read.h"

namespace {

struct Refused {
  std::string name;
  std::string text;
  std::string error;

  friend void PrintTo(const Refused& refused, std::ostream* out) { *out << refused.name; }
};

std::string error_of(const std::string& text) {
  const auto scenario = sim::read_scenario(text, "f");
  return scenario ? "accepted" : to_text(scenario.error());
}

class RefusedScenario : public testing::TestWithParam<Refused> {};

TEST_P(RefusedScenario, SaysWhereAndWhy) { EXPECT_EQ(error_of(GetParam().text), GetParam().error); }

std::string name_of(const testing::TestParamInfo<Refused>& info) { return info.param.name; }

// A file with these members after a good beginning; they stand in line 2.
std::string with(const std::string& members) {
  return "{\"schema_version\": 1, \"title\": \"x\",\n" + members + "}";
}
std::string with_story(const std::string& steps) { return with("\"story\": [" + steps + "]"); }
std::string with_world(const std::string& members) { return with("\"world\": {" + members + "}"); }

INSTANTIATE_TEST_SUITE_P(
    Syntax, RefusedScenario,
    testing::Values(
        Refused{"Empty", "",
                "f:1:1: is not JSON: unexpected end of input; must be '[', '{', or a literal"},
        Refused{"Cut", "{\"title\": \"x\"",
                "f:1:14: is not JSON: it ends, and the '{' of line 1 is still open; must be ',' or "
                "'}'"},
        Refused{"OpenList", "{\"title\": \"x\",\n\"holds\": [\n\"x\"\n",
                "f:4:1: is not JSON: it ends, and the '[' of line 2 is still open; must be ',' or "
                "']'"},
        Refused{"OpenBrace", "{",
                "f:1:2: is not JSON: it ends, and the '{' of line 1 is still open; must be a text "
                "in double quotes"},
        Refused{"Comma", "{\n  \"title\": \"x\",\n}",
                "f:3:1: is not JSON: unexpected '}'; must be a text in double quotes"},
        Refused{"NaN", "{\"horizon_s\": NaN}",
                "f:1:15: is not JSON: invalid literal; last read: '\"horizon_s\": N'; must be '{', "
                "'[', a number, true, false, null, or a text in double quotes"},
        Refused{"TooLargeANumber", "{\"horizon_s\": 1e999}",
                "f:1:19: is not JSON: number overflow parsing '1e999'; must be between -1.7e308 "
                "and 1.7e308"},
        Refused{"HalfAByteOrderMark", "\xef\xbb{}",
                "f:1:3: is not JSON: a byte order mark that is not UTF-8's; must be UTF-8, and "
                "needs no such mark"},
        Refused{"Utf16", "\xff\xfe{",
                "f:1:1: is not JSON: invalid literal; last read: '\\xff'; must be '{', '[', a "
                "number, true, false, null, or a text in double quotes"},
        Refused{"BrokenUtf8", "{\"title\": \"\xff\"}",
                "f:1:12: is not JSON: invalid string: ill-formed UTF-8 byte; last read: '\"\\xff'"},
        Refused{"TwoValues", "{}\n{}", "f:2:1: is not JSON: unexpected '{'; must be end of input"},
        Refused{"KeyTwice", "{\"title\": \"x\",\n \"world\": {\"units\": 1,\n \"units\": 2}}",
                "f:3: /world/units: stands twice in its object, first in line 2; must stand once"},
        Refused{"TooDeep", with("\"story\": " + std::string(100, '[')),
                "f:2: /story/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0: is nested too deeply; must have at "
                "most 16 levels"},
        Refused{"TooLarge", std::string((1 << 20) + 1, ' '),
                "f: has 1048577 bytes; must have at most 1048576"},
        Refused{"LongText", "{\n\"title\": \"" + std::string(5000, 'x') + "\"}",
                "f:2: /title: is a text of 5000 bytes; must have at most 1000"},
        Refused{"LongKey", "{\"title\": \"x\",\n\"" + std::string(5000, 'x') + "\": 1}",
                "f:2: has a key of 5000 bytes; must have at most 1000"}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Shape, RefusedScenario,
    testing::Values(
        Refused{"NotAnObject", "[]", "f:1: is a list; must be an object"},
        Refused{"NoTitle", "\n{\"schema_version\": 1}", "f:2: lacks \"title\"; must have it"},
        Refused{"OtherVersion", "{\"title\": \"x\",\n\"schema_version\": 2}",
                "f:2: /schema_version: is 2; must be 1"},
        Refused{"EmptyTitle", "{\"schema_version\": 1, \"title\": \"\"}",
                "f:1: /title: is empty; must say something"},
        Refused{"LongTitle",
                "{\"schema_version\": 1, \"title\": \"" + std::string(201, 'x') + "\"}",
                "f:1: /title: has 201 characters; must have at most 200"},
        Refused{"UnknownKey", with("\"stroy\": []"),
                "f:2: /stroy: is not known here (did you mean \"story\"?); allowed are $schema, "
                "choices, departures, faults, holds, horizon_s, leader_changes, permute_deferrals, "
                "quantum_ms, schema_version, story, title, witnesses, world"},
        Refused{"WrongChoice", with("\"choices\": [\"1.call.17=3\",\n\"1.weather.0=1\"]"),
                "f:3: /choices/1: 'weather' is nothing that is asked; must be such as "
                "\"1.call.17=3\""},
        Refused{"ChoiceTwice", with("\"choices\": [\"1.call.17=3\", \"1.call.17=4\"]"),
                "f:2: /choices: has two options for 1.call.17=3; must have each place once"},
        Refused{"NoUnits", with_world("\n\"units\": 0"),
                "f:3: /world/units: is 0; must be 1 to 16"},
        Refused{"NegativeUnits", with_world("\"units\": -3"),
                "f:2: /world/units: is -3; must be 1 to 16"},
        Refused{"HugeUnits", with_world("\"units\": 18446744073709551615"),
                "f:2: /world/units: is 18446744073709551615; must be 1 to 16"},
        Refused{"HugerUnits", with_world("\"units\": 20000000000000000000"),
                "f:2: /world/units: is 2e+19; must be a whole number, 1 to 16"},
        Refused{"HalfAUnit", with_world("\"units\": 2.5"),
                "f:2: /world/units: is 2.5; must be a whole number, 1 to 16"},
        Refused{"UnitsAsText", with_world("\"units\": \"3\""),
                "f:2: /world/units: is \"3\"; must be a whole number, 1 to 16"},
        Refused{"TrustAsText", with_world("\"trusted\": \"yes\""),
                "f:2: /world/trusted: is \"yes\"; must be true or false"},
        Refused{"NullWorld", with("\"world\": null"), "f:2: /world: is null; must be an object"},
        Refused{"NodeCount", with_world("\"config\": {\"synchronous_node_count\": true}"),
                "f:2: /world/config/synchronous_node_count: is true; must be a text, a whole "
                "number or null"},
        Refused{"HugeOption", with_world("\"config\": {\"memory_work_mem\": 9223372036854775808}"),
                "f:2: /world/config/memory_work_mem: is 9223372036854775808; must be a whole "
                "number, or null for its default"},
        Refused{"NoOption", with_world("\"config\": {\"memory_workmem\": 64}"),
                "f:2: /world/config/memory_workmem: is no option of the charm; must be one, such "
                "as memory_work_mem"},
        Refused{"OptionOfAnotherType", with_world("\"config\": {\"memory_work_mem\": \"64\"}"),
                "f:2: /world/config/memory_work_mem: is \"64\"; must be a whole number, or null "
                "for its default"},
        Refused{"NoUnitName", with_world("\"container_reachable_after_s\": {\"db\": 3}"),
                "f:2: /world/container_reachable_after_s/db: is no such key here; must be a unit "
                "such as "
                "\"postgresql-k8s/0\""},
        Refused{"NodeOfAnotherApplication",
                with_world("\"nodes\": {\"pgbouncer/0\": {\"cores\": 2}}"),
                "f:2: /world/nodes/pgbouncer~10: is \"pgbouncer/0\"; must be a unit of "
                "postgresql-k8s, the application that the world has"},
        Refused{"NodeWithoutACore", with_world("\"nodes\": {\"postgresql-k8s/0\": {\"cores\": 0}}"),
                "f:2: /world/nodes/postgresql-k8s~10/cores: is 0; must be 1 to 1024"},
        Refused{"NodeWithSomethingElse",
                with_world("\"nodes\": {\"postgresql-k8s/0\": {\"memory\": 4096}}"),
                "f:2: /world/nodes/postgresql-k8s~10/memory: is not known here (did you mean "
                "\"memory_mib\"?); allowed are cores, memory_mib"},
        Refused{"Target", with_story("{\"kill_pod\": \"primry\"}"),
                "f:2: /story/0/kill_pod: is \"primry\" (did you mean \"primary\"?); must be a unit "
                "such as "
                "\"postgresql-k8s/0\", or one of \"juju leader\", \"lock holder\", \"primary\", "
                "\"replica\""},
        Refused{"Condition", with_story("{\"when\": \"initialized\", \"kill_pod\": \"primary\"}"),
                "f:2: /story/0/when: is \"initialized\" (did you mean \"initialised\"?); must be "
                "one of "
                "\"leader elected\", \"bootstrapping\", \"primary running\", \"no primary\", "
                "\"initialised\", \"settled\", \"removed\", \"first unit refreshed\""},
        Refused{"NoDeed", with_story("{\"set_trust\": true},\n{\"at_s\": 3}"),
                "f:3: /story/1: says nothing to do; must have exactly one of kill_pod, delete_pod, "
                "lose_node, move_leadership, add_units, set_trust, break_container, remove_units, "
                "scale_to, set_config, restart_container, resolve, switchover, failover, pause, "
                "crash_postgresql, crash_patroni, stop_service, fill_volume, remove_application, "
                "deploy_again, run_action, relate, unrelate, write_foreign_state, mend_state, "
                "relate_provider, "
                "unrelate_provider, rotate_certificates, refresh"},
        Refused{
            "TwoDeeds", with_story("{\"add_units\": 1, \"set_trust\": true}"),
            "f:2: /story/0: has both add_units and set_trust; must have exactly one of kill_pod, "
            "delete_pod, lose_node, move_leadership, add_units, set_trust, break_container, "
            "remove_units, scale_to, set_config, restart_container, resolve, switchover, failover, "
            "pause, crash_postgresql, crash_patroni, stop_service, fill_volume, "
            "remove_application, "
            "deploy_again, run_action, relate, unrelate, write_foreign_state, mend_state, "
            "relate_provider, unrelate_provider, "
            "rotate_certificates, refresh"},
        Refused{"ClientThatAsksForNothing", with_story("{\"relate\": \"shop\"}"),
                "f:2: /story/0/relate: stands without database; must stand beside it"},
        Refused{"ClientRelatedTwice",
                with_story("{\"relate\": \"shop\", \"database\": \"a\"}, "
                           "{\"relate\": \"shop\", \"database\": \"b\"}"),
                "f:2: /story/1/relate: is related before; must be another client's name: one that "
                "comes back has a new relation"},
        Refused{"ClientThatUsesAnExtensionOfNoDatabase",
                with_story("{\"relate\": \"shop\", \"database\": \"\", "
                           "\"uses_extension\": \"hstore\"}"),
                "f:2: /story/0/uses_extension: stands beside a request for no database; must stand "
                "beside a database"},
        Refused{"ClientThatIsNotRelated", with_story("{\"unrelate\": \"shop\"}"),
                "f:2: /story/0/unrelate: is related by no step before; must be a related client"},
        Refused{"ActionWithoutAUnit", with_story("{\"run_action\": \"get-primary\"}"),
                "f:2: /story/0/run_action: stands without unit; must stand beside it"},
        Refused{"UnitWithoutAnAction", with_story("{\"set_trust\": true, \"unit\": 0}"),
                "f:2: /story/0/unit: stands without run_action; must stand beside it"},
        Refused{"ActionOfWhat", with_story("{\"run_action\": \"get-primry\", \"unit\": 0}"),
                "f:2: /story/0/run_action: is \"get-primry\" (did you mean \"get-primary\"?); must "
                "be one of \"get-password\", \"get-primary\", \"promote-to-primary\", "
                "\"pre-upgrade-check\", \"resume-upgrade\", \"set-password\", "
                "\"set-tls-private-key\""},
        Refused{"ActionOnNobody", with_story("{\"run_action\": \"get-primary\", \"unit\": 5}"),
                "f:2: /story/0/unit: is postgresql-k8s/5, which does not exist then; must be one "
                "of the 3 units at that point: Juju counts from 0"},
        Refused{"ActionOnNoUnit",
                with_story("{\"run_action\": \"get-primary\", \"unit\": \"primry\"}"),
                "f:2: /story/0/unit: is \"primry\" (did you mean \"primary\"?); must be a unit's "
                "number, a unit such as \"postgresql-k8s/0\", or one of \"juju leader\", \"lock "
                "holder\", \"primary\", \"replica\""},
        Refused{"ActionWithAStrangeParameter",
                with_story("{\"run_action\": \"get-primary\", \"unit\": 0, \"parameters\": "
                           "{\"user\": \"rewind\"}}"),
                "f:2: /story/0/parameters/user: is not known here (did you mean \"username\"?); "
                "allowed are force, password, private-key, scope, username"},
        Refused{"DeployedTwice", with_story("{\"deploy_again\": 3}"),
                "f:2: /story/0/deploy_again: deploys what is deployed; must come after "
                "remove_application"},
        Refused{"AfterTheRemoval", with_story("{\"remove_application\": true}, {\"add_units\": 1}"),
                "f:2: /story/1/add_units: needs the application, which is removed then; must come "
                "before remove_application, or after deploy_again"},
        Refused{"ReturnsOfWhat",
                with_story("{\"delete_pod\": \"primary\", \"returns\": \"at once\"}"),
                "f:2: /story/0/returns: stands without kill_pod; must stand beside it"},
        Refused{"NegativeTime", with_story("{\"at_s\": -1, \"add_units\": 1}"),
                "f:2: /story/0/at_s: is -1; must be 0 to 604800"},
        Refused{"Budget", with("\"faults\": {\"kill_hook\": 65536}"),
                "f:2: /faults/kill_hook: is 65536; must be 0 to 1000"},
        Refused{"PropertyTwice", with("\"holds\": [\"a\",\n\"b\",\n\"a\"]"),
                "f:4: /holds/2: is \"a\" a second time; must stand once in its list"},
        Refused{"FirstOfTwo", with("\"horizon_s\": 0,\n\"faults\": 3,\n\"world\": 4"),
                "f:2: /horizon_s: is 0; must be 1 to 604800"}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    World, RefusedScenario,
    testing::Values(
        Refused{"AppWithNumber", with_world("\"app\": \"db-0\""),
                "f:2: /world/app: is \"db-0\"; must be a Juju application's name: lower-case "
                "letters, digits "
                "and hyphens, beginning with a letter, and a letter in each part between hyphens"},
        Refused{"LongApp", with_world("\"app\": \"" + std::string(49, 'a') + "\""),
                "f:2: /world/app: is too long: its Service patroni-" + std::string(49, 'a') +
                    "-config has 64 characters; must leave them at most 63, as Kubernetes does"},
        Refused{"ShortTtl", with_world("\"patroni\": {\"ttl_s\": 10}"),
                "f:2: /world/patroni/ttl_s: is 10 s; must be at least 20 s: Patroni's rule is ttl "
                ">= 20, "
                "loop_wait >= 1, retry_timeout >= 3"},
        Refused{"TtlTooShortForItsLoop", with_world("\"patroni\": {\"retry_timeout_s\": 11}"),
                "f:2: /world/patroni: has loop_wait + 2 * retry_timeout = 32 s and ttl = 30 s; "
                "must keep "
                "Patroni's rule: loop_wait + 2 * retry_timeout <= ttl"},
        Refused{"OtherApplication", with_story("{\"kill_pod\": \"mysql-k8s/0\"}"),
                "f:2: /story/0/kill_pod: is \"mysql-k8s/0\"; must be a unit of postgresql-k8s, the "
                "application that the world has"},
        Refused{"NoSuchUnit",
                with_story("{\"kill_pod\": \"postgresql-k8s/3\"},\n{\"add_units\": 1}"),
                "f:2: /story/0/kill_pod: is postgresql-k8s/3, which does not exist then; must be "
                "one of the "
                "3 units at that point: Juju counts from 0"},
        Refused{"HugeOrdinal", with_story("{\"kill_pod\": \"postgresql-k8s/99999\"}"),
                "f:2: /story/0/kill_pod: is \"postgresql-k8s/99999\"; must be at most "
                "postgresql-k8s/15"},
        Refused{"NeverExists",
                with_world("\"container_reachable_after_s\": {\"postgresql-k8s/3\": 5}"),
                "f:2: /world/container_reachable_after_s/postgresql-k8s~13: is a unit that never "
                "exists; "
                "must be one of the 3 that there are or will be: Juju counts from 0"},
        Refused{"NodeOfAUnitThatNeverExists",
                with_world("\"nodes\": {\"postgresql-k8s/3\": {\"cores\": 2}}"),
                "f:2: /world/nodes/postgresql-k8s~13: is a unit that never exists; "
                "must be one of the 3 that there are or will be: Juju counts from 0"},
        Refused{"TooManyUnits", with_story("{\"add_units\": 10},\n{\"add_units\": 4}"),
                "f:3: /story/1/add_units: makes 17 units; must keep to 16, which is all a world "
                "has room for"},
        Refused{"BackInTime",
                with_story("{\"at_s\": 20, \"add_units\": 1},\n{\"at_s\": 19, \"add_units\": 1}"),
                "f:3: /story/1/at_s: is 19 s; must be at least 20 s, as an earlier step says: "
                "steps happen "
                "one after the other"},
        Refused{
            "BeyondTheHorizon",
            with_story("{\"at_s\": 7000, \"add_units\": 1}, {\"after_s\": 201, \"add_units\": 1}"),
            "f:2: /story/1: is due at 7201 s or later; must be within the horizon, which is 7200 "
            "s"},
        Refused{"ServiceBeyondTheHorizon", with_world("\"service_routes_after_s\": 7201"),
                "f:2: /world/service_routes_after_s: is 7201 s; must be within the horizon, which "
                "is 7200 s"},
        Refused{
            "LostNode",
            with_story(
                "{\"lose_node\": \"postgresql-k8s/1\"}, {\"delete_pod\": \"postgresql-k8s/1\"}"),
            "f:2: /story/1/delete_pod: is postgresql-k8s/1, whose node is lost; must be a unit "
            "that is "
            "there: nothing replaces the pod of a lost node"},
        Refused{"OnlyNode",
                with("\"world\": {\"units\": 1}, \"story\": [{\"lose_node\": \"primary\"}]"),
                "f:2: /story/0/lose_node: may leave no unit with a node; must leave one: nothing "
                "replaces the pod of a lost node, so nothing could work again"},
        Refused{"AllNodes",
                with_story("{\"lose_node\": \"primary\"}, {\"lose_node\": \"postgresql-k8s/1\"}, "
                           "{\"lose_node\": \"primary\"}"),
                "f:2: /story/2/lose_node: may leave no unit with a node; must leave one: nothing "
                "replaces the pod of a lost node, so nothing could work again"},
        Refused{"LonelyReplica",
                with("\"world\": {\"units\": 1}, \"story\": [{\"kill_pod\": \"replica\"}]"),
                "f:2: /story/0/kill_pod: is a replica where there is one unit; must come when "
                "there are two"},
        Refused{
            "LonelyLeader",
            with("\"world\": {\"units\": 1}, \"story\": [{\"move_leadership\": \"another unit\"}]"),
            "f:2: /story/0/move_leadership: needs another unit; must come when there are two: "
            "Juju's "
            "lease stays with the only one"},
        Refused{"FaultsWithoutTime", with("\"faults\": {\"kill_hook\": 1}"),
                "f:2: /faults: allows faults, but none after 0 s; must say until_s, the time after "
                "which no "
                "fault strikes"},
        Refused{"FaultsToTheEnd", with("\"faults\": {\"kill_hook\": 1, \"until_s\": 7200}"),
                "f:2: /faults/until_s: is 7200 s; must be before the horizon, which is 7200 s: "
                "what must "
                "hold in the end is judged between them"}),
    name_of);

TEST(RefusedScenarioLimits, TooManyValues) {
  std::string list = "[0";
  for (int i = 0; i < 20'000; ++i) list += ",0";
  EXPECT_EQ(error_of("{\n\"holds\": " + list + "]}"),
            "f:2: /holds: holds too many values; must be at most 10000 in the whole file");
}

// The schema lists them one by one.
std::string names_of_state_keys() {
  std::string names;
  for (std::size_t at = 1; at < charm::state_key_count; ++at) {
    if (!names.empty()) names += ", ";
    names.append("\"").append(to_text(static_cast<charm::StateKey>(at))).append("\"");
  }
  return names;
}

INSTANTIATE_TEST_SUITE_P(
    ForeignState, RefusedScenario,
    testing::Values(
        Refused{"ForeignStateOfNoKey",
                with_story("{\"write_foreign_state\": \"the deferal queue\"}"),
                "f:2: /story/0/write_foreign_state: is \"the deferal queue\" (did you mean \"the "
                "deferral queue\"?); must be one of " +
                    names_of_state_keys()},
        Refused{"ForeignStateOfOneUnitThatAllRead",
                with_story("{\"write_foreign_state\": \"stanza in database-peers\", \"of_unit\": "
                           "\"primary\"}"),
                "f:2: /story/0/of_unit: stands beside stanza in database-peers, which all units "
                "read; must stand beside what one unit has for itself"},
        Refused{
            "ForeignStateOfNobody",
            with_story("{\"write_foreign_state\": \"the unit's secret\", \"of_unit\": "
                       "\"postgresql-k8s/5\"}"),
            "f:2: /story/0/of_unit: is postgresql-k8s/5, which does not exist then; must be one "
            "of the 3 units at that point: Juju counts from 0"},
        Refused{"ForeignStateForNoClient",
                with_story("{\"write_foreign_state\": \"the offer in database\"}"),
                "f:2: /story/0/write_foreign_state: needs a client; must come when there has been "
                "one"},
        Refused{"ForeignStateForNoProvider",
                with_story("{\"write_foreign_state\": \"certificate_signing_requests in "
                           "certificates\"}"),
                "f:2: /story/0/write_foreign_state: needs a provider; must come when there is one"},
        Refused{"MendsWhatIsNotSpoilt", with_story("{\"mend_state\": true}"),
                "f:2: /story/0/mend_state: mends what no step before it has written; must come "
                "after write_foreign_state"},
        Refused{"MendsTwice",
                with_story("{\"write_foreign_state\": \"the unit's secret\"},\n"
                           "{\"mend_state\": true},\n{\"mend_state\": true}"),
                "f:4: /story/2/mend_state: mends what no step before it has written; must come "
                "after write_foreign_state"},
        Refused{"OfUnitWithoutForeignState",
                with_story("{\"set_trust\": true, \"of_unit\": \"primary\"}"),
                "f:2: /story/0/of_unit: stands without write_foreign_state; must stand beside it"}),
    name_of);

}  // namespace
