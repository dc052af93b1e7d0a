// What Patroni publishes, whom it asks for synchronous commits, and its REST API. Source:
// patroni-and-kubernetes.md, sections 0 (facts 4, 6), 3.4, 3.5, 4.
#include "model/patroni.h"

#include <gmock/gmock.h>

#include "model/patroni/loop.h"
#include "tests/model/patroni_fixture.h"

namespace model {
namespace {

using namespace given;
using testing::ElementsAre;

// --- the labels and the records ---

using Publishing = PatroniTest;

TEST_F(Publishing, TheRoleLabelFollowsTheLockNotTheDatabase) {
  start_cluster();
  EXPECT_EQ(world.unit(zero).pod.role, RoleLabel::primary);
  EXPECT_EQ(world.unit(one).pod.role, RoleLabel::replica);
  kubernetes::kill_pod(step, zero, kubernetes::Return::at_once);
  run_for(2s);
  restore(zero);
  run_for(timing::process_start.least);
  EXPECT_FALSE(is_primary(zero));
  EXPECT_EQ(world.unit(zero).pod.role, RoleLabel::primary);
}

TEST_F(Publishing, StatesAreThoseThatTheCharmTellsApart) {
  start_cluster();
  EXPECT_EQ(world.unit(zero).pod.published_state, charm::MemberState::running);
  EXPECT_EQ(world.unit(one).pod.published_state, charm::MemberState::streaming);
}

TEST_F(Publishing, AMemberThatStreamsFromNobodyIsOnlyRunning) {
  start_cluster();
  kubernetes::lose_node(step, zero);
  run_for(15s);
  EXPECT_EQ(world.unit(one).pod.published_state, charm::MemberState::running);
}

TEST_F(Publishing, AMemberThatDoesNotRunHasNoRole) {
  start_cluster();
  patroni::crash_database(step, one);
  run_until([this] { return member(one).job != Job::none; });
  EXPECT_EQ(world.unit(one).pod.role, RoleLabel::none);
  run_for(60s);
  EXPECT_EQ(world.unit(one).pod.role, RoleLabel::replica);
}

// --- synchronous standbys ---

using Synchronous = PatroniTest;

TEST_F(Synchronous, AsManyStandbysAsAskedForAreNamed) {
  start_cluster(2);
  EXPECT_EQ(dcs().sync_standbys, (UnitSet{one, two}));
  EXPECT_EQ(member(zero).sync_names, (UnitSet{one, two}));
}

TEST_F(Synchronous, OneIsNamedWhereNoneIsAskedFor) {
  start_cluster(0);
  EXPECT_EQ(dcs().sync_standbys.size(), 1U);
}

TEST_F(Synchronous, AStandbyThatWorksIsKeptThoughAnotherComesFirst) {
  start_cluster(1);
  kubernetes::kill_pod(step, one, kubernetes::Return::at_once);
  run_for(20s);
  ASSERT_EQ(dcs().sync_standbys, (UnitSet{two}));
  restore(one);
  run_for(60s);
  ASSERT_TRUE(is_streaming(one));
  EXPECT_EQ(dcs().sync_standbys, (UnitSet{two}));
}

TEST_F(Synchronous, StrictAsksForAnybodyWhenNobodyIsLeft) {
  start_cluster();
  kubernetes::lose_node(step, one);
  kubernetes::lose_node(step, two);
  run_for(20s);
  EXPECT_TRUE(postgres(zero).any_standby_syncs);
}

TEST_F(Synchronous, WithoutStrictNobodyIsAskedForWhenNobodyIsLeft) {
  start_cluster();
  dcs().strict = false;
  kubernetes::lose_node(step, one);
  kubernetes::lose_node(step, two);
  run_for(20s);
  EXPECT_TRUE(member(zero).sync_names.empty());
  EXPECT_FALSE(postgres(zero).any_standby_syncs);
}

// Neither with the old primary nor with its standbys: that is so in later versions only.
TEST_F(Synchronous, ANewPrimaryBeginsWithNobodyAndWaitsForAnybody) {
  start_cluster();
  kubernetes::lose_node(step, zero);
  run_until([this] { return member(one).job == Job::promote; });
  EXPECT_TRUE(member(one).sync_names.empty());
  EXPECT_TRUE(postgres(one).any_standby_syncs);
  EXPECT_TRUE(dcs().sync_standbys.empty());
  EXPECT_TRUE(dcs().sync_leader == charm::member_of(one));
}

TEST_F(Synchronous, APodWithoutLabelsIsNoCandidate) {
  start_cluster(2);
  world.unit(two).pod.member_labels = false;
  run_for(20s);
  EXPECT_EQ(dcs().sync_standbys, (UnitSet{one}));
}

// Section 4.2: nosync. The charm tags whoever is being removed.
TEST_F(Synchronous, AMemberThatIsTaggedIsNotNamedFromItsNextCycleOn) {
  start_cluster(1);
  const UnitName named = dcs().sync_standbys.contains(one) ? one : two;
  world.unit(named).volume.tagged = true;
  run_for(30s);
  EXPECT_TRUE(dcs().sync_standbys.contains(named)) << "the file alone changes nothing";
  have_read(named);
  run_for(30s);
  EXPECT_EQ(dcs().sync_standbys, (UnitSet{named == one ? two : one}));
}

// Section 2.9, H5 and H12: nofailover.
TEST_F(Synchronous, AMemberThatIsTaggedDoesNotLeadAndKeepsNobodyFromIt) {
  start_cluster(2);
  world.unit(one).volume.tagged = true;
  have_read(one);
  kubernetes::kill_pod(step, zero, kubernetes::Return::never);
  run_for(60s);
  EXPECT_TRUE(is_primary(two));
}

// --- REST ---

using Rest = PatroniTest;

TEST_F(Rest, NobodyAnswersBeforeTheFirstLoopAndAfterTheEnd) {
  start_pod_of(zero);
  start_patroni(zero, configuration({zero}));
  EXPECT_FALSE(patroni::health(world, zero).has_value());
  run_for(timing::process_start.least);
  EXPECT_TRUE(patroni::health(world, zero).has_value());
  kill_process(zero);
  EXPECT_FALSE(patroni::health(world, zero).has_value());
  EXPECT_FALSE(patroni::cluster(step, zero).has_value());
}

TEST_F(Rest, HealthSaysWhetherTheDatabaseRunsOrStarts) {
  start_cluster();
  EXPECT_EQ(patroni::health(world, zero), charm::MemberState::running);
  EXPECT_EQ(patroni::health(world, one), charm::MemberState::streaming);
  kill_process(one);
  restore(one);
  run_for(timing::process_start.least);
  ASSERT_EQ(member(one).job, Job::restart_after_failure);
  EXPECT_EQ(patroni::health(world, one), charm::MemberState::starting);
}

TEST_F(Rest, ClusterNamesTheHolderAndTheSynchronousStandbys) {
  start_cluster(1);
  const auto view = patroni::cluster(step, two);
  ASSERT_TRUE(view.has_value());
  using charm::MemberRole;
  using charm::MemberState;
  EXPECT_THAT(
      *view,
      ElementsAre(charm::ClusterMember{{0}, MemberRole::leader, MemberState::running},
                  charm::ClusterMember{{1}, MemberRole::sync_standby, MemberState::streaming},
                  charm::ClusterMember{{2}, MemberRole::replica, MemberState::streaming}));
}

TEST_F(Rest, ClusterHasNoLeaderOnceTheLockHasExpired) {
  start_cluster();
  kubernetes::lose_node(step, zero);
  kubernetes::lose_node(step, two);
  dcs().initialise = Initialise::absent;  // nobody races
  run_for(60s);
  const auto view = patroni::cluster(step, one);
  ASSERT_TRUE(view.has_value());
  EXPECT_EQ((*view)[0].role, charm::MemberRole::replica);
}

TEST_F(Rest, ClusterShowsOnlyLabelledPods) {
  start_cluster();
  world.unit(one).pod.member_labels = false;
  EXPECT_EQ(patroni::cluster(step, zero)->size(), 2U);
}

TEST_F(Rest, ClusterShowsALabelledPodWithoutARecordAndWithoutAState) {
  start_cluster();
  world.unit(one).pod.published = false;
  const auto view = patroni::cluster(step, zero);
  ASSERT_EQ(view->size(), 3U);
  EXPECT_EQ((*view)[1].state, charm::MemberState::other);
}

TEST_F(Rest, ClusterShowsAPodOnALostNodeAsItLastWas) {
  start_cluster();
  kubernetes::lose_node(step, two);
  run_for(300s);
  const auto view = patroni::cluster(step, zero);
  ASSERT_EQ(view->size(), 3U);
  EXPECT_EQ((*view)[2].state, charm::MemberState::streaming);
}

TEST_F(Rest, APatchChangesTheConfigurationAndWakesEverybody) {
  start_cluster(2);
  run_for(5s);
  const std::uint32_t before = dcs().config_version;
  EXPECT_TRUE(
      patroni::patch_configuration(step, one, {.synchronous = {.node_count = 1, .strict = true}}));
  EXPECT_EQ(dcs().config_version, before + 1);
  EXPECT_LE(span(two, UnitTimer::ha).most, timing::wake_up.most);
  run_for(30s);
  EXPECT_EQ(dcs().sync_standbys.size(), 1U);
}

// Patroni 3.1.2: api.py, do_PATCH_config.
TEST_F(Rest, APatchThatChangesNothingWritesNothingAndWakesTheLoopThatWasAsked) {
  start_cluster(2);
  run_for(5s);
  const std::uint32_t version = dcs().config_version;
  EXPECT_TRUE(
      patroni::patch_configuration(step, one, {.synchronous = {.node_count = 2, .strict = true}}));
  EXPECT_EQ(dcs().config_version, version);
  EXPECT_TRUE(member(one).woken);
  EXPECT_FALSE(member(two).woken);
}

// So what was reloaded before it is read at once.
TEST_F(Rest, AReloadIsReadByThePassThatAPatchBrings) {
  start_cluster(2);
  run_for(5s);
  ASSERT_TRUE(patroni::reload(step, one));
  ASSERT_TRUE(
      patroni::patch_configuration(step, one, {.synchronous = {.node_count = 2, .strict = true}}));
  run_for(100ms);
  EXPECT_FALSE(member(one).reload_pending);
}

// Section 2.6, H10: the race asks for it.
TEST_F(Rest, APatchChangesTheLagThatARaceAllows) {
  start_cluster(2);
  run_for(5s);
  EXPECT_EQ(patroni::view_of(world, two, parameters).settings.maximum_lag_on_failover, 1048576);
  EXPECT_TRUE(patroni::patch_configuration(
      step, one,
      {.synchronous = {.node_count = 2, .strict = true}, .maximum_lag_on_failover_bytes = 4096}));
  EXPECT_EQ(patroni::view_of(world, two, parameters).settings.maximum_lag_on_failover, 4096);
}

TEST_F(Rest, APatchIsRefusedBeforeThereIsAConfiguration) {
  start_pod_of(zero);
  start_patroni(zero, configuration({zero}));
  run_for(timing::process_start.least);
  ASSERT_EQ(member(zero).job, Job::bootstrap);
  EXPECT_FALSE(patroni::patch_configuration(step, zero, {}));
}

TEST_F(Rest, AReloadOfAMemberThatIsDownIsRefused) {
  start_cluster();
  kill_process(one);
  EXPECT_FALSE(patroni::reload(step, one));
}

}  // namespace
}  // namespace model
