// Pods, their labels, and where the primary Service leads. Source: patroni-and-kubernetes.md,
// section 7; juju-and-pebble.md, section 4.7.
#include "model/kubernetes.h"

#include <gmock/gmock.h>

#include "tests/model/world_fixture.h"

namespace model {
namespace {

using namespace given;
using testing::Contains;
using testing::ElementsAre;
using testing::Not;

struct KubernetesTest : WorldFixture {
  Pod& pod(UnitName unit) { return world.unit(unit).pod; }
  charm::MaybeUnit route() {
    const charm::UnitSet targets = application().primary_route;
    return targets.empty() ? charm::MaybeUnit() : targets.first();
  }
  // A unit whose pod has come up by itself, and whose hooks have run.
  void bring_up(UnitName unit) {
    juju::add_unit(step, unit);
    kubernetes::schedule_pod(step, unit, timing::pod_first_start);
    run_for(10s);
    forget_past();
  }
  void serve() { application().primary_service = true; }
  void make_primary(UnitName unit) {
    kubernetes::label_as_member(step, unit);
    kubernetes::label_role(step, unit, RoleLabel::primary);
  }
};

using Pods = KubernetesTest;

TEST_F(Pods, BringTheAgentAndTheContainerWithThem) {
  juju::add_unit(step, zero);
  kubernetes::schedule_pod(step, zero, exactly(2s));
  run_for(2s);
  EXPECT_EQ(pod(zero).phase, PodPhase::running);
  EXPECT_TRUE(world.unit(zero).process.running);
  EXPECT_EQ(world.unit(zero).container.stage, ContainerStage::starting);
}

TEST_F(Pods, KilledLoseTheirLabelsAndWhatPatroniPublished) {
  bring_up(zero);
  make_primary(zero);
  pod(zero).published = true;
  kubernetes::kill_pod(step, zero, kubernetes::Return::at_once);
  EXPECT_EQ(pod(zero).phase, PodPhase::absent);
  EXPECT_FALSE(pod(zero).member_labels);
  EXPECT_EQ(pod(zero).role, RoleLabel::none);
  EXPECT_FALSE(pod(zero).published);
}

TEST_F(Pods, KilledComeBackUnderTheSameNameWithoutLabels) {
  bring_up(zero);
  make_primary(zero);
  kubernetes::kill_pod(step, zero, kubernetes::Return::at_once);
  run_for(3s);
  EXPECT_EQ(pod(zero).phase, PodPhase::running);
  EXPECT_EQ(pod(zero).incarnation, 2);
  EXPECT_FALSE(pod(zero).member_labels);
}

TEST_F(Pods, KilledMayComeBackLongAfter) {
  bring_up(zero);
  kubernetes::kill_pod(step, zero, kubernetes::Return::late);
  EXPECT_GE(span(zero, UnitTimer::pod).least, 60s);
}

TEST_F(Pods, KeepTheirFilesOnTheVolume) {
  bring_up(zero);
  pebble::write_configuration(step, zero, configuration({zero, one}));
  world.unit(zero).volume.data_directory = true;
  postgres(zero) = {.database = Database::stopped, .system_id = 4};
  const Volume before = world.unit(zero).volume;
  kubernetes::kill_pod(step, zero, kubernetes::Return::at_once);
  run_for(3s);
  EXPECT_TRUE(world.unit(zero).volume.configuration);
  EXPECT_TRUE(world.unit(zero).volume.data_directory);
  EXPECT_EQ(world.unit(zero).volume.admitted, before.admitted);
  EXPECT_EQ(postgres(zero).database, Database::stopped);
  EXPECT_EQ(postgres(zero).system_id, 4);
}

TEST_F(Pods, KilledTwiceDieOnce) {
  bring_up(zero);
  kubernetes::kill_pod(step, zero, kubernetes::Return::at_once);
  kubernetes::kill_pod(step, zero, kubernetes::Return::at_once);
  EXPECT_EQ(count(FactKind::pod_stopped), 1U);
}

TEST_F(Pods, OfALostNodeKeepTheirObjectAndTheirLabelsAndNothingReplacesThem) {
  bring_up(zero);
  make_primary(zero);
  pod(zero).published = true;
  kubernetes::lose_node(step, zero);
  run_for(3600s);
  EXPECT_EQ(pod(zero).phase, PodPhase::lost);
  EXPECT_TRUE(pod(zero).member_labels);
  EXPECT_EQ(pod(zero).role, RoleLabel::primary);
  EXPECT_TRUE(pod(zero).published);
  EXPECT_FALSE(world.unit(zero).process.running);
  EXPECT_FALSE(kubernetes::pod_runs(world, zero));
}

TEST_F(Pods, OfALostNodeAreToldToRunUntilTheNodeMonitorMissesIt) {
  for (const auto away : {20s, 100s, 0s}) {  // 0: for ever
    bring_up(zero);
    EXPECT_TRUE(kubernetes::is_told_to_run(world, zero));
    kubernetes::lose_node(step, zero, away);
    run_for(15s);
    EXPECT_TRUE(kubernetes::is_told_to_run(world, zero));
    run_for(30s);
    EXPECT_EQ(kubernetes::is_told_to_run(world, zero), away == 20s);
    run_for(120s);
    EXPECT_EQ(kubernetes::is_told_to_run(world, zero), away != 0s);
  }
}

// Its deletion is in the object: whatever comes first, a node or its monitor.
TEST_F(Pods, OfALostNodeThatWereAskedToEndBeforeAreMadeAnew) {
  for (const auto away : {20s, 100s}) {
    bring_up(zero);
    make_primary(zero);
    const std::uint16_t before = pod(zero).incarnation;
    kubernetes::delete_pod(step, zero);
    kubernetes::lose_node(step, zero, away);
    EXPECT_EQ(pod(zero).phase, PodPhase::lost_terminating);
    EXPECT_FALSE(kubernetes::is_told_to_run(world, zero));
    EXPECT_TRUE(pod(zero).member_labels) << "the object is still there";
    run_for(away + 30s);
    EXPECT_EQ(pod(zero).phase, PodPhase::running);
    EXPECT_GT(pod(zero).incarnation, before);
    EXPECT_FALSE(pod(zero).member_labels) << "another object";
  }
}

TEST_F(Pods, ThatAreAskedToEndAreNotToldToRun) {
  bring_up(zero);
  kubernetes::delete_pod(step, zero);
  EXPECT_FALSE(kubernetes::is_told_to_run(world, zero));
}

TEST_F(Pods, OfANodeThatComesBackBeforeTheyWereToBeDeletedBeginAgainAsTheyWere) {
  for (const auto away : {20s, 100s, 300s}) {
    bring_up(zero);
    make_primary(zero);
    const std::uint16_t before = pod(zero).incarnation;
    hooks[0].clear();
    kubernetes::lose_node(step, zero, away);
    run_for(away - 15s);
    EXPECT_FALSE(kubernetes::pod_runs(world, zero));
    run_for(60s);
    EXPECT_TRUE(kubernetes::pod_runs(world, zero)) << away.count();
    EXPECT_TRUE(pod(zero).member_labels) << "the same pod";
    EXPECT_EQ(pod(zero).incarnation, before + 1) << "another address";
    EXPECT_THAT(hooks[0], Not(Contains("upgrade-charm")));
    EXPECT_FALSE(pod(zero).node_lost);
  }
}

TEST_F(Pods, OfANodeThatComesBackAfterTheTolerationAreMadeAnew) {
  bring_up(zero);
  make_primary(zero);
  hooks[0].clear();
  kubernetes::lose_node(step, zero, 500s);
  run_for(450s);
  EXPECT_EQ(pod(zero).phase, PodPhase::lost);
  run_for(100s);
  EXPECT_TRUE(kubernetes::pod_runs(world, zero));
  EXPECT_FALSE(pod(zero).member_labels) << "another pod";
  EXPECT_THAT(hooks[0], Contains("upgrade-charm"));
}

TEST_F(Pods, DeletedWithGraceRunStopAndAreMadeAnew) {
  bring_up(zero);
  hooks[0].clear();
  kubernetes::delete_pod(step, zero);
  EXPECT_EQ(pod(zero).phase, PodPhase::terminating);
  run_for(20s);
  EXPECT_EQ(pod(zero).phase, PodPhase::running);
  EXPECT_EQ(pod(zero).incarnation, 2);
  EXPECT_THAT(hooks[0],
              ElementsAre("stop", "upgrade-charm", "config-changed", "start", "pebble-ready"));
}

TEST_F(Pods, DeletedWithGraceEndAsSoonAsEverythingInThemHas) {
  bring_up(zero);
  kubernetes::delete_pod(step, zero);
  run_for(10s);
  EXPECT_LT(last(FactKind::pod_stopped).at - last(FactKind::pod_terminating).at, 30s);
}

TEST_F(Pods, DeletedWithGraceAreKilledAfterThirtySecondsWhateverStillRuns) {
  bring_up(zero);
  world.unit(zero).process.update_status_due = true;
  ASSERT_EQ(begin_hook(zero), "update-status");
  kubernetes::delete_pod(step, zero);
  run_for(60s);
  EXPECT_EQ(last(FactKind::pod_stopped).at - last(FactKind::pod_terminating).at, 30s);
  EXPECT_EQ(pod(zero).incarnation, 2);
}

TEST_F(Pods, DeletedTwiceKeepTheirFirstGracePeriod) {
  bring_up(zero);
  world.unit(zero).process.update_status_due = true;
  begin_hook(zero);
  kubernetes::delete_pod(step, zero);
  run_for(20s);
  kubernetes::delete_pod(step, zero);
  run_for(60s);
  EXPECT_EQ(last(FactKind::pod_stopped).at - last(FactKind::pod_terminating).at, 30s);
}

TEST_F(Pods, OfALostNodeCannotBeKilledOrDeletedAnyMore) {
  bring_up(zero);
  kubernetes::lose_node(step, zero);
  kubernetes::delete_pod(step, zero);
  kubernetes::kill_pod(step, zero, kubernetes::Return::at_once);
  EXPECT_EQ(pod(zero).phase, PodPhase::lost);
}

using PrimaryService = KubernetesTest;

TEST_F(PrimaryService, FollowsTheLabelsAfterAWhile) {
  serve();
  start_pod_of(zero);
  make_primary(zero);
  EXPECT_FALSE(route().has_value());
  EXPECT_EQ(span(WorldTimer::primary_route).least, timing::routing.least);
  EXPECT_EQ(span(WorldTimer::primary_route).most, timing::routing.most);
  run_for(2s);
  EXPECT_EQ(route(), zero);
  EXPECT_EQ(last(FactKind::route_changed).fact.unit, zero);
}

TEST_F(PrimaryService, LeadsNowhereBeforeItExists) {
  start_pod_of(zero);
  make_primary(zero);
  run_for(10s);
  EXPECT_FALSE(route().has_value());
  serve();
  kubernetes::update_route(step);
  run_for(2s);
  EXPECT_EQ(route(), zero);
}

TEST_F(PrimaryService, NeedsTheMembersLabelsNotTheRoleAlone) {
  serve();
  juju::add_unit(step, zero);
  pod(zero).phase = PodPhase::running;
  kubernetes::label_role(step, zero, RoleLabel::primary);
  run_for(10s);
  EXPECT_FALSE(route().has_value());
}

TEST_F(PrimaryService, DoesNotLeadToReplicas) {
  serve();
  start_pod_of(zero);
  kubernetes::label_role(step, zero, RoleLabel::replica);
  run_for(10s);
  EXPECT_FALSE(route().has_value());
}

TEST_F(PrimaryService, StillLeadsToAnOldPrimaryUntilTheRoutesFollow) {
  serve();
  start_pod_of(zero);
  start_pod_of(one);
  make_primary(zero);
  run_for(10s);
  kubernetes::label_role(step, zero, RoleLabel::replica);
  kubernetes::label_role(step, one, RoleLabel::primary);
  EXPECT_EQ(route(), zero);
  run_for(2s);
  EXPECT_EQ(route(), one);
}

TEST_F(PrimaryService, LeavesAPodThatIsAskedToEnd) {
  serve();
  bring_up(zero);
  make_primary(zero);
  run_for(2s);
  ASSERT_EQ(route(), zero);
  kubernetes::delete_pod(step, zero);
  run_for(timing::routing.least);
  EXPECT_FALSE(route().has_value());
}

// Section 7.7: not before the control plane misses the node's heartbeats.
TEST_F(PrimaryService, LeavesALostNodeAfterTheGraceOfTheNodeMonitor) {
  serve();
  bring_up(zero);
  make_primary(zero);
  run_for(2s);
  ASSERT_EQ(route(), zero);
  kubernetes::lose_node(step, zero);
  run_for(39s);
  EXPECT_EQ(route(), zero);
  run_for(3s);
  EXPECT_FALSE(route().has_value());
}

// Section 7.8: a stale label on a pod that still counts as Ready.
TEST_F(PrimaryService, LeadsToBothOfTwoThatAreLabelledPrimary) {
  serve();
  start_pod_of(zero);
  start_pod_of(one);
  make_primary(zero);
  make_primary(one);
  run_for(2s);
  EXPECT_EQ(application().primary_route, (UnitSet{zero, one}));
  EXPECT_EQ(last(FactKind::route_changed).fact.value, 2U);
  EXPECT_EQ(kubernetes::connect_to_primary(step, two), zero) << "the calm way";
  struct Other : Forks {
    std::uint32_t take(Fork fork, charm::MaybeUnit, std::uint32_t options) override {
      EXPECT_EQ(fork, Fork::route);
      return options - 1;
    }
  } other;
  step.forks = &other;
  EXPECT_EQ(kubernetes::connect_to_primary(step, two), one);
}

TEST_F(PrimaryService, DoesNotLeadToAPodThatIsNotReadyYet) {
  serve();
  juju::add_unit(step, zero);
  kubernetes::schedule_pod(step, zero, exactly({}));
  run_until([this] { return pod(zero).phase == PodPhase::running; });
  make_primary(zero);
  EXPECT_FALSE(pod(zero).ready);
  kubernetes::on_route_timer(step);
  EXPECT_FALSE(route().has_value());
  run_for(5s);
  EXPECT_TRUE(pod(zero).ready);
  EXPECT_EQ(route(), zero);
}

using Readiness = KubernetesTest;

// Section 7.7: three failed checks, ten seconds apart.
TEST_F(Readiness, EndsWhenPatroniIsUnhealthyForThreeChecks) {
  start_cluster();
  network::freeze(step, zero, Frozen::patroni, 100s);
  run_for(19s);
  EXPECT_TRUE(pod(zero).ready);
  run_for(30s);
  EXPECT_FALSE(pod(zero).ready);
}

TEST_F(Readiness, OutlivesAShortCrash) {
  start_cluster();
  patroni::crash_database(step, zero);
  run_for(120s);
  EXPECT_EQ(count(FactKind::ready), 0U);
  EXPECT_TRUE(pod(zero).ready);
}

TEST_F(Readiness, ComesBackWithPatroni) {
  start_cluster();
  network::freeze(step, one, Frozen::pod, 60s);
  run_for(50s);
  ASSERT_FALSE(pod(one).ready);
  run_for(60s);
  EXPECT_TRUE(pod(one).ready);
}

// Pebble's own check cannot be asked then; charm and Patroni may be well.
TEST_F(Readiness, EndsWhenPebbleDoesNotAnswer) {
  start_cluster();
  pebble::break_for(step, two, 60s);
  run_for(45s);
  EXPECT_FALSE(pod(two).ready);
  run_for(60s);
  EXPECT_TRUE(pod(two).ready);
}

TEST_F(PrimaryService, HeldBackRoutesNowhereUntilItIsLetGo) {
  serve();
  application().primary_route_held = true;
  world.arm(timer_id(WorldTimer::primary_route), exactly(100s));
  start_pod_of(zero);
  make_primary(zero);
  run_for(99s);
  EXPECT_FALSE(route().has_value());
  run_for(1s);
  EXPECT_EQ(route(), zero);
}

TEST_F(PrimaryService, HasWorkedOnceItHasLedToARunningPrimary) {
  serve();
  start_pod_of(zero);
  make_primary(zero);
  run_for(2s);
  EXPECT_FALSE(application().primary_worked);
  postgres(zero) = {.database = Database::running, .in_recovery = false};
  kubernetes::note_working_primary(step);
  EXPECT_TRUE(application().primary_worked);
}

}  // namespace
}  // namespace model
