// Units that come and go: scale-down of several at once, teardown, what survivors see, and scale-up
// again under the same names. Source: juju-and-pebble.md, sections 3.4 to 3.7, 4.6, 4.8.
#include <gmock/gmock.h>

#include "tests/model/juju_fixture.h"

namespace model {
namespace {

using namespace given;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

struct ScaleDown : JujuTest {
  // Three units that know each other; 0 leads.
  void SetUp() override {
    for (UnitName unit : {zero, one, two}) start_unit(unit);
    make_leader(zero);
    for (int round = 0; round < 2; ++round) {
      for (UnitName unit : {zero, one, two}) run_hooks(unit);
    }
  }
  // The controller has looked: the victims are dying.
  void scale_to(std::uint16_t units) {
    juju::request_scale(step, units);
    juju::on_provisioner_timer(step);
    keep_facts();
  }
  std::vector<UnitName> units_of(FactKind kind) {
    std::vector<UnitName> units;
    for (const PastFact& past_fact : all(kind)) units.push_back(*past_fact.fact.unit);
    return units;
  }
  Life life(UnitName unit) const { return world.unit(unit).record.life; }
  PodPhase phase(UnitName unit) const { return world.unit(unit).pod.phase; }
  charm::MaybeUnit departing() const { return world.unit(one).record.hook.departing_unit; }
};

TEST_F(ScaleDown, MarksTheHighestOrdinalsDyingAllTogether) {
  scale_to(1);
  EXPECT_THAT(units_of(FactKind::unit_dying), ElementsAre(one, two));
  EXPECT_EQ(life(zero), Life::alive);
}

TEST_F(ScaleDown, IsNoticedByTheControllerAfterAWhileInWhichTheOldNumberShows) {
  juju::request_scale(step, 1);
  EXPECT_EQ(world.planned().size(), 3U);
  EXPECT_EQ(span(WorldTimer::provisioner).most, timing::provisioner.most);
  juju::on_provisioner_timer(step);
  EXPECT_EQ(world.planned(), (UnitSet{zero}));
  EXPECT_EQ(world.existing().size(), 3U);
}

TEST_F(ScaleDown, TearsAUnitDownInTheOrderOfTheCode) {
  scale_to(1);
  EXPECT_THAT(run_hooks(two), ElementsAre("storage-detaching", "relation-departed 0",
                                          "relation-departed 1", "stop", "remove"));
  EXPECT_EQ(life(two), Life::dead);
}

TEST_F(ScaleDown, NeverBreaksAPeerRelation) {
  scale_to(0);
  for (UnitName unit : {zero, one, two})
    EXPECT_THAT(run_hooks(unit), Not(Contains("relation-broken")));
}

TEST_F(ScaleDown, ADyingUnitNamesItselfAsTheOneThatDepartsEvenForAPeerThatLeavesToo) {
  scale_to(1);
  run_hook(one);
  ASSERT_EQ(run_hook(one), "relation-departed 0");
  EXPECT_EQ(departing(), one);
  ASSERT_EQ(run_hook(one), "relation-departed 2");
  EXPECT_EQ(departing(), one);
}

// Section 3.5: its application's life counts like its own.
TEST_F(ScaleDown, AUnitOfAnApplicationThatIsRemovedNamesItself) {
  scale_to(2);
  juju::request_removal(step);
  ASSERT_EQ(life(one), Life::alive);
  ASSERT_EQ(run_hook(one), "relation-departed 2");
  EXPECT_EQ(departing(), one);
}

TEST_F(ScaleDown, ASurvivorNamesTheOtherAsTheOneThatDeparts) {
  scale_to(2);
  ASSERT_EQ(run_hook(one), "relation-departed 2");
  EXPECT_EQ(departing(), two);
}

TEST_F(ScaleDown, SurvivorsSeeTheDepartureBeforeTheVictimHasRunAnything) {
  scale_to(1);
  EXPECT_THAT(run_hooks(zero), ElementsAre("relation-departed 1", "relation-departed 2"));
  EXPECT_EQ(life(two), Life::dying);
}

TEST_F(ScaleDown, InDepartedTheUnitThatLeavesIsNotListed) {
  scale_to(2);
  ASSERT_EQ(begin_hook(one), "relation-departed 2");
  EXPECT_EQ(juju::peers(world, one), (UnitSet{zero}));
}

TEST_F(ScaleDown, ARunningHookFinishesFirst) {
  let_update_status_be_due(two);
  ASSERT_EQ(begin_hook(two), "update-status");
  scale_to(2);
  EXPECT_EQ(world.unit(two).record.step, HookStep::running);
  ASSERT_TRUE(end_hook(two));
  EXPECT_EQ(run_hook(two), "storage-detaching");
}

TEST_F(ScaleDown, AFailingTeardownHookBlocksTheRemovalUntilItIsResolved) {
  scale_to(2);
  run_hook(two);
  for (int failure = 0; failure < 3; ++failure) {
    ASSERT_EQ(begin_hook(two), "relation-departed 0");
    fail_hook(two);
  }
  EXPECT_EQ(life(two), Life::dying);
  juju::resolve(step, two, juju::Resolution::skip);
  EXPECT_THAT(run_hooks(two), ElementsAre("relation-departed 1", "stop", "remove"));
  EXPECT_EQ(life(two), Life::dead);
}

TEST_F(ScaleDown, ADeadUnitsPodRunsOnUntilAllVictimsAreDead) {
  start_patroni(two, configuration({two}));
  scale_to(1);
  run_hooks(two);
  juju::on_provisioner_timer(step);
  EXPECT_EQ(application().replicas, 3);
  EXPECT_EQ(phase(two), PodPhase::running);
  EXPECT_TRUE(world.unit(two).container.service_running);
  run_hooks(one);
  juju::on_provisioner_timer(step);
  EXPECT_EQ(application().replicas, 1);
  EXPECT_EQ(phase(two), PodPhase::terminating);
}

TEST_F(ScaleDown, AsksTheHighestPodToEndFirst) {
  scale_to(1);
  for (UnitName unit : {one, two}) run_hooks(unit);
  juju::on_provisioner_timer(step);
  EXPECT_THAT(units_of(FactKind::pod_terminating), ElementsAre(two, one));
}

TEST_F(ScaleDown, TheRecordsVanishWithThePods) {
  scale_to(1);
  for (UnitName unit : {one, two}) run_hooks(unit);
  run_until([this] { return count(FactKind::unit_removed) == 2; });
  EXPECT_EQ(world.existing(), (UnitSet{zero}));
  EXPECT_EQ(phase(one), PodPhase::absent);
  run_for(600s);
  EXPECT_EQ(phase(one), PodPhase::absent);
}

TEST_F(ScaleDown, ASecondRequestWaitsUntilTheFirstIsReached) {
  scale_to(2);
  juju::request_scale(step, 1);
  juju::on_provisioner_timer(step);
  EXPECT_EQ(life(one), Life::alive);
  run_until([this] { return !world.existing().contains(one); });
  EXPECT_THAT(units_of(FactKind::unit_dying), ElementsAre(two, one));
  EXPECT_THAT(units_of(FactKind::unit_removed), ElementsAre(two, one));
}

TEST_F(ScaleDown, TakenBackBeforeTheControllerLookedRemovesNobody) {
  juju::request_scale(step, 1);
  juju::request_scale(step, 3);
  run_for(60s);
  EXPECT_EQ(world.planned().size(), 3U);
}

TEST_F(ScaleDown, ADyingLeaderLeadsUntilItIsDead) {
  make_leader(two);
  run_hooks(two);
  scale_to(2);
  for (const char* hook :
       {"storage-detaching", "relation-departed 0", "relation-departed 1", "stop", "remove"}) {
    ASSERT_EQ(run_hook(two), hook);
    EXPECT_TRUE(juju::is_leader(world, two));
    EXPECT_FALSE(world.unit(two).record.leader_flag);
  }
  run_hook(two);
  EXPECT_FALSE(application().lease_holder.has_value());
}

TEST_F(ScaleDown, ALeaderElectedIsNotRunByAUnitThatIsDying) {
  scale_to(2);
  make_leader(two);
  EXPECT_THAT(run_hooks(two), Not(Contains("leader-elected")));
}

TEST_F(ScaleDown, TheSurvivorsRaceForADeadLeadersLease) {
  make_leader(two);
  run_hooks(two);
  scale_to(2);
  run_hooks(two);
  EXPECT_EQ(span(zero, UnitTimer::lease).most, timing::lease_claim.most);
  EXPECT_EQ(span(one, UnitTimer::lease).most, timing::lease_claim.most);
  EXPECT_FALSE(world.is_armed(timer_id(two, UnitTimer::lease)));
}

using ScaleDownEarly = JujuTest;

TEST_F(ScaleDownEarly, AUnitThatHasNotStartedRunsNoStop) {
  settle(zero);
  start_unit(one);
  run_hook(one);
  juju::request_scale(step, 1);
  juju::on_provisioner_timer(step);
  EXPECT_THAT(run_hooks(one), ElementsAre("remove"));
  EXPECT_EQ(world.unit(one).record.life, Life::dead);
}

TEST_F(ScaleDownEarly, AUnitThatIsNotInstalledIsDeadAtOnce) {
  settle(zero);
  start_unit(one);
  juju::request_scale(step, 1);
  juju::on_provisioner_timer(step);
  EXPECT_THAT(run_hooks(one), IsEmpty());
  EXPECT_EQ(world.unit(one).record.life, Life::dead);
}

TEST_F(ScaleDown, APodThatIsKilledMeanwhileComesBackAndGoesOnWithTheTeardown) {
  scale_to(2);
  run_hook(two);
  kubernetes::kill_pod(step, two, kubernetes::Return::at_once);
  run_until([this] { return phase(two) == PodPhase::running; });
  EXPECT_THAT(run_hooks(two),
              ElementsAre("upgrade-charm", "config-changed", "start", "relation-departed 0",
                          "relation-departed 1", "stop", "remove"));
}

TEST_F(ScaleDown, SigtermToAPodThatIsBeingRemovedJustLetsTheTeardownGoOn) {
  scale_to(2);
  kubernetes::delete_pod(step, two);
  EXPECT_FALSE(world.unit(two).process.shutting_down);
  EXPECT_EQ(run_hook(two), "storage-detaching");
}

TEST_F(ScaleDown, ASurvivorIsNotToldOfDataOfAUnitThatHasDeparted) {
  world.unit(zero).record.peers[database_peers].unit_data_due.insert(two);
  scale_to(2);
  EXPECT_THAT(run_hooks(zero), ElementsAre("relation-departed 2"));
}

// --- and up again ---

struct ScaleUp : ScaleDown {
  void remove_all_but(std::uint16_t units) {
    scale_to(units);
    run_until([this, units] { return world.existing().size() == units; });
    forget_past();
    for (auto& of_unit : hooks) of_unit.clear();
  }
};

TEST_F(ScaleUp, ReusesTheNamesAndDeploysThemAnew) {
  remove_all_but(2);
  juju::request_scale(step, 3);
  run_for(60s);
  EXPECT_THAT(hooks[2],
              ElementsAre("install", "relation-created", "storage-attached", "config-changed",
                          "start", "relation-joined 0", "relation-changed 0", "relation-joined 1",
                          "relation-changed 1", "pebble-ready"));
  EXPECT_THAT(hooks[0], ElementsAre("relation-joined 2", "relation-changed 2"));
}

TEST_F(ScaleUp, FindsTheStorageOfItsPredecessor) {
  start_patroni(two, configuration({two}));
  postgres(two).database = Database::stopped;
  postgres(two).system_id = 7;
  remove_all_but(2);
  juju::request_scale(step, 3);
  run_for(60s);
  EXPECT_TRUE(world.unit(two).volume.configuration);
  EXPECT_EQ(postgres(two).database, Database::stopped);
  EXPECT_EQ(postgres(two).system_id, 7);
  EXPECT_FALSE(world.unit(two).container.layer_added);
}

TEST_F(ScaleUp, FindsNothingOfWhatItsPredecessorHadDeferredOrWasShowing) {
  world.set_notices(two, {{.handler = 1, .event = {}}});
  world.unit(two).status = charm::StatusKind::active;
  remove_all_but(2);
  juju::request_scale(step, 3);
  EXPECT_EQ(world.notice_count(two), 0U);
  EXPECT_EQ(world.unit(two).status, charm::StatusKind::unknown);
}

TEST_F(ScaleUp, FromZeroFindsTheApplicationBag) {
  let_update_status_be_due(zero);
  write_endpoints(zero, {{0}});
  application().initialised = true;
  remove_all_but(0);
  EXPECT_FALSE(application().lease_holder.has_value());
  juju::request_scale(step, 1);
  run_for(60s);
  EXPECT_EQ(world.endpoints(), (charm::HostList{{0}}));
  EXPECT_TRUE(application().initialised);
  EXPECT_EQ(application().lease_holder, zero);
  EXPECT_THAT(hooks[0], Contains("leader-elected"));
}

struct Always final : Forks {
  std::uint32_t take(Fork fork, charm::MaybeUnit, std::uint32_t) override {
    return fork == wanted ? 1 : 0;
  }
  Fork wanted = Fork::order;
};

TEST_F(ScaleUp, MayFindWhatItsPredecessorWroteIntoItsBag) {
  Always always;
  always.wanted = Fork::bag_leftover;
  step.forks = &always;
  const std::uint16_t before = world.unit(two).record.bag_version;
  remove_all_but(2);
  EXPECT_GT(before, 0);
  EXPECT_EQ(world.unit(two).record.bag_version, before);
}

TEST_F(ScaleUp, CountsANewUnitAtOnceOrWhenItsPodIntroducesItself) {
  remove_all_but(2);
  Always always;
  always.wanted = Fork::unit_records;
  step.forks = &always;
  juju::request_scale(step, 3);
  EXPECT_EQ(world.planned().size(), 2U);
  run_until([this] { return world.unit(two).pod.phase == PodPhase::running; });
  EXPECT_EQ(world.planned().size(), 3U);
}

TEST_F(ScaleUp, ADeadLeadersLeaseMayHaveToRunOut) {
  Always always;
  always.wanted = Fork::lease_revocation;
  step.forks = &always;
  make_leader(two);
  run_hooks(two);
  scale_to(2);
  run_hooks(two);
  EXPECT_EQ(application().lease_holder, two);
  run_for(61s);
  EXPECT_EQ(application().lease_holder, zero);
}

// --- names ---

struct ManyUnits : WorldFixture {
  ManyUnits() : WorldFixture(12) {}
};

TEST_F(ManyUnits, JoinAndDepartInTheOrderOfTheirNamesNotOfTheirNumbers) {
  for (UnitName unit : {UnitName{2}, UnitName{10}, UnitName{1}, UnitName{11}}) {
    start_unit(unit);
    run_hook(unit);
    run_hook(unit);
  }
  start_unit(zero);
  const auto seen = run_hooks(zero);
  EXPECT_THAT(seen, testing::IsSupersetOf({"relation-joined 1", "relation-joined 10"}));
  std::vector<std::string> joins;
  for (const std::string& hook : seen) {
    if (hook.starts_with("relation-joined")) joins.push_back(hook);
  }
  EXPECT_THAT(joins, ElementsAre("relation-joined 1", "relation-joined 10", "relation-joined 11",
                                 "relation-joined 2"));
}

}  // namespace
}  // namespace model
