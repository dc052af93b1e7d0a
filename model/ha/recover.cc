// PostgreSQL is down (section 2.8), or has left the leader's timeline (2.10).
#include "model/ha/cycle.h"

namespace model::ha {

// Only who saw it running as a primary starts it as one again: a new process does not know
// (fact 10).
bool Cycle::starts_in_place(bool renewed) const {
  if (!renewed || settings().primary_start_timeout.count() == 0) return false;
  switch (view_.postgres.control) {
    case ControlState::shut_down_in_recovery:
    case ControlState::in_archive_recovery: return false;
    case ControlState::in_production:
    case ControlState::in_crash_recovery:
    case ControlState::shutting_down:
    case ControlState::shut_down: break;
  }
  return now_.state == PostgresState::crashed && now_.role == Role::primary &&
         !view_.postgres.recovery_configured;
}

Outcome Cycle::recover() {
  const bool renewed = has_lock() && update_lock(false);
  if (renewed && settings().primary_start_timeout.count() == 0 &&
      is_failover_possible(FailoverCheck::in_trouble)) {
    demote(Demotion::immediate);
    return Outcome::failed_over_after_crash;
  }
  if (starts_in_place(renewed) && start_job(Job::start_primary)) {
    now_.after.recovering = true;
    return Outcome::starts_primary;
  }
  const ControlState control = view_.postgres.control;
  const bool was_cut_off = control == ControlState::in_production ||
                           control == ControlState::shutting_down ||
                           control == ControlState::in_crash_recovery;
  if (was_cut_off && !(is_v4() && view_.postgres.backup_label)) {
    if (const auto outcome = crash_recovery()) return *outcome;
  }
  reload();
  Outcome outcome = Outcome::starts_as_secondary;
  Upstream upstream;
  if (has_lock() && !settings().standby_cluster) {
    reset_rewind();
    outcome = Outcome::starts_read_only;
  } else {
    if (!rewind_executed()) trigger_divergence_check();
    if (const auto repaired = rewind_or_reinitialize()) return *repaired;
    if (has_lock()) {
      outcome = Outcome::starts_standby_leader;
      upstream = node_to_follow(*dcs_, holder_);
    } else if (settings().standby_cluster && is_unlocked()) {
      outcome = Outcome::starts_from_remote;
      upstream = {.source = Source::remote, .member = {}};
    } else {
      upstream = node_to_follow(*dcs_, holder_);
    }
    if (is_sync_mode()) name_standbys({}, 0);
  }
  upstream = connection_to(upstream, *dcs_, holder_);
  if (start_job(Job::restart_after_failure, upstream)) now_.after.recovering = true;
  return outcome;
}

std::optional<Outcome> Cycle::crash_recovery() {
  if (now_.after.crash_recovery_tried) return std::nullopt;
  if (!is_unlocked() && !settings().can_rewind) return std::nullopt;
  if (stopped()) return Outcome::undecided;
  now_.after.crash_recovery_tried = true;
  now_.after.crash_recovery_for = Duration{0};
  start_job(Job::crash_recovery);
  return Outcome::recovers_from_crash;
}

std::optional<Outcome> Cycle::rewind_or_reinitialize() {
  const Upstream leader = leader_to_rewind_from();
  if (!is_rewind_needed_and_possible(leader)) return std::nullopt;
  if (settings().can_rewind) {
    if (!is_running() && view_.postgres.control == ControlState::in_archive_recovery) {
      if (const auto outcome = crash_recovery()) return outcome;
    }
    start_job(Job::rewind, leader);
    return Outcome::rewinds;
  }
  if (settings().removes_diverged_data && !settings().standby_cluster) {
    start_job(Job::reinitialize);
    return Outcome::reinitializes;
  }
  return std::nullopt;
}

bool Cycle::is_rewind_needed_and_possible(const Upstream& leader) {
  const bool connects = has_connection(leader);
  if (connects && !(leader.member == view_.me) && now_.after.rewind == Rewind::check) {
    check_divergence(leader);
  }
  return connects && now_.after.rewind == Rewind::needed && !stopped();
}

void Cycle::trigger_divergence_check() {
  if (stopped()) return;
  if (can_repair() && now_.after.rewind != Rewind::needed) now_.after.rewind = Rewind::check;
  if (is_v4()) now_.after.checkpoint = Checkpoint::none;
}

void Cycle::reset_rewind() {
  if (stopped()) return;
  now_.after.rewind = Rewind::initial;
  now_.after.checkpoint = Checkpoint::none;
}

bool Cycle::knows_local_position(bool& in_recovery, std::uint32_t& timeline, std::uint64_t& lsn) {
  const Postgres& postgres = view_.postgres;
  if (is_running() && (can_query() || !is_v4())) {
    if (!needs_answer()) return false;
    in_recovery = true;
    timeline = postgres.timeline;
    lsn = postgres.replayed;
    return timeline != 0 && postgres.in_recovery;
  }
  if (is_running() && !is_starting()) return false;
  switch (postgres.control) {
    case ControlState::shut_down_in_recovery:
    case ControlState::in_archive_recovery:
      in_recovery = true;
      timeline = postgres.timeline;
      lsn = postgres.replayed;
      if (timeline != 0 && lsn != 0) return true;
      [[fallthrough]];  // It was a primary when it crashed.
    case ControlState::shut_down:
      in_recovery = false;
      timeline = postgres.control_timeline;
      lsn = postgres.flushed;
      return true;
    case ControlState::shutting_down:
    case ControlState::in_crash_recovery:
    case ControlState::in_production: return false;
  }
  return false;
}

void Cycle::check_divergence(const Upstream& leader) {
  bool in_recovery = false;
  std::uint32_t timeline = 0;
  std::uint64_t lsn = 0;
  if (!knows_local_position(in_recovery, timeline, lsn)) return;
  // Whom failsafe names has no record here.
  const bool is_primary =
      !holder_.by_failsafe && leader.member && dcs_->members.primaries.contains(*leader.member);
  if (leader.source == Source::member && !is_primary) return;
  if (!answered(answers_.history, Ask::history)) return;
  const LeaderHistory& history = answers_.leader;
  if (!history.reachable || history.in_recovery) return;
  bool needed = timeline > history.timeline;
  if (timeline < history.timeline) {
    if (!history.has_my_timeline) {
      needed = true;
    } else if (in_recovery) {
      needed = lsn > history.switchpoint;
    } else {
      needed = lsn >= history.switchpoint || !history.ends_at_switchpoint;
    }
  }
  now_.after.rewind = needed ? Rewind::needed : Rewind::not_needed;
}

}  // namespace model::ha
