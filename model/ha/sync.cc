// Synchronous replication in plain mode (sections 4.3 and 4.5): who is listed in `-sync` has to be
// waited for by the primary, at every moment between two writes.
#include <algorithm>

#include "model/ha/cycle.h"

namespace model::ha {

// Standby clusters have none from 3.2 on; quorum mode came with 4.0.
bool Cycle::is_sync_mode() const {
  if (is_v4()) return settings().synchronous_mode != SyncMode::off && !settings().standby_cluster;
  return settings().synchronous_mode == SyncMode::on;
}

bool Cycle::is_quorum_mode() const {
  return is_v4() && settings().synchronous_mode == SyncMode::quorum;
}

bool Cycle::is_sync_active() const { return is_sync_mode() && dcs_->sync.leader; }

// Not gated by the former: a standby cluster with `quorum` and a left-over key counts votes.
bool Cycle::is_quorum_active() const { return is_quorum_mode() && dcs_->sync.leader; }

bool Cycle::is_in_sync(MemberName name, bool with_leader) const {
  if (!dcs_->sync.leader) return false;
  return dcs_->sync.standbys.contains(name) || (with_leader && dcs_->sync.leader == name);
}

std::optional<SyncKey> Cycle::write_sync(const SyncKey& key) {
  if (stopped() || now_.sync_writes == max_sync_writes) return std::nullopt;
  write(Write::write_sync);
  now_.sync_key[now_.sync_writes] = key;
  const Answer answer = answers_.write_sync[now_.sync_writes];
  ++now_.sync_writes;
  if (!answered(answer, Ask::write_sync)) return std::nullopt;
  return key;
}

void Cycle::name_standbys(MemberSet members, int count) {
  if (stopped()) return;
  const bool anybody = members.empty() && count > 0;
  now_.sync_names = {.set = true,
                     .anybody = anybody,
                     .count = static_cast<std::int8_t>(anybody ? 0 : count),
                     .members = members};
}

void Cycle::manage_sync() {
  if (!is_quorum_mode()) return is_sync_mode() ? manage_sync_names() : disable_sync();
  if (!is_primary() || stopped()) return;
  // After a promotion the replicas are given one loop_wait to come back.
  const bool is_first = now_.after.since_promotion == never_ago;
  if (is_first || now_.after.since_promotion > settings().loop_wait) manage_quorum();
  if (is_first && !stopped()) now_.after.since_promotion = Duration{0};
}

void Cycle::disable_sync() {
  if (dcs_->sync.leader) write(Write::delete_sync);
  if (stopped()) return;
  if (is_v4()) {
    now_.sync_names = {.set = true, .as_configured = true, .members = {}};
  } else {
    name_standbys({}, 0);
  }
}

void Cycle::manage_sync_names() {
  SyncKey key = dcs_->sync;
  const SyncKey nobody{.leader = view_.me, .standbys = {}};
  if (!key.leader) {
    // Arms the protection: without a leader in it any member may win.
    const auto armed = write_sync(nobody);
    if (!armed) return;
    key = *armed;
  }
  if (!needs_answer()) return;
  const Standbys& standbys = view_.postgres.standbys;
  const MemberSet picked = standbys.picked;
  MemberSet listed = key.standbys;
  if (is_v4() && !(key.leader == view_.me)) {
    if (!write_sync(nobody)) return;
    listed = {};
  }
  if (picked == listed && !(listed == standbys.confirmed)) {
    if (!write_sync({.leader = view_.me, .standbys = standbys.confirmed})) return;
    listed = standbys.confirmed;
  }
  const bool is_named =
      !is_v4() || (picked == standbys.named && standbys.named_count == picked.size());
  if (picked == listed && is_named) return;
  const MemberSet common = listed & standbys.confirmed;
  if (!(common == listed) && !write_sync({.leader = view_.me, .standbys = common})) return;
  MemberSet confirmed = standbys.confirmed;
  if (picked.empty() && settings().strict) {
    name_standbys({}, 1);
  } else {
    name_standbys(picked, 0);
    if (!picked.empty() && !(confirmed == picked)) {
      now_.awaits_standbys = !stopped();
      confirmed = standbys.confirmed_after_reload;
    }
  }
  if (confirmed.empty() || confirmed == common) return;
  write_sync({.leader = view_.me, .standbys = confirmed});
}

// Nobody is waited for yet, and nobody else may be promoted (4.5).
bool Cycle::prepare_sync_for_promotion() {
  if (!is_sync_mode()) {
    if (is_v4()) disable_sync();
    return !stopped();
  }
  if (!is_quorum_mode()) {
    if (!write_sync({.leader = view_.me, .standbys = {}})) return false;
    name_standbys({}, settings().strict ? 1 : 0);
    return true;
  }
  MemberSet names;
  int count = settings().strict ? 1 : 0;
  if (is_sync_active()) {
    names = dcs_->sync.standbys;
    names.insert(*dcs_->sync.leader);
    count = names.size() - dcs_->sync.quorum - 1;
    if (!names.contains(view_.me)) ++count;
    names.erase(view_.me);
  }
  name_standbys(names, count);
  return !stopped();
}

void Cycle::manage_quorum() {
  SyncKey key = dcs_->sync;
  if (!key.leader) {
    const auto armed = write_sync({.leader = view_.me, .standbys = {}});
    if (!armed) return;
    key = *armed;
  }
  if (!needs_answer()) return;
  const Standbys& standbys = view_.postgres.standbys;
  QuorumState state{.leader = *key.leader,
                    .voters = key.standbys,
                    .quorum = key.quorum,
                    .named = standbys.named,
                    .named_count = standbys.named_count,
                    .confirmed_count = standbys.confirmed.size(),
                    .active = standbys.picked,
                    .wanted_count = std::max<int>(settings().node_count, settings().strict ? 1 : 0),
                    .me = view_.me};
  // Once a second it looks whether somebody has caught up, until the next pass is due.
  const auto loop_wait = std::chrono::floor<std::chrono::seconds>(settings().loop_wait).count();
  for (std::int64_t second = 1;; ++second) {
    const QuorumSteps steps = resolve_quorum(state);
    if (steps.failed) return stop(Stop::failed);
    if (!take_quorum_steps(steps, key, state)) return;
    if (second >= loop_wait) return;
    state.leader = *key.leader;
    state.voters = key.standbys;
    state.quorum = key.quorum;
    state.confirmed_count = standbys.confirmed_after_reload.size();
  }
}

// True: they end with a restart.
bool Cycle::take_quorum_steps(const QuorumSteps& steps, SyncKey& key, QuorumState& state) {
  for (std::size_t i = 0; i < steps.count; ++i) {
    const QuorumStep& step = steps.steps[i];
    if (step.kind == QuorumStep::Kind::restart) return true;
    if (step.kind == QuorumStep::Kind::key) {
      const auto written = write_sync({.leader = step.leader,
                                       .standbys = step.members,
                                       .quorum = static_cast<std::uint8_t>(step.number)});
      if (!written) return false;
      key = *written;
    } else {
      const int count = std::max(step.number, settings().strict ? 1 : 0);
      name_standbys(step.members, count);
      state.named = step.members;
      state.named_count = count;
    }
  }
  return false;
}

}  // namespace model::ha
