// The race for a free lock, manual failover, synchronous mode: patroni-and-kubernetes.md, sections
// 2.9, 2.12, 4.
#include "model/ha/quorum.h"
#include "tests/model/ha_fixture.h"

namespace model::ha {
namespace {

struct HaRace : HaDecisionTest {
  HaRace() { lose_lock_holder(); }

  // Whether it thinks that it may take the lock.
  bool tries() { return writes(Write::acquire_lock); }
};

TEST_F(HaRace, TheHealthiestTakesTheLockAndPromotes) {
  EXPECT_EQ(outcome(), Outcome::promotes_by_acquiring);
  EXPECT_EQ(decide_now().job, Job::promote);
}

TEST_F(HaRace, WhoLosesItFollows) {
  answers.acquire_lock = Answer::no;
  has_reloaded = true;
  answers.reloaded = view.dcs;
  answers.reloaded.lock_holder = two;
  EXPECT_EQ(outcome(), Outcome::follows_after_lost_race);
  EXPECT_EQ(decide_now().upstream.member, MaybeMember(two));
}

TEST_F(HaRace, ATieIsAllowedButWhoIsBehindDefers) {
  EXPECT_TRUE(tries());
  peer(two).received = 101;
  EXPECT_FALSE(tries());
}

TEST_F(HaRace, ASilentPeerAndOneThatMayNotLeadAreIgnored) {
  peer(two).received = 101;
  peer(two).reachable = false;
  EXPECT_TRUE(tries());
  peer(two).reachable = true;
  peer(two).watchdog_failed = true;
  EXPECT_TRUE(tries());
}

TEST_F(HaRace, APrimaryThatIsStillAliveBlocksIt) {
  peer(zero).reachable = true;
  peer(zero).is_primary = true;
  EXPECT_FALSE(tries());
}

TEST_F(HaRace, TheTimelinesOfPeersAreNotCompared) {
  peer(two).timeline = 7;
  EXPECT_TRUE(tries());
}

TEST_F(HaRace, WhoLagsTooMuchBehindTheLastPositionStaysOut) {
  view.dcs.optime = 100 + 1048576;
  EXPECT_TRUE(tries());
  view.dcs.optime += 1;
  EXPECT_FALSE(tries());
}

TEST_F(HaRace, ATimelineBehindTheClustersCountsOnlyIfItIsChecked) {
  view.dcs.cluster_timeline = 2;
  EXPECT_TRUE(tries());
  view.settings.check_timeline = true;
  EXPECT_FALSE(tries());
}

TEST_F(HaRace, ARunningPrimaryOfAnOldTimelineDemotes) {
  view.postgres.in_recovery = false;
  EXPECT_EQ(outcome(), Outcome::acquired_lock_as_primary);
  view.dcs.cluster_timeline = 2;
  EXPECT_EQ(outcome(), Outcome::demoted_not_healthiest);
}

TEST_F(HaRace, NofailoverNeverLeads) {
  view.nofailover = true;
  EXPECT_EQ(outcome(), Outcome::follows_nofailover);
}

TEST_F(HaRace, OneThatStartsIsNeverHealthiestFrom41AndSilentBefore) {
  view.postgres.state = PostgresState::starting;
  view.postgres.answers = false;
  EXPECT_EQ(outcome(), Outcome::postgres_silent);
  view.settings.version = Version::v4_1;
  EXPECT_EQ(outcome(), Outcome::follows_not_healthiest);
}

TEST_F(HaRace, InPauseOnlyAPrimaryOfThisClusterTakesTheLock) {
  view.settings.paused = true;
  EXPECT_FALSE(tries());
  view.postgres.in_recovery = false;
  EXPECT_TRUE(tries());
}

TEST_F(HaRace, WhoIsNotInTheFailsafeMapStaysOutUnlessItIsEmpty) {
  view.settings.failsafe_mode = true;
  view.memory.has_failsafe_map = true;
  EXPECT_TRUE(tries());
  view.memory.failsafe_map = set_of({zero, two});
  EXPECT_FALSE(tries());
}

TEST_F(HaRace, AMemberThatIsGoneIsStillAsked) {
  view.dcs.members.exist.erase(two);
  peer(two).received = 101;
  EXPECT_FALSE(tries());
  view.memory.seen = set_of({zero, one});
  EXPECT_TRUE(tries());
}

TEST_F(HaRace, AHigherPriorityAtTheSamePositionWinsFrom32ButNotTheFormerHolders) {
  peer(two).failover_priority = 2;
  EXPECT_TRUE(tries());
  view.settings.version = Version::v4_1;
  EXPECT_FALSE(tries());
  view.memory.seen_holder = two;
  EXPECT_TRUE(tries());
}

// --- 2.12 ---

struct HaSwitchover : HaDecisionTest {
  HaSwitchover() { be_leader(); }
};

TEST_F(HaSwitchover, TheHolderDemotesGracefullyIfSomebodyCanTakeOver) {
  view.dcs.failover = {.leader = zero, .candidate = two};
  EXPECT_EQ(outcome(), Outcome::demotes_gracefully);
  peer(two).reachable = false;
  EXPECT_EQ(outcome(), Outcome::keeps_lock);
  EXPECT_TRUE(writes(Write::clear_failover_if_unchanged));
}

TEST_F(HaSwitchover, ARequestForAnotherLeaderOrToTheHolderIsCleared) {
  view.dcs.failover = {.leader = two, .candidate = one};
  EXPECT_TRUE(writes(Write::clear_failover_if_unchanged));
  view.dcs.failover = {.leader = zero, .candidate = zero};
  EXPECT_TRUE(writes(Write::clear_failover_if_unchanged));
}

TEST_F(HaSwitchover, OneInTheFutureWaitsAndAStaleOneIsCleared) {
  view.dcs.failover = {.leader = zero, .candidate = two, .scheduled = true, .due_in = 11s};
  EXPECT_EQ(outcome(), Outcome::keeps_lock);
  EXPECT_FALSE(writes(Write::clear_failover_if_unchanged));
  view.dcs.failover.due_in = 10s;
  EXPECT_EQ(outcome(), Outcome::demotes_gracefully);
  view.dcs.failover.due_in = -15s;
  EXPECT_EQ(outcome(), Outcome::demotes_gracefully);
  view.dcs.failover.due_in = -16s;
  EXPECT_TRUE(writes(Write::clear_failover_if_unchanged));
}

TEST_F(HaSwitchover, From40AFailoverMayGoToAMemberThatIsNotSynchronous) {
  view.settings.synchronous_mode = SyncMode::on;
  view.dcs.sync = {.leader = zero, .standbys = set_of({one})};
  view.dcs.failover = {.leader = {}, .candidate = two};
  EXPECT_EQ(outcome(), Outcome::keeps_lock);
  view.settings.version = Version::v4_1;
  EXPECT_EQ(outcome(), Outcome::demotes_gracefully);
  view.dcs.failover.leader = zero;
  EXPECT_EQ(outcome(), Outcome::keeps_lock);
}

TEST_F(HaRace, TheCandidateTakesTheLockWithoutALagCheckAndTheOthersDefer) {
  view.dcs.failover = {.leader = zero, .candidate = one};
  view.dcs.optime = 10'000'000;
  peer(two).received = 5'000'000;
  EXPECT_TRUE(tries());
  EXPECT_TRUE(writes(Write::clear_failover));
  view.dcs.failover.candidate = two;
  EXPECT_FALSE(tries());
}

TEST_F(HaRace, WithoutAnAbleCandidateEverybodyButTheFormerLeaderRaces) {
  view.dcs.failover = {.leader = zero, .candidate = two};
  peer(two).reachable = false;
  EXPECT_TRUE(tries());
  be(zero);
  peer(one) = {.reachable = true, .received = 100, .replayed = 100};
  EXPECT_FALSE(tries());
  peer(one).reachable = false;
  EXPECT_TRUE(tries());
}

TEST_F(HaSwitchover, TheLockIsReleasedEarlyIfACandidateHasTheShutdownCheckpoint) {
  answers.reloaded = view.dcs;
  peer(one).received = 200;
  const HaDecision early = step_down(view, answers, {.checkpoint = 200, .previous = 150});
  EXPECT_TRUE(early.released_early);
  EXPECT_EQ(early.released_at, 200U);
  peer(one).received = 199;
  EXPECT_FALSE(step_down(view, answers, {.checkpoint = 200, .previous = 150}).released_early);
  view.settings.version = Version::v4_1;
  EXPECT_EQ(step_down(view, answers, {.checkpoint = 200, .previous = 150}).released_at, 150U);
}

TEST_F(HaSwitchover, AProcessThatEndsInPauseLeavesTheLockInPlace) {
  view.settings.paused = true;
  const HaDecision decision = shut_down(view, answers, {.checkpoint = 200, .previous = 150});
  EXPECT_FALSE(decision.stopped_postgres);
  EXPECT_FALSE(decision.writes.contains(Write::release_lock));
}

// --- 4 ---

TEST_F(HaRace, InSynchronousModeOnlyTheNamedMayRace) {
  view.settings.synchronous_mode = SyncMode::on;
  view.dcs.sync = {.leader = zero, .standbys = set_of({two})};
  EXPECT_FALSE(tries());
  view.dcs.sync.standbys = set_of({one});
  EXPECT_TRUE(tries());
  view.dcs.sync = {};
  EXPECT_TRUE(tries());
}

TEST_F(HaRace, TheOldSyncLeaderMayBeAhead) {
  peer(zero).reachable = true;
  peer(zero).received = 200;
  EXPECT_FALSE(tries());
  view.settings.synchronous_mode = SyncMode::on;
  view.dcs.sync = {.leader = zero, .standbys = set_of({one, two})};
  EXPECT_TRUE(tries());
}

TEST_F(HaRace, InQuorumModeVotesDecide) {
  view.settings.version = Version::v4_1;
  view.settings.synchronous_mode = SyncMode::quorum;
  view.dcs.sync = {.leader = zero, .standbys = set_of({one, two}), .quorum = 1};
  EXPECT_TRUE(tries());
  peer(two).reachable = false;
  EXPECT_FALSE(tries());
}

TEST_F(HaRace, Version31TakesQuorumForOff) {
  view.settings.synchronous_mode = SyncMode::quorum;
  view.dcs.sync = {.leader = zero, .standbys = set_of({two})};
  EXPECT_TRUE(tries());
}

TEST_F(HaRace, ARefusedWriteToSyncPostponesThePromotion) {
  view.settings.synchronous_mode = SyncMode::on;
  answers.write_sync[0] = Answer::no;
  EXPECT_EQ(outcome(), Outcome::postponed_promotion);
  EXPECT_EQ(decide_now().job, Job::none);
}

TEST_F(HaRace, AStrictPromotionWaitsForAnybodyAndListsOnlyItself) {
  view.settings.synchronous_mode = SyncMode::on;
  view.settings.strict = true;
  for (Version version : {Version::v3_1, Version::v4_1}) {
    view.settings.version = version;
    EXPECT_TRUE(decide_now().sync_names.anybody);
    EXPECT_EQ(decide_now().sync_key[0], (SyncKey{.leader = one, .standbys = {}}));
  }
}

struct HaSync : HaDecisionTest {
  HaSync() {
    be_leader();
    view.settings.synchronous_mode = SyncMode::on;
    view.dcs.sync = {.leader = zero, .standbys = set_of({one})};
    view.postgres.standbys = {.picked = set_of({one}),
                              .confirmed = set_of({one}),
                              .confirmed_after_reload = set_of({one}),
                              .named = set_of({one}),
                              .named_count = 1};
  }
};

TEST_F(HaSync, NothingIsWrittenWhileTheNamesAreThoseListed) {
  EXPECT_EQ(decide_now().sync_writes, 0);
  EXPECT_FALSE(decide_now().sync_names.set);
}

TEST_F(HaSync, AKeyWithoutLeaderIsArmedFirst) {
  view.dcs.sync = {};
  view.postgres.standbys = {};
  EXPECT_EQ(decide_now().sync_key[0], (SyncKey{.leader = zero, .standbys = {}}));
}

TEST_F(HaSync, AStandbyIsUnlistedBeforeItIsNotWaitedForAnyMore) {
  view.postgres.standbys = {.picked = set_of({two}),
                            .confirmed = {},
                            .confirmed_after_reload = set_of({two}),
                            .named = set_of({one}),
                            .named_count = 1};
  const HaDecision swap = decide_now();
  ASSERT_EQ(swap.sync_writes, 2);
  EXPECT_TRUE(swap.sync_key[0].standbys.empty());
  EXPECT_EQ(swap.sync_key[1].standbys, set_of({two}));
  answers.write_sync[0] = Answer::no;
  EXPECT_FALSE(decide_now().sync_names.set);
}

TEST_F(HaSync, WithNobodyToNameStrictWaitsForAnybody) {
  view.postgres.standbys = {.named = set_of({one}), .named_count = 1};
  EXPECT_FALSE(decide_now().sync_names.anybody);
  view.settings.strict = true;
  EXPECT_TRUE(decide_now().sync_names.anybody);
}

TEST(HaQuorum, AFirstStandbyIsNamedBeforeItIsAVoter) {
  const QuorumSteps steps =
      resolve_quorum({.leader = zero, .active = set_of({one}), .wanted_count = 1, .me = zero});
  ASSERT_GE(steps.count, 1U);
  EXPECT_EQ(steps.steps[0].kind, QuorumStep::Kind::names);
  EXPECT_EQ(steps.steps[steps.count - 1].kind, QuorumStep::Kind::restart);
}

TEST(HaQuorum, ASecondStandbyIsAVoterBeforeItIsNamed) {
  const QuorumSteps steps = resolve_quorum({.leader = zero,
                                            .voters = set_of({one}),
                                            .named = set_of({one}),
                                            .named_count = 1,
                                            .confirmed_count = 1,
                                            .active = set_of({one, two}),
                                            .wanted_count = 1,
                                            .me = zero});
  ASSERT_EQ(steps.count, 2U);
  EXPECT_EQ(steps.steps[0].kind, QuorumStep::Kind::key);
  EXPECT_EQ(steps.steps[0].number, 1);
  EXPECT_EQ(steps.steps[1].kind, QuorumStep::Kind::names);
}

}  // namespace
}  // namespace model::ha
