// A client that commits, and remembers which commits were acknowledged, by whom, and when.
#include <algorithm>

#include "model/network.h"
#include "model/postgresql.h"

namespace model::postgresql {
namespace {

using charm::UnitName;

constexpr std::uint64_t commit_bytes = 128;

// How far a standby has come, as far as commits ask.
std::uint64_t position(const Postgres& standby, SynchronousCommit level) {
  switch (level) {
    case SynchronousCommit::off:
    case SynchronousCommit::local: return UINT64_MAX;
    case SynchronousCommit::remote_write: return standby.written;
    case SynchronousCommit::on: return standby.lsn;
    case SynchronousCommit::remote_apply: return standby.replayed;
  }
  return 0;
}

// Whether it streams from there, and has what was written up to there.
bool confirms(const World& world, UnitName standby, UnitName primary, std::uint64_t commit,
              SynchronousCommit level) {
  const Postgres& postgres = world.unit(standby).postgres;
  return postgres.upstream == primary && is_streaming(world, standby) &&
         position(postgres, level) >= commit;
}

// S5: what a standby had not confirmed may be lost, but not more than maximum_lag_on_failover
// beyond what stood with the lock when it changed hands.
void look_for_unbound_losses(Step& step, UnitName acknowledger) {
  const Shared& shared = step.world.shared();
  for (std::uint16_t at = 1; at < max_branches; ++at) {
    const Branch& branch = shared.branches[at];
    const std::uint64_t stored = std::min(branch.acknowledged, shared.client.handover_optime);
    if (stored <= shared.client.handover_lag || branch.parent == 0) continue;
    if (contains(step.world, acknowledger, at, stored - shared.client.handover_lag)) continue;
    return step.note(FactKind::loss_unbound, acknowledger, branch.timeline);
  }
}

// S2: it held the lock within the last ttl of its own clock, or it has another right to go on:
// failsafe mode, its own bootstrap, a Patroni that is frozen or dead, or has just come back.
void look_for_entitlement(Step& step, UnitName acknowledger) {
  const UnitState& unit = step.world.unit(acknowledger);
  const std::int64_t last = std::max(unit.postgres.confirmed_us, unit.postgres.excused_us);
  const charm::Duration ttl = network::by_clock_of(step.world, acknowledger, step.parameters.ttl);
  if (step.world.now().micros - last <= ttl.count()) return;
  const bool unguarded = unit.surroundings.frozen != Frozen::no || !unit.member.rest_up;
  const bool excused = unguarded || step.world.shared().dcs.paused;
  if (!excused) step.note(FactKind::unentitled, acknowledger);
}

// Whoever acknowledges must have all that was acknowledged before, as far as a standby confirmed
// it; but for what an operator gave up who named a member to fail over to, and what nothing
// protected while `-sync` was gone (S4, section 9).
void look_for_losses(Step& step, UnitName acknowledger) {
  look_for_unbound_losses(step, acknowledger);
  Shared& shared = step.world.shared();
  if (shared.client.lost) return;
  const bool accepted = shared.client.failed_over_by_hand || shared.client.unprotected;
  shared.client.failed_over_by_hand = false;
  for (std::uint16_t at = 1; at < max_branches; ++at) {
    Branch& branch = shared.branches[at];
    if (branch.confirmed == 0) continue;
    if (contains(step.world, acknowledger, at, branch.confirmed)) continue;
    if (accepted) {
      branch.confirmed = 0;
      continue;
    }
    shared.client.lost = true;
    step.note(FactKind::commit_lost, acknowledger, branch.timeline);
    return;
  }
}

// Whether the acknowledgement promises that a standby has it on its disk.
bool promises_a_copy(const UnitState& unit, SynchronousCommit level) {
  const bool on_disk = level == SynchronousCommit::on || level == SynchronousCommit::remote_apply;
  return on_disk && (unit.postgres.any_standby_syncs || !unit.member.sync_names.empty());
}

// It had acknowledged before another did, and does so again in the same stint. Or both do in one
// and the same moment: which of them is written first is nothing that a client could tell.
bool overlaps_another(const World& world, UnitName primary) {
  const Client& client = world.shared().client;
  const Postgres& postgres = world.unit(primary).postgres;
  const bool again = postgres.acknowledged_stint == postgres.stint && postgres.overtaken;
  const bool at_once = client.acknowledged != 0 && client.last_us == world.now().micros &&
                       !(client.last_acknowledger == primary);
  return again || at_once;
}

void remember_acknowledgement(Step& step, UnitName primary, bool by_standby) {
  Client& client = step.world.shared().client;
  Postgres& postgres = step.world.unit(primary).postgres;
  Branch& branch = step.world.shared().branches[postgres.branch];
  if (!client.overlap && overlaps_another(step.world, primary)) {
    client.overlap = true;
    step.note(FactKind::overlap, primary);
  }
  if (postgres.acknowledged_stint != postgres.stint) {
    postgres.overtaken = false;
    look_for_losses(step, primary);
  }
  postgres.acknowledged_stint = postgres.stint;
  look_for_entitlement(step, primary);
  if (step.log != nullptr) step.log->acknowledged(step.world, primary, by_standby);
  client.last_us = step.world.now().micros;
  ++client.acknowledged;
  branch.acknowledged = std::max(branch.acknowledged, postgres.lsn);
  if (by_standby) branch.confirmed = std::max(branch.confirmed, postgres.lsn);
  if (client.last_acknowledger == primary) return;
  client.last_acknowledger = primary;
  step.note(FactKind::acknowledged, primary);
  for (UnitName other; other.ordinal < step.world.unit_count(); ++other.ordinal) {
    if (other != primary) step.world.unit(other).postgres.overtaken = true;
  }
}

// One write at a time: while it waits for a standby, the client sends no other.
void write_on(Step& step, UnitName primary) {
  Postgres& postgres = step.world.unit(primary).postgres;
  if (!postgres.write_waits) {
    postgres.lsn += commit_bytes;
    postgres.written = postgres.replayed = postgres.lsn;
    postgres.write_waits = true;
    if (step.log != nullptr) step.log->invoked(step.world, primary);
    send(step, primary);
  }
  acknowledge_if_confirmed(step, primary);
}

}  // namespace

void give_up_unprotected(Step& step, UnitName promoted) {
  if (!step.world.shared().client.unprotected) return;
  for (std::uint16_t at = 1; at < max_branches; ++at) {
    Branch& branch = step.world.shared().branches[at];
    if (branch.confirmed != 0 && !contains(step.world, promoted, at, branch.confirmed)) {
      branch.confirmed = 0;
    }
  }
}

// All have to have it whom the primary waits for: every named one or, with `*`, the first in its
// list (syncrep.c: of equal priorities the lowest walsender). It is asked at each step of each
// standby, so it looks no further than up to one who has not: from the last, since of several that
// take their step in one moment the first comes first.
bool is_confirmed_up_to(const Step& step, UnitName primary, std::uint64_t lsn) {
  const World& world = step.world;
  const SynchronousCommit level = step.parameters.synchronous_commit;
  if (level == SynchronousCommit::off || level == SynchronousCommit::local) return true;
  const UnitState& unit = world.unit(primary);
  if (!unit.postgres.any_standby_syncs) {
    for (UnitName name{world.unit_count()}; name.ordinal-- > 0;) {
      const bool named = unit.member.sync_names.contains(name);
      if (named && !confirms(world, name, primary, lsn, level)) return false;
    }
    return true;
  }
  const charm::UnitSet streaming = standbys(world, primary);
  return !streaming.empty() && confirms(world, first_listed(world, streaming), primary, lsn, level);
}

void acknowledge_if_confirmed(Step& step, UnitName primary) {
  UnitState& unit = step.world.unit(primary);
  if (!unit.postgres.write_waits || !is_primary(step.world, primary)) return;
  const SynchronousCommit level = step.parameters.synchronous_commit;
  if (!is_confirmed_up_to(step, primary, unit.postgres.lsn)) return;
  unit.postgres.write_waits = false;
  remember_acknowledgement(step, primary, promises_a_copy(unit, level));
}

void write(Step& step) {
  for (UnitName unit; unit.ordinal < step.world.unit_count(); ++unit.ordinal) {
    const bool frozen = step.world.unit(unit).surroundings.frozen == Frozen::pod;
    if (!frozen && is_primary(step.world, unit)) write_on(step, unit);
  }
  step.world.arm(timer_id(WorldTimer::client), exactly(step.parameters.client_period));
}

}  // namespace model::postgresql
