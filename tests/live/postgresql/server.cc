#include "tests/live/postgresql/server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <libpq-fe.h>
#include <netinet/in.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "charm/live/sql_session.h"
#include "tests/live/text_of.h"

namespace live {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;
using tests::text_of;

constexpr const char* program_folder = "/usr/lib/postgresql/15/bin";

// PostgreSQL does not run as root.
const passwd& server_user() {
  static const passwd user = [] {
    const passwd* found = geteuid() == 0 ? getpwnam("postgres") : getpwuid(geteuid());
    if (found == nullptr) {
      throw std::runtime_error(
          "there is no user postgres: install the Debian package postgresql-15");
    }
    return *found;
  }();
  return user;
}

int free_port() {
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (listener < 0 || bind(listener, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("there is no free port");
  }
  close(listener);
  return ntohs(address.sin_port);
}

// As the server's user. Its output goes to `output`, what it says on standard error to `log`.
pid_t spawn(const std::vector<std::string>& command, int input, int output, const fs::path& log) {
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const passwd& user = server_user();
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child != 0) return child;
  const int errors = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  dup2(input, 0);
  dup2(output < 0 ? errors : output, 1);
  dup2(errors, 2);
  if (geteuid() == 0 && (initgroups(user.pw_name, user.pw_gid) != 0 || setgid(user.pw_gid) != 0 ||
                         setuid(user.pw_uid) != 0)) {
    _exit(126);
  }
  prctl(PR_SET_PDEATHSIG, SIGQUIT);
  if (getppid() != parent || chdir("/") != 0) _exit(126);
  setenv("LC_ALL", "C", 1);
  execv(arguments[0], arguments.data());
  _exit(127);
}

charm::live::ExecAnswer run(const std::vector<std::string>& command, const std::string& input,
                            const fs::path& log) {
  std::array<int, 2> in{};
  std::array<int, 2> out{};
  if (pipe2(in.data(), O_CLOEXEC) != 0 || pipe2(out.data(), O_CLOEXEC) != 0) {
    throw std::runtime_error("there is no pipe");
  }
  const pid_t child = spawn(command, in[0], out[1], log);
  close(in[0]);
  close(out[1]);
  // Less than a pipe holds.
  if (write(in[1], input.data(), input.size()) != static_cast<ssize_t>(input.size())) {
    ADD_FAILURE() << command[0] << " does not read";
  }
  close(in[1]);
  charm::live::ExecAnswer answer;
  std::array<char, 4096> part{};
  for (ssize_t size = 0; (size = read(out[0], part.data(), part.size())) > 0;) {
    answer.output.append(part.data(), static_cast<std::size_t>(size));
  }
  close(out[0]);
  int status = 0;
  waitpid(child, &status, 0);
  answer.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
  return answer;
}

// The beginning is looked for in what a run leaves behind.
charm::Secret canary(const char* of) { return charm::Secret("Canary5ecret" + std::string(of)); }

}  // namespace

PostgreSQLServer::PostgreSQLServer()
    : passwords_{canary("Operator"), canary("Replication"), canary("Rewind"), canary("Monitoring")},
      port_(free_port()) {
  if (!fs::exists(programs() / "initdb")) {
    throw std::runtime_error("PostgreSQL 15 is missing: install the Debian package postgresql-15");
  }
  std::string name = (fs::temp_directory_path() / "charm-postgresql-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("there is no temporary folder");
  folder_ = name;
  if (chown(name.c_str(), server_user().pw_uid, server_user().pw_gid) != 0) {
    throw std::runtime_error("the temporary folder cannot be given away");
  }
  const fs::path first = folder_ / "first";
  write(first, std::string(passwords_[0].reveal()), 0600);
  const auto made = run({programs() / "initdb", "--pgdata=" + data().string(),
                         "--username=operator", "--pwfile=" + first.string(), "--no-sync",
                         "--locale=C", "--encoding=UTF8", "--auth-local=trust", "--auth-host=md5"},
                        {}, folder_ / "initdb.log");
  fs::remove(first);
  if (made.exit_code != 0)
    throw std::runtime_error("initdb failed: " + text_of(folder_ / "initdb.log"));
  write(data() / "pg_ident.conf", "operator " + std::string(server_user().pw_name) + " backup\n",
        0600);
  write_admission("host");
  write(data() / "postgresql.conf",
        "listen_addresses = '127.0.0.1'\nport = " + port() + "\nunix_socket_directories = '" +
            folder_.string() +
            "'\nfsync = off\nshared_buffers = 16MB\nmax_connections = 10\nlog_statement = all\n"
            "log_min_duration_statement = 0\nlog_connections = on\nlog_error_verbosity = verbose\n"
            "shared_preload_libraries = pg_stat_statements\nlc_messages = C\n",
        0600);
  start();
  ask("CREATE ROLE replication LOGIN REPLICATION; CREATE ROLE rewind LOGIN");
  set_passwords();
}

PostgreSQLServer::~PostgreSQLServer() {
  stop();
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

fs::path PostgreSQLServer::programs() const { return program_folder; }

std::string PostgreSQLServer::log() const { return text_of(folder_ / "log"); }

void PostgreSQLServer::write(const fs::path& file, const std::string& text, mode_t mode) const {
  std::ofstream(file) << text;
  if (chmod(file.c_str(), mode) != 0 ||
      chown(file.c_str(), server_user().pw_uid, server_user().pw_gid) != 0) {
    throw std::runtime_error("cannot write " + file.string());
  }
}

// The line for `operator` in it is the tests'.
void PostgreSQLServer::write_admission(const std::string& kind, Copies copies) const {
  std::string lines =
      "local all operator trust\nlocal all backup peer map=operator\n"
      "local all monitoring password\n" +
      kind + " all all 0.0.0.0/0 md5\n";
  if (copies == Copies::let_in) lines += kind + " replication replication 127.0.0.1/32 md5\n";
  write(data() / "pg_hba.conf", lines, 0600);
}

void PostgreSQLServer::keep_copies_out() const {
  write_admission("host", Copies::kept_out);
  ask("SELECT pg_reload_conf()");
}

charm::live::Exec PostgreSQLServer::exec() const {
  return [this](const charm::live::ExecRequest& request)
             -> std::expected<charm::live::ExecAnswer, charm::Unreachable> {
    EXPECT_EQ(request.user, "postgres");
    for (const std::string& word : request.command) {
      EXPECT_EQ(word.find("Canary"), std::string::npos);
    }
    return run(request.command, request.input, folder_ / "psql.log");
  };
}

std::vector<std::string> PostgreSQLServer::ask(const std::string& statement,
                                               const std::string& database) const {
  const std::string socket = folder_.string();
  const std::string at = port();
  const std::array<const char*, 5> keywords{"host", "port", "user", "dbname", nullptr};
  const std::array<const char*, 5> values{socket.c_str(), at.c_str(), "operator", database.c_str(),
                                          nullptr};
  PGconn* connection = PQconnectdbParams(keywords.data(), values.data(), 0);
  PGresult* result = PQexec(connection, statement.c_str());
  const ExecStatusType status = PQresultStatus(result);
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
    ADD_FAILURE() << statement << ": " << PQerrorMessage(connection);
  }
  std::vector<std::string> rows;
  for (int row = 0; row < PQntuples(result); ++row) {
    std::string& text = rows.emplace_back(PQgetvalue(result, row, 0));
    for (int column = 1; column < PQnfields(result); ++column) {
      text.append("|").append(PQgetvalue(result, row, column));
    }
  }
  PQclear(result);
  PQfinish(connection);
  return rows;
}

void PostgreSQLServer::set(const std::string& parameter, const std::string& value) const {
  ask("ALTER SYSTEM SET " + parameter + " = '" + value + "'");
  ask("SELECT pg_reload_conf()");
  for (int i = 0; i < 500; ++i) {
    if (ask("SHOW " + parameter) == std::vector<std::string>{value}) return;
    std::this_thread::sleep_for(10ms);
  }
  ADD_FAILURE() << parameter << " is not " << value;
}

// No clear password is in a statement of the tests, either.
void PostgreSQLServer::set_passwords() const {
  for (const auto user : {charm::SystemUser::operator_user, charm::SystemUser::replication,
                          charm::SystemUser::rewind}) {
    const std::string name(to_text(user));
    const charm::Secret& password = passwords_[static_cast<std::size_t>(user)];
    ask("ALTER ROLE " + name + " PASSWORD '" +
        charm::live::make_verifier("scram-sha-256", name, password) + "'");
  }
}

void PostgreSQLServer::start() {
  const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  process_ = spawn({programs() / "postgres", "-D", data()}, nothing, -1, folder_ / "log");
  close(nothing);
  const std::string socket = folder_.string();
  for (int i = 0; i < 1000; ++i) {
    const std::string at = port();
    const std::array<const char*, 4> keywords{"host", "port", "dbname", nullptr};
    const std::array<const char*, 4> values{socket.c_str(), at.c_str(), "postgres", nullptr};
    const PGPing answer = PQpingParams(keywords.data(), values.data(), 0);
    if (answer == PQPING_OK) return;
    std::this_thread::sleep_for(20ms);
  }
  throw std::runtime_error("PostgreSQL does not start: " + log());
}

void PostgreSQLServer::stop() {
  if (process_ == 0) return;
  kill(process_, SIGINT);
  waitpid(process_, nullptr, 0);
  process_ = 0;
}

void PostgreSQLServer::start_as_standby() {
  stop();
  write(data() / "standby.signal", "", 0600);
  start();
  fs::remove(data() / "standby.signal");
}

void PostgreSQLServer::serve_tls(const std::string& certificate, const std::string& key) {
  write(data() / "server.crt", certificate, 0600);
  write(data() / "server.key", key, 0600);
  write_admission("hostssl");
  set("ssl", "on");
}

void PostgreSQLServer::begin_anew() {
  if (process_ == 0) start();
  if (ask("SELECT pg_is_in_recovery()") == std::vector<std::string>{"t"}) {
    stop();
    start();
  }
  ask("ALTER SYSTEM RESET ALL");
  write_admission("host");
  ask("SELECT pg_reload_conf()");
  for (const std::string& database :
       ask("SELECT format('%I', datname) FROM pg_database"
           " WHERE datname NOT IN ('postgres', 'template0', 'template1')")) {
    ask("DROP DATABASE " + database + " WITH (FORCE)");
  }
  for (const std::string& extension :
       ask("SELECT format('%I', extname) FROM pg_extension WHERE extname <> 'plpgsql'")) {
    ask("DROP EXTENSION IF EXISTS " + extension + " CASCADE");
  }
  for (const std::string& role : ask("SELECT format('%I', rolname) FROM pg_roles WHERE oid >= 16384"
                                     " AND rolname NOT IN ('replication', 'rewind')")) {
    ask("DROP OWNED BY " + role + "; DROP ROLE " + role);
  }
  set_passwords();
}

}  // namespace live
