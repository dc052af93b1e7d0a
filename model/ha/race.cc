// Nobody holds the lock (section 2.9): the race, with its manual rules (2.12).
#include "model/ha/cycle.h"

namespace model::ha {

Outcome Cycle::race() {
  const bool healthiest = is_healthiest();
  if (stopped()) return Outcome::undecided;
  if (healthiest) {
    if (acquire_lock()) return acquired();
    return follow({Outcome::demoted_after_lost_race, Outcome::follows_after_lost_race});
  }
  // Whom the others chose need not be ahead of everybody. 3.1 checks with any failover key.
  const FailoverKey& failover = dcs_->failover;
  const bool checks =
      is_v4() ? (failover.exists() && failover.candidate) || (view_.nofailover && !paused())
              : failover.exists() || view_.nofailover;
  if (checks) trigger_divergence_check();
  if (view_.nofailover) return follow({Outcome::demoted_nofailover, Outcome::follows_nofailover});
  return follow({Outcome::demoted_not_healthiest, Outcome::follows_not_healthiest});
}

Outcome Cycle::acquired() {
  const FailoverKey& failover = dcs_->failover;
  if (failover.exists()) {
    const bool keeps = paused() && failover.leader && failover.candidate;
    write(keeps ? Write::keep_candidate : Write::clear_failover);
  }
  reload();
  if (settings().standby_cluster) {
    return follow(
        {Outcome::demoted_as_standby_leader, Outcome::becomes_standby_leader_by_acquiring});
  }
  return enforce_primary(Outcome::acquired_lock_as_primary, Outcome::promotes_by_acquiring);
}

// H1 to H9.
bool Cycle::is_healthiest() {
  if (now_.after.since_failed_promotion < settings().ttl) return false;
  const FailoverKey& failover = dcs_->failover;
  if (paused() && !view_.nofailover && failover.exists() && !failover.scheduled) {
    const std::optional<bool> by_request = manual_failover_without_holder();
    if (by_request) return *by_request;
  }
  if (is_v4() && is_starting()) return false;
  if (is_primary()) return is_primary_healthiest();
  if (paused() || view_.nofailover) return false;
  if (failover.exists()) {
    if (failover.leader && is_sync_active() && !is_in_sync(view_.me, true)) return false;
    return manual_failover_without_holder().value_or(false);
  }
  if (!view_.watchdog_healthy) return false;

  Memory& memory = now_.after;
  const bool has_map = settings().failsafe_mode && memory.has_failsafe_map;
  if (has_map && !memory.failsafe_map.empty() && !memory.failsafe_map.contains(view_.me)) {
    return false;
  }
  Peers peers = all_known();
  if (is_sync_active()) {
    if (!is_quorum_mode() && !is_in_sync(view_.me, true)) return false;
    MemberSet voters = dcs_->sync.standbys;
    voters.insert(*dcs_->sync.leader);
    peers.names = peers.names & voters;
  }
  return is_healthiest_among(peers, true, memory.seen_holder);
}

// H4. A primary that was away for long may find that another has led in between.
bool Cycle::is_primary_healthiest() {
  if (paused()) {
    return dcs_->initialize == Initialize::absent || dcs_->initialize == Initialize::empty ||
           (dcs_->initialize == Initialize::system_id &&
            dcs_->system_id == view_.postgres.system_id);
  }
  return needs_answer() && view_.postgres.timeline >= dcs_->cluster_timeline;
}

// H2, H6. Nothing: it was a stale request in pause, which counts no more.
std::optional<bool> Cycle::manual_failover_without_holder() {
  const FailoverKey& failover = dcs_->failover;
  if (failover.candidate) {
    const MemberName candidate = *failover.candidate;
    if (candidate == view_.me) return true;
    if (paused()) {
      if (is_member(candidate) || !is_primary()) return false;
      write(Write::clear_failover_if_unchanged);
      return std::nullopt;
    }
    if (is_sync_mode() && !is_quorum_mode() && !is_in_sync(view_.me, true)) return false;
    if (is_candidate_able(candidate)) return false;
  } else if (paused()) {
    return false;
  }
  if (failover.leader == view_.me) return !is_failover_possible(FailoverCheck::without_candidate);

  Peers peers = current_peers();
  if (failover.leader) peers.names.erase(*failover.leader);
  if (is_v4() && is_sync_active()) peers.names = peers.names & dcs_->sync.standbys;
  return is_healthiest_among(peers, false, {});
}

bool Cycle::is_candidate_able(MemberName candidate) {
  return is_member(candidate) && ask_peers() && may_promote(candidate);
}

}  // namespace model::ha
