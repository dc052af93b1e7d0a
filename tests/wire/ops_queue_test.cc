// The deferral queue that upstream leaves: as ops 3.9.0 writes it (tests/differential/deferral has
// ops itself), taken over or refused by name.
#include "charm/wire/ops_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

#include "charm/postgresql_k8s.h"
#include "tests/wire/any_text.h"

namespace charm::wire {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const AppName app{"postgresql-k8s"};

const std::string departed = "PostgresqlOperatorCharm/on/database_peers_relation_departed[3]";
const std::string of_client = "PostgresqlOperatorCharm/on/database_relation_changed[12]";

// As yaml.dump() lays it out, folded lines and all.
const std::string two_rows =
    "- !!python/tuple ['PostgresqlOperatorCharm/on/config_changed[17]', PostgresqlOperatorCharm,\n"
    "  _on_config_changed]\n"
    "- !!python/tuple ['PostgresqlOperatorCharm/on/database_peers_relation_departed[3]',\n"
    "  PostgresqlOperatorCharm, _on_peer_relation_departed]\n";
const std::string of_departed =
    "{app_name: postgresql-k8s, departing_unit: postgresql-k8s/2, relation_id: 1, relation_name: "
    "database-peers,\n  unit_name: postgresql-k8s/1}\n";

using Store = std::map<std::string, std::string, std::less<>>;

Wire<Notices> take_over(const Store& store) {
  return take_over_ops_queue(postgresql_k8s(), app, [&store](std::string_view key) {
    const auto found = store.find(key);
    return found == store.end() ? std::nullopt : std::optional(found->second);
  });
}

// `config-changed config-changed`: handler and hook.
std::vector<std::string> told(const Store& store) {
  const auto notices = take_over(store);
  EXPECT_TRUE(notices) << notices.error().text;
  std::vector<std::string> list;
  for (const Notice& notice : *notices) {
    list.push_back(std::string(postgresql_k8s().handlers[notice.handler].name) + ' ' +
                   hook_name(postgresql_k8s(), notice.event));
  }
  return list;
}
std::string refusal(const Store& store) {
  const auto notices = take_over(store);
  return notices ? "taken over" : notices.error().text;
}
std::string row(const std::string& event) { return "- !!python/tuple ['" + event + "', A, b]\n"; }

TEST(OpsQueue, IsEmptyWhereNothingIsStored) {
  EXPECT_THAT(told({}), ElementsAre());
  EXPECT_THAT(told({{"#notices#", "[]\n"}}), ElementsAre());
}

TEST(OpsQueue, IsTakenOverInItsOrder) {
  const Store store{{"#notices#", two_rows}, {departed, of_departed}};
  EXPECT_THAT(told(store),
              ElementsAre("config-changed config-changed", "uphold-extensions config-changed",
                          "restart-relation-changed config-changed",
                          "peer-relation-departed database-peers-relation-departed"));
  const Notices notices = *take_over(store);
  EXPECT_EQ(notices[3].event.remote_unit, MaybeUnit(UnitName{1}));
  EXPECT_EQ(notices[3].event.departing_unit, MaybeUnit(UnitName{2}));
}

TEST(OpsQueue, OfTwoEqualNoticesOneIsEnough) {
  EXPECT_THAT(told({{"#notices#", row("A/on/config_changed[1]") + row("A/on/config_changed[2]")}}),
              ElementsAre("config-changed config-changed", "uphold-extensions config-changed",
                          "restart-relation-changed config-changed"));
}

TEST(OpsQueue, AnEventOfAClientSaysWhichRelation) {
  const Store store{
      {"#notices#", row(of_client)},
      {of_client, "{app_name: shop, relation_id: 7, relation_name: database, unit_name: shop/0}"}};
  const Notices notices = *take_over(store);
  ASSERT_EQ(notices.size(), 1U);
  EXPECT_EQ(notices[0].event.relation, RelationId{7});
  EXPECT_EQ(notices[0].event.remote_unit, MaybeUnit(UnitName{0}));
}

TEST(OpsQueue, WhatNobodyObservesIsLeftOut) {
  EXPECT_THAT(told({{"#notices#", row("A/on/start[1]") + row("A/on/unknown_thing[1]")}}),
              ElementsAre());
}

TEST(OpsQueue, IsRefusedByName) {
  EXPECT_EQ(refusal({{"#notices#", "{"}}), "the deferral queue: is no YAML");
  EXPECT_EQ(refusal({{"#notices#", "a: b"}}), "the deferral queue: is no list");
  EXPECT_EQ(refusal({{"#notices#", "- [a, b]"}}),
            "the deferral queue: has a row that is not three words");
  EXPECT_EQ(refusal({{"#notices#", row("A/B/on/database_requested[1]")}}),
            "the deferral queue: A/B/on/database_requested[1] is no event of the charm itself");
  EXPECT_EQ(refusal({{"#notices#", two_rows}}),
            "the deferral queue: " + departed + " has no snapshot that can be read");
  EXPECT_EQ(refusal({{"#notices#", row("A/on/stop[1]")}}),
            "the deferral queue: A/on/stop[1] cannot have been deferred");
}

TEST(OpsQueue, OfAnUnknownUnitIsRefused) {
  for (const char* snapshot :
       {"{unit_name: other/1, relation_id: 1}", "{relation_id: 1}",
        "{unit_name: [postgresql-k8s/1], relation_id: 1}",
        "{unit_name: postgresql-k8s/1, departing_unit: '-', relation_id: 1}"}) {
    EXPECT_THAT(refusal({{"#notices#", two_rows}, {departed, snapshot}}),
                HasSubstr("is about a relation or unit that cannot be read"))
        << snapshot;
  }
  for (const char* snapshot :
       {"{relation_id: 0}", "{relation_id: 65536}", "{relation_id: x}", "{}"}) {
    EXPECT_THAT(refusal({{"#notices#", row(of_client)}, {of_client, snapshot}}),
                HasSubstr("is about a relation or unit that cannot be read"))
        << snapshot;
  }
}

TEST(OpsQueue, IsNotReadDeeperThanOpsWrites) {
  EXPECT_EQ(refusal({{"#notices#", std::string(60000, '[')}}), "the deferral queue: is no YAML");
  EXPECT_EQ(refusal({{"#notices#", "- &a [*a, *a, *a]"}}),
            "the deferral queue: has a row that is not three words");
}

RC_GTEST_PROP(OpsQueueProperty, IsTakenOverOrRefusedWhateverStandsThere, ()) {
  const Store store{{"#notices#", *given::near({two_rows, "[]\n", row(of_client)})},
                    {departed, *given::near({of_departed})},
                    {of_client, *given::near({"{relation_id: 7, app_name: a, unit_name: a/0}"})}};
  const auto notices = take_over(store);
  RC_CLASSIFY(notices.has_value(), "taken over");
  if (!notices) {
    RC_ASSERT(notices.error().text.starts_with("the deferral queue: "));
    return;
  }
  for (const Notice& notice : *notices) {
    RC_ASSERT(observes(postgresql_k8s().handlers[notice.handler], notice.event));
  }
}

}  // namespace
}  // namespace charm::wire
