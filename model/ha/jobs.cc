// What a pass does while a job is at work (section 2.6), or PostgreSQL is starting (2.7).
#include "model/ha/cycle.h"

namespace model::ha {

Outcome Cycle::long_action() {
  const Job job = now_.after.job;
  if (has_lock() && update_lock(false)) {
    const bool too_long = job == Job::crash_recovery &&
                          now_.after.crash_recovery_for >= settings().primary_start_timeout;
    if (too_long && is_failover_possible(FailoverCheck::in_trouble)) {
      if (!stopped()) now_.cancelled_job = true;
      demote(Demotion::immediate);
      return Outcome::crash_recovery_timed_out;
    }
    return Outcome::updated_lock_during_job;
  }
  if (!now_.after.bootstrapping && !paused() && !stopped()) {
    if (job == Job::promote && now_.after.response == Response::none) {
      now_.cancelled_job = true;
      return Outcome::lost_lock_before_promotion;
    }
    if (now_.role == Role::primary) {
      demote(Demotion::immediate_nolock);
      return Outcome::lost_lock_during_job;
    }
  }
  return Outcome::job_in_progress;
}

// Nothing: it is not starting, or as a standby, which is no reason to stay away from the rest.
std::optional<Outcome> Cycle::starting() {
  if (!is_starting() || paused()) {
    now_.after.start_timeout = Duration{0};
    if (paused()) set_state(is_running() ? PostgresState::running : PostgresState::stopped);
    return std::nullopt;
  }
  if (!has_lock()) return std::nullopt;
  if (!update_lock(false)) {
    demote(Demotion::immediate_nolock);
    return Outcome::lost_lock_while_starting;
  }
  const Duration own = now_.after.start_timeout;
  const Duration timeout = own.count() != 0 ? own : settings().primary_start_timeout;
  if (view_.postgres.in_state >= timeout) {
    if (!is_failover_possible(FailoverCheck::in_trouble)) return Outcome::start_timed_out_but_waits;
    demote(Demotion::immediate);
    return Outcome::start_timed_out;
  }
  if (const auto outcome = manual_failover_as_holder()) return outcome;
  return Outcome::still_starting;
}

}  // namespace model::ha
