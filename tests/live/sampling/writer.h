// A client of one member of a live cluster: it writes as often as it may, as long as that member
// takes writes, and looks otherwise whether it does again.
#pragma once

#include <libpq-fe.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "tests/live/sampling/journal.h"

namespace sampling {

// So often, or as often as it is answered.
inline constexpr std::chrono::milliseconds write_interval{100};
// Of one that takes no writes, or no connections.
inline constexpr std::chrono::milliseconds look_interval{25};

inline constexpr const char* table = "failover_sample";

class Writer {
 public:
  struct Login {
    std::string address;
    std::string user;
    std::string password;
  };

  Writer(charm::UnitName unit, Login login, Journal& journal);

 private:
  struct Finish {
    void operator()(PGconn* connection) const { PQfinish(connection); }
  };
  struct Clear {
    void operator()(PGresult* result) const { PQclear(result); }
  };
  using Result = std::unique_ptr<PGresult, Clear>;

  void follow(const std::stop_token& over);
  void connect();
  void lose();
  // Nothing: the connection is lost, or it is over.
  Result ask(const char* statement, const std::stop_token& over);
  bool look(const std::stop_token& over);
  bool write(const std::stop_token& over);
  void note(Sight sight, bool is_so = true);

  charm::UnitName unit_;
  Login login_;
  Journal& journal_;
  std::unique_ptr<PGconn, Finish> connection_;
  std::int64_t postmaster_us_ = 0;  // when it began
  std::int64_t tried_us_ = 0;       // when the last try to connect began
  bool in_recovery_ = true;
  bool fails_ = false;
  bool warned_ = false;  // by the server, in answer to the last statement
  std::jthread thread_;
};

}  // namespace sampling
