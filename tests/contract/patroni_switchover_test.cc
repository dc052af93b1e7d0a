// Who leads instead: POST /switchover of the leader's member, of the candidate's, and of a third
// one's (patroni-and-kubernetes.md, section 3.6).
#include "tests/contract/patroni_contract.h"

namespace charm::contract {
namespace {

TEST_P(PatroniContract, ASwitchoverIsOverWhenItIsAnswered) {
  const std::uint32_t timeline = bench->timeline(leader);
  const Duration begin = bench->now();
  ASSERT_TRUE(of(leader).switch_over(member_of(standby)));
  EXPECT_GE(bench->now() - begin, 1s) << "Patroni looks for the first time after a second";
  EXPECT_TRUE(has_role(leader, standby, MemberRole::leader));
  EXPECT_TRUE(comes([this] { return leads(standby) && streams(leader) && streams(other); }));
  EXPECT_EQ(bench->timeline(standby), timeline + 1);
  EXPECT_TRUE(comes([this] {
    return of(other).primary_endpoint_health() == MemberState::running &&
           has_role(other, leader, MemberRole::sync_standby);
  }));
}

TEST_P(PatroniContract, ASwitchoverWithNobodyNamedGoesToASynchronousStandby) {
  leave_one_synchronous();
  ASSERT_TRUE(of(leader).switch_over({}));
  EXPECT_TRUE(comes([this] { return leads(standby) && streams(leader); }));
}

TEST_P(PatroniContract, WhoIsNoSynchronousStandbyCannotBeSwitchedOverTo) {
  leave_one_synchronous();
  EXPECT_FALSE(of(leader).switch_over(member_of(other)));
  EXPECT_FALSE(of(standby).switch_over_between(member_of(leader), member_of(other)));
  EXPECT_EQ(of(other).take_over_from(member_of(leader)).error(), TakeOverError::not_synchronous);
  bench->let_pass(6s);
  EXPECT_TRUE(leads(leader));
}

TEST_P(PatroniContract, ALeaderCannotBeSwitchedOverToItself) {
  EXPECT_FALSE(of(leader).switch_over(member_of(leader)));
  EXPECT_FALSE(of(other).switch_over_between(member_of(leader), member_of(leader)));
  EXPECT_EQ(of(leader).take_over_from(member_of(leader)).error(), TakeOverError::not_synchronous);
  EXPECT_TRUE(leads(leader));
}

TEST_P(PatroniContract, WhoFollowsHasNothingToSwitchOver) {
  EXPECT_FALSE(of(standby).switch_over({}));
  EXPECT_FALSE(of(standby).switch_over(member_of(other)));
  bench->let_pass(6s);
  EXPECT_TRUE(leads(leader));
}

TEST_P(PatroniContract, FromWhoDoesNotLeadNobodyTakesOver) {
  EXPECT_EQ(of(standby).take_over_from(member_of(other)).error(), TakeOverError::failed);
  EXPECT_FALSE(of(leader).switch_over_between(member_of(other), member_of(standby)));
  bench->let_pass(6s);
  EXPECT_TRUE(leads(leader));
}

TEST_P(PatroniContract, ASynchronousStandbyTakesOver) {
  ASSERT_TRUE(of(standby).take_over_from(member_of(leader)));
  EXPECT_TRUE(has_role(standby, standby, MemberRole::leader));
  EXPECT_TRUE(comes([this] { return leads(standby) && streams(leader) && streams(other); }));
}

TEST_P(PatroniContract, AThirdMemberMayBeAskedToSwitchOverBetweenOthers) {
  ASSERT_TRUE(of(other).switch_over_between(member_of(leader), member_of(standby)));
  EXPECT_TRUE(has_role(other, standby, MemberRole::leader));
  EXPECT_TRUE(comes([this] { return leads(standby) && streams(leader); }));
}

TEST_P(PatroniContract, WhereNoCandidateAnswersASwitchoverIsRefused) {
  bench->freeze_patroni(standby);
  bench->freeze_patroni(other);
  EXPECT_FALSE(of(leader).switch_over(member_of(standby)));
  EXPECT_FALSE(of(leader).switch_over({}));
  EXPECT_TRUE(leads(leader));
}

// Section 8, 34: the client waits for 10 s, the server for 20.
TEST_P(PatroniContract, ASwitchoverThatIsNotAnsweredInTimeComesAboutAllTheSame) {
  bench->freeze_patroni(leader);
  const Duration begin = bench->now();
  EXPECT_FALSE(of(other).switch_over_between(member_of(leader), member_of(standby)));
  EXPECT_GE(bench->now() - begin, 9s);
  bench->thaw_patroni(leader);
  EXPECT_TRUE(comes([this] { return is(standby, MemberState::running) && leads(standby); }));
}

}  // namespace
}  // namespace charm::contract
