// Replication without a delay of its own: what the primary writes, its standbys have at once.
#include "model/postgresql.h"

#include <algorithm>

namespace model::postgresql {
namespace {

using charm::UnitName;

constexpr std::uint64_t commit_bytes = 128;

// Whether a commit on this primary is acknowledged: every named standby must have it, or, with `*`,
// any.
bool is_acknowledged(const World& world, UnitName primary) {
  const UnitState& unit = world.unit(primary);
  const charm::UnitSet receivers = standbys(world, primary);
  if (unit.postgres.any_standby_syncs) return !receivers.empty();
  return (unit.member.sync_names - receivers).empty();
}

void remember_acknowledgement(Step& step, UnitName primary) {
  Client& client = step.world.shared().client;
  Postgres& postgres = step.world.unit(primary).postgres;
  const bool same_stint = postgres.acknowledged_stint == postgres.stint;
  if (same_stint && postgres.overtaken && !client.overlap) {
    client.overlap = true;
    step.note(FactKind::overlap, primary);
  }
  if (!same_stint) postgres.overtaken = false;
  postgres.acknowledged_stint = postgres.stint;
  ++client.acknowledged;
  if (client.last_acknowledger == primary) return;
  client.last_acknowledger = primary;
  step.note(FactKind::acknowledged, primary);
  for (UnitName other : step.world.existing()) {
    if (other != primary) step.world.unit(other).postgres.overtaken = true;
  }
}

void write_on(Step& step, UnitName primary) {
  Postgres& postgres = step.world.unit(primary).postgres;
  // One write at a time: while it waits for a standby, the client sends no other.
  if (!postgres.write_waits) postgres.lsn += commit_bytes;
  for (UnitName standby : standbys(step.world, primary)) {
    step.world.unit(standby).postgres.lsn = postgres.lsn;
  }
  postgres.write_waits = !is_acknowledged(step.world, primary);
  if (!postgres.write_waits) remember_acknowledgement(step, primary);
}

}  // namespace

bool is_primary(const World& world, UnitName unit) {
  const Postgres& postgres = world.unit(unit).postgres;
  return postgres.database == Database::running && !postgres.in_recovery;
}

bool is_streaming(const World& world, UnitName unit) {
  const Postgres& postgres = world.unit(unit).postgres;
  if (postgres.database != Database::running || !postgres.in_recovery || !postgres.upstream)
    return false;
  return is_primary(world, *postgres.upstream) &&
         world.unit(*postgres.upstream).postgres.timeline == postgres.timeline;
}

charm::UnitSet standbys(const World& world, UnitName primary) {
  charm::UnitSet set;
  for (UnitName unit : world.existing()) {
    if (world.unit(unit).postgres.upstream == primary && is_streaming(world, unit))
      set.insert(unit);
  }
  return set;
}

bool can_follow(const World& world, UnitName standby, UnitName primary) {
  const Postgres& mine = world.unit(standby).postgres;
  const Postgres& theirs = world.unit(primary).postgres;
  if (mine.system_id != theirs.system_id) return false;
  if (mine.timeline == theirs.timeline) return mine.lsn <= theirs.lsn;
  // Two timelines behind: only the last fork is known here, so this always asks for a rewind, which
  // also succeeds where following would have done.
  return mine.timeline + 1 == theirs.timeline && mine.lsn <= theirs.fork_lsn;
}

void stream(Step& step, UnitName standby, UnitName primary) {
  Postgres& mine = step.world.unit(standby).postgres;
  const Postgres& theirs = step.world.unit(primary).postgres;
  const bool streamed = is_streaming(step.world, standby) && mine.upstream == primary;
  mine.upstream = primary;
  mine.timeline = theirs.timeline;
  mine.fork_lsn = theirs.fork_lsn;
  mine.lsn = theirs.lsn;
  if (!streamed) step.note(FactKind::streaming, standby, primary.ordinal);
}

void promote(Step& step, UnitName unit) {
  Postgres& postgres = step.world.unit(unit).postgres;
  postgres.in_recovery = false;
  postgres.upstream = {};
  ++postgres.timeline;
  postgres.fork_lsn = postgres.lsn;
  ++postgres.stint;
  postgres.write_waits = false;
  step.note(FactKind::promoted, unit, postgres.timeline);
}

void stop(Step& step, UnitName unit) {
  Postgres& postgres = step.world.unit(unit).postgres;
  if (postgres.database == Database::running) postgres.database = Database::stopped;
  postgres.upstream = {};
  postgres.write_waits = false;
}

void write(Step& step) {
  for (UnitName unit : step.world.existing()) {
    if (is_primary(step.world, unit)) write_on(step, unit);
  }
  step.world.arm(timer_id(WorldTimer::client), exactly(step.parameters.client_period));
}

}  // namespace model::postgresql
