// What a pass asks of the DCS and of the other members.
#include <algorithm>

#include "model/network.h"
#include "model/patroni.h"
#include "model/patroni/loop.h"
#include "model/patroni_objects.h"
#include "model/postgresql.h"
#include "model/timing.h"

namespace model::patroni {
namespace {

using charm::UnitName;
using ha::Answer;

Answer yes_if(bool good) { return good ? Answer::yes : Answer::no; }

// What is tried again until it is too late ends in an exception, anything else in a plain no: fact
// 8 (section 1.9, steps 3 and 5).
Answer refusal(const Step& step, UnitName name) {
  const bool forbidden = network::api_trouble(step.world) == ApiTrouble::forbidden;
  return network::reaches_api(step.world, name) && forbidden ? Answer::no : Answer::error;
}

bool answers_late(const Step& step) { return network::api_trouble(step.world) == ApiTrouble::late; }

// Somebody else was faster, or somebody's watch is behind. Whoever has raced goes by the version of
// the last load, which need not be that of its own pass: then it overwrites a valid lock. Versions
// here are those of the record; what else touches the object (4.x goes by the newer version then)
// is not modelled, nor is a first try that had succeeded unheard (4.x reads the object after a
// 409).
bool comes_too_late(Step& step, UnitName name) {
  const UnitState& unit = step.world.unit(name);
  if (!unit.member.racing) return conflicts(step, name, Key::lock);
  if (unit.cache.raced.lock_version == step.world.shared().dcs.lock_version) return false;
  if (!conflicts(step, name, Key::lock)) step.note(FactKind::conflict, name);
  return true;
}

// A compare and set, on the version that this member has loaded last (section 1.8).
Answer acquire_lock(Step& step, UnitName name) {
  if (!network::api_acts(step.world, name)) return refusal(step, name);
  if (comes_too_late(step, name)) return Answer::no;
  const Member& member = step.world.unit(name).member;
  if (member.racing && member.raced_lock != step.world.shared().dcs.lock_version) {
    step.note(FactKind::lock_stolen, name);
  }
  write_lock(step, name, answers_late(step) ? Heard::no : Heard::yes);
  return answers_late(step) ? Answer::error : Answer::yes;
}

// After a conflict the object is read anew: if it still names this member, somebody else has only
// touched it, and the renewal is tried once more (section 1.9, step 4).
Answer update_lock(Step& step, UnitName name) {
  if (network::reaches_api(step.world, name) && answers_late(step)) {
    // A primary's request was sent when it began to wait for the answer.
    if (!step.world.unit(name).member.memory.is_leader) renew(step, name, Heard::no);
    return Answer::error;
  }
  if (!network::api_serves(step.world, name)) {
    const bool retried = step.parameters.patroni == ha::Version::v4_1;  // 403 too, for renewals
    return retried ? Answer::error : refusal(step, name);
  }
  if (conflicts(step, name, Key::lock) &&
      !(step.world.shared().dcs.lock_holder == charm::member_of(name))) {
    return Answer::no;
  }
  renew(step, name, Heard::yes);
  return Answer::yes;
}

// What this pass has written before it reads again comes about when the pass is over.
void add_own_writes(ha::Dcs& dcs, UnitName name, const ha::Writes& writes) {
  if (writes.contains(ha::Write::take_lock)) dcs.lock_holder = charm::member_of(name);
  // It may have been let go some time ago, and somebody else has it since.
  const bool holds = dcs.lock_holder == charm::member_of(name);
  if (writes.contains(ha::Write::release_lock) && holds) dcs.lock_holder = {};
}

Answer race_to_initialise(Step& step, UnitName name) {
  Dcs& dcs = step.world.shared().dcs;
  if (!network::api_acts(step.world, name)) return refusal(step, name);
  if (conflicts(step, name, Key::config) || dcs.initialise != Initialise::absent) return Answer::no;
  patroni_objects::made_for_initialise(dcs);
  set_initialise(step, Initialise::bootstrapping);
  see_own_write(step, name, Key::config);
  return answers_late(step) ? Answer::error : Answer::yes;
}

bool responds(const World& world, UnitName name, UnitName peer) {
  return is_up(world, peer) && network::connected(world, name, peer);
}

// Where nobody listens the connection is refused at once; but no packet comes back from a pod whose
// node is lost, that is frozen, or behind a cut.
bool is_silent(const World& world, UnitName name, UnitName peer) {
  if (!sees_member(world, name, peer)) return false;
  const UnitState& unit = world.unit(peer);
  return unit.pod.phase == PodPhase::lost || unit.pod.phase == PodPhase::lost_terminating ||
         is_stopped(unit.surroundings.frozen) || !network::connected(world, name, peer);
}

// GET /patroni of everybody, in parallel; whoever does not answer is ignored (fact 16). Who has
// come to lead since they were asked for a race had not said so.
void ask_peers(const World& world, UnitName name, ha::HaAnswers& answers) {
  const Member& asking = world.unit(name).member;
  for (UnitName peer : world.existing()) {
    if (peer == name) continue;
    ha::PeerStatus& status = answers.peer[peer.ordinal];
    status.reachable = !asking.unheard.contains(peer) && responds(world, name, peer);
    if (asking.racing && postgresql::is_primary(world, peer)) status.reachable = false;
    if (!status.reachable) continue;
    status.nofailover = world.unit(peer).member.tagged;
    const Postgres& postgres = world.unit(peer).postgres;
    status.is_primary = postgresql::is_primary(world, peer);
    if (postgres.database != Database::running) continue;  // no positions in its answer
    status.timeline = postgres.timeline;
    status.received = postgres.lsn;
    status.replayed = postgres.replayed;
  }
  answers.peers = Answer::yes;
}

// POST /failsafe to everybody else in the map; each must accept (section 2.11).
Answer ask_failsafe(Step& step, UnitName name) {
  World& world = step.world;
  const ha::MemberSet map = world.unit(name).member.memory.failsafe_map;
  bool all = true;
  for (UnitName peer : world.existing()) {
    if (peer == name || !map.contains(charm::member_of(peer))) continue;
    // One retry: over a lossy link both have to be lost.
    const bool heard =
        network::answers_in_time(step, name, peer) || network::answers_in_time(step, name, peer);
    if (!heard || !responds(world, name, peer) || postgresql::is_primary(world, peer)) {
      all = false;
      continue;
    }
    Memory& theirs = world.unit(peer).member.memory;
    theirs.failsafe_sender = charm::member_of(name);
    theirs.failsafe_us = world.now().micros;
  }
  return yes_if(all);
}

// What the leader's replication connection tells: by timeline numbers, as Patroni compares them.
ha::LeaderHistory history_of(const World& world, UnitName name) {
  const Dcs& dcs = seen_by(world, name);
  ha::LeaderHistory history;
  history.reachable = dcs.lock_holder.has_value() &&
                      network::connected(world, name, charm::unit_of(*dcs.lock_holder)) &&
                      postgresql::is_primary(world, charm::unit_of(*dcs.lock_holder));
  if (!history.reachable) return history;
  const Postgres& leader = world.unit(charm::unit_of(*dcs.lock_holder)).postgres;
  const Postgres& mine = world.unit(name).postgres;
  const auto& branches = world.shared().branches;
  history.timeline = leader.timeline;
  history.has_my_timeline = false;
  std::uint64_t left = leader.lsn;
  for (std::uint16_t at = leader.branch; at != 0; at = branches[at].parent) {
    if (branches[at].timeline == mine.timeline) {
      history.has_my_timeline = true;
      history.switchpoint = left;
    }
    left = std::min(left, branches[at].fork_lsn);
  }
  history.ends_at_switchpoint = mine.lsn == history.switchpoint;
  return history;
}

Answer write_sync(Step& step, UnitName name, const ha::SyncKey& key) {
  if (!network::api_acts(step.world, name)) return Answer::no;
  if (conflicts(step, name, Key::sync)) return Answer::no;
  if (postgresql::is_primary(step.world, name)) step.world.shared().client.unprotected = false;
  Dcs& dcs = step.world.shared().dcs;
  dcs.sync_leader = key.leader;
  dcs.sync_standbys.clear();
  for (UnitName unit : step.world.existing()) {
    if (key.standbys.contains(charm::member_of(unit))) dcs.sync_standbys.insert(unit);
  }
  ++dcs.sync_version;
  see_own_write(step, name, Key::sync);
  step.note(FactKind::sync_standbys, name, static_cast<std::uint32_t>(key.standbys.size()));
  return yes_if(!answers_late(step));
}

}  // namespace

void write_standbys(Step& step, UnitName name, const ha::SyncKey& key) {
  write_sync(step, name, key);
}

bool note_silent_peers(Step& step, UnitName name) {
  UnitBits& unheard = step.world.unit(name).member.unheard;
  unheard.clear();
  for (UnitName peer : step.world.existing()) {
    if (peer == name) continue;
    const bool lost =
        network::is_lossy(step.world, name, peer) && !network::answers_in_time(step, name, peer);
    if (lost || is_silent(step.world, name, peer)) unheard.insert(peer);
  }
  return !unheard.empty();
}

void answer(Step& step, UnitName name, const ha::HaDecision& so_far, ha::HaAnswers& answers) {
  switch (so_far.asks) {
    case ha::Ask::nothing: return;
    case ha::Ask::update_lock: answers.update_lock = update_lock(step, name); return;
    case ha::Ask::acquire_lock: answers.acquire_lock = acquire_lock(step, name); return;
    case ha::Ask::initialize: answers.initialize = race_to_initialise(step, name); return;
    case ha::Ask::peers: return ask_peers(step.world, name, answers);
    case ha::Ask::failsafe: answers.failsafe = ask_failsafe(step, name); return;
    case ha::Ask::reload:
      answers.reload = network::reaches_api(step.world, name) ? Answer::yes : Answer::error;
      if (answers.reload == Answer::yes) load_cluster(step, name);
      answers.reloaded = dcs_of(step.world, name);
      add_own_writes(answers.reloaded, name, so_far.writes);
      return;
    case ha::Ask::history:
      answers.history = Answer::yes;
      answers.leader = history_of(step.world, name);
      return;
    case ha::Ask::write_sync: {
      const auto at = static_cast<std::size_t>(so_far.sync_writes - 1);
      answers.write_sync[at] = write_sync(step, name, so_far.sync_key[at]);
      return;
    }
  }
}

}  // namespace model::patroni
