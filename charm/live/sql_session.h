// One connection to PostgreSQL, by libpq. Everything on it has a deadline; nothing of what the
// server says in words is kept, only its SQLSTATE.
#pragma once

#include <cstdint>
#include <expected>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "charm/types/secret.h"
#include "charm/types/time.h"

struct pg_conn;
struct pg_result;

namespace charm::live {

struct SqlLogin {
  std::string host;
  std::string port = "5432";
  std::string user;
  Secret password;  // never empty
  std::string database = "postgres";
  // PEM: the server has to show a certificate of this authority, for this host. Empty: TLS if the
  // server talks it, whoever it is.
  std::string authority_file;
  bool primary_only = false;  // a member that is in recovery is left again
  bool replication = false;   // as a standby connects, to no database: pg_hba has lines of its own
};

struct SqlPatience {
  Duration connect = std::chrono::seconds(2);     // without what the resolver takes
  Duration statement = std::chrono::seconds(30);  // with the standbys' confirmation
};

enum class SqlProblem : std::uint8_t {
  no_connection,     // and whatever else keeps one from logging in
  password_refused,  // 28P01: of a user that does not exist, too
  failed,            // the statement, and with it its transaction
  not_confirmed,     // committed, but nobody but the primary has it for certain
};

struct SqlFailure {
  SqlProblem what = SqlProblem::failed;
  std::string state;  // SQLSTATE; empty: the server did not say
  std::string text;   // for the log, our words: `out of connections (53300)`
};

// What a query has found, as text.
class SqlRows {
 public:
  explicit SqlRows(pg_result* result) : result_(result) {}

  [[nodiscard]] std::size_t size() const;
  // Empty for NULL. CHECKs that there is such a row and column.
  [[nodiscard]] std::string_view at(std::size_t row, std::size_t column = 0) const;

 private:
  struct Clear {
    void operator()(pg_result* result) const;
  };
  std::unique_ptr<pg_result, Clear> result_;
};

// A statement, and the values of its $1, $2, ...
struct Statement {
  std::string text;
  std::vector<std::string> values;
};

class SqlSession {
 public:
  static std::expected<SqlSession, SqlFailure> open(const SqlLogin& login,
                                                    const SqlPatience& patience);

  // One that is not over in time is cancelled. A commit whose wait for the standbys is ended, by
  // that or by anybody else, is not_confirmed: it stays on the primary.
  std::expected<SqlRows, SqlFailure> run(const Statement& statement);
  // All of them in one transaction.
  std::expected<void, SqlFailure> run_together(const std::vector<Statement>& statements);

  // As they stand in a statement that takes no $1. Failed: it is not valid in the server's
  // encoding.
  std::expected<std::string, SqlFailure> identifier(std::string_view name);
  std::expected<std::string, SqlFailure> literal(std::string_view value);

  // What a server keeps of a password, made here, so that the password is in no statement; of the
  // kind that this server is set to (`scram-sha-256`, `md5`).
  std::expected<std::string, SqlFailure> verifier(const std::string& user, const Secret& password);

 private:
  struct Finish {
    void operator()(pg_conn* connection) const;
  };
  using Connection = std::unique_ptr<pg_conn, Finish>;

  // What the server has told beside its answers.
  struct Notices {
    bool wait_ended = false;
  };

  SqlSession(Connection connection, std::unique_ptr<Notices> notices, const SqlPatience& patience);
  static void take_notice(void* notices, const pg_result* notice);
  // False: there is none, and the connection is of no more use.
  bool await_answer();
  void cancel();

  std::unique_ptr<Notices> notices_;  // libpq keeps its address
  Connection connection_;
  SqlPatience patience_;
};

// The same without a server to ask. Empty: there is no such kind.
std::string make_verifier(const std::string& kind, const std::string& user, const Secret& password);

}  // namespace charm::live
