// Replication: connections, and WAL that goes from sent to written, to flushed, to replayed.
// PostgreSQL gives a connection the first walsender that is free (InitWalSenderSlot), and lists
// them in their order. Their number has no end here; the charm allows 25.
#include <array>
#include <bit>

#include "model/kubernetes.h"
#include "model/network.h"
#include "model/patroni.h"
#include "model/postgresql.h"
#include "model/timing.h"

namespace model::postgresql {

using charm::UnitName;

namespace {

TimerId replication_timer(UnitName unit) { return timer_id(unit, UnitTimer::replication); }

std::uint8_t free_walsender(const World& world, UnitName server) {
  // Nobody has more than two.
  std::array<std::uint64_t, (2 * max_world_units + 63) / 64> taken{};
  for (UnitName name; name.ordinal < world.unit_count(); ++name.ordinal) {
    const Postgres& postgres = world.unit(name).postgres;
    if (postgres.upstream != server && postgres.backup_of != server) continue;
    for (const std::uint8_t number : {postgres.walsender, postgres.second_walsender}) {
      if (number != Postgres::no_walsender) taken[number / 64] |= std::uint64_t{1} << number % 64;
    }
  }
  std::size_t word = 0;
  while (word + 1 < taken.size() && ~taken[word] == 0) ++word;
  return static_cast<std::uint8_t>(64 * word +
                                   static_cast<std::size_t>(std::countr_one(taken[word])));
}

void hang_up(Postgres& postgres) {
  postgres.upstream = postgres.backup_of = {};
  postgres.walsender = postgres.second_walsender = Postgres::no_walsender;
}

// The WAL receiver flushes what it has written before it ends, and recovery replays all of it.
void disconnect(Step& step, UnitName name) {
  Postgres& postgres = step.world.unit(name).postgres;
  postgres.lsn = postgres.replayed = postgres.written;
  hang_up(postgres);
  step.world.disarm(replication_timer(name));
}

bool is_standby(const World& world, UnitName unit) {
  const Postgres& postgres = world.unit(unit).postgres;
  return postgres.database == Database::running && postgres.in_recovery;
}

// PostgreSQL streams from a standby as well, to whoever has a slot there: before Patroni 4 nobody
// has.
bool streams_to_others(const Step& step, UnitName server) {
  const bool cascades = step.parameters.patroni == ha::Version::v4_1;
  return is_primary(step.world, server) || (cascades && is_standby(step.world, server));
}

// What the server asks of a standby that wants to stream: to be let in, a slot, a common history.
bool accepts(const Step& step, UnitName server, UnitName standby) {
  const World& world = step.world;
  return streams_to_others(step, server) && !never_streams(world, standby) &&
         network::connected(world, standby, server) && patroni::lets_in(world, server, standby) &&
         world.unit(server).postgres.slots.contains(standby) && can_follow(world, standby, server);
}

// Connected to another standby, which is to be promoted: nothing comes from there before that.
bool awaits_promotion(const Step& step, UnitName name) {
  const charm::MaybeUnit upstream = step.world.unit(name).postgres.upstream;
  return upstream && is_standby(step.world, name) && !is_primary(step.world, *upstream) &&
         streams_to_others(step, *upstream);
}

void await_promotion(Step& step, UnitName name, UnitName server) {
  Postgres& mine = step.world.unit(name).postgres;
  hang_up(mine);
  mine.walsender = free_walsender(step.world, server);
  mine.upstream = server;
  step.world.disarm(replication_timer(name));
}

void try_to_stream(Step& step, UnitName name) {
  const Postgres& postgres = step.world.unit(name).postgres;
  if (!is_standby(step.world, name) || !postgres.following || postgres.upstream) return;
  const UnitName server = *postgres.following;
  if (accepts(step, server, name)) {
    if (may_log_in(step.world, name, server, charm::SystemUser::replication)) {
      return is_primary(step.world, server) ? stream(step, name, server)
                                            : await_promotion(step, name, server);
    }
    step.note(FactKind::login_refused, name);
  }
  step.world.arm(replication_timer(name), exactly(timing::wal_retrieve_retry_interval));
}

// A walsender of a server that leaves recovery goes on, on the new timeline, with those whose
// history that one continues.
void go_on_streaming(Step& step, UnitName promoted) {
  for (UnitName name; name.ordinal < step.world.unit_count(); ++name.ordinal) {
    if (!(step.world.unit(name).postgres.upstream == promoted)) continue;
    if (!network::connected(step.world, name, promoted)) continue;  // hears nothing of it
    if (can_follow(step.world, name, promoted)) {
      stream(step, name, promoted);
    } else {
      disconnect(step, name);
      try_to_stream(step, name);
    }
  }
}

// Over a lossy link what was lost is sent again, later each time.
Span step_time(Step& step, UnitName standby, UnitName primary) {
  if (network::answers_in_time(step, standby, primary)) return timing::replication_step;
  return timing::retransmission;
}

// Of a primary that is shutting down: its walsender has been waiting for this.
void take_the_rest(Step& step, UnitName name, UnitName primary) {
  UnitState& server = step.world.unit(primary);
  Postgres& mine = step.world.unit(name).postgres;
  const bool waited_for = server.postgres.unsent.contains(name);
  server.postgres.unsent.erase(name);
  if (!waited_for || !network::connected(step.world, name, primary)) return;
  if (server.postgres.branch != mine.branch || server.postgres.lsn < mine.written) return;
  mine.written = server.postgres.lsn;  // flushed and replayed as the connection ends
}

// One step of the pipeline; the last of it brings everything that is there now.
void advance(Step& step, UnitName name) {
  World& world = step.world;
  Postgres& mine = world.unit(name).postgres;
  const UnitName primary = *mine.upstream;
  const std::uint64_t sent = world.unit(primary).postgres.lsn;
  mine.replayed = mine.lsn;
  mine.lsn = mine.written;
  mine.written = sent;
  if (mine.replayed != sent) world.arm(replication_timer(name), step_time(step, name, primary));
  acknowledge_if_confirmed(step, primary);
}

}  // namespace

bool never_streams(const World& world, UnitName unit) {
  const unsigned broken = world.shared().application.rollout.broken;
  return (broken >> world.unit(unit).pod.charm & 1U) != 0;
}

bool is_primary(const World& world, UnitName unit) {
  const Postgres& postgres = world.unit(unit).postgres;
  return postgres.database == Database::running && !postgres.in_recovery;
}

bool is_streaming(const World& world, UnitName unit) {
  const Postgres& postgres = world.unit(unit).postgres;
  if (postgres.database != Database::running || !postgres.in_recovery || !postgres.upstream)
    return false;
  return is_primary(world, *postgres.upstream) &&
         world.unit(*postgres.upstream).postgres.branch == postgres.branch;
}

charm::UnitSet standbys(const World& world, UnitName primary) {
  charm::UnitSet set;
  for (UnitName unit; unit.ordinal < world.unit_count(); ++unit.ordinal) {
    if (world.unit(unit).postgres.upstream == primary && is_streaming(world, unit))
      set.insert(unit);
  }
  return set;
}

UnitName first_listed(const World& world, const charm::UnitSet& streaming) {
  UnitName first = streaming.first();
  for (UnitName unit : streaming) {
    if (world.unit(unit).postgres.walsender < world.unit(first).postgres.walsender) first = unit;
  }
  return first;
}

void begin_backup(Step& step, UnitName to, UnitName source) {
  Postgres& mine = step.world.unit(to).postgres;
  hang_up(mine);
  mine.walsender = free_walsender(step.world, source);
  mine.backup_of = source;
  mine.second_walsender = free_walsender(step.world, source);
}

void end_backup(Step& step, UnitName to) {
  Postgres& mine = step.world.unit(to).postgres;
  if (mine.backup_of) hang_up(mine);
}

void follow(Step& step, UnitName name, UnitName primary) {
  Postgres& postgres = step.world.unit(name).postgres;
  const bool waits = awaits_promotion(step, name);
  if (postgres.upstream == primary && (waits || is_streaming(step.world, name))) return;
  const bool same = postgres.following == primary;
  if (same && step.world.is_armed(replication_timer(name))) return;  // its next try is on its way
  if (postgres.upstream) disconnect(step, name);
  postgres.following = primary;
  try_to_stream(step, name);
}

void follow_nobody(Step& step, UnitName name) {
  disconnect(step, name);
  step.world.unit(name).postgres.following = {};
}

void stream(Step& step, UnitName standby, UnitName primary) {
  Postgres& mine = step.world.unit(standby).postgres;
  const Postgres& theirs = step.world.unit(primary).postgres;
  if (!can_follow(step.world, standby, primary)) step.note(FactKind::diverged, standby);
  hang_up(mine);
  mine.walsender = free_walsender(step.world, primary);
  mine.following = primary;
  mine.upstream = primary;
  mine.timeline = theirs.timeline;
  mine.branch = theirs.branch;
  step.note(FactKind::streaming, standby, primary.ordinal);
  step.world.arm(replication_timer(standby), timing::replication_step);
}

void on_replication_timer(Step& step, UnitName name) {
  const World& world = step.world;
  const Postgres& postgres = world.unit(name).postgres;
  if (!postgres.upstream) return try_to_stream(step, name);
  if (is_streaming(world, name) && network::connected(world, name, *postgres.upstream)) {
    return advance(step, name);
  }
  take_the_rest(step, name, *postgres.upstream);
  disconnect(step, name);
  try_to_stream(step, name);
}

void send(Step& step, UnitName primary) {
  for (UnitName standby : standbys(step.world, primary)) {
    if (!step.world.is_armed(replication_timer(standby))) {
      step.world.arm(replication_timer(standby), step_time(step, standby, primary));
    }
  }
}

// Neither end notices before its timeout that the other is not there.
void connections_changed(Step& step) {
  World& world = step.world;
  for (UnitName name; name.ordinal < world.unit_count(); ++name.ordinal) {
    const Postgres& postgres = world.unit(name).postgres;
    if (!postgres.upstream) continue;
    if (network::connected(world, name, *postgres.upstream)) {
      world.arm(replication_timer(name), timing::replication_step);
    } else {
      world.arm(replication_timer(name), exactly(timing::wal_timeout));
    }
  }
}

void promote(Step& step, UnitName unit) {
  Postgres& postgres = step.world.unit(unit).postgres;
  const bool keeps_slots = step.parameters.patroni == ha::Version::v4_1;
  postgres.in_recovery = false;
  hang_up(postgres);
  postgres.following = {};
  step.world.disarm(replication_timer(unit));
  postgres.lsn = postgres.replayed = postgres.written;
  if (!keeps_slots)
    postgres.slots.clear();  // it had none as a standby: the next HA loop makes them
  begin_history(step, unit, postgres.lsn);
  ++postgres.stint;
  postgres.write_waits = false;
  give_up_unprotected(step, unit);
  step.note(FactKind::promoted, unit, postgres.timeline);
  if (keeps_slots) go_on_streaming(step, unit);
}

void begin_stop(Step& step, UnitName unit) {
  UnitBits& unsent = step.world.unit(unit).postgres.unsent;
  if (step.world.unit(unit).postgres.database == Database::running) unsent.clear();
  for (UnitName standby : standbys(step.world, unit)) {
    if (!network::connected(step.world, standby, unit)) unsent.insert(standby);
  }
  stop(step, unit);
}

void stop(Step& step, UnitName unit) {
  Postgres& postgres = step.world.unit(unit).postgres;
  postgres.lsn = postgres.replayed = postgres.written;
  if (postgres.database == Database::running) postgres.clean = true;
  for (UnitName standby : standbys(step.world, unit)) {
    if (!network::connected(step.world, standby, unit)) continue;
    Postgres& theirs = step.world.unit(standby).postgres;
    theirs.written = theirs.lsn = theirs.replayed = postgres.lsn;
  }
  crash(step, unit);
}

void crash(Step& step, UnitName unit) {
  Postgres& postgres = step.world.unit(unit).postgres;
  if (postgres.database == Database::starting) {
    step.world.disarm(timer_id(unit, UnitTimer::startup));
    postgres.database = Database::stopped;
  }
  if (postgres.database == Database::running) {
    step.world.disarm(timer_id(unit, UnitTimer::startup));  // of a promotion
    postgres.database = Database::stopped;
  }
  postgres.written = postgres.replayed = postgres.lsn;
  postgres.write_waits = false;
  postgres.following = {};
  disconnect(step, unit);
  kubernetes::look_at_health(step, unit);
  for (UnitName other; other.ordinal < step.world.unit_count(); ++other.ordinal) {
    if (step.world.unit(other).postgres.backup_of == unit) end_backup(step, other);
    if (step.world.unit(other).postgres.upstream != unit) continue;
    if (postgres.unsent.contains(other)) continue;  // hears nothing of it
    disconnect(step, other);
    try_to_stream(step, other);
  }
}

void start_in_recovery(Step& step, UnitName unit) {
  Postgres& postgres = step.world.unit(unit).postgres;
  postgres.database = Database::running;
  postgres.in_recovery = true;
  postgres.clean = false;
  postgres.unsent.clear();
  postgres.written = postgres.replayed = postgres.lsn;
}

}  // namespace model::postgresql
