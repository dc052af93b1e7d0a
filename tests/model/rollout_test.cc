// How the StatefulSet replaces the pods of an old template, and what their agents make of it.
// Source: patroni-and-kubernetes.md, section 7.7; juju-and-pebble.md, section 4.9.
#include <gmock/gmock.h>

#include "tests/model/juju_fixture.h"

namespace model {
namespace {

using namespace given;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

struct RolloutTest : JujuTest {
  RolloutTest() {
    juju::request_scale(step, 3);
    run_for(60s);
    forget_past();
  }
  Pod& pod(UnitName unit) { return world.unit(unit).pod; }
  std::uint8_t charm_of(UnitName unit) { return world.unit(unit).record.charm; }
  std::vector<std::uint16_t> replaced() {
    std::vector<std::uint16_t> units;
    for (const PastFact& past_fact : all(FactKind::pod_outdated)) {
      units.push_back((*past_fact.fact.unit).ordinal);
    }
    return units;
  }
};

TEST_F(RolloutTest, ARefreshReplacesPodAfterPodFromTheHighest) {
  juju::refresh(step, {});
  run_for(600s);
  EXPECT_THAT(replaced(), ElementsAre(2, 1, 0));
  for (UnitName unit : {zero, one, two}) EXPECT_EQ(charm_of(unit), 1);
  EXPECT_FALSE(kubernetes::is_rolling_out(world));
}

TEST_F(RolloutTest, APodIsReplacedWhenTheOneAboveIsReady) {
  juju::refresh(step, {});
  run_until([this] { return pod(two).phase == PodPhase::running && pod(two).charm == 1; });
  EXPECT_THAT(replaced(), ElementsAre(2));
  EXPECT_FALSE(pod(two).ready);
  run_until([this] { return pod(two).ready; });
  EXPECT_THAT(replaced(), ElementsAre(2));
  run_until([this] { return pod(one).phase == PodPhase::running && pod(one).charm == 1; });
  EXPECT_THAT(replaced(), ElementsAre(2, 1));
}

// The controller waits for the pod above; whoever deletes the next one does not.
TEST_F(RolloutTest, APodThatIsDeletedComesBackNewThoughTheOneAboveIsNotReady) {
  kubernetes::set_partition(step, 2);
  juju::refresh(step, {});
  run_until([this] { return pod(two).ready && pod(two).charm == 1; });
  pebble::break_for(step, two, 2h);
  run_until([this] { return !pod(two).ready; });
  kubernetes::set_partition(step, 0);
  run_for(60s);
  EXPECT_THAT(replaced(), ElementsAre(2));
  kubernetes::delete_pod(step, zero);
  run_for(60s);
  EXPECT_EQ(charm_of(zero), 1);
  EXPECT_EQ(charm_of(one), 0);
}

TEST_F(RolloutTest, APodThatIsScaledAwayIsNotWaitedForAnyMore) {
  kubernetes::set_partition(step, 2);
  juju::refresh(step, {});
  run_until([this] { return pod(two).ready && pod(two).charm == 1; });
  pebble::break_for(step, two, 2h);
  run_until([this] { return !pod(two).ready; });
  kubernetes::set_partition(step, 0);
  run_for(60s);
  EXPECT_THAT(replaced(), ElementsAre(2));
  juju::request_scale(step, 2);
  run_for(600s);
  EXPECT_THAT(replaced(), ElementsAre(2, 1, 0));
}

TEST_F(RolloutTest, ThePartitionHoldsThePodsBelowBack) {
  kubernetes::set_partition(step, 2);
  juju::refresh(step, {});
  run_for(600s);
  EXPECT_THAT(replaced(), ElementsAre(2));
  EXPECT_TRUE(kubernetes::is_rolling_out(world));
  kubernetes::set_partition(step, 1);
  run_for(600s);
  EXPECT_THAT(replaced(), ElementsAre(2, 1));
}

TEST_F(RolloutTest, ThePodsAgentRunsUpgradeCharmWithTheNewCharm) {
  kubernetes::set_partition(step, 2);
  juju::refresh(step, {});
  hooks[2].clear();
  run_for(120s);
  EXPECT_THAT(hooks[2],
              ElementsAre("stop", "upgrade-charm", "config-changed", "start", "pebble-ready"));
  EXPECT_EQ(last(FactKind::unit_refreshed).fact.unit, two);
}

TEST_F(RolloutTest, APodBelowThePartitionComesBackWithTheOldTemplateAndItsAgentEnds) {
  kubernetes::set_partition(step, 2);
  juju::refresh(step, {});
  run_for(120s);
  hooks[0].clear();
  kubernetes::kill_pod(step, zero, kubernetes::Return::at_once);
  run_for(120s);
  EXPECT_EQ(pod(zero).phase, PodPhase::running);
  EXPECT_EQ(pod(zero).charm, 0);
  EXPECT_FALSE(world.unit(zero).process.running);
  EXPECT_THAT(hooks[0], IsEmpty());
  kubernetes::set_partition(step, 0);
  run_for(600s);
  EXPECT_TRUE(world.unit(zero).process.running);
  EXPECT_EQ(charm_of(zero), 1);
}

TEST_F(RolloutTest, AnAgentThatBeginsAnewInAnOldPodEnds) {
  kubernetes::set_partition(step, 2);
  juju::refresh(step, {});
  run_for(120s);
  kubernetes::restart_container(step, zero, kubernetes::ContainerKind::charm);
  run_for(60s);
  EXPECT_FALSE(world.unit(zero).process.running);
}

TEST_F(RolloutTest, AnAgentThatRunsGoesOnWithItsCharm) {
  kubernetes::set_partition(step, 2);
  juju::refresh(step, {});
  run_for(120s);
  let_update_status_be_due(zero);
  EXPECT_EQ(run_hook(zero), "update-status");
  EXPECT_EQ(charm_of(zero), 0);
}

TEST_F(RolloutTest, AnotherRefreshReplacesTheNewPodsToo) {
  kubernetes::set_partition(step, 2);
  juju::refresh(step, {});
  run_for(120s);
  juju::refresh(step, {});
  run_for(120s);
  EXPECT_THAT(replaced(), ElementsAre(2, 2));
  EXPECT_EQ(charm_of(two), 2);
}

TEST_F(RolloutTest, APodOnALostNodeIsReplacedWhenTheNodeIsBack) {
  kubernetes::lose_node(step, two, 200s);
  juju::refresh(step, {});
  run_for(100s);
  EXPECT_THAT(replaced(), IsEmpty());
  run_for(600s);
  EXPECT_THAT(replaced(), ElementsAre(2, 1, 0));
}

TEST_F(RolloutTest, ANewUnitIsOfTheNewTemplate) {
  kubernetes::set_partition(step, 2);
  juju::refresh(step, {});
  run_for(120s);
  EXPECT_EQ(kubernetes::template_of(world, UnitName{3}), 1);
  EXPECT_EQ(kubernetes::template_of(world, one), 0);
}

TEST_F(RolloutTest, JujuWritesTheTemplateAWhileLater) {
  juju::refresh(step, {});
  EXPECT_FALSE(kubernetes::is_rolling_out(world));
  EXPECT_EQ(span(WorldTimer::provisioner).most, timing::provisioner.most);
}

TEST_F(RolloutTest, NoMoreRefreshesThanThereAreNumbersFor) {
  for (int times = 0; times < 20; ++times) juju::refresh(step, {});
  EXPECT_EQ(application().rollout.charm, max_refreshes);
}

// --- a charm whose workload never streams ---

struct BrokenWorkload : WorldFixture {
  BrokenWorkload() { start_cluster(); }
};

TEST_F(BrokenWorkload, StartsAndNeverStreams) {
  ASSERT_TRUE(postgresql::is_streaming(world, two));
  application().rollout.broken = 2;
  world.unit(two).pod.charm = 1;
  pebble::crash_service(step, two);
  run_for(120s);
  EXPECT_EQ(postgres(two).database, Database::running);
  EXPECT_FALSE(postgresql::is_streaming(world, two));
}

}  // namespace
}  // namespace model
