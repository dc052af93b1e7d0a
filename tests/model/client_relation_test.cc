// Relations with client applications, and the users that are made for them. Source:
// juju-and-pebble.md, sections 2.4, 3.3 to 3.6; charm-hooks.md, section 5.1.
#include <gmock/gmock.h>

#include "tests/model/juju_fixture.h"

namespace model {
namespace {

using namespace given;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::size_t shop = 0;
constexpr std::size_t billing = 1;

// Two units that know each other; 0 leads.
struct ClientRelationTest : JujuTest {
  void SetUp() override {
    parameters.serves_clients = true;
    settle_two();
  }
  // What the agent does next in a client's relation: `shop joined 0`; of other hooks the name.
  std::string text_of_hook(UnitName unit, const std::string& name) const {
    const charm::Event& hook = world.unit(unit).record.hook;
    if (!juju::is_of_client(parameters, hook)) return name;
    return std::to_string(juju::client_of(parameters, hook.relation)) +
           name.substr(std::string_view("relation").size());
  }
  std::vector<std::string> hooks_of(UnitName unit) {
    std::vector<std::string> names;
    for (std::string name = begin_hook(unit); !name.empty(); name = begin_hook(unit)) {
      names.push_back(text_of_hook(unit, name));
      end_hook(unit);
    }
    return names;
  }
  void relate(std::size_t client) { juju::relate(step, client); }
  void join(std::size_t client) { juju::on_client_timer(step, client); }
  void ask(std::size_t client) { juju::on_client_timer(step, client); }
  void relate_and_ask(std::size_t client) {
    relate(client);
    join(client);
    ask(client);
  }
  void serve(std::size_t client) {
    relate_and_ask(client);
    for (UnitName unit : {zero, one}) run_hooks(unit);
  }
  // What the leader's hook tells the client.
  bool tell(UnitName leader, std::size_t client, ClientBag bag) {
    let_update_status_be_due(leader);
    EXPECT_EQ(begin_hook(leader), "update-status");
    juju::stage_client_bag(world, leader, client, bag);
    return end_hook(leader);
  }
  ClientRelation& relation(std::size_t client) { return world.shared().relations[client]; }
};

TEST_F(ClientRelationTest, IsCreatedInEachUnitAtOnce) {
  relate(shop);
  EXPECT_THAT(hooks_of(zero), ElementsAre("0-created"));
  EXPECT_THAT(hooks_of(one), ElementsAre("0-created"));
}

TEST_F(ClientRelationTest, TheClientsUnitJoinsAndItsChangedComesNext) {
  relate(shop);
  run_hooks(zero);
  join(shop);
  EXPECT_THAT(hooks_of(zero), ElementsAre("0-joined 0", "0-changed 0"));
}

TEST_F(ClientRelationTest, WhatTheClientAsksForIsAChangeOfItsApplication) {
  relate(shop);
  join(shop);
  run_hooks(zero);
  EXPECT_FALSE(juju::has_request(world, shop));
  ask(shop);
  EXPECT_TRUE(juju::has_request(world, shop));
  EXPECT_THAT(hooks_of(zero), ElementsAre("0-changed"));
}

TEST_F(ClientRelationTest, AUnitThatComesLaterIsToldAllOfIt) {
  serve(shop);
  start_unit(two);
  EXPECT_THAT(hooks_of(two),
              testing::IsSupersetOf({"0-created", "0-changed", "0-joined 0", "0-changed 0"}));
}

TEST_F(ClientRelationTest, EachClientHasARelationWithAnIdOfItsOwn) {
  serve(shop);
  relate(billing);
  EXPECT_THAT(hooks_of(zero), ElementsAre("1-created"));
  EXPECT_LT(juju::client_id(parameters, shop), juju::client_id(parameters, billing));
  EXPECT_EQ(juju::client_relations(step, zero), 3);
}

// The agent has to hear of it first, and may hear first that it leads.
TEST_F(ClientRelationTest, AUnitThatHasNotHeardOfItDoesNotKnowEveryClient) {
  serve(shop);
  EXPECT_TRUE(juju::knows_every_client(step, one));
  relate(billing);
  EXPECT_FALSE(juju::knows_every_client(step, one));
  ASSERT_EQ(begin_hook(one), "relation-created");
  EXPECT_TRUE(juju::knows_every_client(step, one));
}

// The only change that the agent could have seen is late.
struct LateNews final : Forks {
  std::uint32_t take(Fork fork, charm::MaybeUnit /*unit*/, std::uint32_t options) override {
    return fork == Fork::unseen ? options - 1 : 0;
  }
};

TEST_F(ClientRelationTest, TheNewsOfItMayBeLateAndLeaderElectedComesFirst) {
  LateNews late;
  relate(shop);
  step.forks = &late;
  make_leader(one);
  EXPECT_EQ(begin_hook(one), "leader-elected");
  end_hook(one);
  step.forks = nullptr;
  EXPECT_THAT(hooks_of(one), ElementsAre("0-created"));
}

// --- the application bag in it ---

TEST_F(ClientRelationTest, WhatIsWrittenForAClientIsSeenWhenTheHookHasEndedWell) {
  serve(shop);
  let_update_status_be_due(zero);
  ASSERT_EQ(begin_hook(zero), "update-status");
  juju::stage_client_bag(world, zero, shop, {.password = 5});
  EXPECT_EQ(juju::read_client_bag(world, zero, shop).password, 5);
  EXPECT_EQ(relation(shop).bag.password, 0);
  fail_hook(zero);
  EXPECT_EQ(relation(shop).bag.password, 0);
}

TEST_F(ClientRelationTest, OnlyTheLeaderWritesForAClient) {
  serve(shop);
  EXPECT_FALSE(tell(one, shop, {.password = 5}));
  EXPECT_EQ(relation(shop).bag.password, 0);
}

TEST_F(ClientRelationTest, TheOwnBagIsThatOfTheFirstLookOfTheHook) {
  serve(shop);
  let_update_status_be_due(one);
  ASSERT_EQ(begin_hook(one), "update-status");
  ASSERT_EQ(juju::read_client_bag(world, one, shop).password, 0);
  ASSERT_TRUE(tell(zero, shop, {.password = 5}));
  EXPECT_EQ(juju::read_client_bag(world, one, shop).password, 0);
}

TEST_F(ClientRelationTest, WhatTheClientHasWrittenIsReadAsItIsNow) {
  relate(shop);
  join(shop);
  run_hooks(zero);
  let_update_status_be_due(zero);
  ASSERT_EQ(begin_hook(zero), "update-status");
  ASSERT_FALSE(juju::has_request(world, shop));
  ask(shop);
  EXPECT_TRUE(juju::has_request(world, shop));
}

TEST_F(ClientRelationTest, AClientReadsItsCredentialsWhereTheyAreAndNowhereElse) {
  serve(shop);
  ASSERT_TRUE(tell(zero, shop, {.password = 5, .in_secret = true}));
  EXPECT_EQ(juju::password_that_client_reads(world, shop, true), 5);
  EXPECT_EQ(juju::password_that_client_reads(world, shop, false), 0);
  ASSERT_TRUE(tell(zero, shop, {.password = 5, .in_secret = false}));
  EXPECT_EQ(juju::password_that_client_reads(world, shop, true), 0);
  EXPECT_EQ(juju::password_that_client_reads(world, shop, false), 5);
}

TEST_F(ClientRelationTest, TheGrantGoesWithTheRelation) {
  serve(shop);
  ASSERT_TRUE(tell(zero, shop, {.password = 5, .in_secret = true}));
  juju::unrelate(step, shop);
  EXPECT_EQ(juju::password_that_client_reads(world, shop, true), 0);
}

// --- its end ---

TEST_F(ClientRelationTest, ThatIsRemovedDepartsAndIsBrokenOnlyAfterThat) {
  serve(shop);
  juju::unrelate(step, shop);
  EXPECT_THAT(hooks_of(zero), ElementsAre("0-departed 0", "0-broken"));
  EXPECT_EQ(relation(shop).life, Relating::dying);
}

TEST_F(ClientRelationTest, IsGoneWithTheLastUnitThatLeavesIt) {
  serve(shop);
  juju::unrelate(step, shop);
  run_hooks(zero);
  EXPECT_EQ(relation(shop).life, Relating::dying);
  run_hooks(one);
  EXPECT_EQ(relation(shop).life, Relating::gone);
  EXPECT_EQ(count(FactKind::client_gone), 1U);
}

TEST_F(ClientRelationTest, IsNotAmongTheRelationsOfItsOwnBroken) {
  serve(shop);
  juju::unrelate(step, shop);
  run_hook(zero);
  ASSERT_EQ(juju::client_relations(step, zero), 1);
  ASSERT_EQ(begin_hook(zero), "relation-broken");
  EXPECT_EQ(juju::client_relations(step, zero), 0);
}

TEST_F(ClientRelationTest, WhomNobodyHasJoinedIsOnlyBroken) {
  relate(shop);
  run_hooks(zero);
  juju::unrelate(step, shop);
  EXPECT_THAT(hooks_of(zero), ElementsAre("0-broken"));
}

TEST_F(ClientRelationTest, ThatIsRemovedBeforeItAskedHasAskedForNothing) {
  relate(shop);
  run_hooks(zero);
  juju::unrelate(step, shop);
  EXPECT_FALSE(juju::has_request(world, shop));
}

TEST_F(ClientRelationTest, ThatNobodyHasHeardOfGoesAtOnce) {
  relate(shop);
  juju::unrelate(step, shop);
  EXPECT_EQ(relation(shop).life, Relating::gone);
  EXPECT_THAT(hooks_of(zero), IsEmpty());
}

// Hazard 14 of charm-hooks.md.
TEST_F(ClientRelationTest, ThatLivesIsBrokenForAUnitThatIsRemoved) {
  serve(shop);
  juju::request_scale(step, 1);
  juju::on_provisioner_timer(step);
  EXPECT_THAT(hooks_of(one), testing::IsSupersetOf({"0-departed 0", "0-broken"}));
  EXPECT_EQ(relation(shop).life, Relating::requested);
  EXPECT_EQ(juju::client_relations(step, zero), 1);
}

// It may still lead, and relation-ids is empty by then.
TEST_F(ClientRelationTest, AUnitThatIsRemovedKnowsNoClientAnyMore) {
  serve(shop);
  juju::request_scale(step, 1);
  juju::on_provisioner_timer(step);
  run_hooks(one);
  EXPECT_EQ(juju::client_relations(step, one), 0);
  EXPECT_FALSE(juju::knows_every_client(step, one));
}

TEST_F(ClientRelationTest, AUnitThatIsRemovedIsNamedAsTheOneThatDeparts) {
  serve(shop);
  juju::request_scale(step, 1);
  juju::on_provisioner_timer(step);
  charm::MaybeUnit departing;
  for (std::string name = begin_hook(one); !name.empty(); name = begin_hook(one)) {
    const charm::Event& hook = world.unit(one).record.hook;
    if (juju::is_of_client(parameters, hook) && name.starts_with("relation-departed")) {
      departing = hook.departing_unit;
    }
    end_hook(one);
  }
  EXPECT_EQ(departing, one);
}

TEST_F(ClientRelationTest, RelationsGoWithTheApplication) {
  serve(shop);
  juju::request_removal(step);
  EXPECT_EQ(relation(shop).life, Relating::dying);
}

TEST_F(ClientRelationTest, WithoutAnEndpointForThemThereAreNone) {
  parameters.serves_clients = false;
  relate(shop);
  EXPECT_EQ(relation(shop).life, Relating::never);
}

// --- users ---

struct ClientUserTest : WorldFixture {
  void SetUp() override { start_cluster(); }
  ClientUser user_on(UnitName unit) { return postgresql::client_user(world, unit, shop); }
  std::uint64_t make(UnitName primary, std::uint16_t password) {
    ClientUser user = user_on(primary);
    user.password = password;
    const std::uint64_t lsn = postgresql::write_client_user(step, primary, shop, user);
    keep_facts();
    return lsn;
  }
  void promote(UnitName unit) {
    postgresql::promote(step, unit);
    postgres(unit).in_recovery = false;
    keep_facts();
  }
};

TEST_F(ClientUserTest, IsInWalAndComesToTheStandbysWithIt) {
  make(zero, 1);
  EXPECT_EQ(user_on(zero).password, 1);
  EXPECT_EQ(user_on(one).password, 0);
  run_for(1s);
  EXPECT_EQ(user_on(one).password, 1);
  EXPECT_EQ(user_on(two).password, 1);
}

TEST_F(ClientUserTest, IsConfirmedWhenTheStandbysThatAreWaitedForHaveIt) {
  const std::uint64_t lsn = make(zero, 1);
  EXPECT_FALSE(postgresql::is_confirmed_up_to(step, zero, lsn));
  run_for(1s);
  EXPECT_TRUE(postgresql::is_confirmed_up_to(step, zero, lsn));
}

TEST_F(ClientUserTest, ThatNoStandbyHadIsLostWithAFailover) {
  make(zero, 1);
  promote(one);
  EXPECT_EQ(user_on(zero).password, 1);
  EXPECT_EQ(user_on(one).password, 0);
}

TEST_F(ClientUserTest, ThatAStandbyHadSurvivesIt) {
  make(zero, 1);
  run_for(1s);
  promote(one);
  EXPECT_EQ(user_on(one).password, 1);
}

TEST_F(ClientUserTest, WhatIsLostUncoversWhatWasThereBefore) {
  make(zero, 1);
  run_for(1s);
  make(zero, 2);
  promote(one);
  EXPECT_EQ(user_on(zero).password, 2);
  EXPECT_EQ(user_on(one).password, 1);
}

TEST_F(ClientUserTest, MadeAndDroppedAreToldOnce) {
  make(zero, 1);
  make(zero, 2);
  make(zero, 0);
  make(zero, 0);
  EXPECT_EQ(count(FactKind::client_user_made), 1U);
  EXPECT_EQ(count(FactKind::client_user_dropped), 1U);
}

}  // namespace
}  // namespace model
