// One pass of the HA loop but for the race: patroni-and-kubernetes.md, sections 2.3 to 2.8, 2.10,
// 2.11, 2.13 to 2.15.
#include "tests/model/ha_fixture.h"

namespace model::ha {
namespace {

using HaLoop = HaDecisionTest;

TEST_F(HaLoop, TheHolderRenewsWithItsPositionAndGoesOn) {
  be_leader();
  EXPECT_EQ(outcome(), Outcome::keeps_lock);
  EXPECT_TRUE(writes(Write::update_lock_with_status));
  EXPECT_TRUE(writes(Write::member_record));
  EXPECT_TRUE(decide_now().after.is_leader);
}

TEST_F(HaLoop, AnAnswerThatIsMissingIsAskedFor) {
  be_leader();
  answers.update_lock = Answer::pending;
  const HaDecision decision = decide_now();
  EXPECT_EQ(decision.asks, Ask::update_lock);
  EXPECT_EQ(decision.outcome, Outcome::undecided);
}

TEST_F(HaLoop, ARefusedRenewalDemotesAtOnceWithoutAskingForFailsafe) {
  be_leader();
  view.settings.failsafe_mode = true;
  view.memory.has_failsafe_map = true;
  view.memory.failsafe_map = set_of({zero, one, two});
  answers.update_lock = Answer::no;
  answers.failsafe = Answer::pending;
  EXPECT_EQ(outcome(), Outcome::demoted_without_update);
  EXPECT_EQ(decide_now().demotion, Demotion::immediate_nolock);
  EXPECT_FALSE(writes(Write::release_lock));
}

TEST_F(HaLoop, ARefusedRenewalInPauseLeavesThePrimaryRunning) {
  be_leader();
  view.settings.paused = true;
  answers.update_lock = Answer::no;
  EXPECT_EQ(outcome(), Outcome::continues_without_update);
  EXPECT_FALSE(decide_now().stopped_postgres);
}

TEST_F(HaLoop, WhoFindsItsNameInTheLockPromotesWithoutAnyTest) {
  be(one);
  view.dcs.lock_holder = one;
  view.nofailover = true;
  view.postgres.received = view.postgres.replayed = 0;
  view.settings.synchronous_mode = SyncMode::on;
  view.dcs.sync = {.leader = zero, .standbys = set_of({two})};
  EXPECT_EQ(outcome(), Outcome::promotes_with_lock);
  EXPECT_EQ(decide_now().job, Job::promote);
}

TEST_F(HaLoop, AHolderInPauseThatIsNoPrimaryReleasesTheLock) {
  be(zero);
  view.settings.paused = true;
  EXPECT_EQ(outcome(), Outcome::removed_lock_not_primary);
  view.dcs.failover.candidate = zero;
  EXPECT_EQ(outcome(), Outcome::awaits_promotion);
}

TEST_F(HaLoop, APrimaryWithoutTheLockDemotesUnlessPaused) {
  be(one);
  view.postgres.in_recovery = false;
  EXPECT_EQ(outcome(), Outcome::demoted_without_lock);
  EXPECT_EQ(decide_now().job, Job::start_after_demotion);
  view.settings.paused = true;
  EXPECT_EQ(outcome(), Outcome::continues_as_primary_without_lock);
}

TEST_F(HaLoop, AFollowerOfAnotherHolderReloadsAndFromBeforePostgresql13Restarts) {
  be(one);
  view.postgres.upstream.member = two;
  EXPECT_EQ(decide_now().follow, Follow::reload);
  EXPECT_EQ(decide_now().upstream.member, MaybeMember(zero));
  view.postgres.reloads_upstream = false;
  EXPECT_EQ(decide_now().job, Job::change_upstream);
}

// _cluster_from_nodes() makes up a member without an address, and build_recovery_params() has no
// primary_conninfo for it.
TEST_F(HaLoop, AFollowerWhoseLeadersRecordIsGoneFollowsNobodyUntilItIsThereAgain) {
  be(one);
  view.dcs.members.exist = set_of({one, two});
  EXPECT_EQ(decide_now().follow, Follow::reload);
  EXPECT_EQ(decide_now().upstream.source, Source::none);
  view.postgres.upstream = {};
  EXPECT_EQ(decide_now().follow, Follow::keep);
  view.dcs.members.exist.insert(zero);
  EXPECT_EQ(decide_now().follow, Follow::reload);
  EXPECT_EQ(decide_now().upstream.member, MaybeMember(zero));
}

TEST_F(HaLoop, AMemberThatStartsWhileTheLeadersRecordIsGoneFollowsNobody) {
  be(one);
  view.dcs.members.exist = set_of({one, two});
  view.postgres.in_recovery = false;
  EXPECT_EQ(decide_now().job, Job::start_after_demotion);
  EXPECT_EQ(decide_now().upstream.source, Source::none);
  view.postgres.in_recovery = true;
  view.postgres.control = ControlState::shut_down_in_recovery;
  crash();
  EXPECT_EQ(decide_now().job, Job::restart_after_failure);
  EXPECT_EQ(decide_now().upstream.source, Source::none);
  view.dcs.members.exist.insert(zero);
  EXPECT_EQ(decide_now().upstream.member, MaybeMember(zero));
}

TEST_F(HaLoop, AFailedPrePromoteScriptReleasesTheLockAndStaysOutOfTheRaceForTtl) {
  be(zero);
  view.memory.response = Response::failed;
  const HaDecision decision = decide_now();
  EXPECT_EQ(decision.outcome, Outcome::cancelled_promotion);
  view.memory = decision.after;
  lose_lock_holder();
  EXPECT_EQ(outcome(), Outcome::follows_not_healthiest);
  view.memory.since_failed_promotion = 30s;
  EXPECT_EQ(outcome(), Outcome::promotes_by_acquiring);
}

// --- C3 to C11 ---

TEST_F(HaLoop, TheHolderWritesInitializeAndTheConfigurationIfTheyAreMissing) {
  be_leader();
  view.dcs.initialize = Initialize::absent;
  view.dcs.has_config = false;
  EXPECT_TRUE(writes(Write::initialize));
  EXPECT_TRUE(writes(Write::config));
}

TEST_F(HaLoop, AHolderThatCouldNotStartReleasesTheLock) {
  be(zero);
  crash();
  view.memory.recovering = true;
  EXPECT_EQ(outcome(), Outcome::removed_lock_after_failed_start);
  be(one);
  EXPECT_EQ(outcome(), Outcome::failed_to_start);
}

TEST_F(HaLoop, AHolderWithoutDataReleasesTheLock) {
  be(zero);
  view.postgres.data = DataDirectory::empty;
  EXPECT_EQ(outcome(), Outcome::released_lock_without_data);
}

TEST_F(HaLoop, AnotherSystemIdEndsTheProcessUnlessPaused) {
  view.postgres.system_id = 2;
  EXPECT_EQ(outcome(), Outcome::exits_system_id_mismatch);
  view.settings.paused = true;
  EXPECT_NE(outcome(), Outcome::exits_system_id_mismatch);
}

TEST_F(HaLoop, AReplicaWithoutClusterEndsTheProcessInItsFirstPass) {
  lose_lock_holder();
  view.dcs.initialize = Initialize::absent;
  view.memory.started = false;
  EXPECT_EQ(outcome(), Outcome::exits_joining_as_replica);
}

TEST_F(HaLoop, InPauseNothingIsStarted) {
  crash();
  view.settings.paused = true;
  EXPECT_EQ(outcome(), Outcome::postgres_down);
  be(zero);
  EXPECT_EQ(outcome(), Outcome::removed_lock_postgres_down);
}

TEST_F(HaLoop, APostgresqlThatDoesNotAnswerEndsThePassWithoutDemotion) {
  be_leader();
  view.postgres.answers = false;
  EXPECT_EQ(outcome(), Outcome::postgres_silent);
  EXPECT_FALSE(decide_now().stopped_postgres);
}

// --- 2.4 ---

TEST_F(HaLoop, OnlyTheWinnerOfTheInitializeRaceBootstraps) {
  lose_lock_holder();
  view.dcs.initialize = Initialize::absent;
  view.postgres.data = DataDirectory::empty;
  EXPECT_EQ(outcome(), Outcome::bootstraps_cluster);
  answers.initialize = Answer::no;
  EXPECT_EQ(outcome(), Outcome::lost_initialize_race);
}

TEST_F(HaLoop, AnEmptyInitializeKeepsEverybodyFromBootstrapping) {
  lose_lock_holder();
  view.dcs.initialize = Initialize::empty;
  view.postgres.data = DataDirectory::empty;
  view.settings.clones_without_leader = true;
  EXPECT_EQ(outcome(), Outcome::awaits_bootstrap);
}

TEST_F(HaLoop, ANewMemberClonesFromATaggedMemberOrTheLeader) {
  view.postgres.data = DataDirectory::empty;
  EXPECT_EQ(outcome(), Outcome::clones_from_leader);
  view.dcs.members.clone_from = set_of({two});
  EXPECT_EQ(outcome(), Outcome::clones_from_replica);
}

TEST_F(HaLoop, AfterPostBootstrapTheKeysAreWrittenAndTheLockTaken) {
  lose_lock_holder();
  view.postgres.in_recovery = false;
  view.memory.bootstrapping = true;
  view.memory.response = Response::succeeded;
  EXPECT_EQ(outcome(), Outcome::initialized_cluster);
  for (Write write : {Write::initialize, Write::config, Write::take_lock}) {
    EXPECT_TRUE(writes(write));
  }
  view.memory.response = Response::failed;
  EXPECT_EQ(outcome(), Outcome::exits_bootstrap_failed);
  EXPECT_TRUE(writes(Write::cancel_initialize));
}

// --- 2.6, 2.7 ---

TEST_F(HaLoop, ALongActionOnlyRenewsWithoutPosition) {
  be_leader();
  view.memory.job = Job::restart;
  EXPECT_EQ(outcome(), Outcome::updated_lock_during_job);
  EXPECT_TRUE(writes(Write::update_lock));
}

TEST_F(HaLoop, APromotionIsCancelledUntilItsPointOfNoReturn) {
  be(one);
  view.memory.job = Job::promote;
  EXPECT_EQ(outcome(), Outcome::lost_lock_before_promotion);
  EXPECT_TRUE(decide_now().cancelled_job);
  view.memory.response = Response::succeeded;
  EXPECT_EQ(outcome(), Outcome::job_in_progress);
}

TEST_F(HaLoop, ACrashRecoveryThatTakesTooLongIsCancelledIfAFailoverIsPossible) {
  be(zero);
  view.memory.job = Job::crash_recovery;
  view.memory.crash_recovery_for = 300s;
  EXPECT_EQ(outcome(), Outcome::crash_recovery_timed_out);
  peer(one).reachable = peer(two).reachable = false;
  EXPECT_EQ(outcome(), Outcome::updated_lock_during_job);
}

TEST_F(HaLoop, AStartThatTakesTooLongDemotesIfAFailoverIsPossible) {
  be(zero);
  view.postgres.state = PostgresState::starting;
  view.postgres.answers = false;
  view.postgres.in_state = 299s;
  EXPECT_EQ(outcome(), Outcome::still_starting);
  view.postgres.in_state = 300s;
  EXPECT_EQ(outcome(), Outcome::start_timed_out);
  EXPECT_EQ(decide_now().demotion, Demotion::immediate);
  peer(one).nofailover = peer(two).nofailover = true;
  EXPECT_EQ(outcome(), Outcome::start_timed_out_but_waits);
}

// --- 2.8, 2.10 ---

TEST_F(HaLoop, APrimaryThatWasSeenToCrashIsStartedInPlace) {
  be_leader();
  crash();
  EXPECT_EQ(outcome(), Outcome::starts_primary);
  EXPECT_EQ(decide_now().state, PostgresState::crashed);
}

TEST_F(HaLoop, ANewProcessRecoversInSingleUserModeAndThenStartsReadOnly) {
  be(zero);
  crash();
  view.postgres.state = PostgresState::stopped;
  EXPECT_EQ(outcome(), Outcome::recovers_from_crash);
  view.memory.crash_recovery_tried = true;
  EXPECT_EQ(outcome(), Outcome::starts_read_only);
}

TEST_F(HaLoop, WithoutPatienceACrashMeansFailover) {
  be_leader();
  crash();
  view.settings.primary_start_timeout = 0s;
  EXPECT_EQ(outcome(), Outcome::failed_over_after_crash);
}

TEST_F(HaLoop, From41ABackupLabelKeepsItFromCrashRecovery) {
  crash();
  view.postgres.backup_label = true;
  view.memory.rewind = Rewind::not_needed;
  EXPECT_EQ(outcome(), Outcome::recovers_from_crash);
  view.settings.version = Version::v4_1;
  EXPECT_EQ(outcome(), Outcome::starts_as_secondary);
}

struct HaDivergence : HaDecisionTest {
  HaDivergence() {
    view.memory.rewind = Rewind::check;
    view.postgres.timeline = 2;
    answers.leader = {.timeline = 3, .switchpoint = 100};
  }
};

TEST_F(HaDivergence, ALocalTimelineAboveTheLeadersNeedsRewind) {
  answers.leader.timeline = 1;
  EXPECT_EQ(outcome(), Outcome::rewinds);
}

TEST_F(HaDivergence, AReplicaNeedsRewindOnlyBeyondTheSwitchpoint) {
  EXPECT_EQ(outcome(), Outcome::follows_holder);
  EXPECT_EQ(decide_now().after.rewind, Rewind::not_needed);
  view.postgres.replayed = 101;
  EXPECT_EQ(outcome(), Outcome::rewinds);
}

TEST_F(HaDivergence, AFormerPrimaryNeedsRewindUnlessItsCheckpointEndsAtTheSwitchpoint) {
  crash();
  view.postgres.control = ControlState::shut_down;
  view.postgres.control_timeline = 2;
  view.postgres.flushed = 60;
  EXPECT_EQ(outcome(), Outcome::starts_as_secondary);
  answers.leader.ends_at_switchpoint = false;
  EXPECT_EQ(outcome(), Outcome::rewinds);
}

TEST_F(HaDivergence, IsNotCheckedWhileTheLeaderIsInRecovery) {
  answers.leader.in_recovery = true;
  answers.leader.timeline = 1;
  EXPECT_EQ(decide_now().after.rewind, Rewind::check);
}

TEST_F(HaDivergence, WithoutRewindTheDataIsMadeAnewIfThatIsAllowed) {
  answers.leader.timeline = 1;
  view.settings.can_rewind = false;
  EXPECT_EQ(outcome(), Outcome::follows_holder);
  view.settings.removes_diverged_data = true;
  EXPECT_EQ(outcome(), Outcome::reinitializes);
}

TEST_F(HaDivergence, From41ARiseOfTheLeadersTimelineArmsTheCheck) {
  view.memory.rewind = Rewind::initial;
  view.memory.last_timeline = 2;
  view.dcs.members.timeline[0] = 3;
  view.postgres.replayed = 101;
  EXPECT_EQ(outcome(), Outcome::follows_holder);
  view.settings.version = Version::v4_1;
  EXPECT_EQ(outcome(), Outcome::rewinds);
}

// --- 2.11 ---

struct HaWithoutDcs : HaDecisionTest {
  HaWithoutDcs() {
    be_leader();
    view.dcs_readable = false;
    view.settings.failsafe_mode = true;
    view.memory.has_failsafe_map = true;
    view.memory.failsafe_map = set_of({zero, one, two});
  }
};

TEST_F(HaWithoutDcs, APrimaryGoesOnIfEveryMemberOfTheMapAccepts) {
  EXPECT_EQ(outcome(), Outcome::continues_in_failsafe);
  EXPECT_TRUE(decide_now().after.is_leader);
  EXPECT_FALSE(writes(Write::member_record));
}

TEST_F(HaWithoutDcs, OneRefusalDemotesAsideIn31AndOnTheSpotIn41) {
  answers.failsafe = Answer::no;
  EXPECT_EQ(outcome(), Outcome::demoting_without_dcs);
  EXPECT_EQ(decide_now().job, Job::demote_offline);
  view.settings.version = Version::v4_1;
  EXPECT_EQ(outcome(), Outcome::demoted_without_dcs);
  EXPECT_EQ(decide_now().demotion, Demotion::offline);
}

TEST_F(HaWithoutDcs, AMapWithoutMeIsNoHelpAndASingleEntryNeedsNobody) {
  answers.failsafe = Answer::pending;
  view.memory.failsafe_map = set_of({zero});
  EXPECT_EQ(outcome(), Outcome::continues_in_failsafe);
  view.memory.failsafe_map = set_of({one});
  EXPECT_EQ(outcome(), Outcome::demoting_without_dcs);
}

TEST_F(HaWithoutDcs, AReplicaAndAPausedPrimaryDoNothing) {
  view.settings.paused = true;
  EXPECT_EQ(outcome(), Outcome::dcs_inaccessible);
  view.settings.paused = false;
  view.postgres.in_recovery = true;
  EXPECT_EQ(outcome(), Outcome::dcs_inaccessible);
}

TEST_F(HaWithoutDcs, ARenewalThatGetsNoAnswerIsTheSame) {
  view.dcs_readable = true;
  answers.update_lock = Answer::error;
  EXPECT_EQ(outcome(), Outcome::continues_in_failsafe);
}

TEST_F(HaWithoutDcs, WhoSentFailsafeIsTakenForTheLeaderForTtl) {
  be(one);
  view.dcs_readable = true;
  view.memory.is_leader = false;
  view.postgres.in_recovery = true;
  view.postgres.role = Role::replica;
  lose_lock_holder();
  view.memory.failsafe_sender = zero;
  view.memory.since_failsafe = 29s;
  EXPECT_EQ(outcome(), Outcome::follows_holder);
  view.memory.since_failsafe = 30s;
  EXPECT_EQ(outcome(), Outcome::promotes_by_acquiring);
}

// --- 2.15 ---

TEST_F(HaLoop, TheLeaderOfAStandbyClusterFollowsTheRemote) {
  be(zero);
  view.settings.standby_cluster = true;
  view.postgres.role = Role::standby_leader;
  view.postgres.upstream = {.source = Source::remote, .member = {}};
  EXPECT_EQ(outcome(), Outcome::keeps_lock_as_standby_leader);
  view.settings.standby_cluster = false;
  EXPECT_EQ(outcome(), Outcome::promotes_with_lock);
}

TEST_F(HaLoop, AddingTheSectionToALiveClusterDemotesIt) {
  be_leader();
  view.settings.standby_cluster = true;
  EXPECT_EQ(outcome(), Outcome::demoted_as_standby_leader);
  EXPECT_EQ(decide_now().demotion, Demotion::immediate_nolock);
  view.settings.version = Version::v4_1;
  EXPECT_EQ(decide_now().job, Job::demote_to_standby_cluster);
}

}  // namespace
}  // namespace model::ha
