// uphold-passwords: what a set-password has left half done becomes what the secret says.
#include "tests/charm/hook_fixture.h"

namespace charm {
namespace {

struct UpholdPasswords : HookTest {
  void SetUp() override { settle(); }
  // Its own path: it is one of several handlers of update-status.
  std::string run() {
    EXPECT_EQ(defers(update_status), false);
    return of_handler();
  }
  [[nodiscard]] std::string of_handler() const {
    for (std::size_t at = 0; at < observer.ended.size(); ++at) {
      if (observer.ended[at].starts_with("uphold-passwords ")) return observer.paths[at];
    }
    ADD_FAILURE() << "it did not run";
    return {};
  }

  static constexpr auto rewind = static_cast<std::size_t>(SystemUser::rewind);
  static constexpr auto monitoring = static_cast<std::size_t>(SystemUser::monitoring);
};

TEST_F(UpholdPasswords, TellsPatroniAndIsContentWithADatabaseThatTakesThem) {
  EXPECT_TRUE(
      run().ends_with("are_passwords_taken [yes] -> is_pebble_ready [no] -> is_pg_hba_behind [no] "
                      "-> update_config [done] -> rtn2"));
  EXPECT_EQ(world.file->rewind_password, Secret("secret"));
  EXPECT_EQ(world.reloads, 1);
}

TEST_F(UpholdPasswords, GivesTheDatabaseWhatTheSecretHas) {
  world.taken[rewind] = Secret("of an action that was killed");
  EXPECT_TRUE(
      run().ends_with("restore_passwords [done] -> is_pebble_ready [no] -> is_pg_hba_behind [no] "
                      "-> update_config [done] -> rtn2"));
  EXPECT_EQ(world.taken[rewind], Secret("secret"));
}

TEST_F(UpholdPasswords, WaitsForAnActionThatIsAboutToCommit) {
  world.taken[rewind] = Secret("another");
  run();
  EXPECT_GE(world.slept, std::chrono::seconds(15));
  EXPECT_GE(world.login_tries, 3);
}

TEST_F(UpholdPasswords, LeavesTheDatabaseToTheUnitOfThePrimary) {
  world.taken[rewind] = Secret("another");
  (*world.view)[0].role = MemberRole::sync_standby;
  (*world.view)[1].role = MemberRole::leader;
  world.members[0] = MemberState::streaming;
  EXPECT_TRUE(
      run().ends_with("is_primary [no] -> is_pebble_ready [no] -> is_pg_hba_behind [no] -> "
                      "update_config [done] -> rtn2"));
  EXPECT_EQ(world.taken[rewind], Secret("another"));
}

TEST_F(UpholdPasswords, LooksAgainNextTimeWhereTheDatabaseRefuses) {
  world.taken[rewind] = Secret("another");
  world.takes_passwords_at_all = false;
  EXPECT_TRUE(
      run().ends_with("restore_passwords [refused] -> is_pebble_ready [no] -> is_pg_hba_behind "
                      "[no] -> update_config [done] -> rtn2"));
}

TEST_F(UpholdPasswords, LooksAgainNextTimeWhereTheDatabaseDoesNotAnswer) {
  world.answers_sql = false;
  EXPECT_TRUE(defers(update_status));  // Not this one: who looks for users without a relation.
  EXPECT_TRUE(
      of_handler().ends_with("are_passwords_taken [unknown] -> is_pebble_ready [no] -> "
                             "is_pg_hba_behind [no] -> update_config [done] -> rtn2"));
}

TEST_F(UpholdPasswords, SeesToTheDatabaseWhereTheConfigurationIsRefused) {
  world.options.valid = false;
  world.taken[rewind] = Secret("another");
  EXPECT_TRUE(
      run().ends_with("restore_passwords [done] -> is_pebble_ready [no] -> is_pg_hba_behind [no] "
                      "-> update_config [refused] -> rtn"));
  EXPECT_EQ(world.reloads, 0);
}

// It was loaded while PostgreSQL started.
TEST_F(UpholdPasswords, ListsAnewWhomPatroniHasNotLetIn) {
  world.takes_pg_hba = false;
  EXPECT_TRUE(
      run().ends_with("is_pg_hba_behind [yes] -> list_anew -> update_config [done] -> rtn2"));
  EXPECT_TRUE(world.file->list_anew);
  EXPECT_EQ(world.reloads, 1);
}

TEST_F(UpholdPasswords, ListsNobodyAnewWhoIsLetIn) {
  run();
  EXPECT_FALSE(world.file->list_anew);
}

// It is written when PostgreSQL starts.
TEST_F(UpholdPasswords, ListsNobodyAnewWhereTheMemberDoesNotRun) {
  world.takes_pg_hba = false;
  world.members[0] = MemberState::starting;
  (void)defers(update_status);
  EXPECT_TRUE(of_handler().contains("is_pg_hba_behind [no] -> update_config"));
  EXPECT_FALSE(world.file->list_anew);
}

// Its own handler has just brought the configuration to Patroni, or is queued until it has.
TEST_F(UpholdPasswords, SeesToTheDatabaseAloneAtPebbleReady) {
  world.taken[rewind] = Secret("of an action that was killed");
  EXPECT_EQ(defers(pebble_ready), false);
  EXPECT_TRUE(of_handler().ends_with("restore_passwords [done] -> is_pebble_ready [yes] -> rtn2"));
  EXPECT_EQ(world.taken[rewind], Secret("secret"));
  EXPECT_EQ(world.reloads, 1);
}

// A leader may render passwords that it has made, start Patroni with them, and lose its leadership
// before they are committed.
TEST_F(UpholdPasswords, TellsAPatroniThatRefusesThePasswordByASignal) {
  world.takes_reload = false;
  EXPECT_TRUE(run().ends_with("update_config [done] -> rtn2"));
  EXPECT_EQ(world.signals, 1);
}

TEST_F(UpholdPasswords, StartsTheExporterAnewWithAnotherPassword) {
  world.secret.all[monitoring] = world.taken[monitoring] = Secret("another");
  EXPECT_TRUE(run().ends_with("update_config [done] -> rtn2"));
  EXPECT_EQ(world.exporter, Secret("another"));
  EXPECT_EQ(world.layer_updates, 1);
}

TEST_F(UpholdPasswords, LeavesAnExporterAloneThatHasThePassword) {
  run();
  EXPECT_EQ(world.exporter, Secret("secret"));
  EXPECT_EQ(world.layer_updates, 0);
}

// The plan has the password, and the process that was started before it is gone.
TEST_F(UpholdPasswords, StartsAnExporterWhoseLastChangeWasInterrupted) {
  world.exporter = {};
  run();
  EXPECT_EQ(world.exporter, Secret("secret"));
}

TEST_F(UpholdPasswords, LeavesNoExporterRunningWithAPasswordThatThePlanHasNoMore) {
  world.secret.all[monitoring] = world.taken[monitoring] = Secret("another");
  world.takes_layer = false;
  EXPECT_TRUE(run().ends_with("update_config [refused] -> rtn"));
  EXPECT_TRUE(world.exporter.empty());
  world.takes_layer = true;
  world.starts_exporter = false;
  run();
  EXPECT_TRUE(world.exporter.empty());
  world.starts_exporter = true;
  run();
  EXPECT_EQ(world.exporter, Secret("another"));
}

TEST_F(UpholdPasswords, StartsNoExporterWithoutAPassword) {
  world.secret.all[monitoring] = world.taken[monitoring] = {};
  run();
  EXPECT_TRUE(world.exporter.empty());
  EXPECT_EQ(world.layer_updates, 1);
}

TEST_F(UpholdPasswords, SignalsNothingThatDoesNotAnswerAtAll) {
  world.members[0].reset();
  EXPECT_TRUE(defers(update_status));
  EXPECT_EQ(world.signals, 0);
}

TEST_F(UpholdPasswords, ComesAgainWherePatroniHasNotTakenTheFile) {
  world.takes_configuration = false;
  EXPECT_TRUE(defers(update_status));
  EXPECT_TRUE(of_handler().ends_with("update_config [not taken] -> defer_update"));
}

TEST_F(UpholdPasswords, DoesNothingBeforeTheUnitIsAMember) {
  world.initialised = false;
  EXPECT_TRUE(run().ends_with("is_member [no] -> rtn"));
  world.initialised = true;
  world.listed = {host_of(one)};
  world.planned = {one};
  EXPECT_TRUE(run().ends_with("is_member [no] -> rtn"));
}

TEST_F(UpholdPasswords, NeedsTheServiceAndItsContainer) {
  world.service_running = false;
  world.plan_current = false;
  EXPECT_TRUE(run().ends_with("is_service_running [no] -> rtn"));
  world.connected = false;
  EXPECT_TRUE(run().ends_with("is_service_running [unreachable] -> rtn"));
}

}  // namespace
}  // namespace charm
