// Section 9 of patroni-and-kubernetes.md: each property can fail. What the model keeps whatever a
// charm does is broken on worlds made by hand.
#include "tests/sim/section9.h"

#include <gmock/gmock.h>

#include <array>
#include <utility>

#include "sim/properties/charm_duties.h"
#include "sim/properties/dcs.h"
#include "sim/properties/postgresql.h"
#include "sim/properties/within.h"

namespace sim {
namespace {

using testing::HasSubstr;
using testing::Optional;
using namespace std::chrono_literals;

using Safety = Section9;

TEST_F(Safety, S1TransitionsCountHowOftenTheLockWasTaken) {
  happens(FactKind::lock_taken, one, 2);
  dcs().lock_holder = charm::member_of(one);
  dcs().lock_version = 2;
  dcs().transitions = 2;
  EXPECT_EQ(judge(properties::lock_history), std::nullopt);
  dcs().transitions = 3;
  EXPECT_THAT(judge(properties::lock_history),
              Optional(HasSubstr("transitions went from 1 to 3, and the lock was taken 1 times")));
}

TEST_F(Safety, S1OneVersionOfTheLockHasOneHolder) {
  happens(FactKind::lock_released, zero);
  dcs().lock_holder = {};
  EXPECT_EQ(judge(properties::lock_history), "two holders of one version of the lock object");
}

TEST_F(Safety, S2S5S9AreNotedWhereTheyHappen) {
  EXPECT_EQ(judge(properties::entitled), std::nullopt);
  happens(FactKind::unentitled, one);
  happens(FactKind::loss_unbound, one);
  happens(FactKind::diverged, two);
  EXPECT_THAT(judge(properties::entitled), Optional(HasSubstr("has not held the lock for ttl")));
  EXPECT_THAT(judge(properties::loss_bound), Optional(HasSubstr("maximum_lag_on_failover")));
  EXPECT_THAT(judge(properties::streams_its_history), Optional(HasSubstr("history is another")));
  facts = {{FactKind::rewound_acknowledged, one, 0}};
  EXPECT_THAT(judge(properties::streams_its_history), Optional(HasSubstr("was rewound over")));
}

TEST_F(Safety, S6TheHolderWaitsForEverybodyInSync) {
  EXPECT_EQ(judge(properties::standbys_enforced), std::nullopt);
  dcs().sync_standbys = {one, two};
  EXPECT_EQ(judge(properties::standbys_enforced),
            "postgresql-k8s/2 is in -sync, and postgresql-k8s/0 does not wait for it");
}

TEST_F(Safety, S7NobodyOutsideOfSyncTakesTheLock) {
  happens(FactKind::lock_taken, one, 2);
  EXPECT_EQ(judge(properties::synchronous_promotes), std::nullopt);
  facts = {{FactKind::lock_taken, two, 2}};
  EXPECT_EQ(judge(properties::synchronous_promotes),
            "postgresql-k8s/2 took the lock, and is not in -sync");
  // Who was frozen as a primary while another took the lock, and let it go, has it back.
  postgres(two) = postgres(zero);
  EXPECT_EQ(judge(properties::synchronous_promotes), std::nullopt);
}

TEST_F(Safety, S8APromotionIsLaterThanWhatWasAcknowledged) {
  auto& branches = world.shared().branches;
  branches[2] = {.fork_lsn = 10, .acknowledged = 20, .parent = 1, .timeline = 2};
  branches[3] = {.fork_lsn = 10, .parent = 1, .timeline = 2};
  postgres(one).branch = 3;
  postgres(one).timeline = 2;
  happens(FactKind::promoted, one, 2);
  EXPECT_THAT(judge(properties::timelines_rise), Optional(HasSubstr("began timeline 2")));
  branches[2].acknowledged = 0;  // nobody was told of it
  EXPECT_EQ(judge(properties::timelines_rise), std::nullopt);
}

TEST_F(Safety, S8TheHistoryOnlyGrows) {
  memory.history = 3;
  happens(FactKind::history_written, {}, 2);
  EXPECT_EQ(judge(properties::timelines_rise), "the key `history` went from 3 to 2");
}

TEST_F(Safety, S10InitializeGoesItsWay) {
  using model::Initialise;
  memory.initialise = Initialise::absent;
  const auto to = [](Initialise state) {
    return model::Fact{FactKind::initialise_changed, {}, static_cast<std::uint32_t>(state)};
  };
  facts = {to(Initialise::bootstrapping), to(Initialise::done)};
  EXPECT_EQ(judge(properties::initialised_once), std::nullopt);
  facts = {to(Initialise::done)};
  EXPECT_EQ(judge(properties::initialised_once),
            "`initialize` went from absent to a system identifier");
  memory.initialise = Initialise::done;
  facts = {to(Initialise::absent)};
  EXPECT_NE(judge(properties::initialised_once), std::nullopt);
  happens(FactKind::object_removed, {});  // a cleanup
  EXPECT_EQ(judge(properties::initialised_once), std::nullopt);
}

TEST_F(Safety, S10OneInitdbForEachInitialize) {
  const auto bootstrap = static_cast<std::uint32_t>(model::Job::bootstrap);
  happens(FactKind::job_started, zero, bootstrap);
  EXPECT_EQ(judge(properties::initialised_once), std::nullopt);
  go_on();
  happens(FactKind::job_started, one, bootstrap);
  EXPECT_THAT(judge(properties::initialised_once), Optional(HasSubstr("1 runs initdb")));
}

TEST_F(Safety, S11OneAnswersAsThePrimary) {
  EXPECT_EQ(judge(properties::one_answers_as_primary), std::nullopt);
  member(one).memory.is_leader = true;
  EXPECT_THAT(judge(properties::one_answers_as_primary), Optional(HasSubstr("both answer 200")));
  member(zero).memory.failsafe_us = 0;  // without the DCS the others' consent makes a leader
  EXPECT_EQ(judge(properties::one_answers_as_primary), std::nullopt);
  member(zero).memory.failsafe_us = model::Memory::long_ago_us;
  EXPECT_THAT(judge(properties::one_answers_as_primary), Optional(HasSubstr("both answer 200")));
  world.advance_to({31'000'000});
  postgres(one).confirmed_us = 31'000'000;  // the other's leadership has run out by its own clock
  EXPECT_EQ(judge(properties::one_answers_as_primary), std::nullopt);
}

// A slow clock beside a fast one: the lock is free for the one before the other has counted its
// ttl.
TEST_F(Safety, S11HoldsBeyondTheErrorOfTheClocksRates) {
  member(one).memory.is_leader = true;
  postgres(zero).confirmed_us = 0;
  postgres(one).confirmed_us = 29'800'000;
  world.advance_to({29'800'000});
  EXPECT_THAT(judge(properties::one_answers_as_primary), Optional(HasSubstr("both answer 200")));
  world.unit(zero).surroundings.clock_rate_ppm = -10'000;
  EXPECT_THAT(judge(properties::one_answers_as_primary), Optional(HasSubstr("both answer 200")));
  world.unit(one).surroundings.clock_rate_ppm = 10'000;  // it counts 30 s within 29.7 s
  EXPECT_EQ(judge(properties::one_answers_as_primary), std::nullopt);
  postgres(zero).confirmed_us = 200'000;
  EXPECT_THAT(judge(properties::one_answers_as_primary), Optional(HasSubstr("both answer 200")));
}

TEST_F(Safety, S11TakesForGrantedThatNobodySweepsTheLockAway) {
  member(one).memory.is_leader = true;
  ASSERT_THAT(judge(properties::one_answers_as_primary), Optional(HasSubstr("both answer 200")));
  world.shared().client.unprotected = true;
  EXPECT_EQ(judge(properties::one_answers_as_primary), std::nullopt);
}

TEST_F(Safety, S13TheLastCopyIsSpared) {
  world.shared().branches[1].confirmed = 100;
  for (UnitName unit : {zero, one, two}) postgres(unit).lsn = 100;
  happens(FactKind::service_restarted, zero);
  EXPECT_EQ(judge(properties::last_copy_is_spared), std::nullopt);
  postgres(one).lsn = postgres(two).lsn = 50;
  EXPECT_THAT(judge(properties::last_copy_is_spared), Optional(HasSubstr("nobody else holds")));
  ASSERT_TRUE(dcs().lock_holder == charm::member_of(zero));
  dcs().sync_standbys = {one};
  member(zero).sync_names = {one, two};  // and Patroni has forgotten that
  EXPECT_EQ(judge(properties::last_copy_is_spared), std::nullopt);
}

TEST_F(Safety, TheAnnotationIsPatronis) {
  EXPECT_EQ(judge(properties::annotation_is_patronis), std::nullopt);
  happens(FactKind::lock_granted, one);
  EXPECT_EQ(judge(properties::annotation_is_patronis), "postgresql-k8s/1 was named by the charm");
}

TEST_F(Safety, NobodyIsWipedButByPatroni) {
  memory.has_database = {zero, one, two};
  postgres(one).database = model::Database::none;
  EXPECT_THAT(judge(properties::data_stay), Optional(HasSubstr("1 has lost its data")));
  happens(FactKind::job_ended, one, static_cast<std::uint32_t>(model::Job::reinitialize));
  EXPECT_EQ(judge(properties::data_stay), std::nullopt);
}

// Its record stays where the API server refuses to take it back.
TEST_F(Safety, AMemberThatGivesItsBootstrapUpIsWipedByPatroni) {
  memory.has_database = {zero, one, two};
  postgres(one).database = model::Database::none;
  happens(FactKind::service_stopped, one);
  EXPECT_THAT(judge(properties::data_stay), Optional(HasSubstr("1 has lost its data")));
  dcs().initialise = model::Initialise::bootstrapping;
  EXPECT_EQ(judge(properties::data_stay), std::nullopt);
}

TEST_F(Safety, WhatIsDeferredRunsInEachDispatch) {
  DispatchEnding ending{one, {charm::EventKind::start, 0, {}, {}}, HookEnd::ok, false, ""};
  dispatch = &ending;
  memory.queues[1] = {2, 2};
  EXPECT_EQ(judge(properties::deferred_runs), std::nullopt);
  memory.queues[1].reemitted = 1;
  EXPECT_THAT(judge(properties::deferred_runs), Optional(HasSubstr("of 2 that were queued, 1")));
  ending.end = HookEnd::killed;
  EXPECT_EQ(judge(properties::deferred_runs), std::nullopt);
}

using Duties = Section9;

TEST_F(Duties, S14OnePodIsLabelledAsThePrimary) {
  world.unit(zero).pod.role = model::RoleLabel::primary;
  EXPECT_EQ(judge(properties::one_primary_label), std::nullopt);
  world.unit(one).pod.role = model::RoleLabel::primary;
  EXPECT_THAT(judge(properties::one_primary_label), Optional(HasSubstr("are selected")));
  world.unit(zero).pod.role = model::RoleLabel::replica;
  EXPECT_THAT(judge(properties::one_primary_label), Optional(HasSubstr("does not hold the lock")));
}

TEST_F(Duties, ADepartedUnitIsForgottenEverywhere) {
  world.unit(two) = {};
  EXPECT_EQ(judge(properties::departed_forgotten),
            "postgresql-k8s/2 has departed, and is listed in endpoints");
  world.set_endpoints({{0}, {1}});
  EXPECT_EQ(judge(properties::departed_forgotten), std::nullopt);
  dcs().sync_standbys.insert(two);
  EXPECT_NE(judge(properties::departed_forgotten), std::nullopt);
  dcs().sync_standbys.erase(two);
  for (model::UnitBits* set : {&world.unit(one).volume.admitted, &member(one).admitted,
                               &member(zero).sync_names, &postgres(zero).slots}) {
    set->insert(two);
    EXPECT_NE(judge(properties::departed_forgotten), std::nullopt);
    set->erase(two);
  }
}

TEST_F(Duties, NothingIsLeftThatTellsOfAClusterNobodyHas) {
  EXPECT_EQ(judge(properties::nothing_left_behind), std::nullopt);
  for (UnitName unit : {zero, one, two}) world.unit(unit) = {};
  EXPECT_THAT(judge(properties::nothing_left_behind), Optional(HasSubstr("tells of a cluster")));
  postgres(zero).database = model::Database::stopped;  // on the storage
  EXPECT_EQ(judge(properties::nothing_left_behind), std::nullopt);
}

TEST_F(Duties, ARemovedApplicationLeavesNoObjectOfPatroni) {
  model::Application& application = world.shared().application;
  application.presence = model::Presence::leaving;
  EXPECT_THAT(judge(properties::nothing_left_behind), Optional(HasSubstr("is being removed")));
  application = {.presence = model::Presence::removed};
  dcs().config_version = dcs().sync_version = 1;
  // Each is found when those before it are gone.
  const std::array found{std::pair{&model::Dcs::lock_version, "the lock outlives"},
                         std::pair{&model::Dcs::config_version, "-config, with its configuration"},
                         std::pair{&model::Dcs::sync_version, "-sync outlives"}};
  for (const auto& [version, text] : found) {
    EXPECT_THAT(judge(properties::nothing_left_behind), Optional(HasSubstr(text)));
    dcs().*version = 0;
  }
  EXPECT_EQ(judge(properties::nothing_left_behind), std::nullopt);
}

TEST_F(Duties, ARemovedApplicationLeavesNoService) {
  model::Application& application = world.shared().application;
  application = {.presence = model::Presence::removed};
  dcs() = {};
  EXPECT_EQ(judge(properties::nothing_left_behind), std::nullopt);
  application.primary_service = true;
  EXPECT_THAT(judge(properties::nothing_left_behind), Optional(HasSubstr("primary Service")));
  application.primary_service = false;
  application.replicas_service = true;
  EXPECT_THAT(judge(properties::nothing_left_behind), Optional(HasSubstr("replicas Service")));
}

using BoundsTest = Section9;

TEST_F(BoundsTest, V1ALossIsOverInTime) {
  for (UnitName unit : {zero, one, two}) member(unit).observed_lock = dcs().lock_version;
  postgres(zero).database = model::Database::stopped;
  world.unit(zero).container.service_running = false;
  happens(FactKind::pod_stopped, zero);
  go_on();
  pass(34s);
  EXPECT_EQ(judge(properties::primary_after_loss), std::nullopt);
  pass(1s);
  EXPECT_THAT(judge(properties::primary_after_loss),
              Optional(HasSubstr("for longer than 35.000s")));
}

// One that was cut off, and reaches everybody again, reads the last renewal after the loss.
TEST_F(BoundsTest, V1CountsFromWhenTheLastRenewalIsRead) {
  for (UnitName unit : {zero, one, two}) member(unit).observed_lock = dcs().lock_version;
  --member(one).observed_lock;
  postgres(zero).database = model::Database::stopped;
  world.unit(zero).container.service_running = false;
  happens(FactKind::pod_stopped, zero);
  go_on();
  pass(100s);
  EXPECT_EQ(judge(properties::primary_after_loss), std::nullopt);
  EXPECT_LE(memory.bounds.next_due_us, world.now().micros) << "there is no fact of a record read";
  member(one).observed_lock = dcs().lock_version;
  pass(0s);
  pass(34s);
  EXPECT_EQ(judge(properties::primary_after_loss), std::nullopt);
  pass(1s);
  EXPECT_THAT(judge(properties::primary_after_loss),
              Optional(HasSubstr("since t=100.000s, for longer than 35.000s")));
}

// It holds its lock as long as it renews it, and promotes itself: section 6, "restarted in place".
TEST_F(BoundsTest, V1GivesAHolderThatIsBackTheTimeToPromote) {
  for (UnitName unit : {zero, one, two}) member(unit).observed_lock = dcs().lock_version;
  postgres(zero).database = model::Database::stopped;
  world.unit(zero).container.service_running = false;
  happens(FactKind::pod_stopped, zero);
  go_on();
  pass(20s);
  world.unit(zero).container.service_running = true;
  happens(FactKind::service_started, zero);
  go_on();
  pass(35s);
  EXPECT_EQ(judge(properties::primary_after_loss), std::nullopt);
  pass(1s);
  EXPECT_THAT(judge(properties::primary_after_loss),
              Optional(HasSubstr("for longer than 56.000s")));
}

TEST_F(BoundsTest, V1CountsACycleMoreForEachRaceThatFails) {
  for (UnitName unit : {zero, one, two}) member(unit).observed_lock = dcs().lock_version;
  postgres(zero).database = model::Database::stopped;
  world.unit(zero).container.service_running = false;
  happens(FactKind::pod_stopped, zero);
  go_on();
  pass(31s);
  happens(FactKind::conflict, one);
  go_on();
  happens(FactKind::conflict, zero);  // the holder's own is no race for its lock
  go_on();
  pass(13s);
  EXPECT_EQ(judge(properties::primary_after_loss), std::nullopt);
  pass(1s);
  EXPECT_THAT(judge(properties::primary_after_loss),
              Optional(HasSubstr("for longer than 45.000s")));
}

TEST_F(BoundsTest, V1AskNothingWhereNobodyMayWin) {
  postgres(one).database = model::Database::stopped;
  postgres(zero).database = model::Database::stopped;
  happens(FactKind::pod_stopped, zero);
  go_on();
  pass(100s);
  EXPECT_EQ(memory.bounds.overdue, 0U);
}

// What befell it before may have kept it silent for longer: that is no reason to wait for longer.
TEST_F(BoundsTest, V1CountsForAHolderThatWasFrozenFromWhenTheFrostIsOver) {
  for (UnitName unit : {zero, one, two}) member(unit).observed_lock = dcs().lock_version;
  world.unit(zero).surroundings.frozen = model::Frozen::pod;
  happens(FactKind::frozen, zero);
  go_on();
  postgres(zero).database = model::Database::stopped;
  world.unit(zero).container.service_running = false;
  happens(FactKind::pod_stopped, zero);
  go_on();
  pass(50s);
  EXPECT_EQ(judge(properties::primary_after_loss), std::nullopt);
  world.unit(zero).surroundings.frozen = model::Frozen::no;
  happens(FactKind::thawed, zero);
  go_on();
  pass(34s);
  EXPECT_EQ(judge(properties::primary_after_loss), std::nullopt);
  pass(1s);
  EXPECT_THAT(judge(properties::primary_after_loss), Optional(HasSubstr("since t=50")));
}

TEST_F(BoundsTest, WhateverDisturbsTheClusterCallsABoundOff) {
  postgres(zero).database = model::Database::stopped;
  happens(FactKind::pod_stopped, zero);
  go_on();
  world.unit(two).surroundings.api_cut = true;
  happens(FactKind::cut_off, two);
  go_on();
  pass(100s);
  EXPECT_EQ(judge(properties::primary_after_loss), std::nullopt);
}

TEST_F(BoundsTest, V2AReleasedLockHasAPrimaryInTime) {
  postgres(zero).database = model::Database::stopped;
  dcs().lock_holder = {};
  happens(FactKind::lock_released, zero);
  go_on();
  pass(16s);
  EXPECT_NE(judge(properties::primary_after_release), std::nullopt);
  pass(8s);
  EXPECT_NE(judge(properties::leader_or_reason), std::nullopt);  // V11
}

TEST_F(BoundsTest, V3ACrashedPrimaryIsWritableAgainInTime) {
  postgres(zero).database = model::Database::stopped;
  happens(FactKind::database_crashed, zero);
  go_on();
  pass(22s);
  EXPECT_NE(judge(properties::writable_after_crash), std::nullopt);
}

TEST_F(BoundsTest, V4V5TheClusterIsWholeAgainInTime) {
  postgres(zero).database = model::Database::stopped;
  for (UnitName unit : {zero, one, two}) member(unit).observed_lock = dcs().lock_version;
  member(zero).lock_valid = member(one).lock_valid = member(two).lock_valid = false;
  happens(FactKind::healed, one);
  happens(FactKind::api_started, {});
  go_on();
  pass(40s);
  EXPECT_NE(judge(properties::whole_after_healing), std::nullopt);
  EXPECT_NE(judge(properties::writable_after_outage), std::nullopt);
}

// What was renewed while they could not read counts for ttl more, once they have read it.
TEST_F(BoundsTest, V11CountsNewsThatNobodyHasReadYet) {
  ++dcs().lock_version;
  member(zero).lock_valid = member(one).lock_valid = member(two).lock_valid = false;
  postgres(zero).database = model::Database::stopped;
  happens(FactKind::lock_expired, one);
  go_on();
  pass(60s);
  EXPECT_EQ(judge(properties::leader_or_reason), std::nullopt);
  for (UnitName unit : {zero, one, two}) member(unit).observed_lock = dcs().lock_version;
  happens(FactKind::lock_expired, two);
  go_on();
  pass(60s);
  EXPECT_NE(judge(properties::leader_or_reason), std::nullopt);
}

// Its last renewal may be news to those who could not read: then it is a silent loss.
TEST_F(BoundsTest, V5AsksNothingOfAHolderThatIsGone) {
  postgres(zero).database = model::Database::stopped;
  world.unit(zero).container.service_running = false;
  member(zero).lock_valid = member(one).lock_valid = member(two).lock_valid = false;
  happens(FactKind::api_started, {});
  go_on();
  pass(40s);
  EXPECT_EQ(judge(properties::writable_after_outage), std::nullopt);
}

// Before 4.1.1 nothing makes it compare histories (section 8, 12).
TEST_F(BoundsTest, V8AsksNothingOfAFollowerThatMissedItsLeadersNewTimeline) {
  world.shared().branches[2] = {.fork_lsn = 50, .parent = 1, .timeline = 2, .serial = 2};
  postgres(zero).branch = postgres(zero).timeline = 2;
  postgres(one).lsn = 100;
  postgres(one).upstream = {};
  postgres(one).following = zero;
  happens(FactKind::service_started, one);
  go_on();
  pass(100s);
  EXPECT_EQ(judge(properties::rejoined), std::nullopt);
}

TEST_F(BoundsTest, V6V7CommitsGoOnInTime) {
  dcs().strict = true;
  postgres(zero).write_waits = true;
  happens(FactKind::streaming, two, 0);
  go_on();
  happens(FactKind::pod_stopped, one);
  postgres(one).database = model::Database::stopped;
  go_on();
  EXPECT_NE(memory.bounds.open[static_cast<std::size_t>(Bound::commits_after_loss)].due_us,
            Obligation::never);
  happens(FactKind::streaming, two, 0);
  go_on();
  pass(13s);
  EXPECT_NE(judge(properties::commits_with_standby), std::nullopt);
}

TEST_F(BoundsTest, V8V9AMemberStreamsInTime) {
  member(zero).admitted = {one, two};
  postgres(two).upstream = {};
  memory.has_database = {two};
  happens(FactKind::service_started, two);
  go_on();
  postgres(one).upstream = {};
  happens(FactKind::service_started, one);
  go_on();
  pass(46s);
  EXPECT_NE(judge(properties::rejoined), std::nullopt);
  EXPECT_NE(judge(properties::joined), std::nullopt);
}

TEST_F(BoundsTest, V12UnitsAreActiveInTimeAndNoStatusContradicts) {
  world.shared().application.primary_route = charm::UnitSet{zero};
  world.unit(two).status = charm::StatusKind::waiting;
  happens(FactKind::healed, two);
  go_on();
  pass(391s);
  EXPECT_NE(judge(properties::status_tells), std::nullopt);
  pass(900s);
  EXPECT_NE(judge(properties::active_again), std::nullopt);
}

// Its pebble-ready waits for the Service.
TEST_F(BoundsTest, AUnitMayWaitWhileTheServiceLeadsNowhere) {
  world.unit(two).status = charm::StatusKind::waiting;
  happens(FactKind::healed, two);
  go_on();
  pass(391s);
  EXPECT_EQ(judge(properties::status_tells), std::nullopt);
}

TEST_F(BoundsTest, NoStatusIsAskedForWhereHooksCannotAsk) {
  world.shared().application.primary_route = charm::UnitSet{zero};
  world.unit(two).status = charm::StatusKind::waiting;
  world.unit(two).container.broken = true;
  happens(FactKind::healed, two);
  go_on();
  pass(391s);
  EXPECT_EQ(judge(properties::status_tells), std::nullopt);
}

TEST_F(BoundsTest, APlannedRemovalHasNoGapOfTtl) {
  world.shared().client.last_acknowledger = zero;
  happens(FactKind::streaming, one);
  go_on();  // it works
  postgres(zero).database = model::Database::stopped;
  happens(FactKind::pod_terminating, zero);
  go_on();
  pass(31s);
  EXPECT_NE(judge(properties::planned_removal), std::nullopt);
}

// Its last POST /failsafe counts for ttl: nobody races before that.
TEST_F(BoundsTest, ARemovalRightAfterAnOutageMayTakeLonger) {
  world.shared().client.last_acknowledger = zero;
  happens(FactKind::streaming, one);
  go_on();
  member(one).memory.failsafe_us = world.now().micros;
  postgres(zero).database = model::Database::stopped;
  happens(FactKind::pod_terminating, zero);
  go_on();
  pass(31s);
  EXPECT_EQ(judge(properties::planned_removal), std::nullopt);
}

// Who is gone already gives nothing away: V1 counts from there.
TEST_F(BoundsTest, ARemovalOfAPrimaryThatIsGoneIsNotPlanned) {
  world.shared().client.last_acknowledger = zero;
  postgres(zero).database = model::Database::stopped;
  happens(FactKind::pod_stopped, zero);
  go_on();
  happens(FactKind::pod_terminating, zero);
  go_on();
  pass(31s);
  EXPECT_EQ(judge(properties::planned_removal), std::nullopt);
}

// No port of the charm's clears the flag. As upstream has it: upstream_healing_test.cc.
TEST_F(Safety, TheFlagStaysAsLongAsAListedMemberHoldsData) {
  happens(FactKind::initialised, zero);
  go_on();
  happens(FactKind::flushed, zero);
  EXPECT_EQ(judge(properties::flag_stays), std::nullopt);
  world.shared().application.initialised = false;
  EXPECT_EQ(judge(properties::flag_stays),
            "it is gone, and postgresql-k8s/0 is listed and holds data");
  world.set_endpoints({});
  EXPECT_EQ(judge(properties::flag_stays), std::nullopt);
}

TEST_F(BoundsTest, WhatIsKeptIsMeasured) {
  world.shared().application.primary_service = true;
  happens(FactKind::lock_taken, zero, 2);
  go_on();
  world.advance_to({2'000'000});
  world.shared().application.primary_route = charm::UnitSet{zero};
  happens(FactKind::route_changed, zero);
  go_on();
  const Kept& kept = memory.bounds.kept[static_cast<std::size_t>(Bound::route_follows)];
  EXPECT_EQ(kept.times, 1U);
  EXPECT_EQ(kept.least_left_us, 10'000'000);
}

}  // namespace
}  // namespace sim
