// One HA loop of one member, in the order of the reference (section 2.3): bootstrap, recover, race
// for a free lock, or keep to the holder.
#include "model/patroni.h"
#include "model/patroni_loop.h"
#include "model/postgresql.h"
#include "model/timing.h"

namespace model::patroni {
namespace {

using charm::UnitName;

bool is_reachable(const World& world, UnitName unit) { return is_up(world, unit); }

// The holder, if this member sees one that it could copy from or follow.
charm::MaybeUnit usable_holder(const World& world, UnitName name) {
  const Dcs& dcs = world.shared().dcs;
  if (is_unlocked(world, name)) return {};
  const UnitName holder = charm::unit_of(*dcs.lock_holder);
  if (holder == name || !is_member(world, holder) || !is_reachable(world, holder)) return {};
  return postgresql::is_primary(world, holder) ? charm::MaybeUnit(holder) : charm::MaybeUnit();
}

// Section 2.4: the race to initialise, or a copy from the holder; pg_hba decides who may copy.
void bootstrap(Step& step, UnitName name) {
  Dcs& dcs = step.world.shared().dcs;
  if (holds_lock(step.world, name)) return release_lock(step, name);
  if (is_unlocked(step.world, name)) {
    if (dcs.initialise != Initialise::absent) return;  // "waiting for leader to bootstrap"
    dcs.initialise = Initialise::bootstrapping;
    return start_job(step, name, Job::initdb);
  }
  const charm::MaybeUnit source = usable_holder(step.world, name);
  if (source && step.world.unit(*source).member.admitted.contains(name)) {
    start_job(step, name, Job::clone);
  }
}

// Section 2.8: PostgreSQL is down. A new process does not know of a crash, so it always starts in
// recovery, and a holder promotes in one of its next loops: timeline + 1, same holder (fact 10).
void recover(Step& step, UnitName name) {
  const charm::MaybeUnit holder = usable_holder(step.world, name);
  if (holder && !postgresql::can_follow(step.world, name, *holder)) {
    return start_job(step, name, Job::rewind);
  }
  start_job(step, name, Job::recover);
}

bool peer_blocks(const World& world, UnitName name, UnitName peer) {
  if (!is_reachable(world, peer)) return false;  // a silent peer is ignored (fact 16)
  if (postgresql::is_primary(world, peer)) return true;
  const Postgres& theirs = world.unit(peer).postgres;
  if (theirs.database != Database::running) return false;  // no xlog in its answer
  return theirs.lsn > world.unit(name).postgres.lsn;
}

// Section 2.9, H1 to H12, as far as the modelled world can tell them apart.
bool is_healthiest(const World& world, UnitName name) {
  const Dcs& dcs = world.shared().dcs;
  const Postgres& mine = world.unit(name).postgres;
  if (mine.database != Database::running) return false;
  if (!mine.in_recovery && mine.timeline < dcs.cluster_timeline) return false;
  charm::UnitSet peers = world.existing();
  if (dcs.sync_leader) {
    peers = dcs.sync_standbys;
    peers.insert(charm::unit_of(*dcs.sync_leader));
    if (!peers.contains(name)) return false;
  }
  constexpr std::uint64_t maximum_lag_bytes = 1048576;
  if (dcs.optime > mine.lsn + maximum_lag_bytes) return false;
  for (UnitName peer : peers) {
    if (peer != name && is_member(world, peer) && peer_blocks(world, name, peer)) return false;
  }
  return true;
}

void demote(Step& step, UnitName name) {
  postgresql::stop(step, name);
  step.note(FactKind::demoted, name);
  recover(step, name);
}

// The lock alone authorises: no lag or timeline is looked at (fact 5).
void enforce_primary(Step& step, UnitName name) {
  if (postgresql::is_primary(step.world, name)) {
    manage_slots(step, name);
    return manage_synchronous(step, name);
  }
  prepare_promotion(step, name);
  start_job(step, name, Job::promote);
}

void follow(Step& step, UnitName name) {
  const charm::MaybeUnit holder = usable_holder(step.world, name);
  if (!holder) return;
  if (!postgresql::can_follow(step.world, name, *holder)) {
    postgresql::stop(step, name);
    return start_job(step, name, Job::rewind);
  }
  postgresql::follow(step, name, *holder);
}

void race(Step& step, UnitName name) {
  // The cluster is being bootstrapped by somebody, or has never been.
  if (step.world.shared().dcs.initialise != Initialise::done) return;
  if (!is_healthiest(step.world, name)) {
    if (postgresql::is_primary(step.world, name)) demote(step, name);
    return;
  }
  write_lock(step, name);
  enforce_primary(step, name);
}

void keep_to_holder(Step& step, UnitName name) {
  if (holds_lock(step.world, name)) {
    write_lock(step, name);
    return enforce_primary(step, name);
  }
  if (postgresql::is_primary(step.world, name)) return demote(step, name);
  follow(step, name);
}

void run_loop(Step& step, UnitName name) {
  const UnitState& unit = step.world.unit(name);
  if (unit.member.job != Job::none) {  // section 2.6: the holder renews, others just report
    if (holds_lock(step.world, name)) write_lock(step, name);
    return;
  }
  if (unit.postgres.database == Database::none) return bootstrap(step, name);
  if (unit.postgres.database == Database::stopped) {
    if (holds_lock(step.world, name)) write_lock(step, name);
    return recover(step, name);
  }
  if (is_unlocked(step.world, name)) return race(step, name);
  keep_to_holder(step, name);
}

// The next loop, one loop_wait after this one was due; a follower of a known leader naps half a
// second longer, once, so that it sees an expiry in the first loop past ttl (section 2.1).
void schedule(Step& step, UnitName name, bool was_woken) {
  const bool follows = !is_unlocked(step.world, name) && !holds_lock(step.world, name);
  const charm::Duration late = was_woken && follows ? timing::follower_delay : charm::Duration{0};
  step.world.arm(timer_id(name, UnitTimer::ha), exactly(step.parameters.loop_wait + late));
}

}  // namespace

void on_ha_timer(Step& step, UnitName name) {
  Member& member = step.world.unit(name).member;
  const bool was_woken = member.woken;
  member.woken = false;
  member.rest_up = true;
  observe_lock(step, name);
  run_loop(step, name);
  publish(step, name);
  if (!member.woken) schedule(step, name, was_woken);
}

void on_lock_expiry(Step& step, UnitName name) {
  Member& member = step.world.unit(name).member;
  member.lock_valid = false;
  step.note(FactKind::lock_expired, name);
}

}  // namespace model::patroni
