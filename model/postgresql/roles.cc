// The charm's own users: as those of clients, they are in WAL, and with them their passwords.
#include <algorithm>

#include "model/postgresql.h"

namespace model::postgresql {
namespace {

using charm::UnitName;

constexpr std::uint64_t statement_bytes = 512;

// What a failover has lost cannot come back: whoever has it is rewound before it leads.
void remember(World& world, UnitName unit, SystemRoles roles) {
  auto& known = world.shared().roles;
  const Postgres& postgres = world.unit(unit).postgres;
  roles.lsn = postgres.lsn;
  roles.branch = postgres.branch;
  const auto is_lost = [&world, unit](const SystemRoles& one) {
    return one.branch != 0 && !contains(world, unit, one.branch, one.lsn);
  };
  while (is_lost(known.front())) {
    std::shift_left(known.begin(), known.end(), 1);
    known.back() = {};
  }
  std::shift_right(known.begin(), known.end(), 1);
  known.front() = roles;
}

}  // namespace

// Users are never dropped: who has none of what is known has what was there before.
SystemRoles system_roles(const World& world, UnitName unit) {
  SystemRoles oldest;
  for (const SystemRoles& roles : world.shared().roles) {
    if (roles.branch == 0) break;
    if (contains(world, unit, roles.branch, roles.lsn)) return roles;
    oldest = roles;
  }
  return oldest;
}

std::uint64_t write_system_roles(Step& step, UnitName primary, SystemRoles roles) {
  Postgres& postgres = step.world.unit(primary).postgres;
  postgres.lsn += statement_bytes;
  postgres.written = postgres.replayed = postgres.lsn;
  remember(step.world, primary, roles);
  send(step, primary);
  return postgres.lsn;
}

// `monitoring` is the charm's.
void begin_system_roles(Step& step, UnitName maker) {
  SystemRoles roles;
  const Passwords& loaded = step.world.unit(maker).member.passwords;
  std::copy_n(loaded.begin(), roles.passwords.size(), roles.passwords.begin());
  roles.passwords[static_cast<std::size_t>(charm::SystemUser::monitoring)] = 0;
  step.world.shared().roles = {};
  remember(step.world, maker, roles);
}

bool may_log_in(const World& world, UnitName client, UnitName server, charm::SystemUser user) {
  const auto at = static_cast<std::size_t>(user);
  return system_roles(world, server).passwords[at] == world.unit(client).member.passwords[at];
}

}  // namespace model::postgresql
