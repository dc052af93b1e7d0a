// The charm's own users in databases, in patroni.yml and in what Patroni has loaded of it. Source:
// charm-hooks.md, sections 1.5 and 1.6; patroni-and-kubernetes.md, sections 2.10 and 3.1.
#include <gmock/gmock.h>

#include "tests/model/patroni_fixture.h"

namespace model {
namespace {

using namespace given;
using charm::SystemUser;

constexpr std::size_t at(SystemUser user) { return static_cast<std::size_t>(user); }

// operator, replication, rewind, monitoring, patroni
constexpr Passwords first{1, 2, 3, 0, 5};

struct SystemPasswords : PatroniTest {
  // Three members with these passwords; 0 is the primary.
  void SetUp() override {
    for (UnitName unit : {zero, one, two}) start_pod_of(unit);
    for (UnitName unit : {zero, one, two}) {
      write(unit, first);
      pebble::update_and_restart(step, unit);
      if (unit == zero) run_until([this] { return is_primary(zero); });
    }
    run_until([this] { return is_streaming(one) && is_streaming(two); });
    run_to_renewal();
    run_to_renewal();
  }
  void write(UnitName unit, const Passwords& passwords) {
    pebble::write_configuration(step, unit, configuration({zero, one, two}), passwords);
  }
  void write_and_reload(UnitName unit, const Passwords& passwords) {
    write(unit, passwords);
    have_read(unit);
  }
  void alter(UnitName primary, SystemUser user, std::uint16_t password) {
    SystemRoles roles = postgresql::system_roles(world, primary);
    roles.passwords[at(user)] = password;
    postgresql::write_system_roles(step, primary, roles);
    keep_facts();
  }
  std::uint16_t taken(UnitName unit, SystemUser user) {
    return postgresql::system_roles(world, unit).passwords[at(user)];
  }
  // Its connection ends, and it looks for another.
  void reconnect(UnitName standby) {
    postgresql::crash(step, standby);
    postgresql::start_in_recovery(step, standby);
    postgresql::follow(step, standby, zero);
    keep_facts();
  }
};

static Passwords with(SystemUser user, std::uint16_t password) {
  Passwords passwords = first;
  passwords[at(user)] = password;
  return passwords;
}

TEST_F(SystemPasswords, OfANewDatabaseAreThoseThatItsMakerHadLoaded) {
  EXPECT_EQ(taken(zero, SystemUser::operator_user), 1);
  EXPECT_EQ(taken(zero, SystemUser::replication), 2);
  EXPECT_EQ(taken(zero, SystemUser::rewind), 3);
  EXPECT_EQ(taken(zero, SystemUser::monitoring), 0);  // the charm makes it
}

TEST_F(SystemPasswords, ReachAStandbyAsWalDoes) {
  alter(zero, SystemUser::rewind, 7);
  EXPECT_EQ(taken(zero, SystemUser::rewind), 7);
  EXPECT_EQ(taken(one, SystemUser::rewind), 3);
  run_for(1s);
  EXPECT_EQ(taken(one, SystemUser::rewind), 7);
}

TEST_F(SystemPasswords, AreLostWithWhatAFailoverLoses) {
  postgres(one).upstream = {};  // what follows does not reach it
  alter(zero, SystemUser::rewind, 7);
  postgresql::promote(step, one);
  EXPECT_EQ(taken(one, SystemUser::rewind), 3);
  alter(one, SystemUser::rewind, 8);
  EXPECT_EQ(taken(one, SystemUser::rewind), 8);
}

TEST_F(SystemPasswords, AreThoseOfTheOldestStatementThatIsKnownWhereAllIsLost) {
  postgres(one).upstream = {};
  for (std::uint16_t password = 7; password < 12; ++password) {
    alter(zero, SystemUser::rewind, password);
  }
  EXPECT_EQ(taken(one, SystemUser::rewind), 9);  // three are kept
}

TEST_F(SystemPasswords, AreAskedOfANewConnectionOnly) {
  alter(zero, SystemUser::replication, 7);
  run_for(60s);
  EXPECT_TRUE(is_streaming(one));
  reconnect(one);
  EXPECT_FALSE(is_streaming(one));
  EXPECT_GE(count(FactKind::login_refused), 1U);
}

TEST_F(SystemPasswords, LetAStandbyInAgainOnceItHasLoadedThem) {
  alter(zero, SystemUser::replication, 7);
  reconnect(one);
  write(one, with(SystemUser::replication, 7));
  run_for(30s);
  EXPECT_FALSE(is_streaming(one)) << "it has not read its file";
  have_read(one);
  run_for(6s);  // wal_retrieve_retry_interval
  EXPECT_TRUE(is_streaming(one));
}

TEST_F(SystemPasswords, AreReadByAPatroniThatStarts) {
  write(one, with(SystemUser::rewind, 7));
  EXPECT_EQ(member(one).passwords[at(SystemUser::rewind)], 3);
  pebble::restart(step, one);
  run_until([this] { return is_streaming(one); });
  run_for(60s);
  EXPECT_EQ(member(one).passwords[at(SystemUser::rewind)], 7);
}

TEST_F(SystemPasswords, StayWithAPostgreSQLWhosePatroniIsKilled) {
  patroni::kill_patroni(step, one);
  EXPECT_EQ(member(one).passwords, first);
}

TEST_F(SystemPasswords, OfRewindAreAskedByPgRewindWhichTriesUntilTheyAreRight) {
  // 0 comes back behind 1, with what 1 never had.
  patroni::kill_process(step, zero);
  run_until([this] { return is_primary(one); });
  alter(one, SystemUser::rewind, 7);
  postgres(zero).lsn = postgres(zero).written = postgres(zero).replayed = postgres(one).lsn + 1000;
  world.unit(zero).container.service_running = true;
  patroni::start_process(step, zero);
  run_for(180s);
  EXPECT_FALSE(is_streaming(zero));
  have_read(one);
  write_and_reload(zero, with(SystemUser::rewind, 7));
  run_until([this] { return is_streaming(zero); });
}

TEST_F(SystemPasswords, OfReplicationAreAskedByACopy) {
  alter(zero, SystemUser::replication, 7);
  patroni::kill_process(step, two);
  world.unit(two).postgres = {};
  world.unit(two).container.service_running = true;
  patroni::start_process(step, two);
  run_for(180s);
  EXPECT_EQ(postgres(two).database, Database::none);
  write_and_reload(two, with(SystemUser::replication, 7));
  run_until([this] { return is_streaming(two); });
}

TEST_F(SystemPasswords, OfPatroniAreAskedByItsRestApi) {
  EXPECT_TRUE(patroni::authenticates(world, zero, 5));
  EXPECT_FALSE(patroni::authenticates(world, zero, 6));
}

TEST_F(SystemPasswords, AreNotAskedByARestApiWithoutOne) {
  write_and_reload(zero, with(SystemUser::patroni, 0));
  EXPECT_TRUE(patroni::authenticates(world, zero, 6));
}

TEST_F(SystemPasswords, OfAnotherDatabaseAreForgotten) {
  alter(zero, SystemUser::rewind, 7);
  world.unit(one).member.passwords = with(SystemUser::rewind, 9);
  postgres(one).branch = 0;
  postgresql::begin_history(step, one, 0);
  postgresql::begin_system_roles(step, one);
  EXPECT_EQ(taken(one, SystemUser::rewind), 9);
}

}  // namespace
}  // namespace model
