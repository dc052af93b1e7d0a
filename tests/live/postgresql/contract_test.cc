// ports::PostgreSQL against a real server: what it promises, and what only a real one has.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>

#include "tests/live/postgresql/service.h"

namespace live {
namespace {

using charm::ExtensionSet;
using charm::RelationId;
using charm::RequestText;
using charm::Secret;
using charm::SystemUser;
using charm::ports::ClientUserState;
using charm::ports::ExtensionError;
using charm::ports::SqlError;
using charm::ports::SystemValue;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using namespace std::chrono_literals;

using Rows = std::vector<std::string>;

class LiveContract : public WithServer<contract::PostgreSQLContract> {};

TEST_P(LiveContract, Holds) {
  RealPostgreSQL given(*server());
  GetParam().run(given);
  EXPECT_THAT(given.log(), Not(HasSubstr("Canary")));
}
INSTANTIATE_TEST_SUITE_P(PostgreSQL, LiveContract, testing::ValuesIn(contract::postgresql_cases),
                         contract::case_name);

class LivePostgreSQL : public WithServer<testing::Test> {
 protected:
  // A client with a database of that name.
  static void serve(RealPostgreSQL& given, RelationId client, std::string_view database,
                    std::string_view roles = {}) {
    const Secret password = given.make_client_password(client);
    ASSERT_TRUE(given.sql().create_client_user(client, password, RequestText(roles)));
    ASSERT_TRUE(given.sql().create_client_database(client, RequestText(database), {}))
        << given.log();
  }
  // Whether that role may; `right` is a privilege of a database.
  static Rows may(const std::string& role, const std::string& database, const std::string& right) {
    return server()->ask("SELECT has_database_privilege('" + role + "', '" + database + "', '" +
                         right + "')");
  }
};

const Rows yes{"t"};
const Rows no{"f"};

TEST_F(LivePostgreSQL, MakesTheUsersWithTheirGrants) {
  RealPostgreSQL given(*server());
  EXPECT_THAT(server()->ask("SELECT rolname, rolsuper, rolcanlogin FROM pg_roles"
                            " WHERE rolname IN ('backup', 'monitoring', 'admin') ORDER BY 1"),
              ElementsAre("admin|f|f", "backup|t|t", "monitoring|f|t"));
  EXPECT_EQ(server()->ask("SELECT pg_has_role('monitoring', 'pg_monitor', 'MEMBER'),"
                          " pg_has_role('admin', 'pg_read_all_data', 'MEMBER'),"
                          " pg_has_role('admin', 'pg_write_all_data', 'MEMBER')"),
            Rows{"t|t|t"});
  EXPECT_EQ(may("public", "postgres", "CONNECT"), no);
  EXPECT_EQ(may("admin", "postgres", "CONNECT"), yes);
  EXPECT_EQ(may("replication", "postgres", "CREATE"), yes);
}

TEST_F(LivePostgreSQL, AttributesAreAskedForAsRoles) {
  RealPostgreSQL given(*server());
  serve(given, given.client(0), "orders", "admin,CREATEROLE");
  EXPECT_EQ(server()->ask("SELECT rolcreatedb, rolcreaterole, rolsuper FROM pg_roles"
                          " WHERE rolname = 'relation_id_7'"),
            Rows{"t|t|f"});
  EXPECT_EQ(server()->ask("SELECT pg_has_role('relation_id_7', 'admin', 'MEMBER')"), yes);
}

TEST_F(LivePostgreSQL, QuotesAndBlanksAreAPartOfADatabasesName) {
  RealPostgreSQL given(*server());
  for (const char* name : {"or\"ders", "it's", " a b ", "$1; DROP DATABASE postgres --", "O\\'R",
                           "host=elsewhere", "postgresql://elsewhere/", "naïve"}) {
    serve(given, given.client(0), name);
    const Rows names = server()->ask("SELECT datname FROM pg_database");
    EXPECT_TRUE(std::ranges::find(names, name) != names.end()) << name;
  }
  EXPECT_TRUE(given.sql().drop_client_user(given.client(0)));
}

TEST_F(LivePostgreSQL, ADatabaseIsItsUsersAndNotPublic) {
  RealPostgreSQL given(*server());
  serve(given, given.client(0), "orders");
  EXPECT_EQ(server()->ask("SELECT pg_get_userbyid(datdba) FROM pg_database"
                          " WHERE datname = 'orders'"),
            Rows{"relation_id_7"});
  EXPECT_EQ(may("public", "orders", "CONNECT"), no);
  EXPECT_EQ(may("public", "orders", "TEMPORARY"), no);
  EXPECT_EQ(may("admin", "orders", "CONNECT"), yes);
  EXPECT_EQ(may("monitoring", "orders", "CONNECT"), yes);
}

TEST_F(LivePostgreSQL, WhatAClientLeavesIsTheOperatorsAndThenTheNextOnes) {
  RealPostgreSQL given(*server());
  serve(given, given.client(0), "orders");
  server()->ask(
      "SET ROLE relation_id_7; CREATE SCHEMA s; CREATE TABLE s.t (id serial, more int GENERATED"
      " ALWAYS AS IDENTITY); CREATE VIEW s.v AS SELECT 1; CREATE SEQUENCE s.q;"
      " CREATE TYPE s.mood AS ENUM ('ok'); CREATE TYPE s.pair AS (a int, b int);"
      " CREATE DOMAIN s.positive AS int CHECK (VALUE > 0); CREATE FUNCTION s.f() RETURNS int"
      " LANGUAGE sql AS 'SELECT 1'; CREATE PROCEDURE s.p() LANGUAGE sql AS 'SELECT 1';"
      " CREATE AGGREGATE s.total(int) (sfunc = int4pl, stype = int); SELECT lo_create(4711)",
      "orders");
  const std::string owners =
      "SELECT DISTINCT pg_get_userbyid(owner) FROM (SELECT nspowner FROM pg_namespace WHERE nspname"
      " = 's' UNION SELECT relowner FROM pg_class WHERE relnamespace = 's'::regnamespace"
      " UNION SELECT typowner FROM pg_type WHERE typnamespace = 's'::regnamespace"
      " UNION SELECT proowner FROM pg_proc WHERE pronamespace = 's'::regnamespace"
      " UNION SELECT lomowner FROM pg_largeobject_metadata"
      " UNION SELECT datdba FROM pg_database WHERE datname = 'orders') AS all_of_it (owner)";
  EXPECT_THAT(server()->ask(owners, "orders"), ElementsAre("relation_id_7"));
  ASSERT_TRUE(given.sql().drop_client_user(given.client(0))) << given.log();
  EXPECT_THAT(server()->ask(owners, "orders"), ElementsAre("operator"));
  serve(given, given.client(1), "orders");
  EXPECT_THAT(server()->ask(owners, "orders"), ElementsAre("relation_id_11"));
  EXPECT_EQ(given.sql().client_user(given.client(1)), ClientUserState::complete);
}

// Whichever is looked after last takes nothing from the other one: both are complete.
TEST_F(LivePostgreSQL, TwoClientsShareADatabase) {
  RealPostgreSQL given(*server());
  serve(given, given.client(0), "orders");
  server()->ask("SET ROLE relation_id_7; CREATE TABLE public.t (id int)", "orders");
  serve(given, given.client(1), "orders");
  EXPECT_EQ(given.sql().client_user(given.client(0)), ClientUserState::complete);
  EXPECT_EQ(given.sql().client_user(given.client(1)), ClientUserState::complete);
  EXPECT_EQ(
      server()->ask("SELECT has_table_privilege('relation_id_11', 'public.t', 'INSERT')", "orders"),
      yes);
  EXPECT_EQ(server()->ask("SELECT pg_get_userbyid(datdba) FROM pg_database"
                          " WHERE datname = 'orders'"),
            Rows{"relation_id_7"});
  ASSERT_TRUE(given.sql().drop_client_user(given.client(0)));
  EXPECT_EQ(given.sql().client_user(given.client(1)), ClientUserState::complete);
}

TEST_F(LivePostgreSQL, NobodyOwnsTheDatabaseThatTheCharmLogsInTo) {
  RealPostgreSQL given(*server());
  serve(given, given.client(0), "postgres");
  EXPECT_EQ(given.sql().client_user(given.client(0)), ClientUserState::complete);
  EXPECT_EQ(server()->ask("SELECT pg_get_userbyid(datdba) FROM pg_database"
                          " WHERE datname = 'postgres'"),
            Rows{"operator"});
}

// It could make itself a superuser by what a superuser calls.
TEST_F(LivePostgreSQL, WhatAClientHasPutIntoItsDatabaseIsNotCalled) {
  RealPostgreSQL given(*server());
  serve(given, given.client(0), "orders");
  server()->ask(
      "ALTER DATABASE orders SET search_path = public, pg_catalog;"
      "SET ROLE relation_id_7; CREATE FUNCTION public.starts_with(name, text) RETURNS boolean"
      " LANGUAGE plpgsql AS 'BEGIN ALTER ROLE relation_id_7 SUPERUSER; RETURN true; END';"
      "CREATE FUNCTION public.current_setting(text) RETURNS text LANGUAGE plpgsql AS"
      " 'BEGIN ALTER ROLE relation_id_7 SUPERUSER; RETURN 1; END'",
      "orders");
  serve(given, given.client(0), "orders");
  EXPECT_EQ(given.sql().has_extensions({}), true);
  EXPECT_EQ(server()->ask("SELECT rolsuper FROM pg_roles WHERE rolname = 'relation_id_7'"), no);
}

TEST_F(LivePostgreSQL, AnExtensionThatIsUsedStays) {
  RealPostgreSQL given(*server());
  const ExtensionSet some = given.some_extensions();
  serve(given, given.client(0), "orders");
  ASSERT_TRUE(given.sql().set_extensions(some));
  server()->ask("CREATE TABLE t (h hstore)", "orders");
  const auto set = given.sql().set_extensions({});
  ASSERT_FALSE(set);
  EXPECT_EQ(set.error(), ExtensionError::objects_depend);
  EXPECT_EQ(server()->ask("SELECT count(*) FROM pg_extension WHERE extname = 'hstore'", "orders"),
            Rows{"1"});
  server()->ask("DROP TABLE t", "orders");
  EXPECT_TRUE(given.sql().set_extensions({}));
  EXPECT_EQ(given.sql().has_extensions({}), true);
}

TEST_F(LivePostgreSQL, AnExtensionThatIsNotThereIsAnErrorToTryAgain) {
  RealPostgreSQL given(*server());
  const auto set = given.sql().set_extensions(charm::extension_named("rdkit"));
  ASSERT_FALSE(set);
  EXPECT_EQ(set.error(), ExtensionError::unreachable);
  EXPECT_THAT(given.log(), HasSubstr("cannot set extensions: SQLSTATE "));
}

TEST_F(LivePostgreSQL, KnowsWhatTheServerKnows) {
  RealPostgreSQL given(*server());
  auto& sql = given.sql();
  EXPECT_EQ(sql.knows(SystemValue::text_search_configuration, "pg_catalog.english"), true);
  EXPECT_EQ(sql.knows(SystemValue::text_search_configuration, "pg_catalog.klingon"), false);
  EXPECT_EQ(sql.knows(SystemValue::date_style, "ISO, DMY"), true);
  EXPECT_EQ(sql.knows(SystemValue::date_style, "ISO\" ; DROP"), false);
  EXPECT_EQ(sql.knows(SystemValue::time_zone, "Europe/Helsinki"), true);
  EXPECT_EQ(sql.knows(SystemValue::time_zone, "Europe/Atlantis"), false);
  EXPECT_EQ(sql.knows(SystemValue::table_access_method, "heap"), true);
  EXPECT_EQ(sql.knows(SystemValue::table_access_method, "btree"), false);
  EXPECT_EQ(sql.knows(SystemValue::role, "operator"), true);
  EXPECT_EQ(sql.knows(SystemValue::role, "nobody"), false);
}

TEST_F(LivePostgreSQL, ReadsWhomThePrimaryWaitsFor) {
  RealPostgreSQL given(*server());
  server()->set("synchronous_standby_names", "2 (\"pg-1\",\"pg-2\")");
  EXPECT_EQ(given.sql().waited_for(), (charm::UnitSet{{1}, {2}}));
  server()->set("synchronous_standby_names", "*");
  EXPECT_EQ(given.sql().waited_for(), charm::UnitSet());
}

TEST_F(LivePostgreSQL, AHostThatPgHbaDoesNotNameMayNotReplicate) {
  RealPostgreSQL given(*server());
  const Secret password = server()->passwords()[1];
  EXPECT_EQ(given.sql().lets_replicate(given.own_host(), password), true) << given.log();
  server()->keep_copies_out();
  std::expected<bool, charm::Unreachable> let_in = true;
  // The server reads it anew when it gets to it.
  for (int i = 0; i < 100 && let_in == true; ++i) {
    let_in = given.sql().lets_replicate(given.own_host(), password);
  }
  EXPECT_EQ(let_in, false) << given.log();
}

TEST_F(LivePostgreSQL, WithoutItsStandbysAStatementIsGivenUpAndStays) {
  RealPostgreSQL given(*server());
  const RelationId client = given.client(0);
  const Secret password = given.make_client_password(client);
  given.wait_for_statements(1s);
  server()->set("synchronous_standby_names", "nobody");
  const auto began = std::chrono::steady_clock::now();
  const auto made = given.sql().create_client_user(client, password, RequestText());
  const auto took = std::chrono::steady_clock::now() - began;
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error(), SqlError::unreachable);
  EXPECT_GE(took, 1s);
  EXPECT_THAT(given.log(), HasSubstr("no standby has confirmed it"));
  EXPECT_EQ(given.sql().client_user(client), ClientUserState::without_database);
  // Nor does the session that waited stay.
  EXPECT_THAT(server()->ask("SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep'"),
              IsEmpty());
  // What must not wait does not.
  given.wait_for_statements(60s);
  EXPECT_TRUE(given.sql().restore_passwords(given.announced()));
  EXPECT_TRUE(given.sql().create_users_and_grants(given.announced().back()));
}

TEST_F(LivePostgreSQL, AStatementThatIsHeldUpIsGivenUp) {
  RealPostgreSQL given(*server());
  serve(given, given.client(0), "orders");
  given.wait_for_statements(1s);
  const charm::live::SqlLogin login{.host = "127.0.0.1",
                                    .port = server()->port(),
                                    .user = "operator",
                                    .password = server()->passwords()[0]};
  auto other = charm::live::SqlSession::open(login, {});
  ASSERT_TRUE(other);
  ASSERT_TRUE(other->run({"BEGIN", {}}));
  ASSERT_TRUE(other->run({"ALTER ROLE relation_id_7 CONNECTION LIMIT 5", {}}));
  const auto made = given.sql().create_client_user(
      given.client(0), given.make_client_password(given.client(0)), RequestText());
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error(), SqlError::unreachable);
  EXPECT_THAT(given.log(), HasSubstr("cancelled (57014)"));
}

TEST_F(LivePostgreSQL, AStandbyIsNoPrimary) {
  RealPostgreSQL given(*server());
  server()->start_as_standby();
  EXPECT_FALSE(given.sql().version());
  EXPECT_FALSE(given.sql().client_users());
  EXPECT_FALSE(given.sql().create_users_and_grants(given.announced().back()));
  EXPECT_FALSE(given.sql().restore_passwords(given.announced()));
  EXPECT_THAT(given.log(), HasSubstr("cannot tell the version: it is no primary"));
  // The own member may be one.
  EXPECT_EQ(given.sql().takes_passwords(given.announced()), true);
  EXPECT_EQ(given.sql().waited_for(), charm::UnitSet());
}

TEST_F(LivePostgreSQL, WhatAnOperatorSetsDoesNotStandInTheWay) {
  RealPostgreSQL given(*server());
  server()->set("default_transaction_read_only", "on");
  server()->set("default_transaction_isolation", "serializable");
  server()->set("standard_conforming_strings", "off");
  server()->set("lock_timeout", "1ms");
  serve(given, given.client(0), "O\\'R\\\"der");
  EXPECT_TRUE(given.sql().set_extensions(given.some_extensions())) << given.log();
  EXPECT_TRUE(given.sql().drop_client_user(given.client(0))) << given.log();
}

TEST_F(LivePostgreSQL, OutOfConnectionsIsNobodyReached) {
  RealPostgreSQL given(*server());
  const charm::live::SqlLogin login{.host = "127.0.0.1",
                                    .port = server()->port(),
                                    .user = "operator",
                                    .password = server()->passwords()[0]};
  std::vector<charm::live::SqlSession> sessions;
  while (auto session = charm::live::SqlSession::open(login, {})) {
    ASSERT_LE(sessions.size(), 10U);
    sessions.push_back(std::move(*session));
  }
  EXPECT_FALSE(given.sql().version());
  EXPECT_FALSE(given.sql().takes_passwords(given.announced()));
  EXPECT_THAT(given.log(), HasSubstr("out of connections (53300)"));
  sessions.clear();
  // A backend takes its time to end.
  for (int i = 0; i < 100 && !given.sql().version(); ++i) {
  }
  EXPECT_TRUE(given.sql().version());
}

TEST_F(LivePostgreSQL, APasswordIsStoredAsTheServerIsSetTo) {
  RealPostgreSQL given(*server());
  for (const char* kind : {"md5", "scram-sha-256"}) {
    server()->set("password_encryption", kind);
    serve(given, given.client(0), "orders");
    ASSERT_TRUE(given.sql().restore_passwords(given.announced()));
    const bool md5 = std::string_view(kind) == "md5";
    for (const char* role : {"relation_id_7", "operator"}) {
      EXPECT_EQ(server()->ask("SELECT rolpassword LIKE 'md5%' FROM pg_authid WHERE rolname = '" +
                              std::string(role) + "'"),
                md5 ? yes : no);
    }
    EXPECT_EQ(given.sql().takes_passwords(given.announced()), true);
  }
}

bool has_canary(const std::string& text) {
  return text.find("Canary5ecret") != std::string::npos ||
         text.find("relation_id_7 LOGIN PASSWORD") != std::string::npos;
}

// The command lines and environments of all processes that can be read; but for the tests' own.
std::string what_processes_show() {
  std::ostringstream text;
  std::error_code ignored;
  for (const auto& process : std::filesystem::directory_iterator("/proc", ignored)) {
    if (process.path().filename() == std::to_string(getpid())) continue;
    for (const char* file : {"cmdline", "environ"}) {
      text << std::ifstream(process.path() / file).rdbuf();
      text.clear();  // of an empty file nothing is written
    }
  }
  return text.str();
}

// A password is in none of: the server's log, its statistics, our log, what processes show. Nor is
// what it is stored as, which with md5 is as good.
TEST_F(LivePostgreSQL, NobodyReadsAPassword) {
  RealPostgreSQL given(*server());
  server()->ask("CREATE EXTENSION pg_stat_statements");
  std::atomic<bool> over = false;
  std::atomic<int> looks = 0;
  std::atomic<bool> shown = false;
  std::thread onlooker([&over, &looks, &shown] {
    for (; !over; ++looks) {
      shown = shown || has_canary(what_processes_show());
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  });
  serve(given, given.client(0), "orders");
  EXPECT_TRUE(given.sql().alter_password(SystemUser::rewind, given.make_password({})));
  EXPECT_TRUE(given.sql().restore_passwords(given.announced()));
  EXPECT_EQ(given.sql().takes_client_password(given.client(0), given.make_client_password({})),
            false);
  over = true;
  onlooker.join();
  EXPECT_GT(looks, 0);
  EXPECT_FALSE(shown);
  const std::string log = server()->log();
  EXPECT_THAT(log, HasSubstr("statement: BEGIN"));  // it does log
  EXPECT_FALSE(has_canary(log));
  EXPECT_FALSE(has_canary(given.log()));
  for (const std::string& statement : server()->ask("SELECT query FROM pg_stat_statements")) {
    EXPECT_FALSE(has_canary(statement)) << statement;
  }
}

}  // namespace
}  // namespace live
