// What a hook changes: the configuration of the cluster, the file of a member, and what
// PostgreSQL takes only when it starts (patroni-and-kubernetes.md, sections 3.1, 3.5, 3.7).
#include "tests/contract/patroni_contract.h"

namespace charm::contract {
namespace {

// --- the configuration of the cluster ---

TEST_P(PatroniContract, AnyMemberTakesTheConfigurationOfAll) {
  DynamicConfiguration wanted = bench->configuration();
  wanted.maximum_lag_on_failover_bytes = 4'194'304;
  wanted.wal_keep_size_mb = 32;
  ASSERT_FALSE(bench->is_configured(wanted));
  ASSERT_TRUE(of(standby).patch_configuration(wanted));
  EXPECT_TRUE(bench->is_configured(wanted));
  EXPECT_TRUE(of(leader).patch_configuration(bench->configuration()));
  EXPECT_TRUE(bench->is_configured(bench->configuration()));
}

TEST_P(PatroniContract, TheSynchronousSettingsLeaveAllElseAsItIs) {
  DynamicConfiguration wanted = more_connections();
  wanted.wal_keep_size_mb = 48;
  ASSERT_TRUE(of(leader).patch_configuration(wanted));
  wanted.synchronous = {.node_count = 1, .strict = false};
  // 409 while its watch has not told it of the other write.
  ASSERT_TRUE(comes([&] { return of(other).patch_synchronous(wanted.synchronous).has_value(); }));
  EXPECT_TRUE(bench->is_configured(wanted));
}

TEST_P(PatroniContract, WhatStandsThereMayBeWrittenAgain) {
  EXPECT_TRUE(of(leader).patch_configuration(bench->configuration()));
  EXPECT_TRUE(of(standby).patch_synchronous(bench->configuration().synchronous));
  EXPECT_TRUE(bench->is_configured(bench->configuration()));
}

TEST_P(PatroniContract, OneSynchronousStandbyIsEnoughWhereOneIsAskedFor) {
  leave_one_synchronous();
  EXPECT_TRUE(has_role(leader, standby, MemberRole::sync_standby));
  EXPECT_TRUE(has_role(leader, other, MemberRole::replica));
  EXPECT_EQ(seen(leader, other)->state, MemberState::streaming);
  ASSERT_TRUE(of(leader).patch_synchronous({.node_count = 2, .strict = true}));
  EXPECT_TRUE(comes([this] { return has_role(leader, other, MemberRole::sync_standby); }));
  EXPECT_TRUE(has_role(leader, standby, MemberRole::sync_standby));
}

// The rows of pg_stat_replication go by the primary's walsenders, and a connection gets the first
// one that is free.
TEST_P(PatroniContract, OfTwoThatAreEquallyFarTheOneThatHasConnectedFirstIsSynchronous) {
  for (const UnitName first : {other, standby}) {
    const UnitName second = first == other ? standby : other;
    bench->delay_starts(second, 40s);
    bench->kill_database(second);
    ASSERT_TRUE(comes([&] { return !is_up(second); }));
    bench->kill_database(first);
    ASSERT_TRUE(comes([&] { return !streams(first); }));
    ASSERT_TRUE(comes([&] { return streams(first); }));
    ASSERT_FALSE(streams(second));
    ASSERT_TRUE(comes([&] {
      return streams(second) && has_role(leader, first, MemberRole::sync_standby) &&
             has_role(leader, second, MemberRole::sync_standby);
    }));
    bench->let_pass(3s);
    ASSERT_TRUE(of(leader).patch_synchronous({.node_count = 1, .strict = false}));
    ASSERT_TRUE(comes([&] {
      return has_role(leader, standby, MemberRole::sync_standby) !=
             has_role(leader, other, MemberRole::sync_standby);
    }));
    EXPECT_TRUE(has_role(leader, first, MemberRole::sync_standby));
    ASSERT_TRUE(of(leader).patch_synchronous(bench->configuration().synchronous));
  }
}

// --- who may write ---

TEST_P(PatroniContract, AWrongPasswordLetsReadAndNotWrite) {
  bench->know_other_password(true);
  const std::uint64_t postmaster = bench->postmaster(standby);
  EXPECT_FALSE(of(standby).patch_configuration(more_connections()));
  EXPECT_FALSE(of(standby).patch_synchronous({.node_count = 1, .strict = false}));
  EXPECT_FALSE(of(standby).reload());
  EXPECT_FALSE(of(standby).restart(RestartWhen::always));
  EXPECT_FALSE(of(leader).switch_over({}));
  EXPECT_FALSE(of(leader).switch_over_between(member_of(leader), member_of(standby)));
  EXPECT_EQ(of(standby).take_over_from(member_of(leader)).error(), TakeOverError::failed);
  EXPECT_TRUE(bench->is_configured(bench->configuration()));
  EXPECT_EQ(bench->postmaster(standby), postmaster);

  EXPECT_TRUE(leads(leader));
  EXPECT_EQ(of(standby).own_health(), MemberState::streaming);
  EXPECT_EQ(of(standby).is_restart_pending(), false);
  EXPECT_EQ(of(standby).sees_no_leader(host_of(leader)), false);
}

TEST_P(PatroniContract, ThePasswordOfTheFileCountsFromAReloadOn) {
  bench->write_file(standby, {.other_password = true});
  EXPECT_TRUE(of(standby).patch_configuration(bench->configuration()));
  ASSERT_TRUE(of(standby).reload());
  bench->know_other_password(true);
  EXPECT_TRUE(comes([this] { return of(standby).reload().has_value(); }));
  EXPECT_FALSE(of(leader).reload()) << "it has another file";
  bench->know_other_password(false);
  EXPECT_FALSE(of(standby).reload());
}

// --- pg_hba ---

// The request is noted, and the file is read when the loop comes round (3.1.2: daemon.py, run),
// which may be at once: of some requests one at least finds it in its wait.
TEST_P(PatroniContract, AReloadIsAnsweredBeforeTheFileIsRead) {
  bool was_behind = false;
  for (int tries = 0; tries < 6 && !was_behind; ++tries) {
    bench->write_file(standby, {.alone = tries % 2 == 0});
    ASSERT_FALSE(bench->is_pg_hba_taken(standby));
    ASSERT_TRUE(of(standby).reload());
    was_behind = !bench->is_pg_hba_taken(standby);
    ASSERT_TRUE(comes([this] { return bench->is_pg_hba_taken(standby); }));
  }
  EXPECT_TRUE(was_behind);
}

// Patroni has written pg_hba.conf before it starts PostgreSQL. What it loads until that runs it
// takes for written (3.1.2: postgresql/config.py, reload_config).
TEST_P(PatroniContract, AReloadWhilePostgreSQLStartsLeavesPgHbaAndSoDoesTheNextOne) {
  ASSERT_NO_FATAL_FAILURE(lose_a_reload());
  ASSERT_TRUE(of(standby).reload());
  bench->let_pass(6s);  // some passes
  EXPECT_FALSE(bench->is_pg_hba_taken(standby));

  bench->write_file(standby, {.listed_anew = true});
  bench->let_pass(6s);
  EXPECT_FALSE(bench->is_pg_hba_taken(standby)) << "Patroni has not read it";
  ASSERT_TRUE(of(standby).reload());
  EXPECT_TRUE(comes([this] { return bench->is_pg_hba_taken(standby); }));
}

TEST_P(PatroniContract, ARestartWritesThePgHbaThatAReloadHasLeft) {
  ASSERT_NO_FATAL_FAILURE(lose_a_reload());
  ASSERT_TRUE(of(standby).restart(RestartWhen::always));
  EXPECT_TRUE(bench->is_pg_hba_taken(standby));
}

// --- TLS ---

TEST_P(PatroniContract, AMemberIsAskedByWhateverItServes) {
  EXPECT_FALSE(bench->serves_tls(standby));
  bench->write_file(standby, {.tls = true});
  ASSERT_TRUE(of(standby).reload());
  ASSERT_TRUE(comes([this] { return bench->serves_tls(standby); }));
  EXPECT_FALSE(bench->serves_tls(leader));
  EXPECT_EQ(of(standby).own_health(), MemberState::streaming);
  EXPECT_EQ(of(standby).member_health(host_of(leader)), MemberState::running);
  EXPECT_EQ(of(leader).member_health(host_of(standby)), MemberState::streaming);
  EXPECT_EQ(of(other).cluster_by(host_of(standby)), of(other).cluster());
  EXPECT_EQ(of(standby).sees_no_leader(host_of(standby)), false);
  EXPECT_TRUE(of(standby).patch_configuration(bench->configuration()));

  bench->write_file(standby, {});
  ASSERT_TRUE(of(standby).reload());
  EXPECT_TRUE(comes([this] { return answers(standby) && !bench->serves_tls(standby); }));
  EXPECT_TRUE(comes(
      [this] { return of(leader).member_health(host_of(standby)) == MemberState::streaming; }));
}

// --- restarts ---

TEST_P(PatroniContract, NothingIsPendingAtFirstAndNothingIsRestartedThen) {
  const std::uint64_t postmaster = bench->postmaster(standby);
  for (UnitName unit : all_units) EXPECT_EQ(of(unit).is_restart_pending(), false);
  EXPECT_FALSE(of(standby).restart(RestartWhen::pending));
  EXPECT_FALSE(of(leader).restart(RestartWhen::pending));
  EXPECT_EQ(bench->postmaster(standby), postmaster);
}

TEST_P(PatroniContract, WhatNeedsARestartIsPendingUntilThere) {
  ASSERT_TRUE(of(leader).patch_configuration(more_connections()));
  for (UnitName unit : all_units) {
    EXPECT_TRUE(comes([&] { return of(unit).is_restart_pending() == true; }));
  }
  const std::uint64_t postmaster = bench->postmaster(standby);
  ASSERT_TRUE(of(standby).restart(RestartWhen::pending));
  EXPECT_NE(bench->postmaster(standby), postmaster);
  EXPECT_TRUE(is_up(standby)) << "it is answered when PostgreSQL is up";
  EXPECT_TRUE(comes([this] { return of(standby).is_restart_pending() == false; }));
  EXPECT_EQ(of(leader).is_restart_pending(), true);
  EXPECT_FALSE(of(standby).restart(RestartWhen::pending));
}

TEST_P(PatroniContract, OfTheMembersOwnFileARestartIsPendingThereAlone) {
  bench->write_file(standby, {.larger = true});
  EXPECT_EQ(of(standby).is_restart_pending(), false);
  ASSERT_TRUE(of(standby).reload());
  EXPECT_TRUE(comes([this] { return of(standby).is_restart_pending() == true; }));
  EXPECT_EQ(of(leader).is_restart_pending(), false);
  EXPECT_EQ(of(other).is_restart_pending(), false);
  bench->write_file(standby, {});
  ASSERT_TRUE(of(standby).reload());
  EXPECT_TRUE(comes([this] { return of(standby).is_restart_pending() == false; }));
}

TEST_P(PatroniContract, ARestartOfThePrimaryLeavesItWhatItIs) {
  const std::uint32_t timeline = bench->timeline(leader);
  const std::uint64_t postmaster = bench->postmaster(leader);
  ASSERT_TRUE(of(leader).restart(RestartWhen::always));
  EXPECT_NE(bench->postmaster(leader), postmaster);
  EXPECT_EQ(of(leader).own_health(), MemberState::running);
  EXPECT_TRUE(leads(leader));
  EXPECT_EQ(bench->timeline(leader), timeline);
  EXPECT_TRUE(comes([this] { return streams(standby) && streams(other); }));
}

TEST_P(PatroniContract, ARestartIsAnsweredWhenItIsOver) {
  bench->delay_starts(standby, 8s);
  const Duration begin = bench->now();
  ASSERT_TRUE(of(standby).restart(RestartWhen::always));
  EXPECT_GE(bench->now() - begin, 5s);
  EXPECT_TRUE(is_up(standby));
  EXPECT_TRUE(comes([this] { return streams(standby); }));
}

TEST_P(PatroniContract, WhileItStartsItTellsOfNothingPendingAndRefusesAnotherRestart) {
  bench->delay_starts(standby, 25s);
  bench->begin_restart(standby);
  ASSERT_TRUE(comes([this] { return is(standby, MemberState::starting); }));
  EXPECT_EQ(of(leader).member_health(host_of(standby)), MemberState::starting);
  EXPECT_FALSE(of(standby).restart(RestartWhen::always));
  EXPECT_FALSE(of(standby).is_restart_pending());
  // These do not wait for what they lead to.
  EXPECT_TRUE(of(standby).reload());
  EXPECT_TRUE(of(standby).patch_configuration(bench->configuration()));
  EXPECT_TRUE(is(standby, MemberState::starting));
  EXPECT_TRUE(comes([this] { return streams(standby); }));
}

}  // namespace
}  // namespace charm::contract
