// Patroni's process, its long actions, and its REST API.
#include "model/patroni.h"

#include <algorithm>

#include "model/kubernetes.h"
#include "model/patroni_loop.h"
#include "model/postgresql.h"
#include "model/timing.h"

namespace model::patroni {
namespace {

using charm::UnitName;

Span job_time(Job job) {
  switch (job) {
    case Job::none: return {};
    case Job::initdb: return timing::initdb;
    case Job::clone: return timing::clone;
    case Job::recover: return timing::recover;
    case Job::rewind: return timing::rewind;
    case Job::promote: return timing::promote;
    case Job::hand_over: return timing::hand_over;
  }
  return {};
}

// Section 2.4: system identifier, configuration and lock are written when the database is up.
void finish_initdb(Step& step, UnitName name) {
  Shared& shared = step.world.shared();
  UnitState& unit = step.world.unit(name);
  Postgres& postgres = unit.postgres;
  postgres.database = Database::running;
  postgres.in_recovery = false;
  postgres.system_id = shared.next_system_id++;
  postgres.timeline = 0;
  postgres.branch = 0;
  postgres.lsn = postgres.written = postgres.replayed = 0x3000000;
  postgresql::begin_history(step, name, 0);
  ++postgres.stint;
  unit.member.admitted = unit.volume.admitted;
  shared.dcs.initialise = Initialise::done;
  shared.dcs.system_id = unit.postgres.system_id;
  shared.dcs.cluster_timeline = 1;
  shared.dcs.node_count = unit.volume.bootstrap_node_count;
  shared.dcs.strict = unit.volume.bootstrap_strict;
  ++shared.dcs.config_version;
  write_lock(step, name);
}

// A copy of the holder's data, or its own data set back to where the two agree.
void finish_copy(Step& step, UnitName name) {
  const Dcs& dcs = step.world.shared().dcs;
  UnitState& unit = step.world.unit(name);
  const charm::MaybeMember holder = dcs.lock_holder;
  const bool source_runs = holder && charm::unit_of(*holder) != name &&
                           postgresql::is_primary(step.world, charm::unit_of(*holder));
  if (!source_runs) return;  // the copy failed: the next loop decides anew
  postgresql::copy(step, name, charm::unit_of(*holder));
  postgresql::start_in_recovery(step, name);
  unit.member.admitted = unit.volume.admitted;
}

void finish_recovery(Step& step, UnitName name) {
  UnitState& unit = step.world.unit(name);
  postgresql::start_in_recovery(step, name);
  unit.member.admitted = unit.volume.admitted;
}

// The lock may have gone to somebody else during the promotion: then it is not finished.
void finish_promotion(Step& step, UnitName name) {
  if (!holds_lock(step.world, name)) return;
  postgresql::promote(step, name);
  step.world.shared().dcs.cluster_timeline = step.world.unit(name).postgres.timeline;
}

// SIGTERM (section 2.13): the database is down, the candidates have everything, the lock is free.
void finish_hand_over(Step& step, UnitName name) {
  postgresql::stop(step, name);
  release_lock(step, name);
  kill_process(step, name);
  step.note(FactKind::service_stopped, name);
  kubernetes::process_ended(step, name);
}

}  // namespace

void start_process(Step& step, UnitName name) {
  step.world.unit(name).member = {};
  step.world.arm(timer_id(name, UnitTimer::ha), timing::process_start);
}

void kill_process(Step& step, UnitName name) {
  UnitState& unit = step.world.unit(name);
  // A database that was never finished is thrown away; an orphaned `initialize` is taken back by
  // its maker's successor (section 2.4; the charm's upstream removes the objects instead).
  if (unit.member.job == Job::initdb) step.world.shared().dcs.initialise = Initialise::absent;
  postgresql::crash(step, name);
  unit.member = {};
  unit.container.service_running = false;
  for (UnitTimer timer : {UnitTimer::ha, UnitTimer::lock_expiry, UnitTimer::job}) {
    step.world.disarm(timer_id(name, timer));
  }
}

void shut_down(Step& step, UnitName name) {
  UnitState& unit = step.world.unit(name);
  if (!unit.container.service_running) return kubernetes::process_ended(step, name);
  if (unit.member.job == Job::initdb) step.world.shared().dcs.initialise = Initialise::absent;
  postgresql::stop(step, name);  // new sessions are refused from the start
  step.world.disarm(timer_id(name, UnitTimer::ha));
  start_job(step, name, Job::hand_over);
}

void crash_database(Step& step, UnitName name) {
  if (step.world.unit(name).postgres.database != Database::running) return;
  postgresql::crash(step, name);
  step.note(FactKind::database_crashed, name);
}

bool is_up(const World& world, UnitName name) {
  const UnitState& unit = world.unit(name);
  if (unit.surroundings.frozen != Frozen::no) return false;
  return unit.container.service_running && unit.member.rest_up && unit.member.job != Job::hand_over;
}

void start_job(Step& step, UnitName name, Job job) {
  step.world.unit(name).member.job = job;
  step.world.arm(timer_id(name, UnitTimer::job), job_time(job));
  step.note(FactKind::job_started, name, static_cast<std::uint32_t>(job));
}

void on_job_timer(Step& step, UnitName name) {
  const Job job = step.world.unit(name).member.job;
  step.world.unit(name).member.job = Job::none;
  step.note(FactKind::job_ended, name, static_cast<std::uint32_t>(job));
  switch (job) {
    case Job::none: return;
    case Job::initdb: finish_initdb(step, name); break;
    case Job::clone:
    case Job::rewind: finish_copy(step, name); break;
    case Job::recover: finish_recovery(step, name); break;
    case Job::promote: finish_promotion(step, name); break;
    case Job::hand_over: return finish_hand_over(step, name);
  }
  kubernetes::note_working_primary(step);
  wake(step, name);  // the executor wakes the loop when an action has ended
}

std::optional<charm::ClusterView> cluster(Step& step, UnitName name) {
  if (!is_up(step.world, name)) return std::nullopt;
  observe_lock(step, name);
  const Dcs& dcs = step.world.shared().dcs;
  charm::ClusterView view;
  for (UnitName unit : step.world.existing()) {
    if (!is_member(step.world, unit)) continue;
    charm::ClusterMember member{charm::member_of(unit), charm::MemberRole::replica,
                                step.world.unit(unit).pod.published_state};
    if (!is_unlocked(step.world, name) && dcs.lock_holder == member.name) {
      member.role = charm::MemberRole::leader;
    } else if (dcs.sync_standbys.contains(unit)) {
      member.role = charm::MemberRole::sync_standby;
    }
    view.push_back(member);
  }
  return view;
}

std::optional<charm::MemberState> health(const World& world, UnitName name) {
  if (!is_up(world, name)) return std::nullopt;
  const UnitState& unit = world.unit(name);
  if (unit.postgres.database == Database::running) return charm::MemberState::running;
  if (unit.member.job == Job::recover) return charm::MemberState::starting;
  return charm::MemberState::other;
}

bool patch_configuration(Step& step, UnitName name, const charm::DynamicConfiguration& wanted) {
  Dcs& dcs = step.world.shared().dcs;
  if (!is_up(step.world, name) || dcs.config_version == 0) return false;
  const bool same = dcs.node_count == wanted.synchronous.node_count &&
                    dcs.strict == wanted.synchronous.strict &&
                    dcs.max_connections == wanted.max_connections;
  if (same) return true;  // no write if nothing changed (section 3.5)
  dcs.node_count = wanted.synchronous.node_count;
  dcs.strict = wanted.synchronous.strict;
  dcs.max_connections = wanted.max_connections;
  ++dcs.config_version;
  for (UnitName unit : step.world.existing()) wake(step, unit);
  return true;
}

bool reload(Step& step, UnitName name) {
  if (!is_up(step.world, name)) return false;
  UnitState& unit = step.world.unit(name);
  unit.member.admitted = unit.volume.admitted;
  return true;
}

}  // namespace model::patroni
