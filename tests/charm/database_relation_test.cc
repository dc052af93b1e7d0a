// The hooks of the database relation: who is served and how, and whose user goes.
#include <gmock/gmock.h>

#include "tests/charm/hook_fixture.h"

namespace charm {
namespace {

constexpr std::uint8_t database = 3;
constexpr RelationId shop{7}, billing{9};
constexpr Event requested{
    .kind = EventKind::relation_changed, .subject = database, .relation = shop};
constexpr Event broken{.kind = EventKind::relation_broken, .subject = database, .relation = shop};

ClientRequest request(std::string_view name, std::string_view roles = "") {
  return {.database = RequestText(name), .extra_user_roles = RequestText(roles)};
}

// A cluster that is well, and one client, which has asked.
struct DatabaseRelation : HookTest {
  void SetUp() override {
    settle();
    world.clients[shop].request = request("orders");
  }
  fake::World::Client& client() { return world.clients.at(shop); }
  void serve() { ASSERT_FALSE(defers(requested)); }
};

// --- database-relation-changed ---

using DatabaseRelationChanged = DatabaseRelation;

TEST_F(DatabaseRelationChanged, WhoAsksGetsAUserADatabaseAndIsTold) {
  EXPECT_FALSE(defers(requested));
  ASSERT_TRUE(client().user);
  EXPECT_TRUE(client().granted);
  EXPECT_EQ(client().offer.password, *client().user);
  EXPECT_EQ(client().offer.version.view(), "14.13");
  EXPECT_TRUE(client().offer.read_only_endpoints);
  EXPECT_TRUE(path_of_clients().ends_with("-> rtn2")) << path_of_clients();
}

TEST_F(DatabaseRelationChanged, WithoutClientsThereIsNothingToDo) {
  world.clients.clear();
  EXPECT_FALSE(defers(requested));
  EXPECT_TRUE(path_of_clients().ends_with("is_any_related [no] -> nobody_asks -> rtn"))
      << path_of_clients();
}

TEST_F(DatabaseRelationChanged, AFollowerLeavesItToTheLeader) {
  world.leader = false;
  EXPECT_FALSE(defers(requested));
  EXPECT_FALSE(client().user);
  EXPECT_TRUE(path_of_clients().ends_with("rtn_not_leader")) << path_of_clients();
}

TEST_F(DatabaseRelationChanged, BeforeTheInitialisationItWaits) {
  world.initialised = false;
  EXPECT_TRUE(defers(requested));
  EXPECT_FALSE(client().user);
  EXPECT_TRUE(path_of_clients().ends_with("-> defer")) << path_of_clients();
}

// Hazard 4: what the former leader has seen is nothing that the next one would have to know.
TEST_F(DatabaseRelationChanged, ANewLeaderServesWhoWasNotServedByTheLast) {
  EXPECT_FALSE(defers(elected));
  EXPECT_TRUE(client().user);
  EXPECT_FALSE(client().offer.password.empty());
}

TEST_F(DatabaseRelationChanged, WhoIsServedKeepsItsPassword) {
  serve();
  const Secret password = client().offer.password;
  EXPECT_FALSE(defers(requested));
  EXPECT_FALSE(defers(elected));
  EXPECT_FALSE(defers(update_status));
  EXPECT_EQ(client().offer.password, password);
  EXPECT_EQ(*client().user, password);
}

// None of section 11: a failover has lost the commit, and the client was told.
TEST_F(DatabaseRelationChanged, AUserThatAFailoverHasLostIsMadeAgainWithThePasswordThatWasTold) {
  serve();
  const Secret password = client().offer.password;
  client().user.reset();
  client().granted = false;
  EXPECT_FALSE(defers(update_status));
  EXPECT_EQ(client().user, password);
  EXPECT_TRUE(client().granted);
}

// A leader was held up between the user and its word to the client, another served the client
// meanwhile, and the first one leads again when it goes on.
TEST_F(DatabaseRelationChanged, AUserThatAnotherLeaderHasAlteredGetsThePasswordThatWasTold) {
  serve();
  const Secret told = client().offer.password;
  client().user = Secret("of another leader");
  EXPECT_FALSE(defers(update_status));
  EXPECT_EQ(client().user, told);
  EXPECT_EQ(client().offer.password, told);
}

TEST_F(DatabaseRelationChanged, AUserWithoutItsDatabaseGetsIt) {
  serve();
  client().granted = false;
  EXPECT_FALSE(defers(update_status));
  EXPECT_TRUE(client().granted);
}

TEST_F(DatabaseRelationChanged, AnEmptyNameAsksForNothing) {
  client().request = request("");
  EXPECT_FALSE(defers(requested));
  EXPECT_FALSE(client().user);
  EXPECT_TRUE(world.statuses.empty());
}

TEST_F(DatabaseRelationChanged, WhoWantsASecretGetsOne) {
  client().request.wants_secret = true;
  world.clients[billing].request = request("invoices");
  serve();
  EXPECT_TRUE(client().offer.in_secret);
  EXPECT_FALSE(world.clients.at(billing).offer.in_secret);
}

TEST_F(DatabaseRelationChanged, ARelationThatBeganInTheBagStaysThere) {
  serve();
  client().request.wants_secret = true;
  client().user.reset();
  serve();
  EXPECT_TRUE(client().user);
  EXPECT_FALSE(client().offer.in_secret);
}

TEST_F(DatabaseRelationChanged, APrimaryThatDoesNotAnswerIsAskedAgain) {
  world.takes_clients = false;
  EXPECT_TRUE(defers(requested));
  EXPECT_TRUE(path_of_clients().ends_with("create_user [refused] -> defer_database"))
      << path_of_clients();
  EXPECT_TRUE(client().offer.password.empty());
  world.takes_clients = true;
  EXPECT_FALSE(defers(update_status));
  EXPECT_FALSE(client().offer.password.empty());
}

TEST_F(DatabaseRelationChanged, ADatabaseThatIsNotMadeIsMadeLater) {
  world.takes_databases = false;
  EXPECT_TRUE(defers(requested));
  EXPECT_TRUE(path_of_clients().ends_with("create_database [refused] -> defer_database"))
      << path_of_clients();
  EXPECT_TRUE(client().offer.password.empty());
}

TEST_F(DatabaseRelationChanged, WithoutAVersionNothingIsTold) {
  world.answers_version = false;
  EXPECT_TRUE(defers(requested));
  EXPECT_TRUE(path_of_clients().ends_with("publish [refused] -> defer_database"))
      << path_of_clients();
  EXPECT_TRUE(client().offer.password.empty());
}

TEST_F(DatabaseRelationChanged, ALeadershipThatIsLostBeforeTheClientIsToldIsNoFailure) {
  for (int answers = 1; answers < 8; ++answers) {
    client() = {.request = request("orders")};
    world.leadership_answers_left = answers;
    EXPECT_FALSE(defers(requested)) << answers;
    world.leadership_answers_left = -1;
    world.leader = true;
    EXPECT_FALSE(defers(elected)) << answers;
    EXPECT_EQ(client().user, client().offer.password) << answers;
  }
}

TEST_F(DatabaseRelationChanged, InvalidRolesAreBlockedAndTheOthersServed) {
  client().request = request("orders", "invalid");
  world.clients[billing].request = request("invoices");
  EXPECT_FALSE(defers(requested));
  EXPECT_EQ(world.statuses.back(), "blocked: invalid role(s) for extra user roles");
  EXPECT_FALSE(client().user);
  EXPECT_TRUE(world.clients.at(billing).granted);
}

TEST_F(DatabaseRelationChanged, ANameThatNoDatabaseCanHaveIsBlocked) {
  client().request = request("template1");
  EXPECT_FALSE(defers(requested));
  EXPECT_EQ(world.statuses.back(), "blocked: Failed to initialize database relation");
  EXPECT_TRUE(client().offer.password.empty());
}

TEST_F(DatabaseRelationChanged, ABlockedRequestIsLiftedWhenItsClientGoes) {
  client().request = request("orders", "invalid");
  world.clients[billing].request = request("invoices");
  serve();
  world.clients.erase(shop);
  EXPECT_FALSE(defers(update_status));
  EXPECT_EQ(world.status, StatusKind::active);
}

// With the last client it is lifted, too.
TEST_F(DatabaseRelationChanged, ABlockedRequestOfTheLastClientIsLifted) {
  client().request = request("orders", "invalid");
  serve();
  world.clients.erase(shop);
  EXPECT_FALSE(defers(update_status));
  EXPECT_EQ(world.status, StatusKind::active);
}

TEST_F(DatabaseRelationChanged, ABlockedOfSomethingElseStays) {
  world.status = StatusKind::blocked;
  world.message = "failed to create k8s services";
  serve();
  EXPECT_EQ(world.status, StatusKind::blocked);
}

TEST_F(DatabaseRelationChanged, ABlockedRequestKeepsNothingFromHealing) {
  client().request = request("orders", "invalid");
  serve();
  world.service_running = false;
  EXPECT_FALSE(defers(update_status));
  EXPECT_TRUE(world.service_running);
}

// --- the read-only endpoint ---

TEST_F(DatabaseRelationChanged, WithoutPeersThereIsNoReadOnlyEndpoint) {
  world.peer_units = {};
  serve();
  EXPECT_FALSE(client().offer.read_only_endpoints);
}

TEST_F(DatabaseRelationChanged, TheReadOnlyEndpointFollowsThePeers) {
  serve();
  world.peer_units = {};
  world.planned = {zero};
  world.listed = {host_of(zero)};
  EXPECT_FALSE(
      defers({.kind = EventKind::relation_departed, .remote_unit = two, .departing_unit = two}));
  EXPECT_FALSE(client().offer.read_only_endpoints);
  EXPECT_EQ(client().offer.version.view(), "14.13");
}

TEST_F(DatabaseRelationChanged, WhoWasToldNothingIsToldOfNoReplica) {
  world.takes_clients = false;
  EXPECT_TRUE(defers(requested));
  world.takes_clients = true;
  world.queue = {};
  EXPECT_FALSE(defers(changed));
  EXPECT_EQ(client().offer, ClientOffer{});
}

// --- database-relation-broken ---

struct DatabaseRelationBroken : DatabaseRelation {
  void SetUp() override {
    DatabaseRelation::SetUp();
    serve();
    world.clients.erase(shop);
    world.users_of_others = {shop};
  }
  [[nodiscard]] bool is_user_there() const { return world.users_of_others.contains(shop); }
};

TEST_F(DatabaseRelationBroken, TheUserGoes) {
  EXPECT_FALSE(defers(broken));
  EXPECT_FALSE(is_user_there());
  EXPECT_TRUE(path_of_clients().ends_with("-> rtn4")) << path_of_clients();
}

// Hazard 14: a unit that is removed is told that all its relations are broken.
TEST_F(DatabaseRelationBroken, AUnitThatGoesDropsNobody) {
  world.planned = {one, two};
  EXPECT_FALSE(defers(broken));
  EXPECT_TRUE(is_user_there());
  EXPECT_TRUE(path_of_clients().ends_with("is_leaving [yes] -> rtn")) << path_of_clients();
}

TEST_F(DatabaseRelationBroken, BeforeTheInitialisationThereIsNoUser) {
  world.initialised = false;
  EXPECT_FALSE(defers(broken));
  EXPECT_TRUE(path_of_clients().ends_with("-> rtn2")) << path_of_clients();
}

TEST_F(DatabaseRelationBroken, WhoIsGoneAlreadyIsNoTrouble) {
  world.users_of_others = {};
  EXPECT_FALSE(defers(broken));
  EXPECT_TRUE(path_of_clients().ends_with("-> rtn3")) << path_of_clients();
}

TEST_F(DatabaseRelationBroken, APrimaryThatDoesNotAnswerIsAskedAgain) {
  world.answers_sql = false;
  EXPECT_TRUE(defers(broken));
  EXPECT_TRUE(path_of_clients().ends_with("does_user_exist [unreachable] -> defer"))
      << path_of_clients();
  world.answers_sql = true;
  EXPECT_FALSE(defers(update_status));
  EXPECT_FALSE(is_user_there());
}

TEST_F(DatabaseRelationBroken, AFollowerWatchesUntilTheLeaderHasDoneIt) {
  world.leader = false;
  EXPECT_TRUE(defers(broken));
  EXPECT_TRUE(is_user_there());
  EXPECT_TRUE(path_of_clients().ends_with("-> defer_leader")) << path_of_clients();
  world.leader = true;
  EXPECT_FALSE(defers(elected));
  EXPECT_FALSE(is_user_there());
}

TEST_F(DatabaseRelationBroken, AUserThatIsNotDroppedIsDroppedLater) {
  world.takes_clients = false;
  EXPECT_TRUE(defers(broken));
  EXPECT_TRUE(path_of_clients().ends_with("drop_user [refused] -> defer")) << path_of_clients();
}

// --- leader-elected ---

struct DatabaseLeaderElected : DatabaseRelationBroken {};

TEST_F(DatabaseLeaderElected, UsersWithoutARelationGo) {
  world.clients[billing].request = request("invoices");
  EXPECT_FALSE(defers(elected));
  EXPECT_FALSE(is_user_there());
  EXPECT_TRUE(world.clients.at(billing).user);
  EXPECT_TRUE(path_of_clients().ends_with("-> rtn2")) << path_of_clients();
}

// A leader that was held up may have made it after its relation went.
TEST_F(DatabaseLeaderElected, UsersWithoutARelationGoWhileNobodyIsElected) {
  EXPECT_FALSE(defers(update_status));
  EXPECT_FALSE(is_user_there());
}

TEST_F(DatabaseLeaderElected, BeforeTheInitialisationThereIsNone) {
  world.initialised = false;
  (void)defers(elected);
  EXPECT_TRUE(path_of_clients().ends_with("-> rtn")) << path_of_clients();
}

// A relation whose relation-created this unit has not run is no relation that is gone.
TEST_F(DatabaseLeaderElected, WhoDoesNotKnowEveryClientDropsNobody) {
  world.knows_clients = false;
  EXPECT_TRUE(defers(elected));
  EXPECT_TRUE(is_user_there());
  EXPECT_TRUE(path_of_clients().ends_with("-> defer_unknown")) << path_of_clients();
  world.knows_clients = true;
  EXPECT_FALSE(defers(update_status));
  EXPECT_FALSE(is_user_there());
}

TEST_F(DatabaseLeaderElected, APrimaryThatDoesNotAnswerIsAskedAgain) {
  world.answers_sql = false;
  EXPECT_TRUE(defers(elected));
  EXPECT_TRUE(path_of_clients().ends_with("is_any_orphaned [unreachable] -> defer"))
      << path_of_clients();
}

TEST_F(DatabaseLeaderElected, AUserThatIsNotDroppedIsDroppedLater) {
  world.takes_clients = false;
  EXPECT_TRUE(defers(elected));
  EXPECT_TRUE(path_of_clients().ends_with("drop_user [refused] -> defer")) << path_of_clients();
}

TEST_F(DatabaseLeaderElected, WhoLeadsNoMoreLeavesTheRestToTheNext) {
  bool is_seen = false;
  for (int answers = 1; answers < 40; ++answers) {
    world.users_of_others = {shop};
    world.leader = true;
    world.leadership_answers_left = answers;
    (void)defers(elected);
    is_seen = is_seen || path_of_clients().ends_with("rtn_not_leader");
    world.queue = {};
  }
  EXPECT_TRUE(is_seen);
}

}  // namespace
}  // namespace charm
