// When pg_hba.conf is written, and which reload is lost (Patroni 3.1.2: postgresql/__init__.py,
// start; postgresql/config.py, reload_config).
#include "model/patroni/loop.h"
#include "tests/model/patroni_fixture.h"

namespace model {
namespace {

using namespace given;

struct PgHba : PatroniTest {
  void list(UnitName unit, const UnitSet& units, bool anew = false) {
    charm::PatroniConfiguration file = configuration({});
    for (UnitName listed : units) file.hosts.push_back(charm::host_of(listed));
    file.list_anew = anew;
    file.tls = world.unit(unit).volume.tls;
    pebble::write_configuration(step, unit, file);
  }
  void reload(UnitName unit, const UnitSet& units) {
    list(unit, units);
    have_read(unit);
  }
  // That unit's PostgreSQL starts, for a minute still.
  void begin_long_start(UnitName unit) {
    patroni::crash_database(step, unit, 100s);
    run_for(40s);
    ASSERT_EQ(world.unit(unit).postgres.database, Database::starting);
  }
  // Everybody is listed there, and it lets nobody in but itself.
  void lose_a_reload(UnitName unit) {
    reload(unit, {unit});
    begin_long_start(unit);
    reload(unit, everybody);
    run_until([this, unit] { return postgres(unit).database == Database::running; });
    ASSERT_EQ(member(unit).admitted, UnitSet{unit});
  }
  // Unit 2 is there anew, and copies.
  void begin_copy() {
    kubernetes::kill_pod(step, two, kubernetes::Return::at_once);
    world.unit(two).volume = {};
    postgres(two) = {};
    run_until([this] { return pebble::can_connect(world, two); });
    kubernetes::label_as_member(step, two);
    start_patroni(two, configuration({zero, two}));
    run_until([this] { return patroni::copies_data(member(two).job); });
  }

  UnitSet everybody{zero, one, two};
};

TEST_F(PgHba, IsWrittenAtAReloadOfOneThatRuns) {
  start_cluster();
  EXPECT_EQ(member(one).admitted, everybody);
  list(one, {one});
  EXPECT_EQ(member(one).admitted, everybody) << "Patroni has not read it";
  EXPECT_FALSE(patroni::is_pg_hba_taken(world, one));
  have_read(one);
  EXPECT_EQ(member(one).admitted, UnitSet{one});
  EXPECT_TRUE(patroni::is_pg_hba_taken(world, one));
}

// The request, or SIGHUP, is a flag that the loop looks at when it comes round, up to loop_wait
// later; nothing wakes it for that (Patroni 3.1.2: daemon.py, run; api.py, do_POST_reload).
TEST_F(PgHba, IsWrittenByAReloadWhenTheLoopComesRoundAndNoSooner) {
  start_cluster();
  run_until([this] { return span(one, UnitTimer::ha).least > 5s; });
  list(one, {one});
  const Duration due = span(one, UnitTimer::ha).least;
  ASSERT_TRUE(patroni::reload(step, one));
  EXPECT_EQ(span(one, UnitTimer::ha).least, due);
  EXPECT_FALSE(patroni::is_pg_hba_taken(world, one));
  const Instant asked = world.now();
  run_until([this] { return patroni::is_pg_hba_taken(world, one); });
  EXPECT_EQ(member(one).pass_us, world.now().micros) << "a pass begins with it";
  EXPECT_GT(world.now() - asked, 5s) << "of its own, or by the news of a renewal";
}

TEST_F(PgHba, IsLostWithAReloadThatMeetsAStartWhichBeganBeforeTheLoopCameRound) {
  start_cluster();
  patroni::crash_database(step, one, 100s);
  run_until([this] { return patroni::starts_postgres(member(one).job); });
  list(one, {one});
  ASSERT_TRUE(patroni::reload(step, one));
  run_until([this] { return postgres(one).database == Database::running; });
  EXPECT_FALSE(patroni::is_pg_hba_taken(world, one));
}

// What asks for a reload during a pass is heard by the next one.
TEST_F(PgHba, IsNotWrittenByAReloadInTheMiddleOfAPass) {
  start_cluster();
  run_until([this] { return member(zero).naming || span(zero, UnitTimer::ha).least > 5s; });
  member(zero).naming = true;
  member(zero).naming_version = dcs().sync_version;
  list(zero, {zero});
  ASSERT_TRUE(patroni::reload(step, zero));
  fire(timer_id(zero, UnitTimer::ha));
  EXPECT_FALSE(patroni::is_pg_hba_taken(world, zero));
  fire(timer_id(zero, UnitTimer::ha));
  EXPECT_TRUE(patroni::is_pg_hba_taken(world, zero));
}

// A new process has no reload left to read: it reads its file when it begins.
TEST_F(PgHba, OfAReloadThatIsStillAskedForIsReadByTheProcessThatBeginsMeanwhile) {
  start_cluster();
  list(one, {one});
  ASSERT_TRUE(patroni::reload(step, one));
  pebble::kill_patroni(step, one);
  EXPECT_FALSE(member(one).reload_pending);
  run_until([this] { return patroni::is_up(world, one); });
  EXPECT_TRUE(patroni::is_pg_hba_taken(world, one));
}

TEST_F(PgHba, OfAReloadWhileItStartsIsNotWrittenNorByTheNextOne) {
  start_cluster();
  lose_a_reload(one);
  have_read(one);
  run_for(60s);
  EXPECT_EQ(member(one).admitted, UnitSet{one});
  EXPECT_FALSE(patroni::is_pg_hba_taken(world, one));
}

TEST_F(PgHba, IsWrittenWhenTheListChangesAgain) {
  start_cluster();
  lose_a_reload(one);
  reload(one, {zero, one});
  EXPECT_EQ(member(one).admitted, (UnitSet{zero, one}));
}

TEST_F(PgHba, IsWrittenWhenTheSameIsListedAnew) {
  start_cluster();
  lose_a_reload(one);
  list(one, everybody, true);
  have_read(one);
  EXPECT_EQ(member(one).admitted, everybody);
}

TEST_F(PgHba, IsWrittenByARestart) {
  start_cluster();
  lose_a_reload(one);
  ASSERT_TRUE(patroni::post_restart(step, one));
  run_until([this] { return member(one).job == Job::none; });
  EXPECT_EQ(member(one).admitted, everybody);
}

TEST_F(PgHba, IsWrittenByAPatroniThatFindsItRunning) {
  start_cluster();
  lose_a_reload(one);
  pebble::kill_patroni(step, one);
  EXPECT_EQ(member(one).admitted, UnitSet{one});
  run_until([this] { return patroni::is_up(world, one); });
  EXPECT_EQ(member(one).admitted, everybody);
}

TEST_F(PgHba, IsWrittenNeitherByAPromotionNorForAnotherConfiguration) {
  start_cluster();
  lose_a_reload(one);
  ASSERT_TRUE(patroni::patch_configuration(
      step, zero, {.synchronous = {.node_count = 2, .strict = true}, .max_connections = 500}));
  run_for(30s);
  EXPECT_EQ(patroni::is_restart_pending(world, one), true);
  EXPECT_EQ(member(one).admitted, UnitSet{one});
  run_until([this] { return dcs().sync_standbys.contains(one); });
  ASSERT_TRUE(patroni::switch_over(step, one));
  run_until([this] { return is_primary(one); });
  run_for(60s);
  EXPECT_EQ(member(one).admitted, UnitSet{one});
  EXPECT_FALSE(is_streaming(zero));
  EXPECT_FALSE(is_streaming(two));
}

TEST_F(PgHba, LetsNobodyCopyWhoWasLostWithAReload) {
  start_cluster();
  lose_a_reload(one);
  run_until([this] { return dcs().sync_standbys.contains(one); });
  ASSERT_TRUE(patroni::switch_over(step, one));
  run_until([this] { return is_primary(one); });
  begin_copy();
  run_for(60s);
  EXPECT_EQ(postgres(two).database, Database::none);
}

TEST_F(PgHba, IsWrittenAfterACopyWithWhatWasLoadedMeanwhile) {
  start_cluster();
  begin_copy();
  reload(two, everybody);
  run_until([this] { return postgres(two).database == Database::running; });
  EXPECT_EQ(member(two).admitted, everybody);
}

TEST_F(PgHba, AfterACopyIsWrittenBeforePostgreSQLRuns) {
  start_cluster();
  begin_copy();
  run_until([this] { return member(two).wrote_pg_hba; });
  EXPECT_EQ(postgres(two).database, Database::none);
  list(two, everybody);
  ASSERT_TRUE(patroni::reload(step, two));
  patroni::wake(step, two);  // or its loop comes round when PostgreSQL runs
  run_until([this] { return !member(two).reload_pending; });
  ASSERT_EQ(postgres(two).database, Database::none);
  run_until([this] { return postgres(two).database == Database::running; });
  EXPECT_EQ(member(two).admitted, (UnitSet{zero, two}));
}

// Patroni asks it for its parameters first, and the reload ends there.
TEST_F(PgHba, OfOneThatHasJustDiedIsLostUntilTheNextReload) {
  start_cluster();
  patroni::crash_database(step, one);
  reload(one, {one});
  run_until([this] { return is_streaming(one); });
  EXPECT_EQ(member(one).admitted, everybody);
  have_read(one);
  EXPECT_EQ(member(one).admitted, UnitSet{one});
}

TEST_F(PgHba, OverTlsAloneLetsNobodyInWhereThereIsNone) {
  start_cluster();
  EXPECT_TRUE(patroni::lets_in(world, one, two));
  world.unit(one).volume.tls = true;
  have_read(one);
  EXPECT_TRUE(patroni::lets_in(world, one, two));
  begin_long_start(one);
  world.unit(one).volume.tls = false;
  have_read(one);
  run_until([this] { return postgres(one).database == Database::running; });
  EXPECT_FALSE(patroni::lets_in(world, one, two));
  EXPECT_FALSE(patroni::is_pg_hba_taken(world, one));
}

}  // namespace
}  // namespace model
