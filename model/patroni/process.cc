// Patroni's process, and its long actions.
#include <algorithm>

#include "model/kubernetes.h"
#include "model/network.h"
#include "model/patroni.h"
#include "model/patroni/loop.h"
#include "model/patroni_objects.h"
#include "model/pebble.h"
#include "model/postgresql.h"
#include "model/timing.h"

namespace model::patroni {
namespace {

using charm::UnitName;

Span job_time(Job job) {
  switch (job) {
    case Job::bootstrap:
    case Job::bootstrap_standby_leader: return timing::initdb;
    case Job::post_bootstrap: return timing::post_bootstrap;
    case Job::clone_from_leader:
    case Job::clone_from_replica:
    case Job::clone_without_leader:
    case Job::reinitialize: return timing::clone;
    case Job::crash_recovery: return timing::crash_recovery;
    case Job::rewind: return timing::rewind;
    case Job::promote: return timing::promotion_request;
    case Job::demote_gracefully:
    case Job::demote_to_standby_cluster: return timing::checkpoint;
    case Job::demote_offline: return timing::postmaster_end;
    case Job::start_primary:
    case Job::restart_after_failure:
    case Job::start_after_demotion:
    case Job::change_upstream:
    case Job::restart: return timing::recover;
    case Job::none:
    case Job::copy_slots: return {};
  }
  return {};
}

// Section 2.4: the database is there, and nobody knows of it before the pass that writes the lock.
void finish_initdb(Step& step, UnitName name) {
  write_pg_hba_at_last(step, name);
  UnitState& unit = step.world.unit(name);
  Postgres& postgres = unit.postgres;
  unit.volume.data_directory = true;
  postgres.database = Database::running;
  postgres.in_recovery = false;
  postgres.clean = false;
  postgres.system_id = step.world.shared().next_system_id++;
  postgres.timeline = 0;
  postgres.branch = 0;
  postgres.lsn = postgres.written = postgres.replayed = 0x3000000;
  postgres.excused_us = step.world.now().micros;
  postgresql::begin_history(step, name, 0);
  postgresql::begin_system_roles(step, name);
  ++postgres.stint;
  start_with_parameters(step, name);
  come_up(step, name, ha::Role::primary);
}

// Where the job at hand copies from, if it can be reached, and lets this member in as that user.
charm::MaybeUnit source_of(const World& world, UnitName name, charm::SystemUser user) {
  const Member& member = world.unit(name).member;
  const charm::MaybeMember from =
      member.job_upstream ? member.job_upstream : seen_by(world, name).lock_holder;
  if (!from || charm::unit_of(*from) == name) return {};
  const UnitName source = charm::unit_of(*from);
  const bool serves = sees_member(world, name, source) && postgresql::is_primary(world, source) &&
                      network::connected(world, name, source) && lets_in(world, source, name) &&
                      postgresql::may_log_in(world, name, source, user);
  return serves ? charm::MaybeUnit(source) : charm::MaybeUnit();
}

// A copy of the source's data. One that failed leaves nothing behind, not even an empty directory:
// the next pass begins anew.
void finish_clone(Step& step, UnitName name) {
  UnitState& unit = step.world.unit(name);
  postgresql::end_backup(step, name);
  write_pg_hba_at_last(step, name);
  const charm::MaybeUnit source = source_of(step.world, name, charm::SystemUser::replication);
  if (!source) {
    unit.member.admitted.clear();
    unit.postgres.database = Database::none;
    unit.volume.data_directory = false;  // Patroni 3.1.2: ha.py, clone
    return;
  }
  unit.volume.data_directory = true;
  postgresql::copy(step, name, *source);
  postgresql::start_in_recovery(step, name);
  start_with_parameters(step, name);
  come_up(step, name, ha::Role::replica);
  postgresql::follow(step, name, *source);
}

// The data goes back to where the two agree, and on to where the source is. The next pass starts
// it.
void finish_rewind(Step& step, UnitName name) {
  UnitState& unit = step.world.unit(name);
  const charm::MaybeUnit source = source_of(step.world, name, charm::SystemUser::rewind);
  // From a leader that is not there, or refuses the password, it is tried anew; only a healthy one
  // makes it fail for good (2.10).
  unit.member.memory.rewind = source ? ha::Rewind::succeeded : ha::Rewind::needed;
  if (!source) return;
  postgresql::stop(step, name);
  if (postgresql::has_confirmed_beyond(step.world, name, *source)) {
    step.note(FactKind::rewound_acknowledged, name);
  }
  postgresql::copy(step, name, *source);
  unit.postgres.in_recovery = true;
  unit.postgres.clean = true;
}

void finish_crash_recovery(Step& step, UnitName name) {
  Postgres& postgres = step.world.unit(name).postgres;
  postgres.clean = true;
}

}  // namespace

namespace {

// What PostgreSQL knows, and Patroni only asks it.
void forget_all_but_postgres(Member& member) {
  member = {.admits_by_tls = member.admits_by_tls,
            .sync_names = member.sync_names,
            .admitted = member.admitted,
            .passwords = member.passwords};
}

void load_tls(Step& step, UnitName name) {
  UnitState& unit = step.world.unit(name);
  const PemFiles& files = unit.volume.pem;
  const bool fits = files.key != 0 && files.authority != 0 && files.certificate != 0 &&
                    key_of(files.key) == key_of(files.certificate);
  // A real Patroni ends with an error at its start, and keeps what it had at a reload.
  if (unit.volume.tls && !fits) step.note(FactKind::key_mismatch, name);
  if (unit.member.tls != unit.volume.tls) {
    step.note(FactKind::tls_switched, name, unit.volume.tls ? 1 : 0);
  }
  unit.member.tls = unit.volume.tls;
  unit.member.certificate = unit.volume.tls ? files.certificate : 0;
  kubernetes::look_at_health(step, name);
}

}  // namespace

void load_file(Step& step, UnitName name) {
  UnitState& unit = step.world.unit(name);
  unit.member.tagged = unit.volume.tagged;
  unit.member.parameters.local = unit.volume.parameters;
  unit.member.reloadable = unit.volume.reloadable;
  unit.member.passwords = unit.volume.passwords;
  load_tls(step, name);
}

void start_process(Step& step, UnitName name) {
  UnitState& unit = step.world.unit(name);
  end_pass(step, name);
  forget_cache(step, name);
  if (unit.postgres.database == Database::running) {  // the process before it was killed alone
    forget_all_but_postgres(unit.member);
    forget_who_caught_up(step, name);
    unit.member.state = ha::PostgresState::running;
    load_pg_hba(step, name);
    write_pg_hba(step, name);
  } else {
    unit.member = {};
    load_pg_hba(step, name);
  }
  load_file(step, name);
  if (unit.postgres.database != Database::none) {
    unit.member.role = unit.postgres.in_recovery ? ha::Role::replica : ha::Role::primary;
  }
  step.world.arm(timer_id(name, UnitTimer::ha), timing::process_start);
  kubernetes::look_at_health(step, name);
}

void kill_process(Step& step, UnitName name) {
  UnitState& unit = step.world.unit(name);
  // What initdb has not finished leaves nothing behind; of a real one the directory stays, and is
  // in the next one's way. `initialize` stays, and keeps everybody from beginning anew
  // (section 2.4).
  postgresql::crash(step, name);
  unit.postgres.unsent.clear();
  end_pass(step, name);
  unit.member = {};
  forget_cache(step, name);
  unit.container.service_running = false;
  for (UnitTimer timer :
       {UnitTimer::ha, UnitTimer::lock_expiry, UnitTimer::job, UnitTimer::startup}) {
    step.world.disarm(timer_id(name, timer));
  }
}

void kill_patroni(Step& step, UnitName name) {
  UnitState& unit = step.world.unit(name);
  const bool busy = unit.member.job != Job::none || unit.member.handing_over;
  if (busy || unit.postgres.database != Database::running) return kill_process(step, name);
  forget_all_but_postgres(unit.member);
  end_pass(step, name);
  forget_cache(step, name);
  unit.container.service_running = false;
  for (UnitTimer timer : {UnitTimer::ha, UnitTimer::lock_expiry}) {
    step.world.disarm(timer_id(name, timer));
  }
  kubernetes::look_at_health(step, name);
}

bool is_up(const World& world, UnitName name) {
  const UnitState& unit = world.unit(name);
  if (is_stopped(unit.surroundings.frozen)) return false;
  return unit.container.service_running && unit.member.rest_up && !unit.member.handing_over;
}

void start_job(Step& step, UnitName name, Job job, const ha::Upstream& upstream) {
  Member& member = step.world.unit(name).member;
  member.job = job;
  member.job_upstream = upstream.member;
  if (job == Job::crash_recovery) member.memory.crash_recovery_us = step.world.now().micros;
  member.stopping = Stopping::no;
  member.looks = 0;
  if (is_step_down(job)) begin_step_down(step, name);
  if (copies_data(job)) {
    const charm::MaybeUnit source = source_of(step.world, name, charm::SystemUser::replication);
    if (source) {  // pg_basebackup makes the directory once it is connected
      postgresql::begin_backup(step, name, *source);
      step.world.unit(name).volume.data_directory = true;
    }
  }
  if (job == Job::demote_offline) postgresql::begin_stop(step, name);
  const charm::Duration slow = recovery_left(step.world, name);
  Span takes = job_time(job);
  if (slow.count() > 0 && (starts_postgres(job) || job == Job::crash_recovery)) {
    takes = {takes.least + slow, takes.most + slow};
  }
  if (slow.count() > 0 && starts_postgres(job)) takes = begin_start(step, name, takes);
  step.world.arm(timer_id(name, UnitTimer::job), takes);
  arm_start(step, name, job);
  step.note(FactKind::job_started, name, static_cast<std::uint32_t>(job));
}

namespace {

// What the job has come to, by what it was.
void finish(Step& step, UnitName name, Job job) {
  Member& member = step.world.unit(name).member;
  switch (job) {
    case Job::bootstrap:
    case Job::bootstrap_standby_leader: return finish_initdb(step, name);
    case Job::post_bootstrap: member.memory.response = ha::Response::succeeded; return;
    case Job::clone_from_leader:
    case Job::clone_from_replica:
    case Job::clone_without_leader:
    case Job::reinitialize: return finish_clone(step, name);
    case Job::crash_recovery: return finish_crash_recovery(step, name);
    case Job::rewind: return finish_rewind(step, name);
    case Job::start_primary: return finish_start_primary(step, name);
    case Job::restart_after_failure:
    case Job::start_after_demotion:
    case Job::change_upstream: return finish_start(step, name);
    case Job::restart:
      return step.world.unit(name).postgres.in_recovery ? finish_start(step, name)
                                                        : finish_start_primary(step, name);
    case Job::demote_gracefully:
    case Job::demote_to_standby_cluster: return finish_step_down(step, name);
    case Job::demote_offline:
      step.note(FactKind::demoted, name);
      return start_job(step, name, Job::start_after_demotion);
    case Job::promote:
    case Job::none:
    case Job::copy_slots: return;
  }
}

}  // namespace

void on_job_timer(Step& step, UnitName name) {
  Member& member = step.world.unit(name).member;
  if (member.handing_over) return go_on_shutting_down(step, name);
  if (is_step_down(member.job) && !go_on_stepping_down(step, name)) return;
  if (member.job == Job::demote_offline && !go_on_demoting(step, name)) return;
  if (member.job == Job::promote && !go_on_promoting(step, name)) return;
  const Job job = member.job;
  member.job = Job::none;
  step.note(FactKind::job_ended, name, static_cast<std::uint32_t>(job));
  const Database database = step.world.unit(name).postgres.database;
  if (member.starting_us == 0) {
    finish(step, name, job);
  } else if (database == Database::stopped) {
    member.starting_us = 0;  // it has died while it started
  }  // or it is not up yet, and is left alone
  kubernetes::note_working_primary(step);
  wake(step, name);  // the executor wakes the loop when an action has ended
}

}  // namespace model::patroni
