// Each hook's branches, seen from outside: how it ends, what the unit shows, what became of the
// cluster.
#include "tests/charm/hook_fixture.h"

namespace charm {
namespace {

using namespace std::chrono_literals;

// --- leader-elected ---

using LeaderElected = HookTest;

TEST_F(LeaderElected, PreparesAClusterThatIsNotInitialised) {
  world.leader = true;
  EXPECT_FALSE(defers(elected));
  EXPECT_EQ(world.listed, (HostList{host_of(zero)}));
  EXPECT_TRUE(world.services[0]);
  EXPECT_FALSE(world.secret.all[0].empty());
  EXPECT_TRUE(path().ends_with("has_cluster_initialised [no] -> rtn")) << path();
}

TEST_F(LeaderElected, WithAllOnTheClusterKeepsTheSettings) {
  settle();
  EXPECT_FALSE(defers(elected));
  ASSERT_TRUE(world.dynamic);
  EXPECT_EQ(world.dynamic->synchronous, (SynchronousSettings{.node_count = 2, .strict = true}));
  EXPECT_EQ(world.endpoints_writes, 0);
  EXPECT_TRUE(path().ends_with("rtn2")) << path();
}

TEST_F(LeaderElected, AddsAUnitAndAdmitsItOnTheOwnMember) {
  add_a_unit();
  EXPECT_FALSE(defers(elected));
  EXPECT_TRUE(world.listed.contains(host_of(two)));
  EXPECT_TRUE(world.pods[2].labelled);
  EXPECT_TRUE(world.file->hosts.contains(host_of(two)));
  EXPECT_EQ(world.reloads, 1);
}

TEST_F(LeaderElected, OnlyLabelsAgainAUnitThatIsListed) {
  settle();
  world.pods[1].labelled = false;
  EXPECT_FALSE(defers(elected));
  EXPECT_TRUE(world.pods[1].labelled);
  EXPECT_EQ(world.listed.size(), 3U);
}

TEST_F(LeaderElected, DefersWhileAMemberIsNotReadyAndUpdatesTheConfigurationAllTheSame) {
  add_a_unit();
  (*world.view)[1].state = MemberState::starting;
  EXPECT_TRUE(defers(elected));
  EXPECT_FALSE(world.pods[2].labelled);
  EXPECT_TRUE(world.dynamic);
  EXPECT_NE(path().find("defer2"), std::string::npos) << path();
  EXPECT_TRUE(path().ends_with("rtn2")) << path();
}

TEST_F(LeaderElected, DoesNotListAUnitWhosePodRefusesLabels) {
  add_a_unit();
  world.pods[2].refuses_labels = ApiError::unavailable;
  EXPECT_TRUE(defers(elected));
  EXPECT_FALSE(world.listed.contains(host_of(two)));
  EXPECT_TRUE(world.statuses.back().starts_with("blocked: failed to patch pod with error "));
}

TEST_F(LeaderElected, AMissingPodDoesNotKeepTheOthersOut) {
  add_a_unit();
  world.listed = {host_of(zero)};
  world.pods[1] = {.exists = false};
  EXPECT_TRUE(defers(elected));
  EXPECT_TRUE(world.listed.contains(host_of(two)));
  EXPECT_FALSE(world.listed.contains(host_of(one)));
}

TEST_F(LeaderElected, EndsWellIfLeadershipIsLostBeforeItRuns) {
  EXPECT_FALSE(defers(elected));
  EXPECT_TRUE(world.listed.empty());
  EXPECT_TRUE(path().ends_with("rtn_not_leader")) << path();
}

TEST_F(LeaderElected, ABlockedStatusHealsOnceTheApiAnswers) {
  settle();
  world.api_error = ApiError::forbidden;
  EXPECT_TRUE(defers(elected));
  EXPECT_EQ(world.status, StatusKind::blocked);

  world.api_error.reset();
  EXPECT_FALSE(defers(update_status));
  EXPECT_EQ(world.statuses.back(), "active: Primary");
}

TEST_F(LeaderElected, APatchThatFailsDefers) {
  settle();
  world.takes_configuration = false;
  EXPECT_TRUE(defers(elected));
}

TEST_F(LeaderElected, AMemberThatDoesNotRunDefers) {
  settle();
  world.members[0].reset();
  EXPECT_TRUE(defers(elected));
}

// --- postgresql-pebble-ready ---

using PebbleReady = HookTest;

TEST_F(PebbleReady, AFollowerWaitsForTheLeader) {
  EXPECT_TRUE(defers(pebble_ready));
  EXPECT_TRUE(world.data_directory);
  EXPECT_TRUE(world.statuses.empty());
  EXPECT_EQ(world.restarts, 0);
}

TEST_F(PebbleReady, TellsTheVersionOfPostgreSQL) {
  EXPECT_TRUE(defers(pebble_ready));
  EXPECT_EQ(world.workload_version, "14.13");
}

TEST_F(PebbleReady, TheFirstLeaderInitialisesTheCluster) {
  world.leader = true;
  defers(elected);
  world.members[0] = MemberState::running;
  world.primary_endpoint = MemberState::running;
  world.annotation = ports::LeaderAnnotation{member_of(zero), {1}};
  world.view = ClusterView{{member_of(zero), MemberRole::leader, MemberState::running}};

  EXPECT_FALSE(defers(pebble_ready));

  EXPECT_EQ(world.restarts, 1);
  EXPECT_TRUE(world.pods[0].labelled);
  EXPECT_TRUE(world.users);
  EXPECT_TRUE(world.initialised);
  EXPECT_EQ(world.statuses.back(), "active: Primary");
}

TEST_F(PebbleReady, AContainerThatIsGoneKeepsTheStatus) {
  settle();
  world.connected = false;
  EXPECT_TRUE(defers(pebble_ready));
  EXPECT_TRUE(world.statuses.empty());
}

TEST_F(PebbleReady, PutsBackTheLabelsOfAPodThatCameBack) {
  settle();
  world.leader = false;
  world.pods[0].labelled = false;
  EXPECT_FALSE(defers(pebble_ready));
  EXPECT_TRUE(world.pods[0].labelled);
}

TEST_F(PebbleReady, StartsAServiceThatStoppedUnderACurrentPlan) {
  settle();
  world.service_running = false;
  defers(pebble_ready);
  EXPECT_EQ(world.restarts, 1);
}

TEST_F(PebbleReady, LeavesARunningServiceAlone) {
  settle();
  EXPECT_FALSE(defers(pebble_ready));
  EXPECT_EQ(world.restarts, 0);
}

TEST_F(PebbleReady, WaitsForAMemberThatDoesNotStart) {
  settle();
  world.members[0].reset();
  EXPECT_TRUE(defers(pebble_ready));
  EXPECT_EQ(world.statuses.back(), "waiting: awaiting for cluster to start");
}

// A member that does not start, beside a bootstrap that was begun ten minutes ago.
class OrphanedBootstrap : public PebbleReady {
 protected:
  OrphanedBootstrap() {
    settle();
    world.initialised = false;
    for (auto& member : world.members) member.reset();
    world.members[0] = MemberState::other;  // its Patroni waits
    world.view = ClusterView{{member_of(zero), MemberRole::replica, MemberState::other}};
    world.bootstrap = {ports::BootstrapState::begun, 10min, {1}};
  }
  bool is_forgotten() {
    EXPECT_TRUE(defers(pebble_ready));
    return world.deleted == std::vector{ports::PatroniObject::config_endpoints};
  }
};

TEST_F(OrphanedBootstrap, IsForgottenByTheLeader) { EXPECT_TRUE(is_forgotten()); }

TEST_F(OrphanedBootstrap, IsLeftToTheLeader) {
  world.leader = false;
  world.database = true;  // so that the hook comes as far as that
  EXPECT_FALSE(is_forgotten());
}

TEST_F(OrphanedBootstrap, IsNoneOnceTheClusterIsInitialised) {
  world.initialised = true;
  EXPECT_FALSE(is_forgotten());
}

// Another unit may be back with the database, and start it with its next update-status only.
TEST_F(OrphanedBootstrap, IsNoneWhileItIsYoung) {
  world.bootstrap->unchanged_for = 599s;
  EXPECT_FALSE(is_forgotten());
}

TEST_F(OrphanedBootstrap, OfAUnitThatIsAloneIsForgottenSooner) {
  world.planned = {zero};
  world.bootstrap->unchanged_for = 119s;
  EXPECT_FALSE(is_forgotten());
  world.bootstrap->unchanged_for = 120s;
  EXPECT_TRUE(is_forgotten());
}

TEST_F(OrphanedBootstrap, IsNoneWhileAMemberIsOnItsWay) {
  world.members[1] = MemberState::starting;
  EXPECT_FALSE(is_forgotten());
}

TEST_F(OrphanedBootstrap, IsNoneWhileThePodOfASilentMemberIsRecordedAsRunning) {
  world.view->push_back({member_of(two), MemberRole::replica, MemberState::running});
  EXPECT_FALSE(is_forgotten());
}

TEST_F(OrphanedBootstrap, IsNoneWhileAPodIsAwayThatMayHoldTheDatabase) {
  world.pods[2].running = false;
  EXPECT_FALSE(is_forgotten());
  world.pods[2].exists = false;
  EXPECT_FALSE(is_forgotten());
  world.pods[2] = {};
  EXPECT_TRUE(is_forgotten());
}

TEST_F(OrphanedBootstrap, IsToldByRecordsThoughTheOwnPatroniDoesNotAnswer) {
  world.members[0].reset();
  EXPECT_TRUE(is_forgotten());
}

TEST_F(OrphanedBootstrap, IsNoneOnceItHasEnded) {
  world.bootstrap->state = ports::BootstrapState::done;
  EXPECT_FALSE(is_forgotten());
}

TEST_F(OrphanedBootstrap, IsTriedAgainIfTheApiRefuses) {
  world.api_error = ApiError::unavailable;
  EXPECT_FALSE(is_forgotten());
  world.api_error.reset();
  EXPECT_TRUE(is_forgotten());
}

// The member runs, and its bootstrap was begun five minutes ago.
class UnfinishedBootstrap : public PebbleReady {
 protected:
  UnfinishedBootstrap() {
    settle();
    world.initialised = false;
    world.database = true;
    world.bootstrap = {ports::BootstrapState::begun, 5min, {1}};
  }
};

TEST_F(UnfinishedBootstrap, IsGivenUp) {
  EXPECT_TRUE(defers(pebble_ready));
  EXPECT_EQ(world.stops, 1);
  EXPECT_EQ(world.statuses.back(), "waiting: awaiting for cluster to start");
  EXPECT_TRUE(world.deleted.empty()) << "that is Patroni's";
}

TEST_F(UnfinishedBootstrap, IsGivenUpByItsMakerWhoeverLeads) {
  world.leader = false;
  EXPECT_TRUE(defers(pebble_ready));
  EXPECT_EQ(world.stops, 1);
}

TEST_F(UnfinishedBootstrap, IsNoneWhileItIsYoungOrPostgresqlStarts) {
  world.bootstrap->unchanged_for = 119s;
  defers(pebble_ready);
  world.bootstrap->unchanged_for = 120s;
  world.members[0] = MemberState::starting;
  defers(pebble_ready);
  EXPECT_EQ(world.stops, 0);
}

TEST_F(UnfinishedBootstrap, IsNoneOnceItHasEndedOrTheClusterIsInitialised) {
  world.bootstrap->state = ports::BootstrapState::done;
  EXPECT_FALSE(defers(pebble_ready));
  world.bootstrap->state = ports::BootstrapState::begun;
  world.initialised = true;
  EXPECT_FALSE(defers(pebble_ready));
  EXPECT_EQ(world.stops, 0);
}

TEST_F(UnfinishedBootstrap, IsTriedAgainIfPebbleFails) {
  world.takes_stop = false;
  EXPECT_TRUE(defers(pebble_ready));
  world.takes_stop = true;
  EXPECT_TRUE(defers(pebble_ready));
  EXPECT_EQ(world.stops, 1);
}

TEST_F(PebbleReady, WaitsForTheServiceToLeadToThePrimary) {
  settle();
  world.primary_endpoint.reset();
  EXPECT_TRUE(defers(pebble_ready));
  EXPECT_EQ(world.statuses.back(), "waiting: awaiting for primary endpoint to be ready");
}

TEST_F(PebbleReady, DoesNotMarkAClusterWithoutItsUsers) {
  settle();
  world.initialised = false;
  world.takes_users = false;
  EXPECT_TRUE(defers(pebble_ready));
  EXPECT_FALSE(world.initialised);
  EXPECT_EQ(world.status, StatusKind::waiting);
}

TEST_F(PebbleReady, AnOptionThatPostgreSQLWouldRefuseBlocksUntilItIsMended) {
  settle();
  world.options.valid = false;
  EXPECT_TRUE(defers(pebble_ready));
  EXPECT_EQ(world.statuses.back(), "blocked: Configuration Error. Please check the logs");

  world.options.valid = true;
  EXPECT_FALSE(defers({.kind = EventKind::config_changed}));
  EXPECT_EQ(world.status, StatusKind::active);
}

TEST_F(PebbleReady, IsNotActiveIfPatroniRefusesTheConfiguration) {
  settle();
  world.takes_configuration = false;
  EXPECT_TRUE(defers(pebble_ready));
  EXPECT_NE(world.status, StatusKind::active);
}

// --- peer-relation-changed ---

using PeerRelationChanged = HookTest;

TEST_F(PeerRelationChanged, AFollowerWaitsForTheInitialisation) {
  EXPECT_TRUE(defers(changed));
  EXPECT_TRUE(world.statuses.empty());
  EXPECT_TRUE(path().ends_with("-> defer")) << path();
}

TEST_F(PeerRelationChanged, TheLeaderInitialisesWhatAnotherHasStarted) {
  settle();
  world.initialised = false;
  world.listed = {host_of(zero), host_of(one)};
  world.members[0].reset();
  world.annotation = ports::LeaderAnnotation{member_of(one), {1}};
  EXPECT_TRUE(defers(changed));
  EXPECT_TRUE(world.initialised);
}

TEST_F(PeerRelationChanged, TheFlagIsNotSetBeforeThePrimaryWorks) {
  settle();
  world.initialised = false;
  world.primary_endpoint.reset();
  EXPECT_TRUE(defers(changed));
  EXPECT_FALSE(world.initialised);
}

TEST_F(PeerRelationChanged, AUnitThatIsNotListedDoesNothing) {
  settle();
  world.leader = false;
  world.listed = {host_of(one), host_of(two)};
  defers(changed);
  EXPECT_FALSE(world.file);
  EXPECT_TRUE(path().ends_with("is_part_of_cluster [no] -> rtn")) << path();
}

TEST_F(PeerRelationChanged, ALeaderThatIsNotListedGoesOnToAdmitTheOthers) {
  add_a_unit();
  world.listed = {host_of(one)};
  world.pods[0].labelled = false;
  world.annotation = ports::LeaderAnnotation{member_of(one), {1}};
  (*world.view)[1].state = MemberState::other;
  EXPECT_TRUE(defers(changed));
  EXPECT_TRUE(path().ends_with("defer2 -> is_part_of_cluster [no] -> rtn")) << path();
}

TEST_F(PeerRelationChanged, AMemberRendersWhoMayReplicateAndIsActive) {
  settle();
  world.leader = false;
  EXPECT_FALSE(defers(changed));
  EXPECT_EQ(world.file->hosts, world.listed);
  EXPECT_EQ(world.reloads, 1);
  EXPECT_EQ(world.statuses.back(), "active: Primary");
}

TEST_F(PeerRelationChanged, TheLeaderAddsOneUnitAfterTheOther) {
  add_a_unit();
  EXPECT_FALSE(defers(changed));
  EXPECT_TRUE(world.listed.contains(host_of(two)));
  EXPECT_TRUE(world.file->hosts.contains(host_of(two)));
}

TEST_F(PeerRelationChanged, WhileAMemberIsNotReadyTheLeaderDefersAndIsActive) {
  add_a_unit();
  (*world.view)[1].state = MemberState::other;
  EXPECT_TRUE(defers(changed));
  EXPECT_EQ(world.statuses.back(), "active: Primary");
  EXPECT_TRUE(path().ends_with("rtn2")) << path();
}

TEST_F(PeerRelationChanged, WaitsForAMemberThatDoesNotRunUntilItDoes) {
  settle();
  world.leader = false;
  world.members[0].reset();
  EXPECT_TRUE(defers(changed));
  EXPECT_EQ(world.statuses.back(), "waiting: awaiting for member to start");

  world.members[0] = MemberState::streaming;
  EXPECT_FALSE(defers(update_status));
  EXPECT_EQ(world.status, StatusKind::active);
}

// On nodes of different sizes each would ask for something else.
TEST_F(PeerRelationChanged, AFollowerAsksPatroniForNothingThatHoldsForAll) {
  settle();
  world.leader = false;
  world.takes_configuration = false;
  EXPECT_FALSE(defers(changed));
  EXPECT_FALSE(world.dynamic);
}

TEST_F(PeerRelationChanged, APatroniThatWasNotToldIsToldLater) {
  settle();
  world.takes_configuration = false;
  EXPECT_TRUE(defers(changed));

  world.takes_configuration = true;
  EXPECT_FALSE(defers(update_status));
  EXPECT_TRUE(world.dynamic);
}

TEST_F(PeerRelationChanged, LosingLeadershipOnTheWayIsNoFailure) {
  add_a_unit();
  world.leadership_answers_left = 1;
  defers(changed);
  EXPECT_FALSE(world.listed.contains(host_of(two)));
}

// --- all of them ---

constexpr Event departed{
    .kind = EventKind::relation_departed, .remote_unit = two, .departing_unit = two};

struct RefusalTest : HookTest, testing::WithParamInterface<ApiError> {};

TEST_P(RefusalTest, ARefusedApiDefersEveryHookAndAllHealsAfterwards) {
  for (const Event& event : {elected, pebble_ready, changed, departed}) {
    settle();
    world.api_error = GetParam();
    EXPECT_TRUE(defers(event)) << hook_name(postgresql_k8s(), event);

    world.api_error.reset();
    EXPECT_FALSE(defers(update_status)) << hook_name(postgresql_k8s(), event);
    if (!world.statuses.empty()) {
      EXPECT_EQ(world.status, StatusKind::active);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Hooks, RefusalTest,
                         testing::Values(ApiError::forbidden, ApiError::not_found,
                                         ApiError::conflict, ApiError::throttled,
                                         ApiError::unavailable));

}  // namespace
}  // namespace charm
