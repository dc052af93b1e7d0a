#include "charm/live/postgresql.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "charm/live/sql_text.h"

namespace charm::live {
namespace {

using ports::SystemValue;

// What an operator reads of a statement with a verifier is its SQLSTATE: the server writes it
// nowhere. `operator` is a superuser, so it may say so.
std::vector<Statement> unlogged() {
  return {{"SET LOCAL log_statement = 'none'", {}},
          {"SET LOCAL log_min_duration_statement = -1", {}},
          {"SET LOCAL log_min_duration_sample = -1", {}},
          {"SET LOCAL log_min_error_statement = 'panic'", {}},
          {"SET LOCAL pg_stat_statements.track_utility = off", {}},
          {"SET LOCAL track_activities = off", {}}};
}

const char* question(SystemValue kind) {
  switch (kind) {
    case SystemValue::text_search_configuration:
      return "SELECT 1 FROM pg_ts_config WHERE concat('pg_catalog.', cfgname) = $1";
    case SystemValue::date_style: return "SELECT set_config('DateStyle', $1, true)";
    case SystemValue::time_zone: return "SELECT 1 FROM pg_timezone_names WHERE name = $1";
    case SystemValue::table_access_method:
      return "SELECT 1 FROM pg_am WHERE amtype = 't' AND amname = $1";
    case SystemValue::role: return "SELECT 1 FROM pg_roles WHERE rolname = $1";
  }
  CHECK(false && "no such kind of value");
  return "";
}

}  // namespace

SqlPlaces sql_places(const Deployment& deployment, UnitName own) {
  const std::string domain = '.' + deployment.model + ".svc.cluster.local";
  return {.primary_host = deployment.app.text + "-primary" + domain,
          .own_host = to_text(deployment.app, host_of(own)) + domain,
          .member_host = [app = deployment.app,
                          domain](HostName host) { return to_text(app, host) + domain; },
          .psql = "/usr/lib/postgresql/" + deployment.postgresql_major + "/bin/psql"};
}

PostgreSQL::PostgreSQL(AppName app, SqlPlaces places, SqlSources sources, Exec exec, Log& log,
                       SqlPatience patience)
    : app_(std::move(app)),
      places_(std::move(places)),
      sources_(std::move(sources)),
      exec_(std::move(exec)),
      log_(log),
      patience_(patience) {}

Unreachable PostgreSQL::cannot(std::string_view what, const SqlFailure& failure) {
  log_.warn(std::string("cannot ").append(what).append(": ").append(failure.text));
  return {};
}

PostgreSQL::Session PostgreSQL::on_primary(const std::string& database) {
  return as_operator({.host = places_.primary_host, .database = database, .primary_only = true});
}

PostgreSQL::Session PostgreSQL::on_own_member() { return as_operator({.host = places_.own_host}); }

PostgreSQL::Session PostgreSQL::as_operator(SqlLogin login) {
  login.port = places_.port;
  login.user = to_text(SystemUser::operator_user);
  login.authority_file = sources_.authority_file();
  SqlFailure failure{SqlProblem::no_connection, {}, "the password of operator is not known"};
  for (const Secret& password : sources_.operator_passwords()) {
    if (password.empty()) continue;
    login.password = password;
    Session session = SqlSession::open(login, patience_);
    if (session) return session;
    failure = session.error();
    if (failure.what != SqlProblem::password_refused) break;
  }
  return std::unexpected(failure);
}

std::expected<bool, SqlFailure> PostgreSQL::takes(SqlLogin login) {
  login.port = places_.port;
  login.authority_file = sources_.authority_file();
  const auto session = SqlSession::open(login, patience_);
  if (session) return true;
  const SqlFailure& failure = session.error();
  if (failure.what == SqlProblem::password_refused) return false;
  // Looked at when the password has been: it may not connect to this database.
  if (failure.state == "42501") return true;
  return std::unexpected(failure);
}

std::expected<std::vector<Statement>, SqlFailure> PostgreSQL::with_password(
    SqlSession& session, const std::string& statement, const std::string& user,
    const Secret& password) {
  const auto verifier = session.verifier(user, password);
  if (!verifier) return std::unexpected(verifier.error());
  const auto literal = session.literal(*verifier);
  if (!literal) return std::unexpected(literal.error());
  std::vector<Statement> statements = unlogged();
  statements.push_back({statement + " PASSWORD " + *literal, {}});
  return statements;
}

// --- the charm's own users ---

PostgreSQL::Done PostgreSQL::make_system_users(const Secret& monitoring) {
  auto session = on_primary();
  if (!session) return std::unexpected(session.error());
  const auto there =
      session->run({"SELECT rolname FROM pg_roles"
                    " WHERE rolname IN ('backup', 'monitoring', 'admin')",
                    {}});
  if (!there) return std::unexpected(there.error());
  const auto is_there = [&there](std::string_view role) {
    for (std::size_t row = 0; row < there->size(); ++row) {
      if (there->at(row) == role) return true;
    }
    return false;
  };
  // Nobody streams before the cluster is initialised, and so nobody could confirm.
  std::vector<Statement> statements{{"SET LOCAL synchronous_commit = local", {}}};
  // It has no password: the operating system's user `postgres` vouches for it (pg_ident).
  if (!is_there("backup")) statements.push_back({"CREATE ROLE backup LOGIN SUPERUSER", {}});
  if (!is_there("monitoring")) statements.push_back({"CREATE ROLE monitoring LOGIN", {}});
  if (!is_there("admin")) statements.push_back({"CREATE ROLE admin NOLOGIN", {}});
  for (const char* grant :
       {"GRANT pg_monitor TO monitoring", "GRANT pg_read_all_data, pg_write_all_data TO admin",
        "REVOKE ALL ON DATABASE postgres FROM PUBLIC", "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        "GRANT ALL ON DATABASE postgres TO backup, replication, rewind, operator, monitoring",
        "GRANT CONNECT ON DATABASE postgres TO admin"}) {
    statements.push_back({grant, {}});
  }
  if (!monitoring.empty()) {
    auto altered = with_password(*session, "ALTER ROLE monitoring", "monitoring", monitoring);
    if (!altered) return std::unexpected(altered.error());
    std::ranges::move(*altered, std::back_inserter(statements));
  }
  return session->run_together(statements);
}

std::expected<void, Unreachable> PostgreSQL::create_users_and_grants(const Secret& monitoring) {
  const Done done = make_system_users(monitoring);
  if (!done) return std::unexpected(cannot("create the users and their grants", done.error()));
  return {};
}

std::expected<void, Unreachable> PostgreSQL::alter_password(SystemUser user,
                                                            const Secret& password) {
  const std::string name(to_text(user));
  const auto altered = [&]() -> Done {
    auto session = on_primary();
    if (!session) return std::unexpected(session.error());
    const auto statements = with_password(*session, "ALTER ROLE " + name, name, password);
    if (!statements) return std::unexpected(statements.error());
    return session->run_together(*statements);
  }();
  if (!altered) return std::unexpected(cannot("alter the password of " + name, altered.error()));
  return {};
}

std::expected<bool, Unreachable> PostgreSQL::takes_passwords(const DatabasePasswords& passwords) {
  bool all = true;
  for (std::size_t at = 0; at < passwords.size(); ++at) {
    if (passwords[at].empty()) continue;
    const std::string user(to_text(static_cast<SystemUser>(at)));
    const auto taken = takes({.host = places_.own_host, .user = user, .password = passwords[at]});
    if (!taken) return std::unexpected(cannot("log in as " + user, taken.error()));
    all = all && *taken;
  }
  return all;
}

// By the line `local all backup peer map=operator` of pg_hba.
std::expected<std::string, Unreachable> PostgreSQL::ask_as_backup(const std::string& script) {
  const auto answer =
      exec_({.command = {places_.psql, "--no-psqlrc", "--no-password", "--quiet", "--tuples-only",
                         "--no-align", "--set=ON_ERROR_STOP=1", "--set=VERBOSITY=sqlstate",
                         "--host=" + places_.socket_folder, "--port=" + places_.port,
                         "--username=backup", "--dbname=postgres", "--file=-"},
             .input = script,
             .user = "postgres"});
  if (answer && answer->exit_code == 0) return answer->output;
  const std::string why =
      answer ? "psql ended with " + std::to_string(answer->exit_code) : "psql could not be run";
  return std::unexpected(cannot("restore passwords", {SqlProblem::failed, {}, why}));
}

std::expected<void, Unreachable> PostgreSQL::restore_passwords(const DatabasePasswords& passwords) {
  auto kind = ask_as_backup("SHOW password_encryption;\n");
  if (!kind) return std::unexpected(kind.error());
  while (kind->ends_with('\n')) kind->pop_back();
  std::string script = "BEGIN;\nSET LOCAL synchronous_commit = local;\n";
  for (const Statement& statement : unlogged()) script.append(statement.text).append(";\n");
  for (std::size_t at = 0; at < passwords.size(); ++at) {
    if (passwords[at].empty()) continue;
    const std::string user(to_text(static_cast<SystemUser>(at)));
    const std::string verifier = make_verifier(*kind, user, passwords[at]);
    if (verifier.empty() || verifier.contains('\'')) {
      return std::unexpected(cannot("restore passwords", {SqlProblem::failed, {}, "no verifier"}));
    }
    script.append("ALTER ROLE ").append(user).append(" PASSWORD '").append(verifier).append("';\n");
  }
  const auto restored = ask_as_backup(script.append("COMMIT;\n"));
  if (!restored) return std::unexpected(restored.error());
  return {};
}

// --- what is asked ---

std::expected<BoundedText<15>, Unreachable> PostgreSQL::version() {
  auto session = on_primary();
  if (!session) return std::unexpected(cannot("tell the version", session.error()));
  const auto told = session->run({"SHOW server_version", {}});
  if (!told) return std::unexpected(cannot("tell the version", told.error()));
  return version_number(told->at(0));
}

// No line of pg_hba is for this host, or one that rejects it.
std::expected<bool, Unreachable> PostgreSQL::lets_replicate(HostName host, const Secret& password) {
  constexpr std::string_view what = "tell whether a member lets its copy be made";
  constexpr std::string_view invalid_authorisation = "28000";
  if (password.empty()) {
    return std::unexpected(cannot(what, {SqlProblem::no_connection, {}, "there is no password"}));
  }
  const SqlLogin login{.host = places_.member_host(host),
                       .port = places_.port,
                       .user = std::string(to_text(SystemUser::replication)),
                       .password = password,
                       .authority_file = sources_.authority_file(),
                       .replication = true};
  const auto session = SqlSession::open(login, patience_);
  if (session) return true;
  if (session.error().state == invalid_authorisation) return false;
  return std::unexpected(cannot(what, session.error()));
}

std::expected<UnitSet, Unreachable> PostgreSQL::waited_for() {
  constexpr std::string_view what = "tell whom commits wait for";
  auto session = on_own_member();
  if (!session) return std::unexpected(cannot(what, session.error()));
  const auto told = session->run({"SHOW synchronous_standby_names", {}});
  if (!told) return std::unexpected(cannot(what, told.error()));
  return named_standbys(app_, told->at(0));
}

std::expected<bool, Unreachable> PostgreSQL::knows(SystemValue kind, std::string_view value) {
  constexpr std::string_view what = "tell whether an option's value is known";
  auto session = on_own_member();
  if (!session) return std::unexpected(cannot(what, session.error()));
  const auto found = session->run({question(kind), {std::string(value)}});
  if (found) return found->size() > 0;
  constexpr std::string_view invalid_parameter_value = "22023";
  if (kind == SystemValue::date_style && found.error().state == invalid_parameter_value) {
    return false;
  }
  return std::unexpected(cannot(what, found.error()));
}

}  // namespace charm::live
