// What units are told of: addresses in the peers' bags, the charm's configuration and trust, the
// application secret. Source: juju-and-pebble.md, sections 2.2, 2.4, 3.3, 3.8, 4.7, 4.9.
#include <gmock/gmock.h>

#include "tests/model/juju_fixture.h"

namespace model {
namespace {

using namespace given;
using juju::SecretRead;
using testing::ElementsAre;
using testing::IsEmpty;

// --- unit bags ---

struct UnitBag : JujuTest {
  void SetUp() override { settle_two(); }
  // The pod comes back, with another address.
  void restart(UnitName unit) {
    kubernetes::kill_pod(step, unit, kubernetes::Return::at_once);
    run_until([this, unit] { return world.unit(unit).pod.phase == PodPhase::running; });
  }
  std::uint16_t version(UnitName unit) const { return world.unit(unit).record.bag_version; }
};

TEST_F(UnitBag, HoldsTheAddressesFromTheMomentThatItsUnitIsInScope) {
  start_unit(two);
  EXPECT_EQ(version(two), 0);
  run_hook(two);
  begin_hook(two);
  EXPECT_EQ(version(two), 1);
}

TEST_F(UnitBag, OfARestartedPodChangesAtTheFlushOfItsConfigChanged) {
  restart(one);
  ASSERT_EQ(run_hook(one), "upgrade-charm");
  ASSERT_EQ(begin_hook(one), "config-changed");
  EXPECT_EQ(version(one), 1);
  EXPECT_THAT(run_hooks(zero), IsEmpty());
  ASSERT_TRUE(end_hook(one));
  EXPECT_EQ(version(one), 2);
  EXPECT_THAT(run_hooks(zero), ElementsAre("relation-changed 1"));
}

TEST_F(UnitBag, OfAPodWhoseHookWasInterruptedChangesWithTheConfigChangedThatItsAddressMakesDue) {
  let_update_status_be_due(one);
  begin_hook(one);
  restart(one);
  EXPECT_THAT(run_hooks(one), ElementsAre("update-status", "start", "config-changed"));
  EXPECT_EQ(version(one), 2);
}

TEST_F(UnitBag, OfAContainerThatRestartedAloneDoesNotChange) {
  kubernetes::restart_container(step, one, kubernetes::ContainerKind::charm);
  run_for(60s);
  EXPECT_EQ(version(one), 1);
}

TEST_F(UnitBag, ChangedTwiceBeforeItIsToldIsToldOnce) {
  for (int times = 0; times < 2; ++times) {
    restart(one);
    run_hooks(one);
  }
  EXPECT_EQ(version(one), 3);
  EXPECT_THAT(run_hooks(zero), ElementsAre("relation-changed 1"));
}

TEST_F(UnitBag, IsReadFromTheAgentsCacheUntilItsChangedRuns) {
  restart(one);
  run_hooks(one);
  let_update_status_be_due(zero);
  EXPECT_EQ(world.cached_bag(zero, one), 1);
  ASSERT_EQ(begin_hook(zero), "relation-changed 1");
  EXPECT_EQ(world.cached_bag(zero, one), 2);
}

TEST_F(UnitBag, ChangedWhileItsHookRunsIsToldAgain) {
  restart(one);
  run_hooks(one);
  ASSERT_EQ(begin_hook(zero), "relation-changed 1");
  restart(one);
  run_hooks(one);
  ASSERT_TRUE(end_hook(zero));
  EXPECT_THAT(run_hooks(zero), ElementsAre("relation-changed 1"));
}

// --- configuration and trust ---

using Configuration = JujuTest;

TEST_F(Configuration, ThatChangesGivesEveryUnitAConfigChangedAfterAWhile) {
  settle_two();
  for (UnitName unit : {zero, one}) world.disarm(timer_id(unit, UnitTimer::agent));
  juju::set_configuration(step, 1);
  for (UnitName unit : {zero, one}) {
    EXPECT_EQ(span(unit, UnitTimer::agent).most, timing::watcher_delay.most);
    EXPECT_THAT(run_hooks(unit), ElementsAre("config-changed"));
  }
}

TEST_F(Configuration, ThatChangesTwiceOrBackIsComparedNotCounted) {
  settle(zero);
  juju::set_configuration(step, 1);
  juju::set_configuration(step, 2);
  EXPECT_THAT(run_hooks(zero), ElementsAre("config-changed"));
  juju::set_configuration(step, 1);
  juju::set_configuration(step, 2);
  EXPECT_THAT(run_hooks(zero), IsEmpty());
}

TEST_F(Configuration, IsReadOncePerHook) {
  settle(zero);
  let_update_status_be_due(zero);
  ASSERT_EQ(begin_hook(zero), "update-status");
  EXPECT_EQ(juju::read_configuration(world, zero), 0);
  juju::set_configuration(step, 1);
  EXPECT_EQ(juju::read_configuration(world, zero), 0);
  ASSERT_TRUE(end_hook(zero));
  ASSERT_EQ(begin_hook(zero), "config-changed");
  EXPECT_EQ(juju::read_configuration(world, zero), 1);
}

TEST_F(Configuration, ThatChangesWhileConfigChangedRunsGivesAnother) {
  settle(zero);
  juju::set_configuration(step, 1);
  ASSERT_EQ(begin_hook(zero), "config-changed");
  juju::set_configuration(step, 2);
  ASSERT_TRUE(end_hook(zero));
  EXPECT_THAT(run_hooks(zero), ElementsAre("config-changed"));
}

TEST_F(Configuration, IsWhatTrustGivesAConfigChangedFor) {
  settle(zero);
  juju::set_trust(step, false);
  EXPECT_THAT(run_hooks(zero), ElementsAre("config-changed"));
}

TEST_F(Configuration, ADiscardedConfigChangedComesBackInTheNewPod) {
  settle(zero);
  juju::set_configuration(step, 1);
  ASSERT_EQ(begin_hook(zero), "config-changed");
  fail_hook(zero);
  juju::shut_agent_down(step, zero);
  ASSERT_THAT(run_hooks(zero), ElementsAre("stop"));
  EXPECT_TRUE(world.unit(zero).record.config_due);
}

TEST_F(Configuration, TheUpdateStatusIntervalIsAParameterAndRandomisedByAFifth) {
  parameters.update_status_interval = 60s;
  start_unit(zero);
  EXPECT_EQ(span(zero, UnitTimer::update_status).least, 48s);
  EXPECT_EQ(span(zero, UnitTimer::update_status).most, 72s);
}

// --- the application secret ---

struct ApplicationSecret : JujuTest {
  void SetUp() override { settle_two(); }
  void write(const Passwords& passwords) {
    let_update_status_be_due(zero);
    ASSERT_EQ(begin_hook(zero), "update-status");
    world.unit(zero).staged.passwords = passwords;
    ASSERT_TRUE(end_hook(zero));
  }
};

TEST_F(ApplicationSecret, HasRevisionOneWithItsFirstContent) {
  write({1});
  EXPECT_EQ(application().secret_revision, 1);
}

TEST_F(ApplicationSecret, HasNoNewRevisionForTheSameContent) {
  write({1});
  write({1});
  EXPECT_EQ(application().secret_revision, 1);
}

TEST_F(ApplicationSecret, KeepsWhatARevisionDoesNotName) {
  write({1, 2});
  write({0, 0, 3});
  EXPECT_EQ(application().passwords, (Passwords{1, 2, 3}));
  EXPECT_EQ(application().secret_revision, 2);
}

TEST_F(ApplicationSecret, APeerThatHasReadItIsToldOfANewRevision) {
  write({1});
  EXPECT_EQ(juju::read_secret(world, one, SecretRead::tracked), Passwords{1});
  EXPECT_THAT(run_hooks(one), IsEmpty());
  write({1, 2});
  EXPECT_THAT(run_hooks(one), ElementsAre("secret-changed"));
}

TEST_F(ApplicationSecret, APeerThatHasNotReadItIsNotTold) {
  write({1});
  write({1, 2});
  EXPECT_THAT(run_hooks(one), IsEmpty());
}

TEST_F(ApplicationSecret, ATrackerReadsItsRevisionUntilItRefreshes) {
  write({1});
  juju::read_secret(world, one, SecretRead::tracked);
  write({1, 2});
  EXPECT_EQ(juju::read_secret(world, one, SecretRead::tracked), Passwords{1});
  EXPECT_EQ(juju::read_secret(world, one, SecretRead::refresh), (Passwords{1, 2}));
  EXPECT_EQ(juju::read_secret(world, one, SecretRead::tracked), (Passwords{1, 2}));
}

TEST_F(ApplicationSecret, SeveralRevisionsAreToldOnce) {
  write({1});
  juju::read_secret(world, one, SecretRead::tracked);
  write({1, 2});
  write({3, 2});
  EXPECT_THAT(run_hooks(one), ElementsAre("secret-changed"));
}

TEST_F(ApplicationSecret, ItsWriterIsNotTold) {
  write({1});
  juju::read_secret(world, zero, SecretRead::tracked);
  write({1, 2});
  EXPECT_THAT(run_hooks(zero), IsEmpty());
}

TEST_F(ApplicationSecret, ADyingUnitIsNotTold) {
  write({1});
  juju::read_secret(world, one, SecretRead::tracked);
  write({1, 2});
  juju::request_scale(step, 1);
  juju::on_provisioner_timer(step);
  EXPECT_THAT(run_hooks(one), testing::Not(testing::Contains("secret-changed")));
}

}  // namespace
}  // namespace model
