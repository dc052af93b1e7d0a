// One pass, C1 to C13 (section 2.3), and what it does without the DCS (2.11).
#include "model/ha/cycle.h"

namespace model::ha {

Cycle::Cycle(const HaView& view, const HaAnswers& answers)
    : view_(view), answers_(answers), dcs_(&view.dcs), runs_(view.postgres.runs) {
  now_.role = view.postgres.role;
  now_.state = view.postgres.state;
  now_.after = view.memory;
}

HaDecision Cycle::run() {
  Outcome outcome = Outcome::undecided;
  if (view_.dcs_readable) {
    load(view_.dcs);
    outcome = pass();
  } else {
    stop(Stop::dcs_error);
  }
  bool dcs_failed = false;
  if (stop_ == Stop::dcs_error) {
    stop_ = Stop::none;
    dcs_failed = true;
    outcome = handle_dcs_error();
  }
  if (stop_ == Stop::postgres_silent || stop_ == Stop::failed) {
    outcome = stop_ == Stop::failed ? Outcome::fails_by_itself : Outcome::postgres_silent;
    stop_ = Stop::none;
  }
  if (stop_ == Stop::asked) return now_;
  if (!dcs_failed) {
    if (now_.after.is_leader) {
      now_.after.since_failsafe = never_ago;
      now_.after.failsafe_sender = {};
    }
    publish();
  }
  now_.outcome = outcome;
  return now_;
}

void Cycle::load(const Dcs& dcs) {
  dcs_ = &dcs;
  Memory& memory = now_.after;
  if (dcs.lock_holder || !memory.has_seen_cluster) {
    memory.seen = dcs.members.recorded();
    memory.seen_nofailover = memory.seen & dcs.members.nofailover;
    memory.seen_holder = dcs.lock_holder;
    memory.has_seen_cluster = true;
    seen_is_current_ = true;
  } else {
    seen_is_current_ = false;
  }
  holder_ = {.name = dcs.lock_holder};
  if (!holder_.name && settings().failsafe_mode && is_failsafe_fresh()) {
    holder_ = {.name = memory.failsafe_sender, .by_failsafe = memory.failsafe_sender.has_value()};
  }
  if (!has_lock()) set_is_leader(false);
  const bool has_record =
      holder_.name && !holder_.by_failsafe && dcs.members.recorded().contains(*holder_.name);
  leader_timeline_ = has_record ? dcs.members.timeline[(*holder_.name).ordinal] : 0;
}

void Cycle::reload() {
  if (answered(answers_.reload, Ask::reload)) load(answers_.reloaded);
}

// The member record, and with it what is remembered of the own timeline.
void Cycle::publish(Write record) {
  if (stopped()) return;
  write(record);
  Memory& memory = now_.after;
  const bool tells_position =
      (memory.job == Job::none || memory.job == Job::promote) &&
      (now_.state == PostgresState::running || now_.state == PostgresState::restarting ||
       now_.state == PostgresState::starting);
  if (!is_v4() || !tells_position || !can_query() || !view_.postgres.in_recovery) return;
  std::uint32_t timeline = view_.postgres.received_timeline;
  if (timeline == 0) {
    timeline = now_.role == Role::standby_leader ? view_.postgres.control_timeline
                                                 : view_.postgres.timeline;
  }
  if (timeline != 0) memory.last_timeline = timeline;
}

Outcome Cycle::pass() {
  Memory& memory = now_.after;
  if (paused()) {
    memory.was_paused = true;
  } else if (memory.was_paused) {
    reset_rewind();
    memory.was_paused = false;
  }
  if (!is_member(view_.me)) publish();
  if (has_lock() && dcs_->initialize != Initialize::system_id) write(Write::initialize);
  if (has_lock() && !dcs_->has_config) {
    write(Write::config);
    // Not through load(): what was remembered of the cluster stays.
    if (answered(answers_.reload, Ask::reload)) {
      dcs_ = &answers_.reloaded;
      holder_ = {.name = dcs_->lock_holder};
      seen_is_current_ = false;
    }
  }
  if (stopped()) return Outcome::undecided;
  if (is_busy()) return long_action();
  if (const auto outcome = starting()) return *outcome;
  if (stopped()) return Outcome::undecided;
  if (memory.bootstrapping) return post_bootstrap();
  if (const auto outcome = after_recovery()) return *outcome;
  return view_.postgres.data == DataDirectory::filled ? with_data() : without_data();
}

std::optional<Outcome> Cycle::after_recovery() {
  Memory& memory = now_.after;
  if (!memory.recovering) return std::nullopt;
  memory.recovering = false;
  if (!is_rewind_due() && !is_running()) {
    if (!has_lock()) return Outcome::failed_to_start;
    if (now_.role == Role::primary || now_.role == Role::standby_leader) set_role(Role::demoted);
    release_lock();
    return Outcome::removed_lock_after_failed_start;
  }
  memory.crash_recovery_tried = false;
  if (memory.rewind == Rewind::succeeded) reset_rewind();
  return std::nullopt;
}

Outcome Cycle::without_data() {
  set_role(Role::uninitialized);
  stop_postgres();
  if (has_lock()) {
    release_lock_voluntarily();
    return Outcome::released_lock_without_data;
  }
  if (view_.postgres.data == DataDirectory::inaccessible) return Outcome::data_inaccessible;
  if (paused()) return Outcome::paused_without_data;
  return bootstrap();
}

std::optional<Outcome> Cycle::check_system_id() {
  const Postgres& postgres = view_.postgres;
  if (postgres.system_id == 0) return Outcome::invalid_system_id;
  if (dcs_->initialize == Initialize::system_id) {
    if (dcs_->system_id == postgres.system_id) return std::nullopt;
    if (!paused()) return Outcome::exits_system_id_mismatch;
    if (!has_lock()) return std::nullopt;
    release_lock_voluntarily();
    return Outcome::released_lock_system_id_mismatch;
  }
  if (!is_unlocked() || paused()) return std::nullopt;
  // 3.1 writes the key in every pass, 4.x in the first one only.
  if (is_v4() && now_.after.started) return std::nullopt;
  if (!now_.after.started && is_running() && !is_primary()) {
    return Outcome::exits_joining_as_replica;
  }
  write(Write::initialize);
  return std::nullopt;
}

Outcome Cycle::with_data() {
  if (const auto outcome = check_system_id()) return *outcome;
  if (!is_running()) {
    if (paused()) {
      set_state(PostgresState::stopped);
      if (has_lock()) {
        release_lock();
        return Outcome::removed_lock_postgres_down;
      }
      // Only a demoted primary that wants a rewind is started in pause (C11).
      const bool rewind_waits = is_rewind_due() && can_repair();
      if (now_.after.rewind == Rewind::failed || (!rewind_executed() && !rewind_waits)) {
        return Outcome::postgres_down;
      }
    }
    if (now_.state == PostgresState::running || now_.state == PostgresState::starting) {
      set_state(PostgresState::crashed);
    }
    return recover();
  }
  if (is_unlocked()) return finish_cycle(race());
  const Outcome outcome = keep_to_holder();
  return finish_cycle(scheduled_restart().value_or(outcome));
}

// C13. A job that has just begun may be at work in PostgreSQL: only a promotion leaves it in peace.
Outcome Cycle::finish_cycle(Outcome outcome) {
  if (stopped()) return outcome;
  const bool promotes = now_.after.job == Job::promote;
  if ((is_busy() && !promotes) || is_starting()) return outcome;
  if (!now_.after.started) {
    if (!promotes && !is_primary()) trigger_divergence_check();
    now_.after.started = true;
  }
  const bool copies = view_.postgres.lacks_slots && !is_failsafe_fresh() && holder_.name;
  if (!copies || promotes || !start_job(Job::copy_slots)) return outcome;
  return Outcome::copies_slots;
}

std::optional<Outcome> Cycle::scheduled_restart() {
  Memory& memory = now_.after;
  if (stopped() || is_busy() || !memory.restart_scheduled) return std::nullopt;
  const auto forget = [this] {
    now_.after.restart_scheduled = false;
    publish();
  };
  if (memory.restarted_since) {
    forget();
    return std::nullopt;
  }
  if (paused() || memory.restart_in > settings().loop_wait) return std::nullopt;
  const auto stale = std::chrono::floor<std::chrono::seconds>(settings().loop_wait * 3 / 2);
  if (memory.restart_in < -stale || !memory.restart_matches) {
    forget();
    return std::nullopt;
  }
  start_job(Job::restart);
  memory.recovering = true;
  const bool has_own = memory.restart_timeout.count() != 0;
  memory.start_timeout = has_own ? memory.restart_timeout : settings().primary_start_timeout;
  forget();
  return Outcome::initiates_restart;
}

Outcome Cycle::handle_dcs_error() {
  if (paused() || !is_running() || !is_primary()) return Outcome::dcs_inaccessible;
  Memory& memory = now_.after;
  if (settings().failsafe_mode && memory.has_failsafe_map &&
      memory.failsafe_map.contains(view_.me)) {
    // Alone in the map, it need not ask anybody.
    if (memory.failsafe_map.size() == 1 || answered(answers_.failsafe, Ask::failsafe)) {
      set_is_leader(true);
      memory.since_failsafe = Duration{0};
      now_.kept_failsafe = true;
      return Outcome::continues_in_failsafe;
    }
    if (stopped()) return Outcome::undecided;
  }
  memory.since_failsafe = never_ago;
  memory.failsafe_sender = {};
  // 3.1 does it aside, if nothing else is going on.
  if (!is_v4() && start_job(Job::demote_offline)) return Outcome::demoting_without_dcs;
  demote(Demotion::offline);
  return Outcome::demoted_without_dcs;
}

HaDecision decide(const HaView& view, const HaAnswers& answers) {
  return Cycle(view, answers).run();
}

}  // namespace model::ha
