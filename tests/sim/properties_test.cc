// Each property can fail, each witness can be reached; and what a run does with them.
#include <gmock/gmock.h>

#include <array>

#include "charm/types/status.h"
#include "sim/properties/postgresql.h"
#include "sim/properties/refresh.h"
#include "tests/sim/property_fixture.h"

namespace sim {
namespace {

using charm::Event;
using charm::EventKind;
using charm::Outcome;
using charm::UnitName;
using given::one;
using given::PropertyTest;
using given::two;
using given::zero;
using model::FactKind;
using testing::HasSubstr;
using testing::Optional;
using testing::SizeIs;
using namespace std::chrono_literals;

// --- always ---

using Always = PropertyTest;

TEST_F(Always, TwoMembersThatAcknowledgeInOverlappingIntervalsAreASplitBrain) {
  add_fact(FactKind::acknowledged, one);
  EXPECT_EQ(judge(properties::one_acknowledger), std::nullopt);
  add_fact(FactKind::overlap, one);
  EXPECT_THAT(judge(properties::one_acknowledger),
              Optional(HasSubstr("postgresql-k8s/1 acknowledged a commit after another member")));
}

TEST_F(Always, ACommitThatAStandbyHadConfirmedIsNotLost) {
  EXPECT_EQ(judge(properties::no_confirmed_commit_lost), std::nullopt);
  add_fact(FactKind::commit_lost, one, 2);
  EXPECT_EQ(judge(properties::no_confirmed_commit_lost),
            "postgresql-k8s/1 acknowledges commits, and lacks one of timeline 2");
}

TEST_F(Always, TheCharmNamesALockHolderOnlyWhereNobodyRuns) {
  add_fact(FactKind::lock_granted, one, 0);
  EXPECT_EQ(judge(properties::lock_is_patronis), std::nullopt);
  facts.clear();
  add_fact(FactKind::lock_granted, one, 1);
  EXPECT_EQ(judge(properties::lock_is_patronis), "postgresql-k8s/1 was named, and a member runs");
}

TEST_F(Always, TheCharmRemovesNoObjectThatARunningClusterUses) {
  add_fact(FactKind::object_removed, {}, 0);
  EXPECT_EQ(judge(properties::used_objects_stay), std::nullopt);
  facts.clear();
  add_fact(FactKind::object_removed, {}, 1);
  EXPECT_EQ(judge(properties::used_objects_stay), "one was removed, and a member runs");
}

TEST_F(Always, TheFlagIsNotSetBeforeTheServiceHasLedToAPrimary) {
  add_fact(FactKind::initialised, zero);
  EXPECT_EQ(judge(properties::initialised_after_service), std::nullopt);
  application().primary_worked = false;
  EXPECT_THAT(judge(properties::initialised_after_service),
              Optional(HasSubstr("never led to a running primary")));
}

TEST_F(Always, EndpointsAreWrittenByTheLeaderOnly) {
  add_fact(FactKind::endpoints_written, zero);
  EXPECT_EQ(judge(properties::endpoints_by_leader), std::nullopt);
  application().lease_holder = one;
  EXPECT_THAT(judge(properties::endpoints_by_leader),
              Optional(HasSubstr("postgresql-k8s/0 wrote it, and is not the leader")));
}

TEST_F(Always, EndpointsHoldNoUnitTwice) {
  add_fact(FactKind::endpoints_written, zero);
  EXPECT_EQ(judge(properties::endpoints_without_duplicates), std::nullopt);
  world.set_endpoints({{0}, {2}, {1}, {2}});
  EXPECT_THAT(judge(properties::endpoints_without_duplicates),
              Optional(HasSubstr("postgresql-k8s-2.postgresql-k8s-endpoints is listed twice")));
}

TEST_F(Always, EndpointsLoseNoUnitThatStays) {
  add_fact(FactKind::endpoints_written, zero, 0);
  EXPECT_EQ(judge(properties::endpoints_keep_units), std::nullopt);
  facts[0].value = 2;
  EXPECT_THAT(judge(properties::endpoints_keep_units),
              Optional(HasSubstr("postgresql-k8s/0 dropped 2 that stay")));
}

TEST_F(Always, NoHookEndsByAnException) {
  DispatchEnding ending{one, {EventKind::start, 0, {}, {}}, HookEnd::ok, false, ""};
  dispatch = &ending;
  EXPECT_EQ(judge(properties::no_hook_exception), std::nullopt);
  ending.end = HookEnd::failed;
  ending.error = "cannot go on";
  EXPECT_EQ(judge(properties::no_hook_exception), "start of postgresql-k8s/1: cannot go on");
}

TEST_F(Always, AKilledOrRefusedHookIsNoException) {
  DispatchEnding ending{one, {EventKind::start, 0, {}, {}}, HookEnd::killed, false, ""};
  dispatch = &ending;
  EXPECT_EQ(judge(properties::no_hook_exception), std::nullopt);
  ending.end = HookEnd::refused;
  EXPECT_EQ(judge(properties::no_hook_exception), std::nullopt);
}

TEST_F(Always, AllDataComesFromOneBootstrap) {
  EXPECT_EQ(judge(properties::one_system_identifier), std::nullopt);
  postgres(two).system_id = 2;
  EXPECT_THAT(judge(properties::one_system_identifier),
              Optional(HasSubstr("postgresql-k8s/2 holds data of another bootstrap")));
}

TEST_F(Always, AMemberWithoutDataHasNoSystemIdentifier) {
  postgres(two).system_id = 2;
  postgres(two).database = model::Database::none;
  EXPECT_EQ(judge(properties::one_system_identifier), std::nullopt);
}

TEST_F(Always, AStoppedDatabaseHasOneToo) {
  postgres(two).system_id = 2;
  postgres(two).database = model::Database::stopped;
  EXPECT_NE(judge(properties::one_system_identifier), std::nullopt);
}

// --- eventually ---

using Eventually = PropertyTest;

TEST_F(Eventually, AllIsWell) {
  EXPECT_EQ(judge(properties::units_active), std::nullopt);
  EXPECT_EQ(judge(properties::queues_empty), std::nullopt);
  EXPECT_EQ(judge(properties::service_selects_primary), std::nullopt);
}

TEST_F(Eventually, EachUnitIsActive) {
  world.unit(one).status = charm::StatusKind::waiting;
  world.unit(one).status_text = texts.id_of("awaiting for member to start");
  EXPECT_EQ(judge(properties::units_active),
            "postgresql-k8s/1 is not Active: waiting 'awaiting for member to start'");
}

TEST_F(Eventually, EachUnitIsListed) {
  world.set_endpoints({{0}, {2}});
  EXPECT_EQ(judge(properties::units_active), "postgresql-k8s/1 is not listed");
}

// What else the dynamic configuration has is at its defaults.
std::string told(const char* found, const char* wanted) {
  const std::string others = ", a lag of 1048576 bytes, 4096 MB of WAL";
  return std::string("synchronous standbys: ") + found + others + "; wanted: " + wanted + others;
}

TEST_F(Eventually, TheDynamicConfigurationFollowsTheMembers) {
  world.shared().dcs.config_version = 1;
  world.shared().dcs.node_count = 2;
  world.shared().dcs.strict = true;
  EXPECT_EQ(judge(properties::configuration_converges), std::nullopt);
  world.shared().dcs.node_count = 1;
  EXPECT_EQ(judge(properties::configuration_converges), told("1, strict", "2, strict"));
  world.shared().dcs.node_count = 2;
  world.shared().dcs.strict = false;
  EXPECT_EQ(judge(properties::configuration_converges), told("2, not strict", "2, strict"));
}

TEST_F(Eventually, TheDynamicConfigurationHasTheLagAndTheWalOfTheOptions) {
  model::Dcs& dcs = world.shared().dcs;
  dcs.config_version = 1;
  dcs.node_count = 2;
  dcs.strict = true;
  dcs.maximum_lag = 4096;
  EXPECT_THAT(judge(properties::configuration_converges), Optional(HasSubstr("a lag of 4096 by")));
  dcs.maximum_lag = model::default_maximum_lag;
  dcs.kept_wal = 128;
  EXPECT_THAT(judge(properties::configuration_converges), Optional(HasSubstr("128 MB of WAL; ")));
}

TEST_F(Eventually, TheDynamicConfigurationIsAskedOfNobodyWhereNobodyLeads) {
  world.shared().dcs.config_version = 1;
  EXPECT_NE(judge(properties::configuration_converges), std::nullopt);
  postgres(zero).database = model::Database::stopped;
  EXPECT_EQ(judge(properties::configuration_converges), std::nullopt);
}

// Of three units: all the others; half of them, rounded down; a number of others, as far as there
// are so many.
TEST_F(Eventually, TheDynamicConfigurationFollowsTheOptions) {
  struct Row {
    charm::CharmConfig::NodeCount kind;
    std::uint16_t number;
    bool strict;
    const char* wanted;
  };
  using NodeCount = charm::CharmConfig::NodeCount;
  const std::array<Row, 6> rows{{{NodeCount::all, 0, false, "2, not strict"},
                                 {NodeCount::majority, 0, true, "1, strict"},
                                 {NodeCount::number, 1, true, "1, strict"},
                                 {NodeCount::number, 2, true, "2, strict"},
                                 {NodeCount::number, 7, true, "2, strict"},
                                 {NodeCount::number, 0, true, "0, not strict"}}};
  world.shared().dcs.config_version = 1;
  world.shared().dcs.node_count = 9;
  for (const Row& row : rows) {
    Scenario asking = scenario;
    charm::CharmConfig& config = asking.world.configuration.config;
    config.synchronous_node_count = row.kind;
    config.synchronous_node_number = row.number;
    config.synchronous_mode_strict = row.strict;
    const auto text = properties::configuration_converges.judge(
        {world, asking, charm::postgresql_k8s(), texts, {}, nullptr, nullptr});
    EXPECT_THAT(text, Optional(HasSubstr(std::string("wanted: ") + row.wanted)));
  }
}

// An option that was changed while a refresh has failed waits for its end; nothing else does.
TEST_F(Eventually, WhileARefreshWaitsTheOptionsBeforeItHold) {
  const Scenario changed = given::scenario_with(
      R"("story": [{"at_s": 100, "set_config": {"synchronous_node_count": 1}}])");
  const auto judged = [this, &changed] {
    return properties::configuration_converges.judge(
        {world, changed, charm::postgresql_k8s(), texts, {}, nullptr, nullptr});
  };
  world.shared().dcs.config_version = 1;
  world.shared().dcs.node_count = 2;
  world.shared().dcs.strict = true;
  application().configuration = 1;
  EXPECT_EQ(judged(), told("2, strict", "1, strict"));
  world.unit(two).record.upgrade_state = charm::UpgradeState::failed;
  EXPECT_EQ(judged(), std::nullopt);
  world.shared().dcs.strict = false;
  EXPECT_EQ(judged(), told("2, not strict", "1, strict"));
}

TEST_F(Eventually, ARefreshThatHasFailedHoldsWhoSaysSoAndNobodyElse) {
  model::UnitState& failed = world.unit(two);
  failed.record.upgrade_state = charm::UpgradeState::failed;
  failed.status = charm::StatusKind::blocked;
  failed.status_text = texts.id_of(charm::messages::upgrade_failed);
  for (UnitName unit : {zero, one, two}) world.unit(unit).process.running = true;
  EXPECT_EQ(judge(properties::units_active), std::nullopt);
  EXPECT_EQ(judge(properties::refresh_ends), std::nullopt);
  world.unit(one).status = charm::StatusKind::waiting;
  world.unit(one).status_text = texts.id_of("awaiting for member to start");
  EXPECT_EQ(judge(properties::units_active),
            "postgresql-k8s/1 is not Active: waiting 'awaiting for member to start'");
  failed.status_text = texts.id_of("awaiting for member to start");
  EXPECT_EQ(judge(properties::refresh_ends),
            "a refresh waits for its operator, and no unit says so");
}

// Its agent ends at once, and nothing but its turn heals it: from the partition on that has come.
TEST_F(Eventually, WhoCannotSpeakIsHeldOnlyBelowThePartition) {
  application().rollout = {.charm = 1, .update = 1, .partition = 1};
  for (UnitName unit : {one, two}) {
    world.unit(unit).pod.charm = 1;
    world.unit(unit).process.running = true;
  }
  world.unit(two).record.upgrade_state = charm::UpgradeState::failed;
  world.unit(zero).status = charm::StatusKind::maintenance;
  EXPECT_EQ(judge(properties::units_active), std::nullopt);
  application().rollout.partition = 0;
  EXPECT_THAT(judge(properties::units_active), Optional(HasSubstr("postgresql-k8s/0")));
}

TEST_F(Eventually, NobodyIsHeldByARefreshThatIsOver) {
  world.unit(two).status = charm::StatusKind::blocked;
  world.unit(two).status_text = texts.id_of(charm::messages::upgrade_failed);
  EXPECT_THAT(judge(properties::units_active), Optional(HasSubstr("postgresql-k8s/2")));
}

// Seed 900157 of faults-while-deploying: the Endpoints are swept as a primary promotes itself.
TEST_F(Eventually, NobodyWaitsForAMemberWhoseTimelineHasTheNumberOfAnothers) {
  auto& branches = world.shared().branches;
  branches[10] = {.timeline = 1};
  branches[11] = {.parent = 10, .timeline = 2};
  branches[12] = {.parent = 10, .timeline = 2};
  world.shared().dcs.lock_holder = charm::member_of(zero);
  for (UnitName unit : {zero, one, two}) postgres(unit).branch = 11;
  postgres(one).upstream = {};
  const std::string told = "postgresql-k8s/1 is neither primary nor streaming";
  EXPECT_EQ(judge(properties::units_active), told);
  postgres(one).branch = 12;
  EXPECT_EQ(judge(properties::units_active), std::nullopt);
  branches[12].timeline = 3;
  EXPECT_EQ(judge(properties::units_active), told);
  postgres(one).branch = 10;
  EXPECT_EQ(judge(properties::units_active), told);
}

TEST_F(Eventually, EachReplicaStreams) {
  postgres(one).upstream = {};
  EXPECT_EQ(judge(properties::units_active), "postgresql-k8s/1 is neither primary nor streaming");
}

TEST_F(Eventually, AReplicaOfAnOlderTimelineDoesNotStream) {
  postgres(zero).branch = 2;
  EXPECT_THAT(judge(properties::units_active),
              Optional(HasSubstr("neither primary nor streaming")));
}

TEST_F(Eventually, NothingIsAskedOfUnitsWhoseNodeIsLost) {
  world.unit(two).pod.node_lost = true;
  world.unit(two).status = charm::StatusKind::waiting;
  world.set_notices(two, {{.handler = 1, .event = {}}});
  postgres(two).database = model::Database::stopped;
  EXPECT_EQ(judge(properties::units_active), std::nullopt);
  EXPECT_EQ(judge(properties::queues_empty), std::nullopt);
}

TEST_F(Eventually, EachDeferralQueueIsEmpty) {
  world.set_notices(two, {{.handler = 0, .event = {}}, {.handler = 1, .event = {}}});
  EXPECT_EQ(judge(properties::queues_empty), "postgresql-k8s/2 has 2 deferred");
}

TEST_F(Eventually, TheServiceLeadsToThePrimary) {
  application().primary_route = {one};
  EXPECT_EQ(judge(properties::service_selects_primary),
            "it leads to postgresql-k8s/1, the primary is postgresql-k8s/0");
  application().primary_route = {};
  EXPECT_EQ(judge(properties::service_selects_primary),
            "it leads to nobody, the primary is postgresql-k8s/0");
}

TEST_F(Eventually, ThereIsAPrimary) {
  postgres(zero).database = model::Database::stopped;
  application().primary_route = {};
  EXPECT_EQ(judge(properties::service_selects_primary),
            "it leads to nobody, the primary is nobody");
}

// --- sometimes ---

using Sometimes = PropertyTest;

TEST_F(Sometimes, ADeferralIsReemitted) {
  const charm::Handler& tiny = charm::postgresql_k8s().handlers[0];
  const charm::Path path;
  const Outcome outcome;
  HandlerEnding ending{zero, tiny, outcome, path, false};
  handler = &ending;
  EXPECT_EQ(judge(properties::deferral_reemitted), std::nullopt);
  ending.reemitted = true;
  EXPECT_EQ(judge(properties::deferral_reemitted), std::string(tiny.name));
}

TEST_F(Sometimes, TheLeaderChangesBeforeInitialisation) {
  add_fact(FactKind::leadership_gained, one);
  EXPECT_NE(judge(properties::leader_changed_early), std::nullopt);
}

TEST_F(Sometimes, TheFirstLeaderIsNoChange) {
  world.set_endpoints({});
  add_fact(FactKind::leadership_gained, one);
  EXPECT_EQ(judge(properties::leader_changed_early), std::nullopt);
}

TEST_F(Sometimes, AChangeAfterInitialisationIsNotEarly) {
  application().initialised = true;
  add_fact(FactKind::leadership_gained, one);
  EXPECT_EQ(judge(properties::leader_changed_early), std::nullopt);
}

TEST_F(Sometimes, AHookIsKilledAfterItsFlush) {
  DispatchEnding ending{one, {EventKind::pebble_ready, 0, {}, {}}, HookEnd::killed, false, ""};
  dispatch = &ending;
  EXPECT_EQ(judge(properties::killed_after_flush), std::nullopt);
  ending.after_flush = true;
  EXPECT_EQ(judge(properties::killed_after_flush), "postgresql-pebble-ready");
}

TEST_F(Sometimes, AReplicaIsPromoted) {
  add_fact(FactKind::promoted, one, 2);
  EXPECT_EQ(judge(properties::replica_promoted), "postgresql-k8s/1");
}

TEST_F(Sometimes, AMemberThatRestartsUnderItsOwnLockIsNoFailover) {
  postgres(zero).stint = 2;
  add_fact(FactKind::promoted, zero, 2);
  EXPECT_EQ(judge(properties::replica_promoted), std::nullopt);
  world.shared().client.last_acknowledger = zero;
  EXPECT_EQ(judge(properties::primary_restarted), "postgresql-k8s/0");
}

TEST_F(Sometimes, AMemberThatIsPromotedAfterAnotherHasNotStayedThePrimary) {
  postgres(zero).stint = 2;
  add_fact(FactKind::promoted, zero, 3);
  world.shared().client.last_acknowledger = one;
  EXPECT_EQ(judge(properties::primary_restarted), std::nullopt);
}

// --- the list of them ---

TEST(PropertyList, NamesEachPropertyOnce) {
  std::vector<std::string_view> names;
  for (const Property& property : postgresql_properties()) names.push_back(property.name);
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
  EXPECT_THAT(names, SizeIs(postgresql_properties().size()));
}

TEST(PropertyList, SaysWhatEachEventuallyTakesForGranted) {
  for (const Property& property : postgresql_properties()) {
    if (property.form == Form::always) continue;  // what it lets pass, if it is anything
    EXPECT_EQ(property.fairness.empty(), property.form == Form::sometimes) << property.name;
  }
}

TEST(PropertyList, HasANameForEachForm) {
  EXPECT_EQ(to_text(Form::always), "always");
  EXPECT_EQ(to_text(Form::eventually), "eventually");
  EXPECT_EQ(to_text(Form::sometimes), "sometimes");
  EXPECT_EQ(to_text(Form::within), "within");
}

// --- in runs ---

std::optional<std::string> never(const Moment& /*moment*/) { return "it did not"; }
std::optional<std::string> first_unit_is_active(const Moment& moment) {
  if (moment.world.unit(zero).status == charm::StatusKind::active) return std::nullopt;
  return "it is not";
}
constexpr Property pigs_fly{"pigs fly", Form::eventually, {}, never, "fair"};
constexpr Property is_active{"0 is Active", Form::eventually, {}, first_unit_is_active, "fair"};

Outcome become_active_after_a_minute(charm::Unit& unit, const Event& /*event*/) {
  unit.clock.sleep(60s);
  unit.juju.set_unit_status({charm::StatusKind::active, {}});
  return {};
}

// Ten seconds Active, ten seconds not, and so on for an hour.
Outcome be_active_now_and_then(charm::Unit& unit, const Event& /*event*/) {
  for (int minute = 0; minute < 180; ++minute) {
    unit.juju.set_unit_status({charm::StatusKind::active, {}});
    unit.clock.sleep(10s);
    unit.juju.set_unit_status({charm::StatusKind::waiting, {}});
    unit.clock.sleep(10s);
  }
  return {};
}

Verdict run_with(const Property& property, given::TinyCharm::Run hook, std::string_view scenario) {
  const given::TinyCharm charm(EventKind::start, hook);
  return given::run_calm(given::scenario_with(scenario), charm.with({&property, 1}));
}

TEST(EventuallyInARun, ThatNeverComesTrueEndsAtTheHorizonByItsName) {
  const Verdict verdict = run_with(pigs_fly, become_active_after_a_minute,
                                   R"("world": {"units": 1}, "horizon_s": 600)");
  EXPECT_EQ(verdict.end, RunEnd::horizon);
  ASSERT_THAT(verdict.violations, SizeIs(1));
  EXPECT_EQ(verdict.violations[0].property, "pigs fly");
  EXPECT_EQ(verdict.violations[0].form, Form::eventually);
  EXPECT_EQ(verdict.violations[0].what, "it did not");
  EXPECT_GT(verdict.simulated, charm::Instant{590'000'000});
  EXPECT_LE(verdict.simulated, charm::Instant{600'000'000});
}

TEST(EventuallyInARun, ThatComesTrueAndStaysSoForHalfAMinuteEndsTheRun) {
  const Verdict verdict =
      run_with(is_active, become_active_after_a_minute, R"("world": {"units": 1})");
  EXPECT_EQ(verdict.end, RunEnd::settled);
  EXPECT_TRUE(verdict.ok());
  EXPECT_GE(verdict.simulated, charm::Instant{90'000'000});
  EXPECT_LT(verdict.simulated, charm::Instant{95'000'000});
}

TEST(EventuallyInARun, ThatDoesNotStayTrueIsNotSettled) {
  const Verdict verdict =
      run_with(is_active, be_active_now_and_then, R"("world": {"units": 1}, "horizon_s": 615)");
  EXPECT_EQ(verdict.end, RunEnd::horizon);
  ASSERT_THAT(verdict.violations, SizeIs(1));
  EXPECT_EQ(verdict.violations[0].property, "0 is Active");
  EXPECT_EQ(verdict.violations[0].what, "it is not");
}

TEST(EventuallyInARun, TellsInItsTraceWhenItComesTrueAndWhenItIsTrueNoMore) {
  const given::TinyCharm charm(EventKind::start, be_active_now_and_then);
  given::Events events;
  given::run_calm(given::scenario_with(R"("world": {"units": 1}, "horizon_s": 55)"),
                  charm.with({&is_active, 1}), &events);
  EXPECT_THAT(events.of(TraceKind::settled), SizeIs(3));
  EXPECT_THAT(events.of(TraceKind::unsettled), SizeIs(3));
}

TEST(EventuallyInARun, ThatHoldsAtTheHorizonByChanceIsNotSettled) {
  const Verdict verdict =
      run_with(is_active, be_active_now_and_then, R"("world": {"units": 1}, "horizon_s": 605)");
  EXPECT_EQ(verdict.end, RunEnd::horizon);
  EXPECT_FALSE(verdict.ok());
}

TEST(EventuallyInARun, IsNotJudgedBeforeTheFaultsAreOff) {
  const Verdict verdict = run_with(is_active, become_active_after_a_minute,
                                   R"("faults": {"until_s": 300, "kill_hook": 1})");
  EXPECT_TRUE(verdict.ok());
  EXPECT_GE(verdict.simulated, charm::Instant{330'000'000});
}

TEST(EventuallyInARun, IsNotJudgedBeforeTheStoryIsTold) {
  const Verdict verdict = run_with(is_active, become_active_after_a_minute,
                                   R"("story": [{"at_s": 500, "set_trust": false}])");
  EXPECT_TRUE(verdict.ok());
  EXPECT_GE(verdict.simulated, charm::Instant{530'000'000});
}

Outcome fail(charm::Unit& /*unit*/, const Event& /*event*/) {
  throw charm::HookFailed("nothing goes any more");
}

TEST(AlwaysInARun, AHookThatEndsByAnExceptionBreaksItsProperty) {
  const given::TinyCharm charm(EventKind::start, fail);
  const std::array all{properties::no_hook_exception};
  const Verdict verdict =
      given::run_calm(given::scenario_with(R"("world": {"units": 1})"), charm.with(all));
  EXPECT_EQ(verdict.end, RunEnd::violated);
  ASSERT_THAT(verdict.violations, SizeIs(1));
  EXPECT_EQ(verdict.violations[0].property, "no hook ends by an exception");
  EXPECT_EQ(verdict.violations[0].form, Form::always);
  EXPECT_EQ(verdict.violations[0].what, "start of postgresql-k8s/0: nothing goes any more");
  EXPECT_EQ(verdict.violations[0].at, verdict.simulated);
}

TEST(AlwaysInARun, IsNotJudgedIfAScenarioAsksForOthersOnly) {
  const given::TinyCharm charm(EventKind::start, fail);
  const std::array all{properties::no_hook_exception};
  const Verdict verdict = given::run_calm(
      given::scenario_with(R"("world": {"units": 1}, "holds": ["endpoints has no duplicates"])"),
      charm.with(all));
  EXPECT_TRUE(verdict.ok());
}

}  // namespace
}  // namespace sim
