// `backup` is the one user without a password in the secret.
#include "charm/steps/system_users.h"

#include <optional>

namespace charm::steps {
namespace {

constexpr std::string_view without_password = "backup";

std::optional<SystemUser> user_named(std::string_view name) {
  if (name == "operator") return SystemUser::operator_user;
  if (name == "replication") return SystemUser::replication;
  if (name == "rewind") return SystemUser::rewind;
  if (name == "monitoring") return SystemUser::monitoring;
  if (name == "patroni") return SystemUser::patroni;
  return std::nullopt;
}

}  // namespace

bool is_known_user(std::string_view name) {
  return name == without_password || user_named(name).has_value();
}

Secret stored_password(Unit& unit, std::string_view name) {
  const auto user = user_named(name);
  return user ? unit.juju.password(*user) : Secret();
}

}  // namespace charm::steps
