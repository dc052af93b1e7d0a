// What Juju puts into the environment, and what it must not.
#include "charm/runtime/decode.h"

#include <gtest/gtest.h>

#include <array>
#include <map>

#include "charm/postgresql_k8s.h"

namespace charm {
namespace {

using Variables = std::map<std::string_view, std::string_view>;

std::expected<Event, DecodeError> decode(const Variables& variables) {
  return decode_event(postgresql_k8s(), AppName{"pg"},
                      [&](std::string_view name) -> std::optional<std::string_view> {
                        const auto found = variables.find(name);
                        if (found == variables.end()) return std::nullopt;
                        return found->second;
                      });
}

Variables relation_hook(std::string_view path, std::string_view remote_unit) {
  return {{"JUJU_DISPATCH_PATH", path},
          {"JUJU_RELATION", "database-peers"},
          {"JUJU_REMOTE_APP", "pg"},
          {"JUJU_REMOTE_UNIT", remote_unit}};
}

std::string error_of(const Variables& variables) {
  const auto event = decode(variables);
  return event ? "decoded" : event.error().text;
}

TEST(Decode, FindsPlainHooksByTheirNames) {
  for (EventKind kind :
       {EventKind::install, EventKind::start, EventKind::config_changed, EventKind::leader_elected,
        EventKind::update_status, EventKind::upgrade_charm, EventKind::stop, EventKind::remove,
        EventKind::secret_changed}) {
    const std::string path = "hooks/" + std::string(to_text(kind));
    EXPECT_EQ(decode({{"JUJU_DISPATCH_PATH", path}}), Event{.kind = kind}) << path;
  }
}

TEST(Decode, FindsThePebbleReadyOfTheOwnContainer) {
  EXPECT_EQ(decode({{"JUJU_DISPATCH_PATH", "hooks/postgresql-pebble-ready"}}),
            Event{.kind = EventKind::pebble_ready});
}

TEST(Decode, FindsStorageHooks) {
  EXPECT_EQ(decode({{"JUJU_DISPATCH_PATH", "hooks/pgdata-storage-detaching"}}),
            Event{.kind = EventKind::storage_detaching});
}

TEST(Decode, ReadsWhoTheRelationHookIsAbout) {
  EXPECT_EQ(decode(relation_hook("hooks/database-peers-relation-joined", "pg/2")),
            (Event{.kind = EventKind::relation_joined, .remote_unit = UnitName{2}}));
}

TEST(Decode, AChangeOfApplicationDataHasNoRemoteUnit) {
  EXPECT_EQ(decode(relation_hook("hooks/database-peers-relation-changed", "")),
            Event{.kind = EventKind::relation_changed});
}

TEST(Decode, ADepartureNamesWhoDeparts) {
  Variables variables = relation_hook("hooks/database-peers-relation-departed", "pg/1");
  variables["JUJU_DEPARTING_UNIT"] = "pg/0";

  EXPECT_EQ(decode(variables), (Event{.kind = EventKind::relation_departed,
                                      .remote_unit = UnitName{1},
                                      .departing_unit = UnitName{0}}));
}

TEST(Decode, TellsTheRelationsApart) {
  Variables variables = relation_hook("hooks/restart-relation-created", "");
  variables["JUJU_RELATION"] = "restart";

  EXPECT_EQ(decode(variables), (Event{.kind = EventKind::relation_created, .subject = 1}));
}

TEST(Decode, WhatTheCharmDoesNotKnowIsAnEventNobodyObserves) {
  for (const char* path :
       {"hooks/get-primary-action", "hooks/action", "hooks/backups-relation-changed",
        "hooks/data-storage-attached", "hooks/other-pebble-ready",
        "hooks/postgresql-pebble-custom-notice", "hooks/collect-metrics", "hooks/relation-changed",
        "hooks/-relation-changed"}) {
    const auto event = decode({{"JUJU_DISPATCH_PATH", path}});
    ASSERT_TRUE(event) << path << ": " << event.error().text;
    EXPECT_TRUE(is_unobserved(*event)) << path;
    for (const Handler& handler : postgresql_k8s().handlers) {
      EXPECT_NE(handler.subject, event->subject) << path;
    }
  }
}

TEST(Decode, AnActionIsTheOneThatJujuNamesTwice) {
  const auto event = decode({{"JUJU_DISPATCH_PATH", "actions/get-primary"},
                             {"JUJU_ACTION_NAME", "get-primary"},
                             {"JUJU_ACTION_UUID", "7"}});
  ASSERT_TRUE(event) << event.error().text;
  EXPECT_EQ(*event, (Event{.kind = EventKind::action, .subject = 1}));
  EXPECT_EQ(hook_name(postgresql_k8s(), *event), "get-primary-action");
}

TEST(Decode, AnActionThatTheCharmDoesNotHaveIsAnEventNobodyObserves) {
  const auto event = decode({{"JUJU_DISPATCH_PATH", "actions/create-backup"},
                             {"JUJU_ACTION_NAME", "create-backup"},
                             {"JUJU_ACTION_UUID", "7"}});
  ASSERT_TRUE(event) << event.error().text;
  EXPECT_TRUE(is_unobserved(*event));
}

TEST(Decode, RefusesAnActionOfAnotherNameOrWithoutAnId) {
  EXPECT_EQ(error_of({{"JUJU_DISPATCH_PATH", "actions/get-primary"},
                      {"JUJU_ACTION_NAME", "get-password"},
                      {"JUJU_ACTION_UUID", "7"}}),
            "JUJU_ACTION_NAME is not that of the path: 'get-password'");
  EXPECT_EQ(error_of({{"JUJU_DISPATCH_PATH", "actions/get-primary"},
                      {"JUJU_ACTION_NAME", "get-primary"}}),
            "JUJU_ACTION_UUID is missing in the action: 'get-primary'");
}

TEST(Decode, RefusesAPathThatIsNone) {
  EXPECT_EQ(error_of({}), "JUJU_DISPATCH_PATH is neither hooks/NAME nor actions/NAME: ''");
  for (const char* path : {"", "hooks/", "actions/", "leader-elected", "/hooks/start", "hooks"}) {
    EXPECT_FALSE(decode({{"JUJU_DISPATCH_PATH", path}})) << path;
  }
}

TEST(Decode, RefusesAUnitOfAnotherApplication) {
  EXPECT_EQ(error_of(relation_hook("hooks/database-peers-relation-changed", "mysql/0")),
            "JUJU_REMOTE_UNIT is no unit of pg: 'mysql/0'");
}

TEST(Decode, RefusesAUnitBeyondTheLargestNumber) {
  EXPECT_EQ(error_of(relation_hook("hooks/database-peers-relation-changed", "pg/128")),
            "JUJU_REMOTE_UNIT is no unit of pg: 'pg/128'");
}

TEST(Decode, RefusesARelationThatContradictsTheHook) {
  Variables variables = relation_hook("hooks/database-peers-relation-changed", "pg/1");
  variables["JUJU_RELATION"] = "restart";

  EXPECT_EQ(error_of(variables),
            "JUJU_RELATION is not the relation of database-peers-relation-changed: 'restart'");
}

TEST(Decode, RefusesAJoinedUnitWithoutAName) {
  EXPECT_EQ(error_of(relation_hook("hooks/database-peers-relation-joined", "")),
            "JUJU_REMOTE_UNIT is missing in database-peers-relation-joined: ''");
}

TEST(Decode, ALongValueIsCutInTheError) {
  const std::string path(500, 'x');

  EXPECT_LT(error_of({{"JUJU_DISPATCH_PATH", path}}).size(), 200U);
}

// --- relations with other applications ---

constexpr std::array<std::string_view, 2> with_clients{"peers", "database"};
constexpr CharmDefinition server{.name = "server",
                                 .container = "box",
                                 .relations = with_clients,
                                 .storages = {},
                                 .handlers = {},
                                 .client_endpoints = 1};

std::expected<Event, DecodeError> decode_client(Variables more) {
  more.insert({{"JUJU_RELATION", "database"}, {"JUJU_REMOTE_APP", "shop"}});
  return decode_event(server, AppName{"pg"},
                      [&](std::string_view name) -> std::optional<std::string_view> {
                        const auto found = more.find(name);
                        if (found == more.end()) return std::nullopt;
                        return found->second;
                      });
}

TEST(Decode, ReadsWhichOfTheRelationsWithOthersItIs) {
  EXPECT_EQ(decode_client({{"JUJU_DISPATCH_PATH", "hooks/database-relation-joined"},
                           {"JUJU_RELATION_ID", "database:7"},
                           {"JUJU_REMOTE_UNIT", "shop/512"}}),
            (Event{.kind = EventKind::relation_joined,
                   .subject = 1,
                   .remote_unit = UnitName{512},
                   .relation = {7}}));
  EXPECT_EQ(decode_client({{"JUJU_DISPATCH_PATH", "hooks/database-relation-broken"},
                           {"JUJU_RELATION_ID", "database:65535"}}),
            (Event{.kind = EventKind::relation_broken, .subject = 1, .relation = {65535}}));
}

TEST(Decode, TellsApartWhichSideDeparts) {
  const Variables departed{{"JUJU_DISPATCH_PATH", "hooks/database-relation-departed"},
                           {"JUJU_RELATION_ID", "database:7"},
                           {"JUJU_REMOTE_UNIT", "shop/0"}};
  Variables theirs = departed;
  theirs["JUJU_DEPARTING_UNIT"] = "shop/0";
  EXPECT_FALSE(decode_client(theirs)->departing_unit.has_value());
  Variables ours = departed;
  ours["JUJU_DEPARTING_UNIT"] = "pg/2";
  EXPECT_EQ(decode_client(ours)->departing_unit, UnitName{2});
}

TEST(Decode, TakesTheLargestRemoteNumbersForOne) {
  Variables joined{{"JUJU_DISPATCH_PATH", "hooks/database-relation-joined"},
                   {"JUJU_RELATION_ID", "database:7"}};
  joined["JUJU_REMOTE_UNIT"] = "shop/70000";
  EXPECT_EQ(decode_client(joined)->remote_unit, UnitName{65534});
}

TEST(Decode, RefusesWhatIsNoRelationOrUnitOfOthers) {
  const Variables joined{{"JUJU_DISPATCH_PATH", "hooks/database-relation-joined"},
                         {"JUJU_RELATION_ID", "database:7"},
                         {"JUJU_REMOTE_UNIT", "shop/0"}};
  for (const char* id : {"", "7", "database:", "database:0", "database:07", "database:-1",
                         "database:65536", "peers:7", "database:7x"}) {
    Variables variables = joined;
    variables["JUJU_RELATION_ID"] = id;
    EXPECT_FALSE(decode_client(variables)) << id;
  }
  for (const char* unit : {"", "shop", "shop/", "shop/x", "shopping/1", "shop/00", "shop/-1"}) {
    Variables variables = joined;
    variables["JUJU_REMOTE_UNIT"] = unit;
    EXPECT_FALSE(decode_client(variables)) << unit;
  }
}

}  // namespace
}  // namespace charm
