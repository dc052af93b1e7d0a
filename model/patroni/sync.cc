// Who counts as a synchronous standby: Patroni's SyncHandler (postgresql/sync.py of 3.1.2;
// patroni-and-kubernetes.md, section 4.3).
//
// A name that is new in synchronous_standby_names counts as soon as its standby has come as far as
// the WAL was when the names changed, or if `-sync` lists it. It goes on to count while the name
// stands, however far behind it falls: Patroni keeps the pid of its walsender with the name, but
// never compares it, so that a new connection in between changes nothing. Without that nobody would
// count for long where commits do not wait for a standby's disk.
#include "model/network.h"
#include "model/patroni/loop.h"
#include "model/postgresql.h"

namespace model::patroni {
namespace {

using charm::UnitName;

// The column of pg_stat_replication that Patroni asks for (_ReplicaList).
std::uint64_t position(const Postgres& standby, SynchronousCommit level) {
  switch (level) {
    case SynchronousCommit::remote_write: return standby.written;
    case SynchronousCommit::remote_apply: return standby.replayed;
    case SynchronousCommit::off:
    case SynchronousCommit::local:
    case SynchronousCommit::on: break;
  }
  return standby.lsn;
}

void await(UnitState& unit, const charm::UnitSet& behind) {
  unit.member.behind_names = behind;
  unit.member.names_lsn = behind.empty() ? 0 : unit.postgres.lsn;
}

}  // namespace

void note_new_names(Step& step, UnitName name, const charm::UnitSet& before) {
  UnitState& unit = step.world.unit(name);
  const charm::UnitSet caught_up = before - unit.member.behind_names;
  await(unit, unit.member.sync_names - caught_up);
}

void forget_who_caught_up(Step& step, UnitName name) {
  UnitState& unit = step.world.unit(name);
  await(unit, unit.member.sync_names);
}

void note_who_caught_up(Step& step, UnitName name) {
  World& world = step.world;
  Member& member = world.unit(name).member;
  if (member.behind_names.empty() || !postgresql::is_primary(world, name)) return;
  const charm::UnitSet listed = seen_by(world, name).sync_standbys;
  const SynchronousCommit level = step.parameters.synchronous_commit;
  for (UnitName standby : postgresql::standbys(world, name) & member.behind_names) {
    const bool reached = position(world.unit(standby).postgres, level) >= member.names_lsn;
    if (listed.contains(standby) || reached) member.behind_names.erase(standby);
  }
  if (member.behind_names.empty()) member.names_lsn = 0;
}

}  // namespace model::patroni
