// PostgreSQL by libpq; and where no password helps, by psql in the workload's container.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "charm/live/exec.h"
#include "charm/live/log.h"
#include "charm/live/sql_session.h"
#include "charm/ports/postgresql.h"
#include "charm/rendering/deployment.h"

namespace charm::live {

// Where PostgreSQL is. Source: charm-hooks.md, section 1.1.
struct SqlPlaces {
  std::string primary_host;  // `pg-primary.model.svc.cluster.local`, the Service
  std::string own_host;      // `pg-0.pg-endpoints.model.svc.cluster.local`
  // `pg-1.pg-endpoints.model.svc.cluster.local`
  std::function<std::string(HostName)> member_host = [](HostName /*host*/) { return ""; };
  std::string port = "5432";
  // In the workload's container:
  std::string psql;  // the program
  std::string socket_folder = "/var/run/postgresql";
};
SqlPlaces sql_places(const Deployment& deployment, UnitName own);

// What the application and the unit have to say, each time anew.
struct SqlSources {
  // What `operator` may log in with: what was staged by this hook first, then what is committed.
  std::function<std::vector<Secret>()> operator_passwords;
  // A file with the authority that the unit's certificate comes from; empty: the unit has no TLS.
  std::function<std::string()> authority_file;
};

class PostgreSQL final : public ports::PostgreSQL {
 public:
  PostgreSQL(AppName app, SqlPlaces places, SqlSources sources, Exec exec, Log& log,
             SqlPatience patience = {});

  std::expected<void, Unreachable> create_users_and_grants(const Secret& monitoring) override;
  std::expected<void, ports::SqlError> create_client_user(
      RelationId relation, const Secret& password, const RequestText& extra_user_roles) override;
  std::expected<void, ports::SqlError> create_client_database(
      RelationId relation, const RequestText& database, const ExtensionSet& extensions) override;
  std::expected<void, Unreachable> drop_client_user(RelationId relation) override;
  std::expected<ports::ClientUserState, Unreachable> client_user(RelationId relation) override;
  std::expected<bool, Unreachable> takes_client_password(RelationId relation,
                                                         const Secret& password) override;
  std::expected<ClientRelations, Unreachable> client_users() override;
  std::expected<BoundedText<15>, Unreachable> version() override;
  std::expected<bool, Unreachable> has_extensions(const ExtensionSet& wanted) override;
  std::expected<void, ports::ExtensionError> set_extensions(const ExtensionSet& wanted) override;
  std::expected<void, Unreachable> alter_password(SystemUser user, const Secret& password) override;
  std::expected<bool, Unreachable> takes_passwords(const DatabasePasswords& passwords) override;
  std::expected<void, Unreachable> restore_passwords(const DatabasePasswords& passwords) override;
  std::expected<bool, Unreachable> lets_replicate(HostName host, const Secret& password) override;
  std::expected<UnitSet, Unreachable> waited_for() override;
  std::expected<bool, Unreachable> knows(ports::SystemValue kind, std::string_view value) override;

 private:
  using Session = std::expected<SqlSession, SqlFailure>;
  using Done = std::expected<void, SqlFailure>;

  // As `operator`.
  Session on_primary(const std::string& database = "postgres");
  Session on_own_member();
  Session as_operator(SqlLogin login);
  // Whether that user logs in; it need not be let into the database.
  std::expected<bool, SqlFailure> takes(SqlLogin login);
  // All but the templates, and those that nobody may connect to.
  std::expected<std::vector<std::string>, SqlFailure> databases();

  // `statement`, which ends where ` PASSWORD ...` follows, and before it what keeps that out of the
  // server's logs until the transaction ends.
  static std::expected<std::vector<Statement>, SqlFailure> with_password(
      SqlSession& session, const std::string& statement, const std::string& user,
      const Secret& password);
  Done make_system_users(const Secret& monitoring);
  std::expected<void, ports::SqlError> make_client_user(const std::string& user,
                                                        const Secret& password,
                                                        const RequestText& extra_user_roles);
  Done ensure_database(const std::string& name);
  Done own_database(const std::string& user, const std::string& name);
  Done fit_extensions(SqlSession& session, const ExtensionSet& wanted);
  Done drop_user(const std::string& user);
  std::expected<std::string, Unreachable> ask_as_backup(const std::string& script);

  // Says so in the log.
  Unreachable cannot(std::string_view what, const SqlFailure& failure);

  AppName app_;
  SqlPlaces places_;
  SqlSources sources_;
  Exec exec_;
  Log& log_;
  SqlPatience patience_;
};

}  // namespace charm::live
