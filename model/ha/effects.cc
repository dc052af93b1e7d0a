// What a pass can do, each in one place: a write, a job, a change of what is remembered.
#include <algorithm>

#include "model/ha/cycle.h"

namespace model::ha {

void Cycle::stop(Stop why) {
  if (!stopped()) stop_ = why;
}

void Cycle::ask(Ask what) {
  if (stopped()) return;
  now_.asks = what;
  stop_ = Stop::asked;
}

bool Cycle::answered(Answer answer, Ask what) {
  if (answer == Answer::pending) ask(what);
  if (answer == Answer::error) stop(Stop::dcs_error);
  return !stopped() && answer == Answer::yes;
}

bool Cycle::update_lock(bool with_status) {
  write(with_status && can_query() ? Write::update_lock_with_status : Write::update_lock);
  const bool updated = answered(answers_.update_lock, Ask::update_lock);
  set_is_leader(updated);
  return updated;
}

bool Cycle::acquire_lock() {
  write(Write::acquire_lock);
  const bool acquired = answered(answers_.acquire_lock, Ask::acquire_lock);
  set_is_leader(acquired);
  return acquired;
}

void Cycle::release_lock() {
  set_is_leader(false);
  write(Write::release_lock);
}

void Cycle::release_lock_voluntarily() {
  release_lock();
  publish();
}

void Cycle::write(Write what) {
  if (!stopped()) now_.writes.insert(what);
}

bool Cycle::start_job(Job job, const Upstream& upstream) {
  if (stopped() || is_busy()) return false;
  now_.job = job;
  now_.after.job = job;
  if (now_.follow == Follow::keep) now_.upstream = upstream;
  return true;
}

void Cycle::set_role(Role role) {
  if (!stopped()) now_.role = role;
}

void Cycle::set_state(PostgresState state) {
  if (!stopped()) now_.state = state;
}

void Cycle::set_is_leader(bool value) {
  if (stopped()) return;
  now_.after.is_leader = value;
  if (!value) now_.after.since_promotion = never_ago;
}

void Cycle::stop_postgres() {
  if (stopped()) return;
  now_.stopped_postgres = true;
  runs_ = false;
  now_.state = PostgresState::stopped;
}

// Whoever cannot ask falls back to what it remembers (2.3).
bool Cycle::is_primary() const {
  if (can_query()) return !view_.postgres.in_recovery;
  return runs_ && now_.role == Role::primary;
}

bool Cycle::needs_answer() {
  if (!can_query()) stop(Stop::postgres_silent);
  return !stopped();
}

std::uint64_t Cycle::own_position() {
  if (!needs_answer()) return 0;
  const Postgres& postgres = view_.postgres;
  return postgres.in_recovery ? std::max(postgres.received, postgres.replayed) : postgres.flushed;
}

bool Cycle::is_rewind_due() const {
  return now_.after.rewind == Rewind::check || now_.after.rewind == Rewind::needed;
}

bool Cycle::rewind_executed() const {
  return now_.after.rewind == Rewind::succeeded || now_.after.rewind == Rewind::failed;
}

}  // namespace model::ha
