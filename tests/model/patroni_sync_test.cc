// Who counts as a synchronous standby while commits do not wait for any (postgresql/sync.py of
// Patroni 3.1.2; patroni-and-kubernetes.md, section 4.3).
#include <gtest/gtest.h>

#include "tests/model/patroni_fixture.h"

namespace model {
namespace {

using namespace given;

// A client that writes faster than a standby follows: none ever has what was acknowledged last.
struct StandbysBehind : PatroniTest {
  void start_behind(std::uint16_t node_count) {
    parameters.synchronous_commit = SynchronousCommit::local;
    parameters.client_period = 1ms;
    start_cluster(node_count);
    postgresql::write(step);
    run_for(loop_wait);
  }
  std::uint64_t acknowledged() {
    return world.shared().branches[postgres(zero).branch].acknowledged;
  }
  // Nothing comes to a standby in between.
  void hold_back(UnitName standby, Duration time) {
    world.arm(timer_id(standby, UnitTimer::replication), exactly(time));
  }
  void connect_anew(UnitName standby) {
    postgres(standby).upstream = {};
    postgres(standby).walsender = Postgres::no_walsender;
    world.disarm(timer_id(standby, UnitTimer::replication));
    postgresql::follow(step, standby, zero);
  }
};

TEST_F(StandbysBehind, GoOnToCountOnceTheyHaveCaughtUp) {
  start_behind(2);
  ASSERT_EQ(dcs().sync_standbys, (UnitSet{one, two}));
  const std::uint32_t version = dcs().sync_version;
  ASSERT_LT(postgres(one).lsn, acknowledged());
  run_for(6 * loop_wait);
  EXPECT_EQ(dcs().sync_version, version);
}

TEST_F(StandbysBehind, GoOnToCountThoughTheyConnectAnew) {
  start_behind(2);
  const std::uint32_t version = dcs().sync_version;
  connect_anew(one);
  ASSERT_TRUE(is_streaming(one));
  run_for(2 * loop_wait);
  EXPECT_EQ(dcs().sync_version, version);
}

TEST_F(StandbysBehind, MayBePromoted) {
  start_behind(2);
  kubernetes::lose_node(step, zero);
  run_for(60s);
  EXPECT_TRUE(is_primary(one) || is_primary(two));
}

struct NewName : StandbysBehind {
  // Two joins one, and gets nothing for a while.
  void name_a_second(Duration held) {
    start_behind(1);
    ASSERT_EQ(dcs().sync_standbys, UnitSet{one});
    dcs().node_count = 2;
    hold_back(two, held);
    run_until([this] { return member(zero).sync_names.contains(two); });
  }
};

TEST_F(NewName, CountsNotBeforeItsStandbyIsWhereTheWalWasThen) {
  name_a_second(5 * loop_wait);
  const std::uint64_t then = postgres(zero).lsn;
  run_for(2 * loop_wait);
  ASSERT_LT(postgres(two).lsn, then);
  EXPECT_EQ(dcs().sync_standbys, UnitSet{one});
}

TEST_F(NewName, CountsFromThenOnThoughTheWalHasGoneOn) {
  name_a_second(5 * loop_wait);
  const std::uint64_t then = postgres(zero).lsn;
  run_until([&] { return postgres(two).lsn >= then; });
  run_for(loop_wait);
  ASSERT_LT(postgres(two).lsn, acknowledged());
  EXPECT_EQ(dcs().sync_standbys, (UnitSet{one, two}));
}

TEST_F(NewName, LeavesThoseThatCountedBeforeWhereTheyWere) {
  name_a_second(5 * loop_wait);
  EXPECT_TRUE(dcs().sync_standbys.contains(one));
  EXPECT_FALSE(member(zero).behind_names.contains(one));
  EXPECT_TRUE(member(zero).behind_names.contains(two));
}

// cluster.sync.matches(): a Patroni that is new knows of nobody, but those in `-sync` were waited
// for.
TEST_F(StandbysBehind, CountForANewPatroniIfTheyAreListed) {
  start_behind(2);
  hold_back(one, 600s);  // past the start of the process, and the loops after it
  const std::uint32_t version = dcs().sync_version;
  pebble::kill_patroni(step, zero);
  run_until([this] { return patroni::is_up(world, zero); });
  run_for(2 * loop_wait);
  EXPECT_EQ(dcs().sync_standbys, (UnitSet{one, two}));
  EXPECT_EQ(dcs().sync_version, version);
}

struct Column {
  SynchronousCommit level;
  std::uint64_t Postgres::* of;
};
struct ReachedColumn : NewName, testing::WithParamInterface<Column> {};

// _ReplicaList: write_lsn, flush_lsn or replay_lsn, by the level.
TEST_P(ReachedColumn, IsThatOfTheLevel) {
  name_a_second(5 * loop_wait);
  parameters.synchronous_commit = GetParam().level;
  postgres(two).*GetParam().of = member(zero).names_lsn;
  hold_back(two, 5 * loop_wait);
  run_for(2 * loop_wait);
  EXPECT_TRUE(dcs().sync_standbys.contains(two));
}

INSTANTIATE_TEST_SUITE_P(
    Levels, ReachedColumn,
    testing::Values(Column{SynchronousCommit::remote_write, &Postgres::written},
                    Column{SynchronousCommit::on, &Postgres::lsn},
                    Column{SynchronousCommit::remote_apply, &Postgres::replayed}));

}  // namespace
}  // namespace model
