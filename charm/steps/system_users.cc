// `backup` is the one user without a password in the secret.
#include "charm/steps/system_users.h"

#include <algorithm>

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

std::optional<SystemUser> database_user(std::string_view name) {
  const auto user = user_named(name);
  return user == SystemUser::patroni ? std::nullopt : user;
}

bool is_usable_password(const Secret& password) {
  constexpr std::string_view refused = "'\"`\\";
  return !password.empty() && std::ranges::all_of(password.reveal(), [refused](char letter) {
    return letter > ' ' && letter <= '~' && !refused.contains(letter);
  });
}

Secret stored_password(Unit& unit, std::string_view name) {
  const auto user = user_named(name);
  return user ? unit.juju.passwords().of(*user) : Secret();
}

DatabasePasswords stored_passwords(Unit& unit) {
  const SystemPasswords stored = unit.juju.passwords();
  DatabasePasswords passwords;
  std::copy_n(stored.all.begin(), passwords.size(), passwords.begin());
  return passwords;
}

}  // namespace charm::steps
