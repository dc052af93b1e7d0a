// A PostgreSQL 15 of the tests' own: in a temporary folder, on a loopback port that it finds free,
// as the charm's patroni.yml sets one up as far as logging in goes. It ends with the test.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "charm/live/exec.h"
#include "charm/types/secret.h"

namespace live {

// Ends the test with what is missing, if something is.
class PostgreSQLServer {
 public:
  PostgreSQLServer();
  ~PostgreSQLServer();
  PostgreSQLServer(const PostgreSQLServer&) = delete;
  PostgreSQLServer& operator=(const PostgreSQLServer&) = delete;

  // The users that Patroni makes have these; `operator` has made the database.
  [[nodiscard]] const charm::DatabasePasswords& passwords() const { return passwords_; }
  [[nodiscard]] std::string port() const { return std::to_string(port_); }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  [[nodiscard]] std::filesystem::path programs() const;
  // What the server has logged so far; log_statement is `all`.
  [[nodiscard]] std::string log() const;
  // How the charm runs a command in the workload's container.
  [[nodiscard]] charm::live::Exec exec() const;

  // As the superuser `operator`, whatever its password is now. The rows' columns, joined by `|`.
  std::vector<std::string> ask(const std::string& statement,
                               const std::string& database = "postgres") const;
  // Takes effect for sessions that begin from now on.
  void set(const std::string& parameter, const std::string& value) const;

  void start();
  void stop();
  // In recovery, and following nobody.
  void start_as_standby();
  // Serves TLS with this certificate and key (PEM texts), and nothing else.
  void serve_tls(const std::string& certificate, const std::string& key);
  // pg_hba has no line for a copy of it any more.
  void keep_copies_out() const;
  // All but the databases `postgres` and the templates goes, and every user but the first four.
  void begin_anew();

 private:
  [[nodiscard]] std::filesystem::path data() const { return folder_ / "data"; }
  void write(const std::filesystem::path& file, const std::string& text, mode_t mode) const;
  enum class Copies : bool { let_in, kept_out };
  void write_admission(const std::string& kind, Copies copies = Copies::let_in) const;
  void set_passwords() const;

  std::filesystem::path folder_;
  charm::DatabasePasswords passwords_;
  int port_ = 0;
  pid_t process_ = 0;
};

}  // namespace live
