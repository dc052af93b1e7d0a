// A primary that is asked to stop gives the lock away: to a candidate (section 2.12), or as its
// Patroni ends (2.13). As soon as pg_control says "shut down", though walsenders and the archiver
// may still work, if somebody who could lead has received all; otherwise when it is down.
#include "model/ha/cycle.h"

namespace model::ha {

// 3.1 tells the position of the shutdown checkpoint, 4.x of the record before it.
std::uint64_t Cycle::optime_of(const ShutdownPositions& positions) const {
  return is_v4() ? positions.previous : positions.checkpoint;
}

HaDecision Cycle::step_down(const ShutdownPositions& positions) {
  dcs_ = &view_.dcs;
  holder_ = {.name = dcs_->lock_holder};
  trigger_divergence_check();
  const bool is_early = is_failover_possible(FailoverCheck::after_shutdown, positions.checkpoint);
  stop_postgres();
  set_role(Role::demoted);
  if (!stopped()) {
    now_.released_early = is_early;
    now_.released_at = optime_of(positions);
  }
  release_lock_voluntarily();
  if (answers_.reload == Answer::pending) ask(Ask::reload);
  Upstream upstream;
  Upstream leader;
  if (answers_.reload == Answer::yes) {
    const Holder next{.name = answers_.reloaded.lock_holder};
    upstream = connection_to(node_to_follow(answers_.reloaded, next), answers_.reloaded, next);
    dcs_ = &answers_.reloaded;
    holder_ = next;
    if (next.name) leader = {.source = Source::member, .member = next.name};
  }
  if (is_sync_mode()) name_standbys({}, 0);
  // If it has to rewind, the next pass does.
  if (!is_rewind_needed_and_possible(leader) && !stopped()) {
    now_.follow = Follow::start;
    now_.upstream = upstream;
  }
  return now_;
}

HaDecision Cycle::shut_down(const ShutdownPositions& positions) {
  dcs_ = &view_.dcs;
  holder_ = {.name = dcs_->lock_holder};
  if (paused()) return now_;
  const bool leads = now_.after.is_leader;
  // 4.4; 3.1 tells it of the leader as well.
  if (is_sync_mode() && !(leads && is_v4())) {
    publish(Write::nosync);
    now_.awaits_leaving_sync = true;
  }
  bool is_early = false;
  if (leads) is_early = is_failover_possible(FailoverCheck::after_shutdown, positions.checkpoint);
  stop_postgres();
  if (leads) {
    if (!is_early) write(Write::optime);
    write(Write::release_lock);
    if (!stopped()) {
      now_.released_early = is_early;
      now_.released_at = optime_of(positions);
    }
  }
  publish();
  return now_;
}

HaDecision step_down(const HaView& view, const HaAnswers& answers,
                     const ShutdownPositions& positions) {
  return Cycle(view, answers).step_down(positions);
}

HaDecision shut_down(const HaView& view, const HaAnswers& answers,
                     const ShutdownPositions& positions) {
  return Cycle(view, answers).shut_down(positions);
}

}  // namespace model::ha
