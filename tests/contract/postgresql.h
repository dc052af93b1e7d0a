// What every ports::PostgreSQL promises, whoever keeps it: the same cases run against a real server
// and against the model's. A case begins with users and grants made, the announced passwords taken,
// no client, no extension of the options, and nobody waited for.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <ostream>
#include <string>
#include <string_view>

#include "charm/ports/postgresql.h"

namespace contract {

// Who runs the server, as a case sees it.
class PostgreSQLService {
 public:
  virtual ~PostgreSQLService() = default;

  virtual charm::ports::PostgreSQL& sql() = 0;
  // Two relations `database`, in ascending order.
  virtual charm::RelationId client(std::size_t which) = 0;
  // Another one at each call.
  virtual charm::Secret make_client_password(charm::RelationId relation) = 0;
  virtual charm::Secret make_password(charm::SystemUser user) = 0;
  // What the application secret has.
  virtual charm::DatabasePasswords announced() = 0;
  // An own set_password(), which is not committed yet.
  virtual void stage_operator(const charm::Secret& password) = 0;
  // What some configuration of the options asks for; not empty.
  virtual charm::ExtensionSet some_extensions() = 0;
  // Of the unit that asks, whose member is the primary.
  virtual charm::HostName own_host() = 0;
  // The primary is gone, and nobody follows it.
  virtual void stop_primary() = 0;
};

using charm::DatabasePasswords;
using charm::ExtensionSet;
using charm::RelationId;
using charm::RequestText;
using charm::Secret;
using charm::SystemUser;
using charm::Unreachable;
using charm::ports::ClientUserState;
using charm::ports::ExtensionError;
using charm::ports::SqlError;

inline DatabasePasswords with(DatabasePasswords passwords, SystemUser user,
                              const Secret& password) {
  passwords[static_cast<std::size_t>(user)] = password;
  return passwords;
}

inline void makes_a_user_without_a_database(PostgreSQLService& given) {
  const RelationId client = given.client(0);
  EXPECT_EQ(given.sql().client_user(client), ClientUserState::none);
  const Secret password = given.make_client_password(client);
  ASSERT_TRUE(given.sql().create_client_user(client, password, RequestText()));
  EXPECT_EQ(given.sql().client_user(client), ClientUserState::without_database);
  EXPECT_EQ(given.sql().client_user(given.client(1)), ClientUserState::none);
}

inline void a_user_takes_its_password_alone(PostgreSQLService& given) {
  const RelationId client = given.client(0);
  const Secret password = given.make_client_password(client);
  ASSERT_TRUE(given.sql().create_client_user(client, password, RequestText()));
  EXPECT_EQ(given.sql().takes_client_password(client, password), true);
  const Secret other = given.make_client_password(client);
  EXPECT_EQ(given.sql().takes_client_password(client, other), false);
}

inline void nobody_takes_no_password(PostgreSQLService& given) {
  const RelationId client = given.client(0);
  EXPECT_EQ(given.sql().takes_client_password(client, given.make_client_password(client)), false);
}

inline void a_user_that_is_there_is_altered(PostgreSQLService& given) {
  const RelationId client = given.client(0);
  const Secret before = given.make_client_password(client);
  const Secret after = given.make_client_password(client);
  ASSERT_TRUE(given.sql().create_client_user(client, before, RequestText()));
  ASSERT_TRUE(given.sql().create_client_user(client, after, RequestText("createdb")));
  EXPECT_EQ(given.sql().takes_client_password(client, before), false);
  EXPECT_EQ(given.sql().takes_client_password(client, after), true);
}

inline void roles_may_be_asked_for(PostgreSQLService& given) {
  const RelationId client = given.client(0);
  const Secret password = given.make_client_password(client);
  for (const char* roles : {"admin", "createdb", "CreateDB,CREATEROLE", "superuser", "pg_monitor",
                            "admin,createdb", "createdb,createdb", "pg_write_server_files,",
                            "operator,replication,rewind,backup,monitoring"}) {
    EXPECT_TRUE(given.sql().create_client_user(client, password, RequestText(roles))) << roles;
  }
}

inline void other_roles_are_refused_and_make_no_user(PostgreSQLService& given) {
  const RelationId client = given.client(0);
  const Secret password = given.make_client_password(client);
  const std::string cut = "createdb," + std::string(RequestText::capacity, 'a');
  for (const char* roles : {"wizard", "createdb,wizard", "createdb, admin", ",", "a\"b", "public",
                            "pg_database_owner", "relation_id_1", cut.c_str()}) {
    const auto made = given.sql().create_client_user(client, password, RequestText(roles));
    ASSERT_FALSE(made) << roles;
    EXPECT_EQ(made.error(), SqlError::invalid_roles) << roles;
  }
  EXPECT_EQ(given.sql().client_user(client), ClientUserState::none);
}

inline void another_clients_user_is_no_role(PostgreSQLService& given) {
  const RelationId first = given.client(0);
  const RelationId second = given.client(1);
  ASSERT_TRUE(
      given.sql().create_client_user(first, given.make_client_password(first), RequestText()));
  const RequestText name("relation_id_" + std::to_string(first.number));
  const auto made =
      given.sql().create_client_user(second, given.make_client_password(second), name);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error(), SqlError::invalid_roles);
}

inline void a_database_completes_a_user(PostgreSQLService& given) {
  const RelationId client = given.client(0);
  const Secret password = given.make_client_password(client);
  ASSERT_TRUE(given.sql().create_client_user(client, password, RequestText()));
  ASSERT_TRUE(given.sql().create_client_database(client, RequestText("orders"), {}));
  EXPECT_EQ(given.sql().client_user(client), ClientUserState::complete);
  EXPECT_EQ(given.sql().takes_client_password(client, password), true);
}

inline void a_database_may_be_made_again(PostgreSQLService& given) {
  const RelationId client = given.client(0);
  const Secret password = given.make_client_password(client);
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(given.sql().create_client_user(client, password, RequestText()));
    ASSERT_TRUE(given.sql().create_client_database(client, RequestText("orders"), {}));
  }
  EXPECT_EQ(given.sql().client_user(client), ClientUserState::complete);
}

inline void a_name_that_is_none_makes_no_database(PostgreSQLService& given) {
  const RelationId client = given.client(0);
  ASSERT_TRUE(
      given.sql().create_client_user(client, given.make_client_password(client), RequestText()));
  const RequestText longer(std::string(64, 'd'));
  const auto made = given.sql().create_client_database(client, longer, {});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error(), SqlError::unreachable);
  EXPECT_EQ(given.sql().client_user(client), ClientUserState::without_database);
}

inline void a_user_goes_and_the_others_stay(PostgreSQLService& given) {
  for (std::size_t which : {0U, 1U}) {
    const RelationId client = given.client(which);
    ASSERT_TRUE(
        given.sql().create_client_user(client, given.make_client_password(client), RequestText()));
    const RequestText name(which == 0 ? "orders" : "invoices");
    ASSERT_TRUE(given.sql().create_client_database(client, name, {}));
  }
  ASSERT_TRUE(given.sql().drop_client_user(given.client(0)));
  EXPECT_EQ(given.sql().client_user(given.client(0)), ClientUserState::none);
  EXPECT_EQ(given.sql().client_user(given.client(1)), ClientUserState::complete);
}

inline void nobody_is_dropped_harmlessly(PostgreSQLService& given) {
  EXPECT_TRUE(given.sql().drop_client_user(given.client(0)));
  EXPECT_TRUE(given.sql().drop_client_user(given.client(0)));
}

inline void the_clients_users_are_listed_in_order(PostgreSQLService& given) {
  EXPECT_TRUE(given.sql().client_users()->empty());
  for (std::size_t which : {1U, 0U}) {
    const RelationId client = given.client(which);
    ASSERT_TRUE(
        given.sql().create_client_user(client, given.make_client_password(client), RequestText()));
  }
  const auto users = given.sql().client_users();
  ASSERT_TRUE(users);
  ASSERT_EQ(users->size(), 2U);
  EXPECT_EQ((*users)[0], given.client(0));
  EXPECT_EQ((*users)[1], given.client(1));
}

inline void the_announced_passwords_are_taken(PostgreSQLService& given) {
  EXPECT_EQ(given.sql().takes_passwords(given.announced()), true);
}

inline void each_wrong_password_is_found(PostgreSQLService& given) {
  for (std::size_t at = 0; at < charm::database_user_count; ++at) {
    const auto user = static_cast<SystemUser>(at);
    const auto wrong = with(given.announced(), user, given.make_password(user));
    EXPECT_EQ(given.sql().takes_passwords(wrong), false) << at;
  }
}

inline void an_empty_password_is_not_tried(PostgreSQLService& given) {
  EXPECT_EQ(given.sql().takes_passwords({}), true);
}

inline void a_password_is_altered(PostgreSQLService& given) {
  for (SystemUser user : {SystemUser::replication, SystemUser::rewind, SystemUser::monitoring}) {
    const Secret password = given.make_password(user);
    ASSERT_TRUE(given.sql().alter_password(user, password));
    EXPECT_EQ(given.sql().takes_passwords(given.announced()), false);
    EXPECT_EQ(given.sql().takes_passwords(with(given.announced(), user, password)), true);
    ASSERT_TRUE(
        given.sql().alter_password(user, given.announced()[static_cast<std::size_t>(user)]));
  }
}

inline void users_may_be_created_again(PostgreSQLService& given) {
  const Secret monitoring = given.make_password(SystemUser::monitoring);
  ASSERT_TRUE(given.sql().create_users_and_grants(monitoring));
  const auto now = with(given.announced(), SystemUser::monitoring, monitoring);
  EXPECT_EQ(given.sql().takes_passwords(now), true);
}

inline void the_operator_logs_in_with_what_is_staged(PostgreSQLService& given) {
  const Secret password = given.make_password(SystemUser::operator_user);
  given.stage_operator(password);
  EXPECT_TRUE(given.sql().version());  // the committed one is still taken
  ASSERT_TRUE(given.sql().alter_password(SystemUser::operator_user, password));
  EXPECT_TRUE(given.sql().version());
}

inline void an_unknown_password_of_the_operator_locks_out(PostgreSQLService& given) {
  const Secret password = given.make_password(SystemUser::operator_user);
  ASSERT_TRUE(given.sql().alter_password(SystemUser::operator_user, password));
  EXPECT_FALSE(given.sql().version());
  EXPECT_FALSE(given.sql().client_users());
  EXPECT_EQ(given.sql().takes_passwords(given.announced()), false);
  // `backup` needs none.
  ASSERT_TRUE(given.sql().restore_passwords(given.announced()));
  EXPECT_EQ(given.sql().takes_passwords(given.announced()), true);
  EXPECT_TRUE(given.sql().version());
}

inline void the_version_is_a_number(PostgreSQLService& given) {
  const auto version = given.sql().version();
  ASSERT_TRUE(version);
  EXPECT_EQ(version->view().find_first_not_of("0123456789."), std::string_view::npos)
      << version->view();
  EXPECT_TRUE(version->view().starts_with('1'));
}

inline void extensions_are_set_and_unset(PostgreSQLService& given) {
  const ExtensionSet some = given.some_extensions();
  EXPECT_EQ(given.sql().has_extensions(some), false);
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(given.sql().set_extensions(some));
  EXPECT_EQ(given.sql().has_extensions(some), true);
  EXPECT_EQ(given.sql().has_extensions({}), false);
}

inline void a_new_database_has_the_extensions_it_is_made_with(PostgreSQLService& given) {
  const ExtensionSet some = given.some_extensions();
  const RelationId client = given.client(0);
  ASSERT_TRUE(given.sql().set_extensions(some));
  ASSERT_TRUE(
      given.sql().create_client_user(client, given.make_client_password(client), RequestText()));
  ASSERT_TRUE(given.sql().create_client_database(client, RequestText("orders"), some));
  EXPECT_EQ(given.sql().has_extensions(some), true);
}

// The own host is listed.
inline void a_listed_host_may_replicate(PostgreSQLService& given) {
  constexpr auto user = static_cast<std::size_t>(SystemUser::replication);
  EXPECT_EQ(given.sql().lets_replicate(given.own_host(), given.announced()[user]), true);
  // Whoever is refused for a password has been let in by pg_hba.
  const auto wrong = given.make_password(SystemUser::replication);
  EXPECT_FALSE(given.sql().lets_replicate(given.own_host(), wrong));
}

inline void nobody_is_waited_for_alone(PostgreSQLService& given) {
  EXPECT_EQ(given.sql().waited_for(), charm::UnitSet());
}

inline void a_primary_that_is_gone_answers_nothing(PostgreSQLService& given) {
  const RelationId client = given.client(0);
  const Secret password = given.make_client_password(client);
  given.stop_primary();
  charm::ports::PostgreSQL& sql = given.sql();
  EXPECT_FALSE(sql.create_users_and_grants(given.announced().back()));
  const auto refused = sql.create_client_user(client, password, RequestText("wizard"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), SqlError::unreachable);  // nobody could look it up
  const auto unmade = sql.create_client_database(client, RequestText("orders"), {});
  ASSERT_FALSE(unmade);
  EXPECT_EQ(unmade.error(), SqlError::unreachable);
  EXPECT_FALSE(sql.drop_client_user(client));
  EXPECT_FALSE(sql.client_user(client));
  EXPECT_FALSE(sql.takes_client_password(client, password));
  EXPECT_FALSE(sql.client_users());
  EXPECT_FALSE(sql.version());
  EXPECT_FALSE(sql.has_extensions({}));
  const auto unset = sql.set_extensions(given.some_extensions());
  ASSERT_FALSE(unset);
  EXPECT_EQ(unset.error(), ExtensionError::unreachable);
  EXPECT_FALSE(sql.alter_password(SystemUser::rewind, given.announced().front()));
  EXPECT_FALSE(sql.takes_passwords(given.announced()));
  EXPECT_FALSE(sql.restore_passwords(given.announced()));
  EXPECT_FALSE(sql.lets_replicate(given.own_host(), given.announced()[1]));
  EXPECT_FALSE(sql.waited_for());
  EXPECT_FALSE(sql.knows(charm::ports::SystemValue::time_zone, "UTC"));
}

struct PostgreSQLCase {
  const char* name;
  void (*run)(PostgreSQLService& given);

  friend std::ostream& operator<<(std::ostream& out, const PostgreSQLCase& one) {
    return out << one.name;
  }
};

inline constexpr std::array postgresql_cases{
    PostgreSQLCase{"MakesAUserWithoutADatabase", makes_a_user_without_a_database},
    PostgreSQLCase{"AUserTakesItsPasswordAlone", a_user_takes_its_password_alone},
    PostgreSQLCase{"NobodyTakesNoPassword", nobody_takes_no_password},
    PostgreSQLCase{"AUserThatIsThereIsAltered", a_user_that_is_there_is_altered},
    PostgreSQLCase{"RolesMayBeAskedFor", roles_may_be_asked_for},
    PostgreSQLCase{"OtherRolesAreRefusedAndMakeNoUser", other_roles_are_refused_and_make_no_user},
    PostgreSQLCase{"AnotherClientsUserIsNoRole", another_clients_user_is_no_role},
    PostgreSQLCase{"ADatabaseCompletesAUser", a_database_completes_a_user},
    PostgreSQLCase{"ADatabaseMayBeMadeAgain", a_database_may_be_made_again},
    PostgreSQLCase{"ANameThatIsNoneMakesNoDatabase", a_name_that_is_none_makes_no_database},
    PostgreSQLCase{"AUserGoesAndTheOthersStay", a_user_goes_and_the_others_stay},
    PostgreSQLCase{"NobodyIsDroppedHarmlessly", nobody_is_dropped_harmlessly},
    PostgreSQLCase{"TheClientsUsersAreListedInOrder", the_clients_users_are_listed_in_order},
    PostgreSQLCase{"TheAnnouncedPasswordsAreTaken", the_announced_passwords_are_taken},
    PostgreSQLCase{"EachWrongPasswordIsFound", each_wrong_password_is_found},
    PostgreSQLCase{"AnEmptyPasswordIsNotTried", an_empty_password_is_not_tried},
    PostgreSQLCase{"APasswordIsAltered", a_password_is_altered},
    PostgreSQLCase{"UsersMayBeCreatedAgain", users_may_be_created_again},
    PostgreSQLCase{"TheOperatorLogsInWithWhatIsStaged", the_operator_logs_in_with_what_is_staged},
    PostgreSQLCase{"AnUnknownPasswordOfTheOperatorLocksOut",
                   an_unknown_password_of_the_operator_locks_out},
    PostgreSQLCase{"TheVersionIsANumber", the_version_is_a_number},
    PostgreSQLCase{"ExtensionsAreSetAndUnset", extensions_are_set_and_unset},
    PostgreSQLCase{"ANewDatabaseHasTheExtensionsItIsMadeWith",
                   a_new_database_has_the_extensions_it_is_made_with},
    PostgreSQLCase{"AListedHostMayReplicate", a_listed_host_may_replicate},
    PostgreSQLCase{"NobodyIsWaitedForAlone", nobody_is_waited_for_alone},
    PostgreSQLCase{"APrimaryThatIsGoneAnswersNothing", a_primary_that_is_gone_answers_nothing},
};

class PostgreSQLContract : public testing::TestWithParam<PostgreSQLCase> {};

inline std::string case_name(const testing::TestParamInfo<PostgreSQLCase>& info) {
  return info.param.name;
}

}  // namespace contract
