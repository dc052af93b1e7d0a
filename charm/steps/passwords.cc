// Five application secrets (charm-hooks.md, section 1.5).
#include "charm/steps/passwords.h"

namespace charm::steps {

std::expected<void, NotLeader> generate_passwords(Unit& unit) {
  const SystemPasswords passwords = unit.juju.passwords();
  for (std::size_t at = 0; at < system_user_count; ++at) {
    const auto user = static_cast<SystemUser>(at);
    if (!passwords.of(user).empty()) continue;
    if (auto set = unit.juju.set_password(user, unit.entropy.make_password(user)); !set) return set;
  }
  return {};
}

}  // namespace charm::steps
