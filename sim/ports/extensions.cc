// The databases' extensions: by the configuration that asks for them.
#include "charm/options/extensions.h"

#include <algorithm>

#include "charm/types/check.h"
#include "model/postgresql.h"
#include "sim/ports/ports.h"

namespace sim {
namespace {

constexpr std::uint8_t unasked = 255;

}  // namespace

// Of two configurations that ask for the same the first stands for both; a hook that reads an
// invalid one may ask for what none does.
std::uint8_t PostgreSQLPort::configuration_with(const charm::ExtensionSet& extensions) const {
  const auto asks = [&extensions](const charm::CharmConfig& config) {
    return charm::options_of(config).extensions() == extensions;
  };
  const auto found = std::ranges::find_if(configurations_, asks);
  if (found == configurations_.end()) return unasked;
  return static_cast<std::uint8_t>(found - configurations_.begin() + 1);
}

charm::ExtensionSet PostgreSQLPort::extensions_of(std::uint8_t configuration) const {
  if (configuration == 0) return {};
  return charm::options_of(configurations_[configuration - 1U]).extensions();
}

bool PostgreSQLPort::do_objects_depend(charm::UnitName primary, const charm::ExtensionSet& wanted) {
  const model::SystemRoles roles = model::postgresql::system_roles(gate_.world(), primary);
  const charm::ExtensionSet going = extensions_of(roles.extensions) & ~wanted;
  if (going.none()) return false;
  const auto related = clients(scenario_);
  for (std::size_t client = 0; client < related.size(); ++client) {
    const bool has = (roles.without >> client & 1U) == 0 &&
                     model::postgresql::client_user(gate_.world(), primary, client).granted;
    if (has && (related[client]->uses & going).any()) return true;
  }
  return false;
}

std::expected<bool, charm::Unreachable> PostgreSQLPort::has_extensions(
    const charm::ExtensionSet& wanted) {
  return gate_.make(Call::has_extensions, configuration_with(wanted),
                    [this, &wanted]() -> std::expected<bool, charm::Unreachable> {
                      const charm::MaybeUnit primary = connect();
                      if (!primary) return std::unexpected(charm::Unreachable{});
                      const model::SystemRoles roles =
                          model::postgresql::system_roles(gate_.world(), *primary);
                      return roles.without == 0 && extensions_of(roles.extensions) == wanted;
                    });
}

// Refused, nothing has been done here; a real one has done what comes before it.
std::expected<void, charm::ports::ExtensionError> PostgreSQLPort::set_extensions(
    const charm::ExtensionSet& wanted) {
  using charm::ports::ExtensionError;
  const std::uint8_t asked = configuration_with(wanted);
  CHECK(asked != unasked);
  const auto statement = gate_.make(
      Call::set_extensions, asked,
      [this, &wanted, asked]() -> std::expected<Statement, ExtensionError> {
        const charm::MaybeUnit primary = connect();
        if (!primary) return std::unexpected(ExtensionError::unreachable);
        if (do_objects_depend(*primary, wanted)) {
          return std::unexpected(ExtensionError::objects_depend);
        }
        model::SystemRoles roles = model::postgresql::system_roles(gate_.world(), *primary);
        // Nothing is written where all is so already.
        if (roles.without == 0 && roles.extensions == asked) return done_on(*primary, 0);
        roles.extensions = asked;
        roles.without = 0;
        const std::uint64_t lsn =
            model::postgresql::write_system_roles(gate_.step(), *primary, roles);
        gate_.step().note(model::FactKind::extensions_set, primary);
        return done_on(*primary, lsn);
      });
  if (!statement) return std::unexpected(statement.error());
  if (!await_confirmation(*statement)) return std::unexpected(ExtensionError::unreachable);
  return {};
}

}  // namespace sim
