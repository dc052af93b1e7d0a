// Without the API server, without peers, without connections: what the HA loop makes of it. Source:
// patroni-and-kubernetes.md, sections 1.9, 2.9 to 2.13.
#include <gmock/gmock.h>

#include "model/patroni/loop.h"
#include "tests/model/patroni_fixture.h"

namespace model {
namespace {

using namespace given;
using network::Cut;

struct OutageTest : PatroniTest {
  ha::MemberSet members(std::initializer_list<UnitName> units) {
    ha::MemberSet set;
    for (UnitName unit : units) set.insert(charm::member_of(unit));
    return set;
  }
};

using Outage = OutageTest;

TEST_F(Outage, APrimaryWhoseMembersAllAnswerGoesOnInFailsafe) {
  start_cluster();
  network::stop_api(step, 200s);
  run_for(190s);
  EXPECT_TRUE(is_primary(zero));
  EXPECT_EQ(count(FactKind::demoted), 0U);
}

TEST_F(Outage, APrimaryOneOfWhoseMembersDoesNotAnswerDemotesItself) {
  start_cluster();
  kill_process(two);
  network::stop_api(step, 200s);
  run_for(100s);
  EXPECT_FALSE(is_primary(zero));
  EXPECT_GE(count(FactKind::demoted), 1U);
}

TEST_F(Outage, TheRenewalIsTriedForTheRetryTimeoutAndSucceedsSoonAfterAnEarlierEnd) {
  start_cluster();
  kill_process(two);
  network::stop_api(step, 9s + loop_wait);
  run_until([this] { return member(zero).renewing; });
  EXPECT_EQ(span(zero, UnitTimer::ha).least, parameters.retry_timeout);
  network::on_api_timer(step);
  EXPECT_LE(span(zero, UnitTimer::ha).most, timing::api_retry.most);
  run_for(60s);
  EXPECT_TRUE(is_primary(zero));
  EXPECT_EQ(count(FactKind::demoted), 0U);
}

TEST_F(Outage, AfterItTheClusterHasAPrimaryAgain) {
  start_cluster();
  kill_process(two);
  network::stop_api(step, 100s);
  run_for(100s);
  ASSERT_FALSE(is_primary(zero));
  run_for(120s);
  EXPECT_TRUE(is_primary(zero) || is_primary(one));
}

TEST_F(Outage, APrimaryThatIsCutOffLetsAnotherLead) {
  start_cluster();
  network::cut(step, zero, Cut::from_all, 300s);
  run_for(120s);
  EXPECT_FALSE(is_primary(zero));
  EXPECT_TRUE(is_primary(one) || is_primary(two));
  EXPECT_EQ(count(FactKind::overlap), 0U);
}

TEST_F(Outage, SigtermReleasesNoLockOfAMemberThatDoesNotReachTheApiServer) {
  start_cluster();
  network::cut(step, zero, Cut::from_api, 300s);
  patroni::shut_down(step, zero);
  run_for(10s);
  EXPECT_EQ(count(FactKind::lock_released), 0U);
  EXPECT_TRUE(lock_holder() == charm::member_of(zero));
}

using Failsafe = OutageTest;

TEST_F(Failsafe, TheMapNamesAllMembersThatHavePublishedThemselves) {
  start_cluster();
  EXPECT_EQ(dcs().failsafe_map, members({zero, one, two}));
}

TEST_F(Failsafe, TheMapNamesItsWriterBeforeItsOwnRecordIsThere) {
  start_cluster();
  world.unit(zero).pod.published = false;
  run_to_renewal();
  EXPECT_TRUE(dcs().failsafe_map.contains(charm::member_of(zero)));
}

TEST_F(Failsafe, TheMapIsWrittenWithARenewalAndNotWithTheFirstLock) {
  start_cluster();
  kubernetes::lose_node(step, zero);
  run_until([this] { return lock_holder() == charm::member_of(one); });
  kubernetes::label_as_member(step, two);
  world.unit(two).pod.published = false;
  EXPECT_EQ(dcs().failsafe_map, members({zero, one, two}));
  run_for(20s);
  EXPECT_TRUE(dcs().failsafe_map.contains(charm::member_of(one)));
}

using SilentPeers = OutageTest;

TEST_F(SilentPeers, CostTheRaceTwoSeconds) {
  start_cluster();
  kubernetes::lose_node(step, zero);
  run_until([this] { return member(one).asking || member(two).asking; });
  const Instant asked = world.now();
  run_until([this] { return !(lock_holder() == charm::member_of(zero)); });
  EXPECT_GE(world.now() - asked, timing::peer_timeout);
}

TEST_F(SilentPeers, AreNotThoseWhosePodRefusesTheConnection) {
  start_cluster();
  patroni::shut_down(step, zero);
  run_for(timing::rest_end.least + timing::stop_poll + timing::hand_over.least +
          timing::wake_up.least + 1ms);
  EXPECT_FALSE(member(one).asking);
  EXPECT_FALSE(member(two).asking);
}

using LeadersPod = OutageTest;

TEST_F(LeadersPod, ThatIsGoneTakesItsFollowersTheirPrimaryConninfoAndSoTheirBeat) {
  start_cluster();
  kubernetes::kill_pod(step, zero, kubernetes::Return::late);
  run_until([this] { return !postgres(one).following; });
  EXPECT_TRUE(lock_holder() == charm::member_of(zero));
  EXPECT_FALSE(world.is_armed(timer_id(one, UnitTimer::replication)));
  // The member is there again, and refuses connections.
  world.unit(zero).pod.phase = PodPhase::running;
  kubernetes::label_as_member(step, zero);
  world.unit(zero).pod.published = true;
  patroni::on_ha_timer(step, one);
  EXPECT_TRUE(postgres(one).following == zero);
  EXPECT_EQ(span(one, UnitTimer::replication).least, timing::wal_retrieve_retry_interval);
}

TEST_F(LeadersPod, ThatOnlyLosesItsLabelsEndsTheConnectionsToIt) {
  start_cluster();
  ASSERT_TRUE(is_streaming(one));
  world.unit(zero).pod.member_labels = false;
  patroni::on_ha_timer(step, one);
  EXPECT_FALSE(postgres(one).upstream);
  EXPECT_FALSE(is_streaming(one));
}

TEST_F(LeadersPod, WithoutLabelsIsConnectedToByNobodyWhoStarts) {
  start_cluster();
  world.unit(zero).pod.member_labels = false;
  kill_process(one);
  restore(one);
  run_until([this] { return postgres(one).database == Database::running; });
  EXPECT_FALSE(postgres(one).following);
  run_for(60s);
  EXPECT_FALSE(is_streaming(one));
  kubernetes::label_as_member(step, zero);
  run_for(20s);
  EXPECT_TRUE(is_streaming(one));
}

using Standbys = OutageTest;

TEST_F(Standbys, BehindACutAreNotTakenForSynchronousBeforeTheyHaveCaughtUp) {
  start_cluster();
  kill_process(two);
  run_for(30s);
  restore(two);
  run_until([this] { return is_streaming(two); });
  network::cut(step, two, Cut::from_peers, 50s);
  postgresql::write(step);
  run_for(40s);
  EXPECT_FALSE(dcs().sync_standbys.contains(two));
}

// Section 4.2.
TEST_F(Standbys, AreNamedByWhatTheyHaveFlushedUnlessOneIsNamedAlready) {
  start_cluster(1);
  member(zero).sync_names.clear();
  postgres(one).lsn = postgres(two).lsn - 8;
  const auto picked = [this] {
    return patroni::view_of(world, zero, parameters).postgres.standbys.picked;
  };
  EXPECT_TRUE(picked().contains(charm::member_of(two)));
  EXPECT_FALSE(picked().contains(charm::member_of(one)));
  member(zero).sync_names.insert(one);
  EXPECT_TRUE(picked().contains(charm::member_of(one)));
}

TEST_F(Standbys, HaveEverythingOfAPrimaryThatWasShutDown) {
  start_cluster();
  postgresql::write(step);
  const std::uint64_t end = postgres(zero).lsn;
  postgresql::stop(step, zero);
  EXPECT_EQ(postgres(one).lsn, end);
  EXPECT_EQ(postgres(two).lsn, end);
}

TEST_F(Standbys, LackTheLastOfAPrimaryThatCrashed) {
  start_cluster();
  postgresql::write(step);
  const std::uint64_t end = postgres(zero).lsn;
  postgresql::crash(step, zero);
  EXPECT_LT(postgres(one).lsn, end);
}

using RewindJob = OutageTest;

TEST_F(RewindJob, WhoseLeaderIsGoneIsTriedAnew) {
  start_cluster();
  member(two).memory.rewind = ha::Rewind::needed;
  patroni::start_job(step, two, Job::rewind,
                     {.source = ha::Source::member, .member = charm::member_of(zero)});
  network::cut(step, two, Cut::from_peers, 60s);
  run_until([this] { return member(two).job != Job::rewind; });
  EXPECT_NE(member(two).memory.rewind, ha::Rewind::failed);
}

using CrashedService = OutageTest;

TEST_F(CrashedService, IsStartedAgainByPebble) {
  start_cluster();
  pebble::crash_service(step, one);
  EXPECT_FALSE(world.unit(one).container.service_running);
  run_for(1s);
  EXPECT_TRUE(world.unit(one).container.service_running);
}

TEST_F(CrashedService, StaysDownInAPodThatEnds) {
  start_cluster();
  kubernetes::delete_pod(step, one);
  pebble::crash_service(step, one);
  EXPECT_FALSE(world.is_armed(timer_id(one, UnitTimer::service)));
  run_until([this] { return world.unit(one).pod.phase == PodPhase::absent; });
  EXPECT_FALSE(world.unit(one).container.service_running);
}

}  // namespace
}  // namespace model
