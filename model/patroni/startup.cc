// PostgreSQL starts, and dies while it does: at once, or after a long recovery, in which it is
// `starting` (patroni-and-kubernetes.md, sections 2.7 and 2.8).
#include <algorithm>

#include "model/kubernetes.h"
#include "model/network.h"
#include "model/patroni.h"
#include "model/patroni/loop.h"
#include "model/postgresql.h"
#include "model/timing.h"

namespace model::patroni {

using charm::UnitName;

namespace {

bool is_standby(const Postgres& postgres) {
  return postgres.database == Database::running && postgres.in_recovery;
}

}  // namespace

bool starts_postgres(Job job) {
  return job == Job::start_primary || job == Job::restart_after_failure ||
         job == Job::start_after_demotion || job == Job::change_upstream || job == Job::restart;
}

void come_up(Step& step, UnitName name, ha::Role role) {
  UnitState& unit = step.world.unit(name);
  unit.member.starting_us = 0;
  unit.member.state = ha::PostgresState::running;
  unit.member.role = role;
  kubernetes::look_at_health(step, name);
}

void finish_start(Step& step, UnitName name) {
  UnitState& unit = step.world.unit(name);
  if (unit.postgres.database == Database::running) postgresql::stop(step, name);
  postgresql::start_in_recovery(step, name);
  start_with_parameters(step, name);
  come_up(step, name, ha::Role::replica);
  const charm::MaybeMember upstream = unit.member.job_upstream;
  if (upstream && charm::unit_of(*upstream) != name) {
    postgresql::follow(step, name, charm::unit_of(*upstream));
  }
}

// In place, after a crash: the same timeline, and all that was flushed.
void finish_start_primary(Step& step, UnitName name) {
  UnitState& unit = step.world.unit(name);
  unit.postgres.database = Database::running;
  unit.postgres.in_recovery = false;
  unit.postgres.clean = false;
  unit.postgres.unsent.clear();
  unit.postgres.written = unit.postgres.replayed = unit.postgres.lsn;
  ++unit.postgres.stint;
  start_with_parameters(step, name);
  come_up(step, name, ha::Role::primary);
}

// How much longer than usual a start takes.
charm::Duration recovery_left(const World& world, UnitName name) {
  const std::int64_t left = world.unit(name).surroundings.recovered_us - world.now().micros;
  return charm::Duration(std::max<std::int64_t>(0, left));
}

// A start that takes long is seen: there is a postmaster that refuses connections. How long the job
// waits for it: a holder for primary_start_timeout, others for pg_ctl_timeout (section 2.8).
Span begin_start(Step& step, UnitName name, Span takes) {
  UnitState& unit = step.world.unit(name);
  if (unit.postgres.database == Database::running) postgresql::stop(step, name);
  const Job job = unit.member.job;
  unit.postgres.database = Database::starting;
  unit.postgres.clean = false;
  // A restart keeps what it is.
  if (job != Job::start_primary && job != Job::restart) unit.postgres.in_recovery = true;
  unit.member.state = ha::PostgresState::starting;
  unit.member.starting_us = step.world.now().micros;
  step.world.arm(timer_id(name, UnitTimer::startup), takes);
  const bool resumes = job == Job::restart_after_failure || job == Job::restart;
  const bool leads = job == Job::start_primary || (resumes && holds_lock(step.world, name));
  const charm::Duration patience =
      leads ? step.parameters.primary_start_timeout : timing::pg_ctl_timeout;
  return exactly(network::by_clock_of(step.world, name, patience));
}

void crash_database(Step& step, UnitName name, charm::Duration recovers_in) {
  UnitState& unit = step.world.unit(name);
  std::int64_t& recovered_us = unit.surroundings.recovered_us;
  if (recovers_in.count() > 0) {
    recovered_us = std::max(recovered_us, (step.world.now() + recovers_in).micros);
  }
  const Database before = unit.postgres.database;
  if (before != Database::running && before != Database::starting) return;
  postgresql::crash(step, name);
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(recovers_in);
  step.note(FactKind::database_crashed, name, static_cast<std::uint32_t>(seconds.count()));
  if (before == Database::running) return;
  unit.member.state = ha::PostgresState::stopped;  // Patroni's word: start failed
  if (unit.member.job == Job::none) {
    unit.member.starting_us = 0;
  } else {  // it looks each second
    step.world.arm(timer_id(name, UnitTimer::job), timing::start_poll);
  }
}

void on_startup_timer(Step& step, UnitName name) {
  if (makes_data(step.world.unit(name).member.job)) return write_pg_hba_at_last(step, name);
  if (is_standby(step.world.unit(name).postgres)) return finish_promotion(step, name);
  // It was due while the pod was frozen, and has died since.
  if (step.world.unit(name).postgres.database != Database::starting) return;
  Member& member = step.world.unit(name).member;
  const bool in_recovery = step.world.unit(name).postgres.in_recovery;
  in_recovery ? finish_start(step, name) : finish_start_primary(step, name);
  // It takes commits before anybody has looked whether the lock has expired meanwhile: a pass that
  // finds PostgreSQL silent ends there (Patroni 3.1; ARCHITECTURE.md).
  if (!in_recovery) step.world.unit(name).postgres.excused_us = step.world.now().micros;
  if (starts_postgres(member.job)) {
    step.note(FactKind::job_ended, name, static_cast<std::uint32_t>(member.job));
    member.job = Job::none;
    step.world.disarm(timer_id(name, UnitTimer::job));
  }
  kubernetes::note_working_primary(step);
  wake(step, name);
}

}  // namespace model::patroni
