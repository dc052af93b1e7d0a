// The users of clients: what SQL has made is in WAL, and goes where that goes.
#include "model/postgresql.h"

namespace model::postgresql {

using charm::UnitName;

namespace {

constexpr std::uint64_t statement_bytes = 512;

}  // namespace

ClientUser client_user(const World& world, UnitName unit, std::size_t client) {
  for (const ClientUser& user : world.shared().relations[client].users) {
    if (user.branch != 0 && contains(world, unit, user.branch, user.lsn)) return user;
  }
  return {};
}

std::uint64_t write_client_user(Step& step, UnitName primary, std::size_t client, ClientUser user) {
  Postgres& postgres = step.world.unit(primary).postgres;
  auto& users = step.world.shared().relations[client].users;
  const bool was_there = client_user(step.world, primary, client).password != 0;
  const bool is_there = user.password != 0;
  if (was_there != is_there) {
    step.note(is_there ? FactKind::client_user_made : FactKind::client_user_dropped, primary,
              static_cast<std::uint32_t>(client));
  }
  const bool is_lost =
      users[0].branch != 0 && !contains(step.world, primary, users[0].branch, users[0].lsn);
  postgres.lsn += statement_bytes;
  postgres.written = postgres.replayed = postgres.lsn;
  user.branch = postgres.branch;
  user.lsn = postgres.lsn;
  // What a failover has lost cannot come back: whoever has it is rewound before it leads.
  if (!is_lost) users[1] = users[0];
  users[0] = user;
  send(step, primary);
  return postgres.lsn;
}

}  // namespace model::postgresql
