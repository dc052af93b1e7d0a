// The charm's PostgreSQL adapter over a server of the tests' own.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "charm/live/postgresql.h"
#include "charm/options/extensions.h"
#include "tests/contract/postgresql.h"
#include "tests/live/postgresql/server.h"

namespace live {

class Lines final : public charm::live::Log {
 public:
  void warn(std::string_view line) override { all.append(line).append("\n"); }

  std::string all;
};

class RealPostgreSQL final : public contract::PostgreSQLService {
 public:
  explicit RealPostgreSQL(PostgreSQLServer& server)
      : server_(server), operator_passwords_{server.passwords()[0]} {
    wait_for_statements(std::chrono::minutes(1));
    server.begin_anew();
    EXPECT_TRUE(adapter_->create_users_and_grants(announced().back()));
  }

  // From now on no longer. A machine with much to do needs seconds for some.
  void wait_for_statements(std::chrono::seconds time) {
    adapter_.reset(new charm::live::PostgreSQL(adapter({.statement = time})));
  }

  charm::ports::PostgreSQL& sql() override { return *adapter_; }
  charm::RelationId client(std::size_t which) override {
    return {static_cast<std::uint16_t>(7 + 4 * which)};
  }
  charm::Secret make_client_password(charm::RelationId /*relation*/) override { return another(); }
  charm::Secret make_password(charm::SystemUser /*user*/) override { return another(); }
  charm::DatabasePasswords announced() override { return server_.passwords(); }
  void stage_operator(const charm::Secret& password) override {
    operator_passwords_.insert(operator_passwords_.begin(), password);
  }
  charm::ExtensionSet some_extensions() override {
    return charm::extension_named("hstore") | charm::extension_named("\"uuid-ossp\"");
  }
  charm::HostName own_host() override { return {0}; }
  void stop_primary() override { server_.stop(); }

  [[nodiscard]] const std::string& log() const { return lines_.all; }
  void trust(std::string authority_file) { authority_file_ = std::move(authority_file); }

 private:
  charm::live::PostgreSQL adapter(charm::live::SqlPatience patience) {
    return {{"pg"},
            {.primary_host = "127.0.0.1",
             .own_host = "127.0.0.1",
             .member_host = [](charm::HostName /*host*/) { return "127.0.0.1"; },
             .port = server_.port(),
             .psql = server_.programs() / "psql",
             .socket_folder = server_.folder()},
            {.operator_passwords = [this] { return operator_passwords_; },
             .authority_file = [this] { return authority_file_; }},
            server_.exec(),
            lines_,
            patience};
  }
  // Each begins with the canary.
  charm::Secret another() {
    return charm::Secret("Canary5ecretNo" + std::to_string(++passwords_made_));
  }

  PostgreSQLServer& server_;
  std::vector<charm::Secret> operator_passwords_;
  std::string authority_file_;
  Lines lines_;
  int passwords_made_ = 0;
  std::unique_ptr<charm::live::PostgreSQL> adapter_;
};

// One server for all tests of a suite.
template <class Suite>
class WithServer : public Suite {
 public:
  static void SetUpTestSuite() { server() = std::make_unique<PostgreSQLServer>(); }
  static void TearDownTestSuite() { server().reset(); }

 protected:
  static std::unique_ptr<PostgreSQLServer>& server() {
    static std::unique_ptr<PostgreSQLServer> one;
    return one;
  }
};

}  // namespace live
