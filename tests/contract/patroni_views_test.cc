// What members tell: the cluster, their health, whether anybody leads; and what is told of a member
// that has gone.
#include "tests/contract/patroni_contract.h"

namespace charm::contract {
namespace {

TEST_P(PatroniContract, EveryMemberTellsOfTheSameCluster) {
  const auto view = of(leader).cluster();
  ASSERT_TRUE(view);
  EXPECT_EQ(view->size(), 3U);
  for (UnitName asking : all_units) {
    for (UnitName asked : all_units) {
      if (asked != asking) {
        EXPECT_EQ(of(asking).cluster_by(host_of(asked)), view);
      }
    }
    EXPECT_EQ(of(asking).cluster(), view);
  }
}

TEST_P(PatroniContract, TheMembersAreListedByNameWithTheirRolesAndStates) {
  const ClusterMember leads{member_of(leader), MemberRole::leader, MemberState::running};
  const auto view = of(other).cluster();
  ASSERT_TRUE(view);
  EXPECT_TRUE(std::ranges::is_sorted(*view, {}, &ClusterMember::name));
  EXPECT_THAT(*view, testing::Contains(leads));
  for (UnitName unit : {standby, other}) {
    const ClusterMember follows{member_of(unit), MemberRole::sync_standby, MemberState::streaming};
    EXPECT_THAT(*view, testing::Contains(follows));
  }
}

TEST_P(PatroniContract, HealthIsRunningOfThePrimaryAndStreamingOfTheOthers) {
  EXPECT_EQ(of(leader).own_health(), MemberState::running);
  for (UnitName unit : {standby, other}) {
    EXPECT_EQ(of(unit).own_health(), MemberState::streaming);
    EXPECT_EQ(of(unit).member_health(host_of(leader)), MemberState::running);
    EXPECT_EQ(of(leader).member_health(host_of(unit)), MemberState::streaming);
  }
}

TEST_P(PatroniContract, ThePrimaryServiceLeadsToThePrimary) {
  for (UnitName unit : all_units) {
    EXPECT_EQ(of(unit).primary_endpoint_health(), MemberState::running);
  }
}

TEST_P(PatroniContract, WhereSomebodyLeadsNobodySeesNoLeader) {
  for (UnitName asking : all_units) {
    for (UnitName asked : all_units) EXPECT_EQ(of(asking).sees_no_leader(host_of(asked)), false);
  }
}

TEST_P(PatroniContract, AHostThatIsNotThereIsUnreachable) {
  constexpr HostName nobody{7};
  EXPECT_FALSE(of(leader).cluster_by(nobody));
  EXPECT_FALSE(of(leader).member_health(nobody));
  EXPECT_FALSE(of(leader).sees_no_leader(nobody));
}

TEST_P(PatroniContract, AMemberThatLeavesIsNoStandbyToWaitForAndStreamsOn) {
  bench->write_file(standby, {.leaving = true});
  ASSERT_TRUE(of(standby).reload());
  EXPECT_TRUE(comes([this] { return has_role(leader, standby, MemberRole::replica); }));
  EXPECT_EQ(of(standby).own_health(), MemberState::streaming);
  EXPECT_TRUE(has_role(leader, other, MemberRole::sync_standby));
  EXPECT_FALSE(of(leader).switch_over(member_of(standby)));
  EXPECT_EQ(of(standby).take_over_from(member_of(leader)).error(), TakeOverError::not_synchronous);
  EXPECT_TRUE(leads(leader));
}

TEST_P(PatroniContract, AMemberWhosePodIsDeletedIsListedNoMoreAndAnswersNothing) {
  bench->delete_pod(standby);
  EXPECT_TRUE(comes([this] {
    const auto view = of(leader).cluster();
    return view && view->size() == 2;
  }));
  EXPECT_FALSE(seen(leader, standby));
  EXPECT_FALSE(of(leader).member_health(host_of(standby)));
  EXPECT_FALSE(of(leader).cluster_by(host_of(standby)));
  EXPECT_FALSE(of(leader).sees_no_leader(host_of(standby)));
  EXPECT_EQ(of(leader).own_health(), MemberState::running);

  ports::Patroni& gone = of(standby);
  EXPECT_FALSE(gone.own_health());
  EXPECT_FALSE(gone.cluster());
  EXPECT_FALSE(gone.sees_no_leader(host_of(standby)));
  EXPECT_FALSE(gone.is_restart_pending());
  EXPECT_FALSE(gone.patch_configuration(bench->configuration()));
  EXPECT_FALSE(gone.patch_synchronous({.node_count = 2, .strict = true}));
  EXPECT_FALSE(gone.switch_over({}));
  EXPECT_EQ(gone.take_over_from(member_of(leader)).error(), TakeOverError::failed);
  EXPECT_FALSE(gone.switch_over_between(member_of(leader), member_of(other)));
  EXPECT_FALSE(gone.reload());
  EXPECT_FALSE(gone.restart(RestartWhen::always));
}

TEST_P(PatroniContract, AMemberThatComesBackStreamsAgainAndIsWaitedFor) {
  bench->delete_pod(standby);
  ASSERT_TRUE(comes([this] { return !seen(leader, standby); }));
  bench->start_pod(standby);
  EXPECT_FALSE(seen(leader, standby)) << "its pod is no member's without the labels";
  bench->label_pod(standby);
  ASSERT_TRUE(comes([this] { return seen(leader, standby).has_value(); }));
  EXPECT_EQ(seen(leader, standby)->state, MemberState::other) << "it has not begun yet";
  bench->start_patroni(standby);
  EXPECT_TRUE(comes([this] { return streams(standby); }));
  EXPECT_TRUE(comes([this] { return has_role(leader, standby, MemberRole::sync_standby); }));
}

// Everything in it is as each member has published it last (section 3.4).
TEST_P(PatroniContract, AMemberWhoseNodeIsLostIsListedAsItWas) {
  bench->lose_pod(standby);
  EXPECT_FALSE(of(leader).member_health(host_of(standby)));
  EXPECT_TRUE(comes([this] { return has_role(leader, standby, MemberRole::replica); }));
  const auto lost = seen(leader, standby);
  ASSERT_TRUE(lost);
  EXPECT_EQ(lost->state, MemberState::streaming);
  EXPECT_FALSE(of(leader).switch_over(member_of(standby)));
}

TEST_P(PatroniContract, AMemberWhosePatroniIsKilledAnswersNothingUntilItIsBack) {
  const std::uint64_t postmaster = bench->postmaster(standby);
  bench->kill_patroni(standby);
  EXPECT_FALSE(of(standby).own_health());
  EXPECT_FALSE(of(leader).member_health(host_of(standby)));
  EXPECT_TRUE(seen(leader, standby)) << "its Pod object is there";
  EXPECT_TRUE(comes([this] { return streams(standby); }));
  EXPECT_EQ(bench->postmaster(standby), postmaster) << "it has gone on without Patroni";
}

// They differ: Patroni 3.1.2 that has found PostgreSQL running does not know its port (KeyError in
// resolve_connection_addresses()), and starts none before it has read its configuration anew. The
// model's does.
TEST_P(PatroniContract, ADatabaseThatHasOutlivedItsPatroniIsStartedAgainAfterAReload) {
  bench->kill_patroni(standby);
  ASSERT_TRUE(comes([this] { return !answers(standby); }));
  ASSERT_TRUE(comes([this] { return streams(standby); }));
  const std::uint64_t postmaster = bench->postmaster(standby);
  bench->kill_database(standby);
  if (GetParam() == PatroniSide::live) {
    bench->let_pass(15s);
    EXPECT_FALSE(is_up(standby));
  }
  ASSERT_TRUE(of(standby).reload());
  EXPECT_TRUE(comes([&] { return bench->postmaster(standby) != postmaster && streams(standby); }));
}

TEST_P(PatroniContract, AFrozenPatroniAnswersNothing) {
  bench->freeze_patroni(standby);
  EXPECT_FALSE(of(leader).member_health(host_of(standby)));
  bench->thaw_patroni(standby);
  EXPECT_TRUE(comes([this] { return streams(standby); }));
}

TEST_P(PatroniContract, APrimaryWhoseDatabaseIsKilledIsStartedInPlace) {
  const std::uint32_t timeline = bench->timeline(leader);
  bench->delay_starts(leader, 20s);
  bench->kill_database(leader);
  EXPECT_TRUE(comes([this] { return is(leader, MemberState::starting); }));
  EXPECT_FALSE(of(leader).is_restart_pending());
  EXPECT_TRUE(has_role(other, leader, MemberRole::leader));
  EXPECT_EQ(of(other).primary_endpoint_health(), of(leader).own_health());
  EXPECT_TRUE(comes([this] { return leads(leader); }));
  EXPECT_EQ(bench->timeline(leader), timeline);
}

TEST_P(PatroniContract, AStandbyWhoseDatabaseIsKilledStreamsAgain) {
  const std::uint64_t postmaster = bench->postmaster(standby);
  bench->kill_database(standby);
  EXPECT_TRUE(comes([&] { return bench->postmaster(standby) != postmaster && streams(standby); }));
  EXPECT_TRUE(leads(leader));
}

TEST_P(PatroniContract, WithoutTheApiServerTheClusterIsNotToldAndHealthIs) {
  bench->stop_api();
  EXPECT_TRUE(comes([this] { return !of(other).cluster(); }));
  EXPECT_TRUE(comes([this] { return !of(leader).cluster(); }));
  EXPECT_EQ(of(leader).own_health(), MemberState::running);
  EXPECT_EQ(of(other).member_health(host_of(standby)), MemberState::streaming);
  EXPECT_EQ(of(other).is_restart_pending(), false);
  EXPECT_FALSE(of(leader).patch_synchronous({.node_count = 1, .strict = false}));
  EXPECT_FALSE(of(leader).switch_over({}));
  EXPECT_EQ(of(standby).take_over_from(member_of(leader)).error(), TakeOverError::failed);
  EXPECT_FALSE(of(other).restart(RestartWhen::always));
  EXPECT_TRUE(of(other).reload());
  bench->start_api();
  EXPECT_TRUE(comes([this] { return of(leader).cluster() && of(other).cluster(); }));
}

TEST_P(PatroniContract, WithoutALeaderNobodyCanBeSwitchedOver) {
  leave_one_synchronous();
  bench->lose_pod(leader);
  bench->lose_pod(standby);
  EXPECT_EQ(of(other).sees_no_leader(host_of(other)), false) << "the lock has to run out first";
  EXPECT_TRUE(comes([this] { return of(other).sees_no_leader(host_of(other)) == true; }));
  const auto view = of(other).cluster();
  ASSERT_TRUE(view);
  EXPECT_TRUE(std::ranges::none_of(
      *view, [](const ClusterMember& member) { return member.role == MemberRole::leader; }));
  EXPECT_FALSE(of(other).primary_endpoint_health());
  EXPECT_TRUE(is(other, MemberState::running)) << "it follows nobody";
  EXPECT_FALSE(of(other).switch_over({}));
  EXPECT_EQ(of(other).take_over_from(member_of(leader)).error(), TakeOverError::failed);
  EXPECT_FALSE(of(other).switch_over_between(member_of(leader), member_of(other)));
}

std::string name_of(const testing::TestParamInfo<PatroniSide>& side) {
  return side.param == PatroniSide::live ? "Live" : "Model";
}

// CTest tells those that need the rig by their name's beginning.
INSTANTIATE_TEST_SUITE_P(Model, PatroniContract, testing::Values(PatroniSide::model), name_of);
INSTANTIATE_TEST_SUITE_P(LivePatroni, PatroniContract, testing::Values(PatroniSide::live), name_of);

}  // namespace
}  // namespace charm::contract
