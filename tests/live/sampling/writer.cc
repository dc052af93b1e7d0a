#include "tests/live/sampling/writer.h"

#include <poll.h>

#include <array>
#include <cstdlib>
#include <string_view>
#include <utility>

namespace sampling {
namespace {

// A write is acknowledged if that is all that is said. A wait for the standbys that is cut short
// ends with a warning: the row is there, and may go with this server.
void note_warning(void* warned, const PGresult* notice) {
  const char* severity = PQresultErrorField(notice, PG_DIAG_SEVERITY_NONLOCALIZED);
  if (severity != nullptr && std::string_view(severity) == "WARNING") {
    *static_cast<bool*>(warned) = true;
  }
}

}  // namespace

Writer::Writer(charm::UnitName unit, Login login, Journal& journal)
    : unit_(unit),
      login_(std::move(login)),
      journal_(journal),
      thread_([this](const std::stop_token& over) { follow(over); }) {}

void Writer::note(Sight sight, bool is_so) {
  journal_.note({.at_us = now_us(),
                 .sight = sight,
                 .unit = unit_,
                 .is_so = is_so,
                 .since_us = postmaster_us_});
}

void Writer::lose() {
  connection_.reset();
  in_recovery_ = true;
  if (!fails_) note(Sight::fails);
  fails_ = true;
}

void Writer::connect() {
  const std::array keywords{"host",
                            "port",
                            "user",
                            "password",
                            "dbname",
                            "connect_timeout",
                            "sslmode",
                            "tcp_user_timeout",
                            static_cast<const char*>(nullptr)};
  const std::array values{login_.address.c_str(),
                          "5432",
                          login_.user.c_str(),
                          login_.password.c_str(),
                          "postgres",
                          "2",
                          "disable",
                          "2000",
                          static_cast<const char*>(nullptr)};
  tried_us_ = now_us();
  connection_.reset(PQconnectdbParams(keywords.data(), values.data(), 0));
  if (PQstatus(connection_.get()) != CONNECTION_OK) return lose();
  PQsetNoticeReceiver(connection_.get(), note_warning, &warned_);
}

// The socket is waited for, and not the answer: this must be able to end.
Writer::Result Writer::ask(const char* statement, const std::stop_token& over) {
  warned_ = false;
  PGconn* connection = connection_.get();
  if (PQsendQuery(connection, statement) == 0) return {};
  while (PQisBusy(connection) != 0) {
    pollfd waiting{.fd = PQsocket(connection), .events = POLLIN, .revents = 0};
    (void)::poll(&waiting, 1, 200);
    if (over.stop_requested()) return {};
    if (waiting.revents != 0 && PQconsumeInput(connection) == 0) return {};
  }
  Result first(PQgetResult(connection));
  while (Result(PQgetResult(connection)) != nullptr) {
  }
  return first;
}

bool Writer::look(const std::stop_token& over) {
  const Result answer =
      ask("SELECT pg_is_in_recovery(), "
          "(extract(epoch FROM pg_postmaster_start_time()) * 1000000)::bigint",
          over);
  if (PQresultStatus(answer.get()) != PGRES_TUPLES_OK) return false;
  const bool in_recovery = *PQgetvalue(answer.get(), 0, 0) == 't';
  const std::int64_t since_us = std::atoll(PQgetvalue(answer.get(), 0, 1));
  const bool is_other = since_us != postmaster_us_;
  postmaster_us_ = since_us;
  if (fails_ || is_other) {
    const std::int64_t at_us = now_us();
    journal_.note({.at_us = at_us,
                   .sight = Sight::connects,
                   .unit = unit_,
                   .since_us = postmaster_us_,
                   .took_us = at_us - tried_us_});
  }
  fails_ = false;
  if (is_other || in_recovery != in_recovery_) note(Sight::recovery, in_recovery);
  in_recovery_ = in_recovery;
  return true;
}

bool Writer::write(const std::stop_token& over) {
  static const std::string insert = std::string("INSERT INTO ") + table + " DEFAULT VALUES";
  const std::int64_t sent_us = now_us();
  const Result answer = ask(insert.c_str(), over);
  if (PQresultStatus(answer.get()) != PGRES_COMMAND_OK || warned_) return false;
  const std::int64_t at_us = now_us();
  journal_.note({.at_us = at_us,
                 .sight = Sight::acknowledged,
                 .unit = unit_,
                 .since_us = postmaster_us_,
                 .took_us = at_us - sent_us});
  return true;
}

void Writer::follow(const std::stop_token& over) {
  while (!over.stop_requested()) {
    const auto begun = std::chrono::steady_clock::now();
    if (connection_ == nullptr) {
      connect();
      if (connection_ != nullptr && !look(over)) lose();
    } else if (!(in_recovery_ ? look(over) : write(over))) {
      lose();
    }
    const bool writes = connection_ != nullptr && !in_recovery_;
    std::this_thread::sleep_until(begun + (writes ? write_interval : look_interval));
  }
}

}  // namespace sampling
