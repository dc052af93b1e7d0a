#include "charm/live/sql_session.h"

#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <utility>

#include "charm/live/sql_text.h"
#include "charm/types/check.h"

namespace charm::live {
namespace {

using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;
using Deadline = SteadyClock::time_point;

constexpr Duration cancel_patience = 5s;

// Of every session, over what the configuration, the database or the role may say. Names are looked
// up in pg_catalog alone: what a client has put into its own database is not called by a superuser.
std::string session_options(const SqlPatience& patience) {
  const auto milliseconds =
      std::chrono::duration_cast<std::chrono::milliseconds>(patience.statement);
  return "-c search_path=pg_catalog -c client_min_messages=warning"
         " -c default_transaction_read_only=off -c default_transaction_isolation=read\\ committed"
         " -c default_transaction_deferrable=off -c lock_timeout=0"
         " -c idle_in_transaction_session_timeout=60000 -c statement_timeout=" +
         std::to_string(milliseconds.count());
}

// False: the deadline has passed.
bool wait_for(int socket, short events, Deadline deadline) {
  while (true) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - SteadyClock::now()).count();
    if (left <= 0) return false;
    pollfd waited{.fd = socket, .events = events, .revents = 0};
    const int ready = poll(&waited, 1, static_cast<int>(left));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

struct FreeMemory {
  void operator()(char* text) const { PQfreemem(text); }
};
using LibpqText = std::unique_ptr<char, FreeMemory>;

struct FreeCancel {
  void operator()(PGcancel* cancel) const { PQfreeCancel(cancel); }
};

std::string in_words(std::string_view state) {
  const std::string_view meaning = meaning_of(state);
  if (meaning.empty()) return "SQLSTATE " + std::string(state);
  return std::string(meaning) + " (" + std::string(state) + ")";
}

SqlFailure failed(std::string_view state) {
  if (state.empty()) return {SqlProblem::no_connection, {}, "the connection was lost"};
  return {SqlProblem::failed, std::string(state), in_words(state)};
}

SqlFailure connection_failed(std::string_view message) {
  const std::string_view state = sqlstate_in(message);
  if (state.empty()) {
    return {SqlProblem::no_connection, {}, std::string(kind_of_failure(message))};
  }
  const auto what = state == "28P01" ? SqlProblem::password_refused : SqlProblem::no_connection;
  return {what, std::string(state), in_words(state)};
}

SqlFailure cannot_be_written() { return {SqlProblem::failed, {}, "a name or value has no text"}; }

std::string_view state_of(const PGresult* result) {
  const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  return state == nullptr ? std::string_view() : std::string_view(state);
}

}  // namespace

void SqlRows::Clear::operator()(pg_result* result) const { PQclear(result); }

std::size_t SqlRows::size() const { return static_cast<std::size_t>(PQntuples(result_.get())); }

std::string_view SqlRows::at(std::size_t row, std::size_t column) const {
  CHECK(row < size());
  CHECK(column < static_cast<std::size_t>(PQnfields(result_.get())));
  const int r = static_cast<int>(row);
  const int c = static_cast<int>(column);
  return {PQgetvalue(result_.get(), r, c),
          static_cast<std::size_t>(PQgetlength(result_.get(), r, c))};
}

void SqlSession::Finish::operator()(pg_conn* connection) const { PQfinish(connection); }

SqlSession::SqlSession(Connection connection, std::unique_ptr<Notices> notices,
                       const SqlPatience& patience)
    : notices_(std::move(notices)), connection_(std::move(connection)), patience_(patience) {}

// A warning without an SQLSTATE of its own, and in the server's language: known by who gives it.
void SqlSession::take_notice(void* notices, const pg_result* notice) {
  const char* function = PQresultErrorField(notice, PG_DIAG_SOURCE_FUNCTION);
  if (function != nullptr && std::string_view(function) == "SyncRepWaitForLSN") {
    static_cast<Notices*>(notices)->wait_ended = true;
  }
}

std::expected<SqlSession, SqlFailure> SqlSession::open(const SqlLogin& login,
                                                       const SqlPatience& patience) {
  CHECK(!login.password.empty());
  const std::string password(login.password.reveal());
  const std::string options = session_options(patience);
  const bool verified = !login.authority_file.empty();
  using Keyword = std::pair<const char*, const char*>;
  const std::array given{
      Keyword{"host", login.host.c_str()},
      Keyword{"port", login.port.c_str()},
      Keyword{"user", login.user.c_str()},
      Keyword{"password", password.c_str()},
      Keyword{"dbname", login.database.c_str()},
      Keyword{"options", options.c_str()},
      Keyword{"client_encoding", "UTF8"},
      Keyword{"application_name", "charm"},
      Keyword{"sslmode", verified ? "verify-full" : "prefer"},
      Keyword{"sslrootcert", verified ? login.authority_file.c_str() : ""},
      Keyword{"gssencmode", "disable"},
      Keyword{"replication", login.replication ? "true" : "false"},
      Keyword{"target_session_attrs", login.primary_only ? "primary" : "any"},
      // A server that has gone says nothing: found after 10 s, whether or not something is sent.
      Keyword{"tcp_user_timeout", "10000"},
      Keyword{"keepalives", "1"},
      Keyword{"keepalives_idle", "4"},
      Keyword{"keepalives_interval", "2"},
      Keyword{"keepalives_count", "3"},
  };
  std::array<const char*, given.size() + 1> keywords{};
  std::array<const char*, given.size() + 1> values{};
  std::ranges::transform(given, keywords.begin(), &Keyword::first);
  std::ranges::transform(given, values.begin(), &Keyword::second);

  const Deadline deadline = SteadyClock::now() + patience.connect;
  auto notices = std::make_unique<Notices>();
  // Not expanded: a database may be called `host=elsewhere`.
  Connection connection(PQconnectStartParams(keywords.data(), values.data(), 0));
  CHECK(connection != nullptr);
  // Of what the server says, libpq then words the SQLSTATE alone.
  PQsetErrorVerbosity(connection.get(), PQERRORS_SQLSTATE);
  PQsetNoticeReceiver(connection.get(), take_notice, notices.get());
  if (PQstatus(connection.get()) == CONNECTION_BAD) {
    return std::unexpected(connection_failed(PQerrorMessage(connection.get())));
  }
  auto next = PGRES_POLLING_WRITING;
  while (next != PGRES_POLLING_OK) {
    const short events = next == PGRES_POLLING_READING ? POLLIN : POLLOUT;
    if (!wait_for(PQsocket(connection.get()), events, deadline)) {
      return std::unexpected(connection_failed("timeout expired"));
    }
    next = PQconnectPoll(connection.get());
    if (next == PGRES_POLLING_FAILED) {
      return std::unexpected(connection_failed(PQerrorMessage(connection.get())));
    }
  }
  PQsetnonblocking(connection.get(), 1);
  return SqlSession(std::move(connection), std::move(notices), patience);
}

// Nothing more is asked of a connection that has given none.
bool SqlSession::await_answer() {
  PGconn* connection = connection_.get();
  Deadline deadline = SteadyClock::now() + patience_.statement;
  bool cancelled = false;
  while (true) {
    const int unsent = PQflush(connection);
    if (unsent < 0) return false;
    if (unsent == 0 && PQisBusy(connection) == 0) return true;
    const auto events = static_cast<short>(unsent == 0 ? POLLIN : POLLIN | POLLOUT);
    if (wait_for(PQsocket(connection), events, deadline)) {
      if (PQconsumeInput(connection) == 0) return false;
    } else if (cancelled) {
      return false;
    } else {
      cancelled = true;
      cancel();
      deadline = SteadyClock::now() + cancel_patience;
    }
  }
}

// A statement_timeout does not end a commit's wait for its standbys; a cancel does, and so nobody
// has to wait for the locks of a session that nobody listens to.
void SqlSession::cancel() {
  const std::unique_ptr<PGcancel, FreeCancel> request(PQgetCancel(connection_.get()));
  std::array<char, 256> error{};  // it says nothing that the statement's own failure does not
  if (request) PQcancel(request.get(), error.data(), static_cast<int>(error.size()));
}

std::expected<SqlRows, SqlFailure> SqlSession::run(const Statement& statement) {
  PGconn* connection = connection_.get();
  notices_->wait_ended = false;
  std::vector<const char*> values;
  values.reserve(statement.values.size());
  for (const std::string& value : statement.values) values.push_back(value.c_str());
  if (PQsendQueryParams(connection, statement.text.c_str(), static_cast<int>(values.size()),
                        nullptr, values.data(), nullptr, nullptr, 0) == 0 ||
      !await_answer()) {
    return std::unexpected(failed({}));
  }
  PGresult* result = PQgetResult(connection);
  SqlRows rows(result);
  // The end of the answer.
  if (!await_answer()) return std::unexpected(failed({}));
  PQclear(PQgetResult(connection));

  const ExecStatusType status = PQresultStatus(result);
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
    return std::unexpected(failed(state_of(result)));
  }
  if (notices_->wait_ended) {
    return std::unexpected(
        SqlFailure{SqlProblem::not_confirmed, {}, "no standby has confirmed it"});
  }
  return rows;
}

std::expected<void, SqlFailure> SqlSession::run_together(const std::vector<Statement>& statements) {
  if (auto begun = run({"BEGIN", {}}); !begun) return std::unexpected(begun.error());
  for (const Statement& statement : statements) {
    auto done = run(statement);
    if (done) continue;
    (void)run({"ROLLBACK", {}});  // if it cannot be asked for, the connection's end does it
    return std::unexpected(done.error());
  }
  if (auto ended = run({"COMMIT", {}}); !ended) return std::unexpected(ended.error());
  return {};
}

std::expected<std::string, SqlFailure> SqlSession::identifier(std::string_view name) {
  const LibpqText quoted(PQescapeIdentifier(connection_.get(), name.data(), name.size()));
  if (!quoted) return std::unexpected(cannot_be_written());
  return std::string(quoted.get());
}

std::expected<std::string, SqlFailure> SqlSession::literal(std::string_view value) {
  const LibpqText quoted(PQescapeLiteral(connection_.get(), value.data(), value.size()));
  if (!quoted) return std::unexpected(cannot_be_written());
  return std::string(quoted.get());
}

std::expected<std::string, SqlFailure> SqlSession::verifier(const std::string& user,
                                                            const Secret& password) {
  const auto kind = run({"SHOW password_encryption", {}});
  if (!kind) return std::unexpected(kind.error());
  std::string made = make_verifier(std::string(kind->at(0)), user, password);
  if (made.empty()) return std::unexpected(cannot_be_written());
  return made;
}

std::string make_verifier(const std::string& kind, const std::string& user,
                          const Secret& password) {
  // libpq wants a connection to leave its errors with; one that cannot be is enough.
  const std::array<const char*, 2> keywords{"sslmode", nullptr};
  const std::array<const char*, 2> values{"none such", nullptr};
  PGconn* nowhere = PQconnectStartParams(keywords.data(), values.data(), 0);
  CHECK(nowhere != nullptr);
  const std::string text(password.reveal());
  const LibpqText made(PQencryptPasswordConn(nowhere, text.c_str(), user.c_str(), kind.c_str()));
  PQfinish(nowhere);
  return made ? std::string(made.get()) : std::string();
}

}  // namespace charm::live
