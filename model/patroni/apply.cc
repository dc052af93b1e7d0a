// What a pass of the HA loop has decided comes about.
#include "model/kubernetes.h"
#include "model/network.h"
#include "model/patroni.h"
#include "model/patroni/loop.h"
#include "model/patroni_objects.h"
#include "model/pebble.h"
#include "model/postgresql.h"

namespace model::patroni {
namespace {

using charm::UnitName;
using ha::Write;

void stop_postgres(Step& step, UnitName name, ha::Demotion mode) {
  const bool fast = mode == ha::Demotion::none || mode == ha::Demotion::offline;
  fast ? postgresql::stop(step, name) : postgresql::crash(step, name);
}

void write_configuration(Step& step, UnitName name) {
  Dcs& dcs = step.world.shared().dcs;
  const Volume& volume = step.world.unit(name).volume;
  dcs.node_count = volume.bootstrap_node_count;
  dcs.strict = volume.bootstrap_strict;
  dcs.maximum_lag = volume.bootstrap_maximum_lag;
  dcs.kept_wal = volume.bootstrap_kept_wal;
  dcs.parameters = volume.bootstrap_parameters;
  patroni_objects::made_configuration(dcs);
}

void write_history(Step& step, std::uint16_t timeline) {
  step.world.shared().dcs.cluster_timeline = timeline;
  step.note(FactKind::history_written, {}, timeline);
}

// Those with an answer have been written when they were asked for.
void write(Step& step, UnitName name, const ha::Writes& writes) {
  Dcs& dcs = step.world.shared().dcs;
  const UnitState& unit = step.world.unit(name);
  if (writes.contains(Write::cancel_initialize)) set_initialise(step, Initialise::absent);
  if (writes.contains(Write::initialize)) {
    set_initialise(step, Initialise::done);
    dcs.system_id = unit.postgres.system_id;
  }
  if (writes.contains(Write::config) && !patroni_objects::has_configuration(dcs))
    write_configuration(step, name);
  if (writes.contains(Write::take_lock) && !conflicts(step, name, Key::lock)) {
    write_lock(step, name);
  }
  if (writes.contains(Write::release_lock)) release_lock(step, name);
  if (writes.contains(Write::clear_failover) ||
      writes.contains(Write::clear_failover_if_unchanged)) {
    // Cleared by another than the one that was named: it has come to nothing.
    if (!(dcs.failover_candidate == charm::member_of(name))) {
      step.world.shared().client.failed_over_by_hand = false;
    }
    dcs.failover_leader = dcs.failover_candidate = {};
  }
  if (writes.contains(Write::keep_candidate)) dcs.failover_leader = {};
  if (writes.contains(Write::history)) write_history(step, unit.postgres.timeline);
  if (writes.contains(Write::empty_history)) write_history(step, 1);
  if (writes.contains(Write::delete_sync)) {
    dcs.sync_leader = {};
    dcs.sync_standbys.clear();
    step.note(FactKind::sync_deleted, name);
    see_own_write(step, name, Key::sync);
  }
  for (Write of_config : {Write::cancel_initialize, Write::initialize, Write::config,
                          Write::history, Write::empty_history}) {
    if (writes.contains(of_config)) see_own_write(step, name, Key::config);
  }
  for (Write of_failover :
       {Write::clear_failover, Write::clear_failover_if_unchanged, Write::keep_candidate}) {
    if (writes.contains(of_failover)) see_own_write(step, name, Key::failover);
  }
}

void name_standbys(Step& step, UnitName name, const ha::SyncNames& names) {
  UnitState& unit = step.world.unit(name);
  const charm::UnitSet before = unit.member.sync_names;
  unit.postgres.any_standby_syncs = names.anybody;
  unit.member.sync_names.clear();
  for (UnitName other : step.world.existing()) {
    if (names.members.contains(charm::member_of(other))) unit.member.sync_names.insert(other);
  }
  if (unit.member.sync_names != before) {
    note_new_names(step, name, before);
    step.note(FactKind::standby_names, name);
  }
  postgresql::acknowledge_if_confirmed(step, name);
}

void cancel_job(Step& step, UnitName name) {
  Member& member = step.world.unit(name).member;
  if (makes_data(member.job)) step.world.disarm(timer_id(name, UnitTimer::startup));
  member.job = Job::none;
  postgresql::end_backup(step, name);
  step.world.disarm(timer_id(name, UnitTimer::job));
}

bool ends_process(ha::Outcome outcome) {
  return outcome == ha::Outcome::exits_system_id_mismatch ||
         outcome == ha::Outcome::exits_joining_as_replica ||
         outcome == ha::Outcome::exits_bootstrap_failed;
}

void follow(Step& step, UnitName name, const ha::HaDecision& decision) {
  if (decision.follow == ha::Follow::start) {
    return start_job(step, name, Job::start_after_demotion, decision.upstream);
  }
  if (step.world.unit(name).postgres.database == Database::starting) {
    step.world.unit(name).member.job_upstream = decision.upstream.member;  // once it is up
    return;
  }
  if (decision.upstream.member) {
    return postgresql::follow(step, name, charm::unit_of(*decision.upstream.member));
  }
  postgresql::follow_nobody(step, name);
}

}  // namespace

void apply(Step& step, UnitName name, const ha::HaDecision& decision) {
  UnitState& unit = step.world.unit(name);
  Member& member = unit.member;
  const bool data = unit.postgres.database != Database::none;
  if (decision.cancelled_job) cancel_job(step, name);
  if (decision.stopped_postgres && data) stop_postgres(step, name, decision.demotion);
  // The postmaster that a job was starting is terminated with it (section 2.6).
  if (decision.stopped_postgres && starts_postgres(member.job)) {
    cancel_job(step, name);
    member.starting_us = 0;
  }
  if (decision.demotion != ha::Demotion::none) step.note(FactKind::demoted, name);
  if (decision.kept_failsafe) unit.postgres.confirmed_us = step.world.now().micros;
  member.role = decision.role;
  member.state = decision.state;
  const std::int64_t crash_recovery = member.memory.crash_recovery_us;
  member.memory = memory_of(decision.after, step.world.now());
  member.memory.crash_recovery_us = crash_recovery;
  if (decision.sync_names.set) name_standbys(step, name, decision.sync_names);
  const bool writes = network::api_acts(step.world, name);
  if (writes) write(step, name, decision.writes);
  if (decision.job != Job::none) start_job(step, name, decision.job, decision.upstream);
  if (decision.follow != ha::Follow::keep) follow(step, name, decision);
  manage_slots(step, name);
  if (writes && decision.writes.contains(Write::member_record)) publish(step, name);
  if (ends_process(decision.outcome)) pebble::crash_service(step, name);
  // It moves the data directory away: what comes up again begins with none (section 2.4).
  if (decision.outcome == ha::Outcome::exits_bootstrap_failed) {
    unit.postgres.database = Database::none;
    unit.volume.data_directory = false;
  }
}

}  // namespace model::patroni
