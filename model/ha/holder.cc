// The cluster has a lock holder (section 2.5), and what it does with the lock (2.12).
#include "model/ha/cycle.h"

namespace model::ha {

Outcome Cycle::keep_to_holder() {
  if (has_lock()) return hold();
  if (settings().standby_cluster) {
    return follow({Outcome::demoted_in_standby_cluster, Outcome::follows_standby_leader}, false);
  }
  return follow({Outcome::demoted_without_lock, Outcome::follows_holder}, false);
}

Outcome Cycle::hold() {
  if (paused() && !is_primary()) {
    const FailoverKey& failover = dcs_->failover;
    if (failover.exists() && failover.candidate == view_.me) return Outcome::awaits_promotion;
    if (!settings().standby_cluster) {
      release_lock();
      return Outcome::removed_lock_not_primary;
    }
  }
  if (!update_lock(true)) {
    if (!is_primary()) return Outcome::not_promoting_without_update;
    if (paused()) return Outcome::continues_without_update;
    demote(Demotion::immediate_nolock);
    return Outcome::demoted_without_update;
  }
  if (const auto outcome = manual_failover_as_holder()) return *outcome;
  ensure_checkpoint();
  if (settings().standby_cluster) {
    return follow({Outcome::demoted_as_standby_leader,
                   now_.role == Role::standby_leader ? Outcome::keeps_lock_as_standby_leader
                                                     : Outcome::becomes_standby_leader_with_lock});
  }
  return enforce_primary(Outcome::keeps_lock, Outcome::promotes_with_lock);
}

std::optional<Outcome> Cycle::manual_failover_as_holder() {
  const FailoverKey& failover = dcs_->failover;
  if (!failover.exists() || (paused() && !is_primary())) return std::nullopt;
  if (failover.scheduled) {
    if (paused() || failover.due_in > settings().loop_wait) return std::nullopt;
    const auto stale = std::chrono::floor<std::chrono::seconds>(settings().loop_wait * 3 / 2);
    if (failover.due_in < -stale) {
      write(Write::clear_failover_if_unchanged);
      return std::nullopt;
    }
  }
  const bool is_from_me = !failover.leader || failover.leader == view_.me;
  const bool is_to_me = failover.candidate == view_.me;
  const bool names_enough = failover.candidate || !paused();
  if (is_from_me && !is_to_me && names_enough && is_failover_possible(FailoverCheck::by_request)) {
    if (stopped()) return std::nullopt;
    start_job(Job::demote_gracefully);
    return Outcome::demotes_gracefully;
  }
  write(Write::clear_failover_if_unchanged);
  return std::nullopt;
}

// So that the others can rewind from it (2.10).
void Cycle::ensure_checkpoint() {
  Memory& memory = now_.after;
  if (stopped() || memory.rewind == Rewind::checkpointed || !is_primary()) return;
  switch (memory.checkpoint) {
    case Checkpoint::runs: return;
    case Checkpoint::succeeded:
    case Checkpoint::failed:
      // 3.1 takes a checkpoint that failed for one that was made.
      if (memory.checkpoint == Checkpoint::succeeded || !is_v4()) {
        memory.rewind = Rewind::checkpointed;
      }
      memory.checkpoint = Checkpoint::none;
      return;
    case Checkpoint::none: break;
  }
  if (!needs_answer()) return;
  if (view_.postgres.timeline == view_.postgres.control_timeline) {
    memory.rewind = Rewind::checkpointed;
  } else {
    memory.checkpoint = Checkpoint::runs;
    now_.checkpoint = true;
  }
}

// No lag, timeline, tag or membership is looked at: the lock alone authorises (fact 5).
Outcome Cycle::enforce_primary(Outcome if_primary, Outcome if_promoted) {
  if (!paused() && !stopped()) {
    if (!view_.watchdog_runs && !view_.watchdog_activates) {
      if (is_primary()) {
        demote(Demotion::immediate);
        return Outcome::demoted_by_watchdog;
      }
      release_lock_voluntarily();
      return Outcome::released_lock_by_watchdog;
    }
    if (now_.after.response == Response::failed) {
      now_.after.since_failed_promotion = Duration{0};
      release_lock_voluntarily();
      now_.after.response = Response::none;
      return Outcome::cancelled_promotion;
    }
  }
  if (is_primary()) {
    set_role(Role::primary);
    manage_sync();
    update_history();
    return if_primary;
  }
  if (now_.role == Role::primary || now_.role == Role::promoted) {
    manage_sync();
    return if_primary;
  }
  return promote(if_promoted);
}

Outcome Cycle::promote(Outcome if_promoted) {
  if (!prepare_sync_for_promotion()) return Outcome::postponed_promotion;
  if (stopped()) return Outcome::undecided;
  Memory& memory = now_.after;
  memory.since_failsafe = never_ago;
  memory.failsafe_sender = {};
  if (is_v4()) memory.last_timeline = 0;
  memory.response = Response::none;
  start_job(Job::promote);
  return if_promoted;
}

void Cycle::update_history() {
  if (!needs_answer()) return;
  const std::uint32_t timeline = view_.postgres.timeline;
  const bool has_lines = dcs_->cluster_timeline > 1;
  if (timeline == 1) {
    if (has_lines) write(Write::empty_history);
  } else if (dcs_->cluster_timeline != timeline || !dcs_->history_complete) {
    write(Write::history);
  }
}

}  // namespace model::ha
