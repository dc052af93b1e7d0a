// The lock: one record on the Endpoints object, and a clock of its own for every observer.
#include "model/kubernetes.h"
#include "model/network.h"
#include "model/patroni.h"
#include "model/patroni/loop.h"
#include "model/postgresql.h"
#include "model/timing.h"

namespace model::patroni {

using charm::UnitName;

void observe_lock(Step& step, UnitName name) {
  Member& member = step.world.unit(name).member;
  const Dcs& dcs = seen_by(step.world, name);
  if (dcs.lock_version == 0 || member.observed_lock == dcs.lock_version) return;
  member.observed_lock = dcs.lock_version;
  member.lock_valid = true;
  // Not before the record has been seen: a fresh process gives an old record a full ttl.
  step.world.arm(timer_id(name, UnitTimer::lock_expiry),
                 exactly(network::by_clock_of(step.world, name, step.parameters.ttl)));
}

void load_cluster(Step& step, UnitName name) {
  observe_lock(step, name);
  UnitState& unit = step.world.unit(name);
  const bool forgets = unit.member.racing && !step.parameters.race_mended;
  if (forgets) unit.cache.raced.lock_version = seen_by(step.world, name).lock_version;
}

bool holds_lock(const World& world, UnitName unit) {
  return !is_unlocked(world, unit) && seen_by(world, unit).lock_holder == charm::member_of(unit);
}

bool is_unlocked(const World& world, UnitName unit) {
  return !world.unit(unit).member.lock_valid || !seen_by(world, unit).lock_holder;
}

void write_lock(Step& step, UnitName unit, Heard heard) {
  Dcs& dcs = step.world.shared().dcs;
  const charm::MemberName member = charm::member_of(unit);
  if (heard == Heard::yes) {
    step.world.unit(unit).postgres.confirmed_us = step.world.now().micros;
  }
  if (!(dcs.lock_holder == member)) {
    step.world.shared().client.handover_optime = dcs.optime;
    step.world.shared().client.handover_lag = seen_by(step.world, unit).maximum_lag;
    ++dcs.transitions;
    step.note(FactKind::lock_taken, unit, dcs.transitions);
  }
  dcs.lock_holder = member;
  dcs.optime = step.world.unit(unit).postgres.lsn;
  ++dcs.lock_version;
  see_own_write(step, unit, Key::lock);
  observe_lock(step, unit);
  for (UnitName other : step.world.existing()) {
    if (other != unit) wake_by_watch(step, other);
  }
}

// Who has to agree to go on without the DCS (sections 1.9, 2.11).
void renew(Step& step, UnitName unit, Heard heard) {
  write_lock(step, unit, heard);
  Dcs& dcs = step.world.shared().dcs;
  dcs.has_failsafe_map = true;
  dcs.failsafe_map = {};
  dcs.failsafe_map.insert(charm::member_of(unit));  // also while its own record is not there
  for (UnitName peer : members_seen_by(step.world, unit)) {
    dcs.failsafe_map.insert(charm::member_of(peer));
  }
  see_own_write(step, unit, Key::lock);
}

void release_lock(Step& step, UnitName unit) {
  Dcs& dcs = step.world.shared().dcs;
  const charm::MemberName me = charm::member_of(unit);
  // One try: a lock that cannot be let go runs out (section 1.10).
  if (!(seen_by(step.world, unit).lock_holder == me) || conflicts(step, unit, Key::lock)) return;
  if (!(dcs.lock_holder == me)) return;
  dcs.lock_holder = {};
  dcs.optime = step.world.unit(unit).postgres.lsn;
  ++dcs.lock_version;
  see_own_write(step, unit, Key::lock);
  step.note(FactKind::lock_released, unit);
  for (UnitName other : step.world.existing()) {
    if (other != unit) wake_by_watch(step, other);
  }
}

void set_initialise(Step& step, Initialise state) {
  Initialise& initialise = step.world.shared().dcs.initialise;
  if (initialise == state) return;
  initialise = state;
  step.world.shared().initialise_since_us = step.world.shared().now_us;
  step.note(FactKind::initialise_changed, {}, static_cast<std::uint32_t>(state));
}

void begin_race(Step& step, UnitName name) {
  UnitState& unit = step.world.unit(name);
  unit.member.racing = true;
  unit.cache.raced = seen_by(step.world, name);
  unit.member.raced_lock = unit.cache.raced.lock_version;
}

void end_pass(Step& step, UnitName name) {
  UnitState& unit = step.world.unit(name);
  unit.member.asking = unit.member.racing = false;
  unit.member.raced_lock = 0;
  unit.member.unheard.clear();
  unit.cache.raced = {};
}

void wake(Step& step, UnitName name) {
  UnitState& unit = step.world.unit(name);
  if (!unit.container.service_running || !unit.member.rest_up) return;
  if (unit.member.woken || unit.member.handing_over) return;  // already on its way, or none to come
  const bool in_a_pass = unit.member.asking || unit.member.renewing || unit.member.naming;
  unit.member.missed_event = in_a_pass;
  if (in_a_pass) return;
  unit.member.woken = true;
  step.world.arm(timer_id(name, UnitTimer::ha), timing::wake_up);
}

bool is_member(const World& world, UnitName unit) {
  const Pod& pod = world.unit(unit).pod;
  return pod.phase != PodPhase::absent && pod.member_labels && pod.published;
}

bool is_starting(const Member& member) {
  return member.job == Job::restart_after_failure || member.job == Job::start_after_demotion ||
         member.job == Job::start_primary || member.job == Job::restart;
}

namespace {

charm::MemberState process_state(const UnitState& unit) {
  if (unit.postgres.database == Database::running) return charm::MemberState::running;
  const bool starts = unit.postgres.database == Database::starting || is_starting(unit.member);
  return starts ? charm::MemberState::starting : charm::MemberState::other;
}

RoleLabel role_of(const World& world, UnitName name) {
  if (holds_lock(world, name)) return RoleLabel::primary;
  const Postgres& postgres = world.unit(name).postgres;
  const bool replica = postgres.database == Database::running && postgres.in_recovery;
  return replica ? RoleLabel::replica : RoleLabel::none;
}

}  // namespace

void publish(Step& step, UnitName name) {
  UnitState& unit = step.world.unit(name);
  unit.pod.published = true;
  unit.pod.published_tags = unit.member.tagged ? Tags::both : Tags::none;
  unit.pod.published_primary =
      unit.member.role == ha::Role::primary || unit.member.role == ha::Role::promoted;
  unit.pod.published_timeline = unit.postgres.timeline;
  unit.pod.published_state = postgresql::is_streaming(step.world, name)
                                 ? charm::MemberState::streaming
                                 : process_state(unit);
  kubernetes::label_role(step, name, role_of(step.world, name));
}

namespace {

// From 4.0 on a standby keeps slots as well, for whoever follows it once it leads
// (member_slots_ttl), unless a job of its own is at its PostgreSQL.
bool has_slots(const Step& step, UnitName name) {
  const UnitState& unit = step.world.unit(name);
  const Job job = unit.member.job;
  // A promotion's end has to be seen first: the passes before it renew the lock, and no more.
  if (postgresql::is_primary(step.world, name)) return job != Job::promote;
  return step.parameters.patroni == ha::Version::v4_1 &&
         unit.postgres.database == Database::running && (job == Job::none || job == Job::promote);
}

}  // namespace

void manage_slots(Step& step, UnitName name) {
  if (!has_slots(step, name)) return;
  UnitState& unit = step.world.unit(name);
  if (step.parameters.patroni == ha::Version::v4_1 && unit.member.tagged) {
    // For nobody, even if it leads: 4.1.5, dcs/__init__.py, _get_members_slots. One that is in use
    // cannot be dropped.
    unit.postgres.slots = unit.postgres.slots & postgresql::standbys(step.world, name);
    return;
  }
  unit.postgres.slots = members_seen_by(step.world, name);
  unit.postgres.slots.erase(name);
}

}  // namespace model::patroni
