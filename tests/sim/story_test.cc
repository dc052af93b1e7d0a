// The scenario's story: when a step is due, whom it means, and what each deed does to the world.
#include "sim/story.h"

#include <gmock/gmock.h>

#include "tests/model/world_fixture.h"
#include "tests/support/runs.h"

namespace sim {
namespace {

using namespace model::given;
using model::PodPhase;
using model::WorldTimer;

struct StoryTest : WorldFixture {
  StoryTest() : WorldFixture(6) { application().scale = application().replicas = 3; }

  // What a scenario's file says in `story`, read and performed.
  void perform(std::string_view step_text) { perform_last(step_text); }
  // The steps before it are there for it to be possible.
  void perform_last(std::string_view steps) {
    const Scenario scenario = given::scenario_with(
        std::string(R"("world": {"units": 3}, "story": [)").append(steps).append("]"));
    world.shared().story_step = static_cast<std::uint32_t>(scenario.story.size() - 1);
    Story(scenario).perform(step);
    keep_facts();
  }
  void start_pods() {
    for (UnitName unit : {zero, one, two}) start_pod_of(unit);
  }
  void make_primary(UnitName unit) {
    postgres(unit) = {.database = model::Database::running, .timeline = 1};
  }
  void make_replica(UnitName unit) {
    postgres(unit) = {.database = model::Database::running, .in_recovery = true};
  }
};

// --- whom a step means ---

using StoryTarget = StoryTest;

TEST_F(StoryTarget, ByNameIsThatUnit) { EXPECT_EQ(resolve(two, world), two); }

TEST_F(StoryTarget, JujuLeaderIsTheHolderOfTheLease) {
  EXPECT_FALSE(resolve(Role::juju_leader, world).has_value());
  application().lease_holder = one;
  EXPECT_EQ(resolve(Role::juju_leader, world), one);
}

TEST_F(StoryTarget, LockHolderIsPatronis) {
  EXPECT_FALSE(resolve(Role::lock_holder, world).has_value());
  dcs().lock_holder = charm::member_of(two);
  EXPECT_EQ(resolve(Role::lock_holder, world), two);
}

TEST_F(StoryTarget, PrimaryIsWhoeverIsOutOfRecovery) {
  start_pods();
  make_replica(zero);
  EXPECT_FALSE(resolve(Role::primary, world).has_value());
  make_primary(one);
  EXPECT_EQ(resolve(Role::primary, world), one);
}

TEST_F(StoryTarget, ReplicaIsTheFirstRunningInRecovery) {
  start_pods();
  make_primary(zero);
  EXPECT_FALSE(resolve(Role::replica, world).has_value());
  make_replica(two);
  EXPECT_EQ(resolve(Role::replica, world), two);
}

// --- conditions ---

using StoryCondition = StoryTest;

TEST_F(StoryCondition, LeaderElectedHoldsOnceTheFirstLeaderHasListedItself) {
  EXPECT_FALSE(holds(Condition::leader_elected, world, true));
  world.set_endpoints({{0}});
  EXPECT_TRUE(holds(Condition::leader_elected, world, false));
}

TEST_F(StoryCondition, BootstrappingHoldsWhileSomeMemberRunsInitdb) {
  start_pods();
  EXPECT_FALSE(holds(Condition::bootstrapping, world, true));
  member(one).job = model::Job::bootstrap;
  EXPECT_TRUE(holds(Condition::bootstrapping, world, false));
  member(one).job = model::Job::clone_from_leader;
  EXPECT_FALSE(holds(Condition::bootstrapping, world, true));
}

TEST_F(StoryCondition, PrimaryRunningHoldsWhileAMemberIsOutOfRecovery) {
  start_pods();
  make_replica(one);
  EXPECT_FALSE(holds(Condition::primary_running, world, true));
  make_primary(one);
  EXPECT_TRUE(holds(Condition::primary_running, world, false));
}

TEST_F(StoryCondition, NoPrimaryHoldsOnlyAfterThereHasBeenOne) {
  start_pods();
  EXPECT_FALSE(holds(Condition::no_primary, world, true));
  dcs().initialise = model::Initialise::done;
  EXPECT_TRUE(holds(Condition::no_primary, world, false));
  make_primary(one);
  EXPECT_FALSE(holds(Condition::no_primary, world, true));
}

TEST_F(StoryCondition, InitialisedHoldsOnceTheFlagIsCommitted) {
  EXPECT_FALSE(holds(Condition::initialised, world, true));
  application().initialised = true;
  EXPECT_TRUE(holds(Condition::initialised, world, false));
}

TEST_F(StoryCondition, SettledIsWhatItsCallerSays) {
  EXPECT_FALSE(holds(Condition::settled, world, false));
  EXPECT_TRUE(holds(Condition::settled, world, true));
}

// --- when a step is due ---

using StoryStepDue = StoryTest;

TEST_F(StoryStepDue, AtOnceIfItNamesNoTimeAndNoCondition) {
  const Scenario scenario = given::scenario_with(R"("story": [{"set_trust": false}])");
  Story(scenario).look(step, false);
  EXPECT_EQ(span(WorldTimer::story).least, 0s);
}

TEST_F(StoryStepDue, OnceItsConditionHolds) {
  const Scenario scenario =
      given::scenario_with(R"("story": [{"when": "initialised", "set_trust": false}])");
  Story(scenario).look(step, true);
  EXPECT_FALSE(world.is_armed(model::timer_id(WorldTimer::story)));
  application().initialised = true;
  Story(scenario).look(step, false);
  EXPECT_TRUE(world.is_armed(model::timer_id(WorldTimer::story)));
}

TEST_F(StoryStepDue, AsLongAfterItsConditionAsItSays) {
  const Scenario scenario =
      given::scenario_with(R"("story": [{"when": "settled", "after_s": 60, "set_trust": false}])");
  Story(scenario).look(step, true);
  EXPECT_EQ(span(WorldTimer::story).least, 60s);
  EXPECT_EQ(span(WorldTimer::story).most, 60s);
}

TEST_F(StoryStepDue, StaysDueThoughItsConditionHoldsNoMore) {
  const Scenario scenario =
      given::scenario_with(R"("story": [{"when": "settled", "after_s": 60, "set_trust": false}])");
  Story(scenario).look(step, true);
  run_for(30s);
  Story(scenario).look(step, false);
  EXPECT_EQ(span(WorldTimer::story).least, 30s);
}

TEST_F(StoryStepDue, NotBeforeItsMoment) {
  const Scenario scenario = given::scenario_with(R"("story": [{"at_s": 120, "set_trust": false}])");
  run_for(20s);
  Story(scenario).look(step, false);
  EXPECT_EQ(span(WorldTimer::story).least, 100s);
}

TEST_F(StoryStepDue, AtOnceIfItsMomentHasPassed) {
  const Scenario scenario = given::scenario_with(R"("story": [{"at_s": 120, "set_trust": false}])");
  run_for(200s);
  Story(scenario).look(step, false);
  EXPECT_EQ(span(WorldTimer::story).least, 0s);
}

TEST_F(StoryStepDue, OneAfterTheOther) {
  const Scenario scenario = given::scenario_with(
      R"("story": [{"at_s": 120, "set_trust": false}, {"at_s": 120, "set_trust": true}])");
  const Story story(scenario);
  story.look(step, false);
  run_for(120s);
  story.perform(step);
  EXPECT_FALSE(application().trusted);
  EXPECT_FALSE(story.is_over(world));
  story.look(step, false);
  EXPECT_EQ(span(WorldTimer::story).least, 0s);
  story.perform(step);
  EXPECT_TRUE(application().trusted);
  EXPECT_TRUE(story.is_over(world));
}

TEST_F(StoryStepDue, NoneWhenTheStoryIsOver) {
  const Scenario scenario = given::scenario_with();
  EXPECT_TRUE(Story(scenario).is_over(world));
  Story(scenario).look(step, true);
  EXPECT_FALSE(world.is_armed(model::timer_id(WorldTimer::story)));
}

// --- deeds ---

using Deeds = StoryTest;

TEST_F(Deeds, KillPodEndsThePodAtOnceAndItComesBack) {
  start_pods();
  perform(R"({"kill_pod": "postgresql-k8s/1"})");
  EXPECT_EQ(world.unit(one).pod.phase, PodPhase::absent);
  EXPECT_LE(span(one, model::UnitTimer::pod).most, 10s);
}

TEST_F(Deeds, KillPodMayBringItBackOnlyAfterTheFailover) {
  start_pods();
  perform(R"({"kill_pod": "postgresql-k8s/1", "returns": "after failover"})");
  EXPECT_EQ(world.unit(one).pod.phase, PodPhase::absent);
  EXPECT_GE(span(one, model::UnitTimer::pod).least, 45s);
}

TEST_F(Deeds, KillPodOfARoleMeansWhoPlaysItThen) {
  start_pods();
  make_primary(two);
  perform(R"({"kill_pod": "primary"})");
  EXPECT_EQ(world.unit(two).pod.phase, PodPhase::absent);
  EXPECT_EQ(world.unit(zero).pod.phase, PodPhase::running);
}

TEST_F(Deeds, KillPodOfARoleThatNobodyPlaysDoesNothing) {
  start_pods();
  const model::World before = world;
  perform(R"({"kill_pod": "primary"})");
  world.shared().story_step = before.shared().story_step;
  EXPECT_EQ(world, before);
}

TEST_F(Deeds, DeletePodAsksItToEnd) {
  start_pods();
  perform(R"({"delete_pod": "postgresql-k8s/1"})");
  EXPECT_EQ(world.unit(one).pod.phase, PodPhase::terminating);
}

TEST_F(Deeds, LoseNodeLeavesAPodThatNothingReplaces) {
  start_pods();
  perform(R"({"lose_node": "postgresql-k8s/1"})");
  EXPECT_EQ(world.unit(one).pod.phase, PodPhase::lost);
  world.disarm(model::timer_id(one, model::UnitTimer::pod));
  model::kubernetes::on_pod_timer(step, one);  // the node monitor's, not a new pod's
  EXPECT_EQ(world.unit(one).pod.phase, PodPhase::lost);
  EXPECT_FALSE(world.is_armed(model::timer_id(one, model::UnitTimer::pod)));
}

TEST_F(Deeds, MoveLeadershipGivesTheLeaseToTheNamedUnit) {
  for (UnitName unit : {zero, one, two}) start_unit(unit);
  run_for(10s);
  ASSERT_EQ(application().lease_holder, zero);
  perform(R"({"move_leadership": "postgresql-k8s/2"})");
  run_for(120s);
  EXPECT_EQ(application().lease_holder, two);
}

TEST_F(Deeds, MoveLeadershipToAnotherUnitLeavesItOpenWhich) {
  for (UnitName unit : {zero, one, two}) start_unit(unit);
  run_for(10s);
  perform(R"({"move_leadership": "another unit"})");
  run_for(120s);
  EXPECT_TRUE(application().lease_holder.has_value());
  EXPECT_FALSE(application().lease_holder == zero);
}

TEST_F(Deeds, AddUnitsBringsTheNextOrdinalsAndTheirPods) {
  start_pods();
  perform(R"({"add_units": 2})");
  EXPECT_EQ(application().scale, 5);
  EXPECT_EQ(world.existing(), (UnitSet{zero, one, two, {3}, {4}}));
  run_for(10s);
  EXPECT_EQ(world.unit({4}).pod.phase, PodPhase::running);
}

TEST_F(Deeds, SetTrustGivesItAndTakesIt) {
  perform(R"({"set_trust": true})");
  EXPECT_TRUE(application().trusted);
  perform(R"({"set_trust": false})");
  EXPECT_FALSE(application().trusted);
}

TEST_F(Deeds, CrashPatroniLetsPebbleWaitForAsLongAsItEverDoes) {
  start_pods();
  world.unit(one).container.service_running = true;
  perform(R"({"crash_patroni": "postgresql-k8s/1"})");
  EXPECT_FALSE(world.unit(one).container.service_running);
  const auto timer = model::timer_id(one, model::UnitTimer::service);
  ASSERT_TRUE(world.is_armed(timer));
  EXPECT_EQ(world.window(timer).earliest - world.now(), std::chrono::seconds(30));
}

TEST_F(Deeds, CrashPatroniCanBeForGood) {
  start_pods();
  world.unit(one).container.service_running = true;
  perform(R"({"crash_patroni": "postgresql-k8s/1", "restarts": "never"})");
  EXPECT_FALSE(world.unit(one).container.service_running);
  EXPECT_FALSE(world.is_armed(model::timer_id(one, model::UnitTimer::service)));
}

TEST_F(Deeds, StopServiceLeavesItStopped) {
  start_pods();
  world.unit(one).container.layer_added = true;
  world.unit(one).container.service_running = true;
  perform(R"({"stop_service": "postgresql-k8s/1"})");
  run_for(std::chrono::minutes(10));
  EXPECT_FALSE(world.unit(one).container.service_running);
}

TEST_F(Deeds, FillVolumeLeavesSoMuchFree) {
  start_pods();
  perform(R"({"fill_volume": "postgresql-k8s/1", "free_percent": 7})");
  EXPECT_EQ(world.unit(one).volume.free_percent, 7);
  EXPECT_EQ(world.unit(charm::UnitName{0}).volume.free_percent, 80);
}

TEST_F(Deeds, WriteForeignStateCannotBeReadUntilItIsMended) {
  const std::uint16_t version = application().app_data_versions[model::database_peers];
  perform(R"({"write_foreign_state": "endpoints in database-peers"})");
  EXPECT_EQ(application().unreadable, charm::StateKey::endpoints);
  perform(R"({"write_foreign_state": "restoring-backup in database-peers"})");
  EXPECT_EQ(application().unreadable, charm::StateKey::restoring_backup);
  perform(R"({"write_foreign_state": "the application's secret"})");
  EXPECT_EQ(application().unreadable, charm::StateKey::application_secret);
  perform_last(R"({"write_foreign_state": "the unit's secret"}, {"mend_state": true})");
  EXPECT_EQ(application().unreadable, charm::StateKey::none);
  EXPECT_EQ(application().app_data_versions[model::database_peers], version + 4)
      << "each is a change of the bag";
}

TEST_F(Deeds, WriteForeignStateOfOneUnitIsThatUnitsAlone) {
  start_pods();
  const std::uint16_t version = application().app_data_versions[model::database_peers];
  perform(R"({"write_foreign_state": "the unit's secret", "of_unit": "postgresql-k8s/1"})");
  EXPECT_EQ(world.unit(one).record.unreadable, charm::StateKey::unit_secret);
  EXPECT_EQ(world.unit(zero).record.unreadable, charm::StateKey::none);
  perform(R"({"write_foreign_state": "the deferral queue"})");
  EXPECT_EQ(world.unit(zero).record.unreadable, charm::StateKey::deferral_queue);
  EXPECT_EQ(world.unit(one).record.unreadable, charm::StateKey::deferral_queue);
  EXPECT_EQ(application().unreadable, charm::StateKey::none);
  perform_last(R"({"write_foreign_state": "the unit's secret"}, {"mend_state": true})");
  EXPECT_EQ(world.unit(one).record.unreadable, charm::StateKey::none);
  EXPECT_EQ(application().app_data_versions[model::database_peers], version)
      << "nobody else has news of it";
}

TEST_F(Deeds, RemoveUnitsAndScaleToAskJujuForAsManyAsRemain) {
  start_pods();
  perform(R"({"remove_units": 1})");
  EXPECT_EQ(application().scale, 2);
  perform(R"({"scale_to": 0})");
  EXPECT_EQ(application().scale, 0);
}

TEST_F(Deeds, SetConfigNamesTheConfigurationByItsPlaceInTheStory) {
  start_pods();
  perform(R"({"set_config": {"synchronous_mode_strict": false}})");
  EXPECT_EQ(application().configuration, 1);
  perform(R"({"set_config": {"synchronous_mode_strict": true}})");  // what the world has already
  EXPECT_EQ(application().configuration, 0);
}

TEST_F(Deeds, RestartContainerEndsThatContainerAlone) {
  start_unit(one);
  world.unit(one).container.stage = model::ContainerStage::noticed;
  perform(R"({"restart_container": "postgresql-k8s/1", "container": "charm"})");
  EXPECT_FALSE(world.unit(one).process.running);
  EXPECT_TRUE(model::pebble::can_connect(world, one));
  perform(R"({"restart_container": "postgresql-k8s/1"})");
  EXPECT_FALSE(model::pebble::can_connect(world, one));
  EXPECT_EQ(world.unit(one).pod.phase, PodPhase::running);
}

TEST_F(Deeds, ResolveSkipsTheFailedHookIfItShallNotBeRetried) {
  start_unit(one);
  begin_hook(one);
  fail_hook(one);
  perform(R"({"resolve": "postgresql-k8s/1", "retry": false})");
  EXPECT_TRUE(world.unit(one).record.installed);
}

TEST_F(Deeds, BreakContainerSilencesPebbleForAsLongAsItSays) {
  start_pods();
  perform(R"({"break_container": "postgresql-k8s/1", "for_s": 45})");
  EXPECT_FALSE(model::pebble::can_connect(world, one));
  run_for(44s);
  EXPECT_FALSE(model::pebble::can_connect(world, one));
  run_for(1s);
  EXPECT_TRUE(model::pebble::can_connect(world, one));
}

// --- in a run ---

TEST(StoryOfARun, IsToldStepByStepInTheTrace) {
  given::Events events;
  const Verdict verdict =
      given::run_calm(given::scenario_of("scenarios/unit-added-without-primary.json"),
                      given::postgresql(), &events);
  EXPECT_TRUE(verdict.ok());
  EXPECT_THAT(events.of(TraceKind::story), testing::SizeIs(2));
}

TEST(StoryOfARun, SaysWhichStepsHadNoEffect) {
  given::Events events;
  const Verdict verdict =
      given::run_calm(given::scenario_with(R"("story": [{"when": "settled", "lose_node": "replica"},
                                        {"after_s": 1, "delete_pod": "postgresql-k8s/1"},
                                        {"after_s": 1, "break_container": "postgresql-k8s/0"}])"),
                      given::postgresql(), &events);
  EXPECT_TRUE(verdict.ok());
  std::vector<std::string> notes;
  for (const auto& step : events.of(TraceKind::story)) notes.push_back(step.detail);
  EXPECT_EQ(notes, (std::vector<std::string>{"", "no effect", ""})) << "the replica is unit 1";
}

TEST(StoryOfARun, AStepThatIsNeverDueIsAViolationThatNamesIt) {
  const Scenario scenario = given::scenario_with(
      R"("world": {"units": 1}, "story": [{"when": "no primary", "kill_pod": "primary"}],
         "horizon_s": 600)");
  const Verdict verdict = given::run_calm(scenario, given::postgresql());
  ASSERT_THAT(verdict.violations, testing::SizeIs(1));
  EXPECT_EQ(verdict.violations[0].property, "the story is told");
  EXPECT_EQ(verdict.violations[0].form, Form::eventually);
  EXPECT_THAT(verdict.violations[0].what, testing::HasSubstr("was never due"));
  EXPECT_EQ(verdict.end, RunEnd::horizon);
}

// --- a refresh ---

using StoryRefresh = StoryTest;

TEST_F(StoryRefresh, AsksForAnotherCharm) {
  perform(R"({"refresh": "to a revision that works"})");
  EXPECT_EQ(application().rollout.charm, 1);
  EXPECT_EQ(application().rollout.broken, 0);
  EXPECT_EQ(last(model::FactKind::refresh_asked).fact.value, 1U);
}

TEST_F(StoryRefresh, ToARevisionWithAnErrorOfItsOwn) {
  perform(R"({"refresh": "to a revision that never streams"})");
  EXPECT_EQ(application().rollout.broken, 2);
  EXPECT_EQ(application().rollout.strange, 0);
  perform(R"({"refresh": "to a revision that cannot follow"})");
  EXPECT_EQ(application().rollout.broken, 2);
  EXPECT_EQ(application().rollout.strange, 4);
}

TEST_F(StoryRefresh, IsPausedWhenTheFirstUnitIsOffTheStack) {
  for (UnitName unit : {zero, one, two}) start_pod_of(unit);
  world.set_upgrade_stack({zero, one});
  EXPECT_FALSE(holds(Condition::first_refreshed, world, false));
  application().rollout.charm = 1;
  EXPECT_TRUE(holds(Condition::first_refreshed, world, false));
  world.set_upgrade_stack({zero, one, two});
  EXPECT_FALSE(holds(Condition::first_refreshed, world, false));
}

TEST(StoryOfARun, AClientIsRelatedAsksAndGoes) {
  given::Events events;
  const Verdict verdict = given::run_calm(
      given::scenario_with(R"("story": [{"when": "settled", "relate": "shop", "database": "orders"},
                                        {"when": "settled", "unrelate": "shop"}])"),
      given::postgresql(), &events);
  EXPECT_TRUE(verdict.ok());
  std::vector<std::string> told;
  for (const auto& item : events.of(TraceKind::fact)) {
    if (item.text == "shop") told.emplace_back(to_text(item.fact));
  }
  EXPECT_EQ(told, (std::vector<std::string>{"client-related", "client-requested", "client-told",
                                            "client-unrelated", "client-gone"}));
}

}  // namespace
}  // namespace sim
