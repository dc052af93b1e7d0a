// pg_hba.conf: whom PostgreSQL lets in to replicate. Patroni writes it before it starts PostgreSQL,
// or when it begins and finds one that runs; and at a reload, if the list in patroni.yml is another
// than the one that it has loaded, and PostgreSQL is `running` then. What it loads at any other
// time it takes for written (Patroni 3.1.2: postgresql/__init__.py, start; postgresql/config.py,
// reload_config). Neither a promotion nor a change of the dynamic configuration writes it.
#include "model/patroni.h"
#include "model/patroni/loop.h"
#include "model/timing.h"

namespace model::patroni {
namespace {

using charm::UnitName;

bool is_loaded(const UnitState& unit) {
  return unit.member.listed == unit.volume.admitted &&
         unit.member.listed_by_tls == unit.volume.tls &&
         unit.member.listed_marked == unit.volume.marked;
}

// What Patroni calls `running`. One that has just died is that for Patroni, too, until its next
// pass: the reload asks it for its parameters, and ends there.
enum class Taken : std::uint8_t { for_running, for_running_and_is_dead, for_none };

Taken taken(const UnitState& unit) {
  const Member& member = unit.member;
  if (makes_data(member.job) || starts_postgres(member.job)) return Taken::for_none;
  if (unit.postgres.database == Database::running) return Taken::for_running;
  const bool is_noticed = member.job != Job::none || member.state != ha::PostgresState::running ||
                          unit.postgres.database == Database::starting;
  return is_noticed ? Taken::for_none : Taken::for_running_and_is_dead;
}

}  // namespace

bool copies_data(Job job) {
  return job == Job::clone_from_leader || job == Job::clone_from_replica ||
         job == Job::clone_without_leader || job == Job::reinitialize;
}

bool makes_data(Job job) {
  return copies_data(job) || job == Job::bootstrap || job == Job::bootstrap_standby_leader;
}

void load_pg_hba(Step& step, UnitName name) {
  UnitState& unit = step.world.unit(name);
  unit.member.listed = unit.volume.admitted;
  unit.member.listed_by_tls = unit.volume.tls;
  unit.member.listed_marked = unit.volume.marked;
}

void write_pg_hba(Step& step, UnitName name) {
  Member& member = step.world.unit(name).member;
  member.admitted = member.listed;
  member.admits_by_tls = member.listed_by_tls;
  member.wrote_pg_hba = true;
}

void reload_pg_hba(Step& step, UnitName name) {
  const UnitState& unit = step.world.unit(name);
  const Taken state = taken(unit);
  if (state == Taken::for_running_and_is_dead || is_loaded(unit)) return;
  load_pg_hba(step, name);
  if (state == Taken::for_running) write_pg_hba(step, name);
}

void arm_start(Step& step, UnitName name, Job job) {
  step.world.unit(name).member.wrote_pg_hba = false;
  if (starts_postgres(job)) return write_pg_hba(step, name);
  if (!makes_data(job)) return;
  step.world.arm(timer_id(name, UnitTimer::startup),
                 copies_data(job) ? timing::copied : timing::initdb_alone);
}

void write_pg_hba_at_last(Step& step, UnitName name) {
  step.world.disarm(timer_id(name, UnitTimer::startup));
  if (!step.world.unit(name).member.wrote_pg_hba) write_pg_hba(step, name);
}

bool is_pg_hba_taken(const World& world, UnitName name) {
  const UnitState& unit = world.unit(name);
  if (unit.postgres.database == Database::none) return true;  // there is no such file
  return unit.member.admitted == unit.volume.admitted &&
         unit.member.admits_by_tls == unit.volume.tls;
}

bool lets_in(const World& world, UnitName server, UnitName client) {
  const Member& member = world.unit(server).member;
  return member.admitted.contains(client) && (member.tls || !member.admits_by_tls);
}

}  // namespace model::patroni
