// The users and databases of client applications. Source: charm-hooks.md, section 5.1.
#include <algorithm>
#include <iterator>
#include <utility>

#include "charm/live/postgresql.h"
#include "charm/live/sql_text.h"

namespace charm::live {
namespace {

using ports::ClientUserState;
using ports::SqlError;

// A role is granted; these are attributes.
struct Asked {
  std::string attributes;  // ` CREATEDB CREATEROLE`
  std::vector<std::string> roles;
};

// Nothing: one of them is none. Another client's user is no role: a client that is granted it
// would be that client. Nor is pg_database_owner, which has no members by grant.
std::optional<Asked> look_up(const std::vector<std::string>& names, const SqlRows& known) {
  Asked asked;
  for (const std::string& name : names) {
    if (name == "createdb" || name == "createrole" || name == "superuser") {
      asked.attributes.append(" ").append(name);
      continue;
    }
    bool found = false;
    for (std::size_t row = 0; row < known.size() && !found; ++row) found = known.at(row) == name;
    if (!found) return std::nullopt;
    // An attribute that is named twice is an error.
    if (name == "admin" && std::ranges::find(names, "createdb") == names.end()) {
      asked.attributes.append(" createdb");
    }
    asked.roles.push_back(name);
  }
  return asked;
}

void drop_repeated(std::vector<std::string>& names) {
  std::ranges::sort(names);
  const auto repeated = std::ranges::unique(names);
  names.erase(repeated.begin(), repeated.end());
}

constexpr const char* grantable_roles =
    "SELECT rolname FROM pg_roles"
    " WHERE rolname <> 'pg_database_owner' AND NOT starts_with(rolname, 'relation_id_')";

// Those of a database that may create in it: the clients that it was made for.
constexpr const char* state_of_user =
    "SELECT EXISTS (SELECT FROM pg_database d, aclexplode(d.datacl) a"
    "   WHERE NOT d.datistemplate AND a.grantee = r.oid AND a.privilege_type = 'CREATE')"
    " FROM pg_roles r WHERE r.rolname = $1";
constexpr const char* other_clients_of_database =
    "SELECT 1 FROM pg_database d, aclexplode(d.datacl) a, pg_roles r"
    " WHERE d.datname = $1 AND a.grantee = r.oid AND a.privilege_type = 'CREATE'"
    "   AND starts_with(r.rolname, 'relation_id_') AND r.rolname <> $2";

// The user comes by a parameter of the session: a DO block has none of its own. What belongs to an
// extension stays with it, and a column's sequence follows its table. Of the rarer kinds
// (operators, text search, publications, ...) those that an earlier client left stay the
// operator's.
constexpr const char* tell_client = "SELECT set_config('charm.client', $1, true)";
constexpr const char* own_objects = R"(DO $$
DECLARE
  client text := current_setting('charm.client');
  statement text;
BEGIN
  IF EXISTS (SELECT FROM pg_namespace WHERE nspname = 'public') THEN
    REVOKE CREATE ON SCHEMA public FROM PUBLIC;
  END IF;
  FOR statement IN
    WITH schemas AS (
      SELECT oid, nspname FROM pg_namespace
        WHERE NOT starts_with(nspname, 'pg_') AND nspname <> 'information_schema'
    ), fixed AS (
      SELECT classid, objid FROM pg_depend
        WHERE deptype = 'e' OR (deptype IN ('a', 'i') AND classid = 'pg_class'::regclass
                                AND refclassid = 'pg_class'::regclass AND refobjsubid <> 0)
    ), owned AS (
      SELECT 'pg_namespace'::regclass AS class, oid, format('SCHEMA %I', nspname) AS what FROM schemas
      UNION ALL
      SELECT 'pg_class'::regclass, c.oid, format('TABLE %s', c.oid::regclass)
        FROM pg_class c JOIN schemas s ON c.relnamespace = s.oid
        WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
      UNION ALL
      SELECT 'pg_proc'::regclass, p.oid, format('ROUTINE %s', p.oid::regprocedure)
        FROM pg_proc p JOIN schemas s ON p.pronamespace = s.oid
      UNION ALL
      SELECT 'pg_type'::regclass, t.oid, format('TYPE %s', t.oid::regtype)
        FROM pg_type t JOIN schemas s ON t.typnamespace = s.oid
        LEFT JOIN pg_class c ON c.oid = t.typrelid
        WHERE t.typtype IN ('d', 'e', 'r') OR c.relkind = 'c'
      UNION ALL
      SELECT 'pg_largeobject'::regclass, oid, format('LARGE OBJECT %s', oid)
        FROM pg_largeobject_metadata
    )
    SELECT format('ALTER %s OWNER TO %I', what, client) FROM owned
      WHERE NOT EXISTS (SELECT FROM fixed WHERE classid = owned.class AND objid = owned.oid)
  LOOP
    EXECUTE statement;
  END LOOP;
END
$$)";
constexpr const char* share_objects = R"(DO $$
DECLARE
  client text := current_setting('charm.client');
  schema text;
  kind text;
BEGIN
  FOR schema IN SELECT nspname FROM pg_namespace
      WHERE NOT starts_with(nspname, 'pg_') AND nspname <> 'information_schema'
  LOOP
    EXECUTE format('GRANT ALL ON SCHEMA %I TO %I', schema, client);
    FOREACH kind IN ARRAY ARRAY['TABLES', 'SEQUENCES', 'ROUTINES'] LOOP
      EXECUTE format('GRANT ALL ON ALL %s IN SCHEMA %I TO %I', kind, schema, client);
    END LOOP;
  END LOOP;
END
$$)";
constexpr const char* system_roles =
    "SELECT rolname FROM pg_roles WHERE rolname IN"
    " ('admin', 'backup', 'monitoring', 'operator', 'replication', 'rewind')";

}  // namespace

std::expected<void, SqlError> PostgreSQL::make_client_user(const std::string& user,
                                                           const Secret& password,
                                                           const RequestText& extra_user_roles) {
  const auto refused = [&](const SqlFailure& failure) {
    (void)cannot("create the user " + user, failure);
    return std::unexpected(SqlError::unreachable);
  };
  auto session = on_primary();
  if (!session) return refused(session.error());
  const auto known = session->run({grantable_roles, {}});
  if (!known) return refused(known.error());
  std::vector<std::string> names = asked_roles(extra_user_roles.view());
  drop_repeated(names);
  const auto asked = look_up(names, *known);
  const bool cut = extra_user_roles.view().size() == RequestText::capacity;
  if (cut || !asked) {
    (void)cannot("create the user " + user, {SqlProblem::failed, {}, "invalid extra-user-roles"});
    return std::unexpected(SqlError::invalid_roles);
  }
  const auto there = session->run({"SELECT 1 FROM pg_roles WHERE rolname = $1", {user}});
  if (!there) return refused(there.error());
  const std::string change = there->size() > 0 ? "ALTER ROLE " : "CREATE ROLE ";
  auto statements =
      with_password(*session, change + user + " LOGIN" + asked->attributes, user, password);
  if (!statements) return refused(statements.error());
  for (const std::string& role : asked->roles) {
    const auto name = session->identifier(role);
    if (!name) return refused(name.error());
    statements->push_back({"GRANT " + *name + " TO " + user, {}});
  }
  if (const auto made = session->run_together(*statements); !made) return refused(made.error());
  return {};
}

std::expected<void, SqlError> PostgreSQL::create_client_user(RelationId relation,
                                                             const Secret& password,
                                                             const RequestText& extra_user_roles) {
  return make_client_user(client_user_name(relation), password, extra_user_roles);
}

PostgreSQL::Done PostgreSQL::ensure_database(const std::string& name) {
  auto session = on_primary();
  if (!session) return std::unexpected(session.error());
  const auto there = session->run({"SELECT 1 FROM pg_database WHERE datname = $1", {name}});
  if (!there) return std::unexpected(there.error());
  if (there->size() > 0) return {};
  const auto quoted = session->identifier(name);
  if (!quoted) return std::unexpected(quoted.error());
  const auto made = session->run({"CREATE DATABASE " + *quoted, {}});
  constexpr std::string_view duplicate_database = "42P04";  // somebody was quicker
  if (!made && made.error().state != duplicate_database) return std::unexpected(made.error());
  return {};
}

// The grant of CREATE comes with all the rest or not at all: client_user() goes by it. With other
// clients in it a database stays with the first; `postgres`, where the charm logs in, with nobody.
PostgreSQL::Done PostgreSQL::own_database(const std::string& user, const std::string& name) {
  auto session = on_primary(name);
  if (!session) return std::unexpected(session.error());
  const auto quoted = session->identifier(name);
  if (!quoted) return std::unexpected(quoted.error());
  const auto others = session->run({other_clients_of_database, {name, user}});
  if (!others) return std::unexpected(others.error());
  const auto roles = session->run({system_roles, {}});
  if (!roles) return std::unexpected(roles.error());

  const std::string on_database = " ON DATABASE " + *quoted;
  std::vector<Statement> statements{{tell_client, {user}}};
  if (others->size() > 0 || name == "postgres") {
    statements.push_back({share_objects, {}});
  } else {
    statements.push_back({"ALTER DATABASE " + *quoted + " OWNER TO " + user, {}});
    statements.push_back({own_objects, {}});
  }
  statements.push_back({"REVOKE ALL" + on_database + " FROM PUBLIC", {}});
  for (std::size_t row = 0; row < roles->size(); ++row) {
    statements.push_back({"GRANT ALL" + on_database + " TO " + std::string(roles->at(row)), {}});
  }
  statements.push_back({"GRANT ALL" + on_database + " TO " + user, {}});
  return session->run_together(statements);
}

std::expected<void, SqlError> PostgreSQL::create_client_database(RelationId relation,
                                                                 const RequestText& database,
                                                                 const ExtensionSet& extensions) {
  const std::string name(database.view());
  const std::string user = client_user_name(relation);
  const auto made = [&]() -> Done {
    // PostgreSQL would cut a longer name, and find another database by it.
    if (name.size() > NameText::capacity) {
      return std::unexpected(SqlFailure{SqlProblem::failed, {}, "its name is too long"});
    }
    if (Done done = ensure_database(name); !done) return done;
    auto session = on_primary(name);
    if (!session) return std::unexpected(session.error());
    if (Done done = fit_extensions(*session, extensions); !done) return done;
    return own_database(user, name);
  }();
  if (made) return {};
  (void)cannot("create the database of " + user, made.error());
  return std::unexpected(SqlError::unreachable);
}

PostgreSQL::Done PostgreSQL::drop_user(const std::string& user) {
  {
    auto session = on_primary();
    if (!session) return std::unexpected(session.error());
    const auto there = session->run({"SELECT 1 FROM pg_roles WHERE rolname = $1", {user}});
    if (!there) return std::unexpected(there.error());
    if (there->size() == 0) return {};
  }
  const auto all = databases();
  if (!all) return std::unexpected(all.error());
  for (const std::string& database : *all) {
    auto session = on_primary(database);
    if (!session) return std::unexpected(session.error());
    const Done done = session->run_together(
        {{"REASSIGN OWNED BY " + user + " TO operator", {}}, {"DROP OWNED BY " + user, {}}});
    if (!done) return done;
  }
  auto session = on_primary();
  if (!session) return std::unexpected(session.error());
  if (auto dropped = session->run({"DROP ROLE IF EXISTS " + user, {}}); !dropped) {
    return std::unexpected(dropped.error());
  }
  return {};
}

std::expected<void, Unreachable> PostgreSQL::drop_client_user(RelationId relation) {
  const std::string user = client_user_name(relation);
  if (const Done done = drop_user(user); !done) {
    return std::unexpected(cannot("drop the user " + user, done.error()));
  }
  return {};
}

std::expected<ClientUserState, Unreachable> PostgreSQL::client_user(RelationId relation) {
  const std::string user = client_user_name(relation);
  auto session = on_primary();
  if (!session) return std::unexpected(cannot("look for the user " + user, session.error()));
  const auto found = session->run({state_of_user, {user}});
  if (!found) return std::unexpected(cannot("look for the user " + user, found.error()));
  if (found->size() == 0) return ClientUserState::none;
  return found->at(0) == "t" ? ClientUserState::complete : ClientUserState::without_database;
}

std::expected<bool, Unreachable> PostgreSQL::takes_client_password(RelationId relation,
                                                                   const Secret& password) {
  const std::string user = client_user_name(relation);
  if (password.empty()) return false;
  const auto taken = takes(
      {.host = places_.primary_host, .user = user, .password = password, .primary_only = true});
  if (!taken) return std::unexpected(cannot("log in as " + user, taken.error()));
  return *taken;
}

std::expected<ClientRelations, Unreachable> PostgreSQL::client_users() {
  auto session = on_primary();
  if (!session) return std::unexpected(cannot("list the clients' users", session.error()));
  const auto found =
      session->run({"SELECT rolname FROM pg_roles WHERE starts_with(rolname, 'relation_id_')", {}});
  if (!found) return std::unexpected(cannot("list the clients' users", found.error()));
  std::vector<RelationId> users;
  for (std::size_t row = 0; row < found->size(); ++row) {
    if (const auto user = parse_client_user_name(found->at(row))) users.push_back(*user);
  }
  std::ranges::sort(users);
  ClientRelations relations;
  for (const RelationId user : users) {
    if (relations.size() == max_client_relations) break;  // the others: when these are gone
    relations.push_back(user);
  }
  return relations;
}

}  // namespace charm::live
