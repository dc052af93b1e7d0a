// What hooks share: settings from options, waiting, the list of hosts, readiness, clean-up.
#include <gtest/gtest.h>

#include "charm/steps/configuration.h"
#include "charm/steps/kubernetes_resources.h"
#include "charm/steps/members.h"
#include "charm/steps/passwords.h"
#include "charm/steps/retry.h"
#include "charm/steps/status.h"
#include "tests/charm/fake_ports.h"

namespace charm::steps {
namespace {

using namespace std::chrono_literals;
using NodeCount = CharmConfig::NodeCount;

constexpr UnitName zero{0}, one{1}, two{2};

CharmConfig config_with(NodeCount count, std::uint16_t number = 0) {
  return {.synchronous_node_count = count, .synchronous_node_number = number};
}

TEST(SynchronousSettings, AllIsOneStandbyForEachOtherUnit) {
  EXPECT_EQ(synchronous_settings(config_with(NodeCount::all), 5, 5).node_count, 4);
  EXPECT_EQ(synchronous_settings(config_with(NodeCount::all), 1, 1).node_count, 0);
}

TEST(SynchronousSettings, OfNoPlannedUnitAskForNobody) {
  EXPECT_EQ(synchronous_settings(config_with(NodeCount::all), 0, 1).node_count, 0);
}

TEST(SynchronousSettings, MajorityIsHalfOfThePlannedUnits) {
  EXPECT_EQ(synchronous_settings(config_with(NodeCount::majority), 5, 5).node_count, 2);
  EXPECT_EQ(synchronous_settings(config_with(NodeCount::majority), 4, 4).node_count, 2);
}

TEST(SynchronousSettings, ANumberHoldsWhileThereAreMoreMembers) {
  EXPECT_EQ(synchronous_settings(config_with(NodeCount::number, 1), 5, 3).node_count, 1);
  EXPECT_EQ(synchronous_settings(config_with(NodeCount::number, 2), 5, 3).node_count, 4);
  EXPECT_EQ(synchronous_settings(config_with(NodeCount::number, 9), 5, 5).node_count, 4);
}

TEST(SynchronousSettings, AreStrictOnlyIfSomebodyCanBeAsked) {
  CharmConfig config = config_with(NodeCount::all);
  EXPECT_TRUE(synchronous_settings(config, 3, 2).strict);
  EXPECT_FALSE(synchronous_settings(config, 3, 1).strict);
  EXPECT_FALSE(synchronous_settings(config, 1, 2).strict);
  config.synchronous_mode_strict = false;
  EXPECT_FALSE(synchronous_settings(config, 3, 2).strict);
}

TEST(DynamicConfiguration, TakesConnectionsFromTheOptionOrFromTheCores) {
  CharmConfig config;
  EXPECT_EQ(dynamic_configuration(config, 1, 1, {.cores = 4}).max_connections, 100U);
  EXPECT_EQ(dynamic_configuration(config, 1, 1, {.cores = 64}).max_connections, 256U);
  config.experimental_max_connections = 42;
  EXPECT_EQ(dynamic_configuration(config, 1, 1, {.cores = 64}).max_connections, 42U);
}

struct StepsTest : testing::Test {
  static ClusterView view_of(std::initializer_list<ClusterMember> members) { return {members}; }
  void knows(std::initializer_list<UnitName> peers) {
    world.peer_units = peers;
    world.planned = world.peer_units;
    world.planned.insert(zero);
  }

  fake::World world;
  fake::FakeUnit it{world};
};

using Retry = StepsTest;

TEST_F(Retry, TriesAtOnceAndDoesNotWaitForWhatHolds) {
  EXPECT_TRUE(retry_for(world, {.total = 10s, .every = 3s}, [] { return true; }));
  EXPECT_EQ(world.slept, 0s);
}

TEST_F(Retry, EndsWhenItHolds) {
  int tries = 0;
  EXPECT_TRUE(retry_for(world, {.total = 10s, .every = 3s}, [&] { return ++tries == 3; }));
  EXPECT_EQ(world.slept, 6s);
}

TEST_F(Retry, GivesUpOnceTheTimeHasPassed) {
  int tries = 0;
  EXPECT_FALSE(retry_for(world, {.total = 10s, .every = 3s}, [&] { return ++tries == 99; }));
  EXPECT_EQ(tries, 5);
  EXPECT_EQ(world.slept, 12s);
}

using Members = StepsTest;

TEST_F(Members, AUnitIsListedOnce) {
  world.leader = true;
  EXPECT_TRUE(list_unit(it.unit, one));
  EXPECT_TRUE(list_unit(it.unit, one));
  EXPECT_EQ(world.listed, (HostList{host_of(one)}));
  EXPECT_EQ(world.endpoints_writes, 1);
}

TEST_F(Members, AFollowerListsNobody) {
  EXPECT_FALSE(list_unit(it.unit, one));
  EXPECT_TRUE(world.listed.empty());
}

TEST_F(Members, RemovalTakesDepartedUnitsAndDuplicates) {
  world.leader = true;
  knows({one});
  world.listed = {host_of(two), host_of(one), host_of(zero), host_of(one)};
  EXPECT_TRUE(remove_departed_units(it.unit));
  EXPECT_EQ(world.listed, (HostList{host_of(one), host_of(zero)}));
}

TEST_F(Members, RemovalWritesNothingIfNobodyHasDeparted) {
  knows({one});
  world.listed = {host_of(one), host_of(zero)};
  EXPECT_TRUE(remove_departed_units(it.unit));
  EXPECT_EQ(world.endpoints_writes, 0);
}

TEST_F(Members, AYoungLeaderDropsNobodyWhomItHasNotJoinedYet) {
  world.leader = true;
  world.planned = {zero, one, two};
  world.listed = {host_of(one), host_of(two)};
  EXPECT_TRUE(remove_departed_units(it.unit));
  EXPECT_EQ(world.listed.size(), 2U);
}

TEST_F(Members, AreReadyIfAllRunAndOneLeads) {
  world.members[0] = MemberState::running;
  world.view = view_of({{member_of(zero), MemberRole::leader, MemberState::running},
                        {member_of(one), MemberRole::sync_standby, MemberState::streaming}});
  EXPECT_TRUE(are_all_members_ready(it.unit));
}

TEST_F(Members, AreNotReadyWithoutALeader) {
  world.members[0] = MemberState::running;
  world.view = view_of({{member_of(zero), MemberRole::replica, MemberState::running}});
  EXPECT_FALSE(are_all_members_ready(it.unit));
}

TEST_F(Members, AreNotReadyWhileOneStarts) {
  world.members[0] = MemberState::running;
  world.view = view_of({{member_of(zero), MemberRole::leader, MemberState::running},
                        {member_of(one), MemberRole::replica, MemberState::starting}});
  EXPECT_FALSE(are_all_members_ready(it.unit));
}

TEST_F(Members, AnEmptyListIsNotReady) {
  world.members[0] = MemberState::running;
  world.view = ClusterView();
  EXPECT_FALSE(are_all_members_ready(it.unit));
  EXPECT_GE(world.slept, 10s);
}

// Hazard 29: a leader whose own Patroni is down admits units all the same.
TEST_F(Members, AreAskedForByAnotherWhereTheOwnOneDoesNotAnswer) {
  world.members[0] = std::nullopt;
  world.members[1] = MemberState::running;
  world.view = view_of({{member_of(one), MemberRole::leader, MemberState::running},
                        {member_of(two), MemberRole::sync_standby, MemberState::streaming}});
  world.listed = {host_of(zero)};
  EXPECT_FALSE(are_all_members_ready(it.unit)) << "nobody else is listed";
  world.listed = {host_of(zero), host_of(one)};
  EXPECT_TRUE(are_all_members_ready(it.unit));
}

// In the middle of a race for the lock (patroni-and-kubernetes.md, section 8.1).
TEST_F(Members, AreNotAskedForWhileTheOwnOneSeesNoLeader) {
  world.members[0] = MemberState::running;
  world.view = view_of({{member_of(zero), MemberRole::leader, MemberState::running}});
  ASSERT_TRUE(is_own_member_leader(it.unit));
  world.asked_for_cluster = 0;
  world.no_leader = true;
  EXPECT_FALSE(is_own_member_leader(it.unit));
  EXPECT_FALSE(are_all_members_ready(it.unit));
  EXPECT_EQ(world.asked_for_cluster, 0);
}

TEST_F(Members, ThatSeeNoLeaderDoNotReplicateIfTheApiServerIsReached) {
  world.members[0] = MemberState::running;
  world.view = view_of({{member_of(zero), MemberRole::replica, MemberState::running}});
  world.no_leader = true;
  world.annotation = ports::LeaderAnnotation{};
  EXPECT_EQ(is_own_member_replicating(it.unit), std::optional(false));
  world.api_error = ApiError::unavailable;
  EXPECT_EQ(is_own_member_replicating(it.unit), std::nullopt) << "it may lead by failsafe";
  EXPECT_EQ(world.asked_for_cluster, 0);
}

TEST_F(Members, AStartingOneHasStarted) {
  EXPECT_FALSE(has_member_started(it.unit));
  world.members[0] = MemberState::starting;
  EXPECT_TRUE(has_member_started(it.unit));
}

TEST_F(Members, TheLeaderIsActiveAsPrimary) {
  world.members[0] = MemberState::running;
  world.view = view_of({{member_of(zero), MemberRole::leader, MemberState::running}});
  set_active(it.unit);
  EXPECT_EQ(world.statuses, (std::vector<std::string>{"active: Primary"}));
}

TEST_F(Members, WhoCannotAskIsActiveWithoutAMessage) {
  set_active(it.unit);
  EXPECT_EQ(world.statuses, (std::vector<std::string>{"active: "}));
}

using Passwords = StepsTest;

TEST_F(Passwords, AreMadeWhereTheyAreMissing) {
  world.leader = true;
  world.secret.all[0] = Secret("kept");
  EXPECT_TRUE(generate_passwords(it.unit));
  EXPECT_EQ(world.secret.all[0], Secret("kept"));
  for (const Secret& password : world.secret.all) EXPECT_FALSE(password.empty());
}

TEST_F(Passwords, AreTheLeadersAlone) { EXPECT_FALSE(generate_passwords(it.unit)); }

struct ResourcesTest : StepsTest {
  ResourcesTest() {
    world.leader = true;
    world.objects[3] = {.exists = true, .older_than_application = true};
  }
  bool created() { return !create_k8s_resources(it.unit).has_value(); }
};
using KubernetesResources = ResourcesTest;

TEST_F(KubernetesResources, LeftoversOfARemovedApplicationAreDeleted) {
  EXPECT_TRUE(created());
  EXPECT_EQ(world.deleted, (std::vector{ports::PatroniObject::endpoints}));
  EXPECT_TRUE(world.services[0]);
  EXPECT_TRUE(world.services[1]);
}

TEST_F(KubernetesResources, OfThisApplicationAreKept) {
  world.objects[3].older_than_application = false;
  EXPECT_TRUE(created());
  EXPECT_TRUE(world.deleted.empty());
}

TEST_F(KubernetesResources, NothingIsDeletedWhileAMemberRuns) {
  knows({one});
  world.members[1] = MemberState::running;
  EXPECT_TRUE(created());
  EXPECT_TRUE(world.deleted.empty());
}

TEST_F(KubernetesResources, NothingIsDeletedOnceTheClusterIsInitialised) {
  world.initialised = true;
  EXPECT_TRUE(created());
  EXPECT_TRUE(world.deleted.empty());
}

TEST_F(KubernetesResources, NobodyIsNamedLockHolderEvenWhereNobodyRuns) {
  world.initialised = true;
  world.listed = {host_of(zero)};
  world.members[0] = MemberState::other;
  world.annotation = ports::LeaderAnnotation{{}, {7}};
  EXPECT_TRUE(created());
  EXPECT_FALSE(world.annotation->leader);
}

TEST_F(KubernetesResources, WithoutTrustTheUnitIsBlockedAndDefers) {
  world.api_error = ApiError::forbidden;
  const auto end = create_k8s_resources(it.unit);
  ASSERT_TRUE(end);
  EXPECT_TRUE(end->deferred());
  EXPECT_EQ(world.statuses.back(),
            "blocked: Insufficient permissions, try: `juju trust pg --scope=cluster`");
}

TEST_F(KubernetesResources, ServicesThatFailBlockAndDefer) {
  world.service_error = ApiError::unavailable;
  const auto end = create_k8s_resources(it.unit);
  ASSERT_TRUE(end);
  EXPECT_TRUE(end->deferred());
  EXPECT_EQ(world.statuses.back(), "blocked: failed to create k8s services");
}

}  // namespace
}  // namespace charm::steps
