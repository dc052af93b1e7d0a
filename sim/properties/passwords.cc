// The secret is what was announced: the primary's data, every member's patroni.yml and what its
// Patroni has loaded of it, and what each exporter logs in with, are held against it.
#include "sim/properties/passwords.h"

#include "model/postgresql.h"

namespace sim::properties::judge {
namespace {

using charm::SystemUser;
using charm::UnitName;

constexpr auto monitoring = static_cast<std::size_t>(SystemUser::monitoring);

std::optional<std::string> other_in_database(const Moment& moment, UnitName primary) {
  const auto& announced = moment.world.shared().application.passwords;
  const auto served = model::postgresql::system_roles(moment.world, primary).passwords;
  for (std::size_t user = 0; user < served.size(); ++user) {
    if (served[user] == announced[user]) continue;
    return "the database of " + name_of(moment, primary) + " takes another one of " +
           std::string(to_text(static_cast<SystemUser>(user)));
  }
  return std::nullopt;
}

std::optional<std::string> other_in_member(const Moment& moment, UnitName name) {
  const model::UnitState& unit = moment.world.unit(name);
  if (!unit.container.service_running) return std::nullopt;
  const auto& announced = moment.world.shared().application.passwords;
  for (std::size_t user = 0; user < announced.size(); ++user) {
    if (user == monitoring) continue;  // it is not in patroni.yml
    const std::string of = std::string(to_text(static_cast<SystemUser>(user)));
    if (unit.volume.passwords[user] != announced[user]) {
      return "patroni.yml of " + name_of(moment, name) + " has another one of " + of;
    }
    if (unit.member.passwords[user] != announced[user]) {
      return "Patroni of " + name_of(moment, name) + " has loaded another one of " + of;
    }
  }
  if (unit.container.exporter == announced[monitoring]) return std::nullopt;
  return "the exporter of " + name_of(moment, name) +
         (unit.container.exporter == 0 ? " does not run" : " was started with another password");
}

}  // namespace

std::optional<std::string> passwords_are_served(const Moment& moment) {
  if (!moment.world.shared().application.initialised) return std::nullopt;
  for (UnitName name : moment.world.planned()) {
    if (moment.world.unit(name).pod.node_lost) continue;
    if (auto other = other_in_member(moment, name)) return other;
    if (!model::postgresql::is_primary(moment.world, name)) continue;
    if (auto other = other_in_database(moment, name)) return other;
  }
  return std::nullopt;
}

std::optional<std::string> password_altered(const Moment& moment) {
  for (const model::Fact& fact : moment.facts) {
    if (fact.kind != model::FactKind::password_altered) continue;
    return "of " + std::string(to_text(static_cast<SystemUser>(fact.value)));
  }
  return std::nullopt;
}

std::optional<std::string> passwords_restored(const Moment& moment) {
  return "on " + name_of(moment, *moment.facts.front().unit);
}

std::optional<std::string> login_refused(const Moment& moment) {
  for (const model::Fact& fact : moment.facts) {
    if (fact.kind == model::FactKind::login_refused) return name_of(moment, *fact.unit);
  }
  return std::nullopt;
}

}  // namespace sim::properties::judge
