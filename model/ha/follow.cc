// Whom to follow, and how a primary stops being one (sections 2.5, 2.13, 2.15).
#include "model/ha/cycle.h"

namespace model::ha {

Upstream Cycle::node_to_follow(const Dcs& dcs, const Holder& holder) const {
  if (is_v4() && view_.nostream) return {};
  if (settings().standby_cluster) {
    // 3.1 looks at the view that it has, 4.x at the one it was just given.
    const MaybeMember name = is_v4() ? holder.name : holder_.name;
    const bool is_unlocked = is_v4() ? !holder.name : this->is_unlocked();
    if (name == view_.me || (is_unlocked && !paused()))
      return {.source = Source::remote, .member = {}};
  }
  MaybeMember node = holder.name;
  if (view_.replicate_from && !(view_.replicate_from == view_.me) &&
      dcs.members.exist.contains(*view_.replicate_from)) {
    node = view_.replicate_from;
  }
  if (!node || node == view_.me) return {};
  return {.source = Source::member, .member = node};
}

Upstream Cycle::leader_to_rewind_from() const {
  if (settings().standby_cluster) return {.source = Source::remote, .member = {}};
  if (!holder_.name) return {};
  return {.source = Source::member, .member = holder_.name};
}

bool Cycle::has_connection(const Upstream& upstream) const {
  return connection_to(upstream, *dcs_, holder_).source != Source::none;
}

// A member without a record, such as a leader whose Pod object is gone, has no address: with it
// PostgreSQL runs and starts without primary_conninfo, until a pass sees the record.
Upstream Cycle::connection_to(const Upstream& upstream, const Dcs& dcs,
                              const Holder& holder) const {
  if (upstream.source != Source::member) return upstream;
  if (holder.by_failsafe && upstream.member == holder.name) return upstream;
  return dcs.members.recorded().contains(*upstream.member) ? upstream : Upstream{};
}

Outcome Cycle::follow(FollowReason reason, bool refresh) {
  if (refresh) reload();
  const bool was_primary = is_primary();
  const Upstream upstream = node_to_follow(*dcs_, holder_);
  if (paused()) {
    if (!(is_rewind_due() && can_repair()) || is_unlocked()) {
      if (was_primary) {
        set_role(Role::primary);
        return Outcome::continues_as_primary_without_lock;
      }
      if (now_.role != Role::standby_leader) set_role(Role::replica);
      if (upstream.source == Source::none) return Outcome::paused_idle;
    }
  } else if (was_primary) {
    if (is_v4() && settings().standby_cluster) {
      start_job(Job::demote_to_standby_cluster);
    } else {
      demote(Demotion::immediate_nolock);
    }
    return reason.if_demoted;
  }
  if (settings().standby_cluster && leader_timeline_ != 0 && view_.postgres.has_next_history) {
    trigger_divergence_check();
  }
  // 3.1 leaves one that is starting alone.
  if (is_v4() || !is_starting()) {
    if (const auto outcome = rewind_or_reinitialize()) return *outcome;
  }
  if (!paused() && !is_starting() && needs_answer() && view_.postgres.replay_paused) {
    now_.resumed_replay = true;
  }
  return follow_upstream(upstream, reason.if_follows);
}

Outcome Cycle::follow_upstream(const Upstream& upstream, Outcome if_follows) {
  const bool leads = upstream.source == Source::remote && has_lock();
  if (settings().standby_cluster && !leads && !has_connection(upstream)) {
    return Outcome::follows_old_standby_leader;
  }
  const Upstream wanted = connection_to(upstream, *dcs_, holder_);
  const Postgres& postgres = view_.postgres;
  if (postgres.settings_differ || !(postgres.upstream == wanted)) {
    if (postgres.settings_differ || !postgres.reloads_upstream) {
      start_job(Job::change_upstream, wanted);
    } else if (!stopped()) {
      now_.follow = Follow::reload;
      now_.upstream = wanted;
    }
    trigger_divergence_check();
    return if_follows;
  }
  if (leads && now_.role != Role::standby_leader) set_role(Role::standby_leader);
  // A leader that came back on a higher timeline under the same name, unnoticed.
  const std::uint32_t mine = now_.after.last_timeline;
  if (is_v4() && mine != 0 && mine < leader_timeline_) {
    trigger_divergence_check();
    if (const auto outcome = rewind_or_reinitialize()) return *outcome;
  }
  return if_follows;
}

void Cycle::demote(Demotion mode) {
  if (stopped()) return;
  trigger_divergence_check();
  stop_postgres();
  now_.demotion = mode;
  set_role(Role::demoted);
  set_is_leader(false);
  if (mode == Demotion::immediate) release_lock_voluntarily();
  Upstream upstream;
  if (mode != Demotion::offline) {
    if (answers_.reload == Answer::pending) ask(Ask::reload);
    // If it cannot be loaded, PostgreSQL starts without an upstream.
    if (answers_.reload == Answer::yes) {
      const Dcs& dcs = answers_.reloaded;
      const Holder holder{.name = dcs.lock_holder};
      upstream = connection_to(node_to_follow(dcs, holder), dcs, holder);
    }
  }
  if (is_sync_mode()) name_standbys({}, 0);
  if (mode != Demotion::offline) {
    start_job(Job::start_after_demotion, upstream);
  } else if (!stopped()) {
    now_.follow = Follow::start;
    now_.upstream = upstream;
  }
}

}  // namespace model::ha
