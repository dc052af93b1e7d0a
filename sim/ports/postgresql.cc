// SQL, on the primary behind the Service or on the own member.
#include "model/postgresql.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "charm/types/text.h"
#include "model/juju.h"
#include "model/kubernetes.h"
#include "model/network.h"
#include "model/patroni.h"
#include "sim/ports/ports.h"
#include "sim/ports/workload_calls.h"

namespace sim {
namespace {

using charm::ports::ClientUserState;
using charm::ports::SqlError;
using namespace std::chrono_literals;

constexpr std::string_view client_prefix = "-client-";

std::string lower(std::string_view text) {
  std::string all(text);
  for (char& letter : all) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return all;
}

std::size_t client_in(CallGate& gate, charm::RelationId relation) {
  return model::juju::client_of(gate.step().parameters, relation);
}

}  // namespace

charm::Secret client_password(std::uint16_t number) {
  return charm::Secret(
      std::string(password_canary).append(client_prefix).append(std::to_string(number)));
}

std::uint16_t number_of_client_password(const charm::Secret& password) {
  std::string_view text = password.reveal();
  const std::size_t before = password_canary.size() + client_prefix.size();
  if (text.size() <= before) return 0;  // none that was made here
  text.remove_prefix(before);
  std::uint16_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// Those of PostgreSQL 14, of Patroni and of the charm; pg_database_owner has no members by grant.
bool are_valid_roles(std::string_view list) {
  static constexpr std::array<std::string_view, 19> known{"admin",
                                                          "createdb",
                                                          "createrole",
                                                          "superuser",
                                                          "operator",
                                                          "replication",
                                                          "rewind",
                                                          "backup",
                                                          "monitoring",
                                                          "pg_execute_server_program",
                                                          "pg_monitor",
                                                          "pg_read_all_data",
                                                          "pg_read_all_settings",
                                                          "pg_read_all_stats",
                                                          "pg_read_server_files",
                                                          "pg_signal_backend",
                                                          "pg_stat_scan_tables",
                                                          "pg_write_all_data",
                                                          "pg_write_server_files"};
  if (list.size() == charm::RequestText::capacity) return false;
  while (!list.empty()) {
    const std::string role = lower(charm::take_until(list, ','));
    if (std::ranges::find(known, role) == known.end()) return false;
  }
  return true;
}

bool is_valid_database(std::string_view name) {
  return name.size() <= charm::NameText::capacity && name != "template0" && name != "template1";
}

charm::MaybeUnit PostgreSQLPort::connect() {
  const charm::MaybeUnit target = model::kubernetes::connect_to_primary(gate_.step(), gate_.unit());
  const bool answers =
      target && model::network::answers_in_time(gate_.step(), gate_.unit(), *target);
  if (!answers || !model::postgresql::is_primary(gate_.world(), *target)) return {};
  const model::SystemRoles roles = model::postgresql::system_roles(gate_.world(), *target);
  constexpr auto login = static_cast<std::size_t>(charm::SystemUser::operator_user);
  const std::uint16_t taken = roles.passwords[login];
  const std::uint16_t staged = gate_.state().staged.passwords[login];
  const bool lets_in =
      taken == gate_.application().passwords[login] || (staged != 0 && taken == staged);
  return lets_in ? target : charm::MaybeUnit();
}

PostgreSQLPort::Statement PostgreSQLPort::done_on(charm::UnitName primary, std::uint64_t lsn) {
  return {.primary = primary, .stint = gate_.world().unit(primary).postgres.stint, .lsn = lsn};
}

namespace {

model::SystemRoles with_passwords(model::SystemRoles roles,
                                  const charm::DatabasePasswords& passwords) {
  for (std::size_t at = 0; at < passwords.size(); ++at) {
    if (!passwords[at].empty()) roles.passwords[at] = number_of_password(passwords[at]);
  }
  return roles;
}

}  // namespace

// What a session that waits for its standbys has changed is seen by others at once here, and not
// only when it has waited long enough.
std::expected<void, charm::Unreachable> PostgreSQLPort::alter_password(
    charm::SystemUser user, const charm::Secret& password) {
  const auto at = static_cast<std::size_t>(user);
  const std::uint16_t number = number_of_password(password);
  const auto statement = gate_.make(
      Call::alter_password, digest(model::mix(number, at)),
      [this, at, number]() -> std::expected<Statement, charm::Unreachable> {
        const charm::MaybeUnit primary = connect();
        if (!primary) return std::unexpected(charm::Unreachable{});
        model::SystemRoles roles = model::postgresql::system_roles(gate_.world(), *primary);
        roles.passwords[at] = number;
        const std::uint64_t lsn =
            model::postgresql::write_system_roles(gate_.step(), *primary, roles);
        gate_.step().note(model::FactKind::password_altered, primary,
                          static_cast<std::uint32_t>(at));
        return done_on(*primary, lsn);
      });
  if (!statement) return std::unexpected(statement.error());
  return await_confirmation(*statement);
}

std::expected<bool, charm::Unreachable> PostgreSQLPort::takes_passwords(
    const charm::DatabasePasswords& passwords) {
  return gate_.make(Call::takes_passwords, 0,
                    [this, &passwords]() -> std::expected<bool, charm::Unreachable> {
                      const model::World& world = gate_.world();
                      if (world.unit(gate_.unit()).postgres.database != model::Database::running) {
                        return std::unexpected(charm::Unreachable{});
                      }
                      const auto roles = model::postgresql::system_roles(world, gate_.unit());
                      return with_passwords(roles, passwords).passwords == roles.passwords;
                    });
}

std::expected<void, charm::Unreachable> PostgreSQLPort::restore_passwords(
    const charm::DatabasePasswords& passwords) {
  return gate_.make(
      Call::restore_passwords, 0, [this, &passwords]() -> std::expected<void, charm::Unreachable> {
        if (!model::postgresql::is_primary(gate_.world(), gate_.unit())) {
          return std::unexpected(charm::Unreachable{});
        }
        const auto roles = model::postgresql::system_roles(gate_.world(), gate_.unit());
        model::postgresql::write_system_roles(gate_.step(), gate_.unit(),
                                              with_passwords(roles, passwords));
        gate_.step().note(model::FactKind::passwords_restored, gate_.unit());
        return {};
      });
}

std::expected<bool, charm::Unreachable> PostgreSQLPort::lets_replicate(
    charm::HostName host, const charm::Secret& password) {
  const charm::UnitName target = charm::unit_of(host);
  const std::uint16_t number = number_of_password(password);
  return gate_.make(
      Call::lets_replicate, host.ordinal,
      [this, target, number]() -> std::expected<bool, charm::Unreachable> {
        const model::World& world = gate_.world();
        const bool answers = model::network::answers_in_time(gate_.step(), gate_.unit(), target) &&
                             world.unit(target).postgres.database == model::Database::running;
        if (!answers) return std::unexpected(charm::Unreachable{});
        if (!model::patroni::lets_in(world, target, gate_.unit())) return false;
        constexpr auto user = static_cast<std::size_t>(charm::SystemUser::replication);
        if (model::postgresql::system_roles(world, target).passwords[user] != number) {
          return std::unexpected(charm::Unreachable{});
        }
        return true;
      });
}

std::expected<charm::UnitSet, charm::Unreachable> PostgreSQLPort::waited_for() {
  return gate_.make(Call::waited_for, 0,
                    [this]() -> std::expected<charm::UnitSet, charm::Unreachable> {
                      const model::UnitState& unit = gate_.world().unit(gate_.unit());
                      if (unit.postgres.database != model::Database::running) {
                        return std::unexpected(charm::Unreachable{});
                      }
                      return unit.member.sync_names;
                    });
}

std::expected<bool, charm::Unreachable> PostgreSQLPort::knows(charm::ports::SystemValue kind,
                                                              std::string_view value) {
  return gate_.make(Call::knows, digest(value) + static_cast<std::uint32_t>(kind),
                    [this, value]() -> std::expected<bool, charm::Unreachable> {
                      const model::UnitState& unit = gate_.world().unit(gate_.unit());
                      if (unit.postgres.database != model::Database::running) {
                        return std::unexpected(charm::Unreachable{});
                      }
                      return is_known(scenario_, value);
                    });
}

// Only of `monitoring` is kept what it is.
std::expected<void, charm::Unreachable> PostgreSQLPort::create_users_and_grants(
    const charm::Secret& monitoring) {
  const std::uint16_t number = number_of_password(monitoring);
  return gate_.make(Call::create_users_and_grants, number,
                    [this, number]() -> std::expected<void, charm::Unreachable> {
                      const charm::MaybeUnit primary = connect();
                      if (!primary) return std::unexpected(charm::Unreachable{});
                      auto roles = model::postgresql::system_roles(gate_.world(), *primary);
                      constexpr auto at = static_cast<std::size_t>(charm::SystemUser::monitoring);
                      if (roles.passwords[at] == number) return {};
                      roles.passwords[at] = number;
                      model::postgresql::write_system_roles(gate_.step(), *primary, roles);
                      return {};
                    });
}

// The statement takes effect where it is done at once; it is over with its confirmation.
template <class Change>
std::expected<void, charm::Unreachable> PostgreSQLPort::change(Call call, std::uint32_t arguments,
                                                               charm::RelationId relation,
                                                               Change change) {
  const auto statement = gate_.make(
      call, arguments, [this, relation, &change]() -> std::expected<Statement, charm::Unreachable> {
        const charm::MaybeUnit primary = connect();
        if (!primary) return std::unexpected(charm::Unreachable{});
        const std::size_t client = client_in(gate_, relation);
        model::ClientUser user = model::postgresql::client_user(gate_.world(), *primary, client);
        change(*primary, user);
        const std::uint64_t lsn =
            model::postgresql::write_client_user(gate_.step(), *primary, client, user);
        return done_on(*primary, lsn);
      });
  if (!statement) return std::unexpected(statement.error());
  return await_confirmation(*statement);
}

std::expected<void, charm::Unreachable> PostgreSQLPort::await_confirmation(
    const Statement& statement) {
  constexpr charm::Duration patience = 30s;
  charm::Duration waited{0};
  for (charm::Duration wait = 10ms; waited < patience;
       wait = std::min<charm::Duration>(2 * wait, 5s)) {
    waited += wait;
    const auto confirmed = gate_.make(
        Call::await_confirmation, 0, model::exactly(wait),
        [this, &statement]() -> std::expected<bool, charm::Unreachable> {
          const model::Postgres& primary = gate_.world().unit(statement.primary).postgres;
          const bool same_session = primary.stint == statement.stint &&
                                    model::postgresql::is_primary(gate_.world(), statement.primary);
          if (!same_session) return std::unexpected(charm::Unreachable{});
          return model::postgresql::is_confirmed_up_to(gate_.step(), statement.primary,
                                                       statement.lsn);
        });
    if (!confirmed) return std::unexpected(confirmed.error());
    if (*confirmed) return {};
  }
  return std::unexpected(charm::Unreachable{});
}

std::expected<void, SqlError> PostgreSQLPort::create_client_user(
    charm::RelationId relation, const charm::Secret& password,
    const charm::RequestText& extra_user_roles) {
  // Looked up in pg_roles first: a primary that does not answer refuses nothing.
  if (!are_valid_roles(extra_user_roles.view())) {
    const auto answers = version();
    if (!answers) return std::unexpected(SqlError::unreachable);
    return std::unexpected(SqlError::invalid_roles);
  }
  const std::uint16_t number = number_of_client_password(password);
  const auto made = change(
      Call::create_client_user, digest(password.reveal()), relation,
      [number](charm::UnitName /*primary*/, model::ClientUser& user) { user.password = number; });
  if (!made) return std::unexpected(SqlError::unreachable);
  return {};
}

std::expected<void, SqlError> PostgreSQLPort::create_client_database(
    charm::RelationId relation, const charm::RequestText& database,
    const charm::ExtensionSet& extensions) {
  if (!is_valid_database(database.view())) {
    return std::unexpected(SqlError::unreachable);  // the charm does not ask for it
  }
  const std::uint8_t asked = configuration_with(extensions);
  const auto made =
      change(Call::create_client_database, digest(database.view()) + asked, relation,
             [this, relation, asked](charm::UnitName primary, model::ClientUser& user) {
               if (user.password == 0 || user.granted) return;
               user.granted = true;
               model::SystemRoles roles = model::postgresql::system_roles(gate_.world(), primary);
               if (roles.extensions == asked) return;
               roles.without |= static_cast<std::uint8_t>(1U << client_in(gate_, relation));
               model::postgresql::write_system_roles(gate_.step(), primary, roles);
             });
  if (!made) return std::unexpected(SqlError::unreachable);
  return {};
}

std::expected<void, charm::Unreachable> PostgreSQLPort::drop_client_user(
    charm::RelationId relation) {
  return change(Call::drop_client_user, relation.number, relation,
                [](charm::UnitName /*primary*/, model::ClientUser& user) {
                  user.password = 0;
                  user.granted = false;
                });
}

std::expected<ClientUserState, charm::Unreachable> PostgreSQLPort::client_user(
    charm::RelationId relation) {
  return gate_.make(
      Call::client_user, relation.number,
      [this, relation]() -> std::expected<ClientUserState, charm::Unreachable> {
        const charm::MaybeUnit primary = connect();
        if (!primary) return std::unexpected(charm::Unreachable{});
        const model::ClientUser user =
            model::postgresql::client_user(gate_.world(), *primary, client_in(gate_, relation));
        if (user.password == 0) return ClientUserState::none;
        return user.granted ? ClientUserState::complete : ClientUserState::without_database;
      });
}

std::expected<bool, charm::Unreachable> PostgreSQLPort::takes_client_password(
    charm::RelationId relation, const charm::Secret& password) {
  return gate_.make(
      Call::takes_client_password, digest(password.reveal()),
      [this, relation, &password]() -> std::expected<bool, charm::Unreachable> {
        const charm::MaybeUnit primary = connect();
        if (!primary) return std::unexpected(charm::Unreachable{});
        const model::ClientUser user =
            model::postgresql::client_user(gate_.world(), *primary, client_in(gate_, relation));
        return user.password != 0 && user.password == number_of_client_password(password);
      });
}

std::expected<charm::ClientRelations, charm::Unreachable> PostgreSQLPort::client_users() {
  return gate_.make(Call::client_users, 0,
                    [this]() -> std::expected<charm::ClientRelations, charm::Unreachable> {
                      const charm::MaybeUnit primary = connect();
                      if (!primary) return std::unexpected(charm::Unreachable{});
                      charm::ClientRelations users;
                      for (std::size_t client = 0; client < model::max_clients; ++client) {
                        const model::ClientUser user =
                            model::postgresql::client_user(gate_.world(), *primary, client);
                        if (user.password == 0) continue;
                        users.push_back(model::juju::client_id(gate_.step().parameters, client));
                      }
                      return users;
                    });
}

std::expected<charm::BoundedText<15>, charm::Unreachable> PostgreSQLPort::version() {
  return gate_.make(Call::version, 0,
                    [this]() -> std::expected<charm::BoundedText<15>, charm::Unreachable> {
                      if (!connect()) return std::unexpected(charm::Unreachable{});
                      return charm::BoundedText<15>(version_of_database);
                    });
}

}  // namespace sim
