// What the other members' REST APIs say about who could lead (section 2.9, H9 to H13; 2.12). The
// order in which they answer does not matter.
#include <algorithm>

#include "model/ha/cycle.h"

namespace model::ha {

Cycle::Peers Cycle::current_peers() const {
  const MemberSet recorded = dcs_->members.recorded();
  return {.names = recorded, .nofailover = recorded & dcs_->members.nofailover};
}

// Whoever was a member, is in the failsafe map, or is a member; what was named last counts.
Cycle::Peers Cycle::all_known() {
  Memory& memory = now_.after;
  Peers known{.names = memory.seen, .nofailover = memory.seen_nofailover};
  if (settings().failsafe_mode && memory.has_failsafe_map) {
    known.names = known.names | memory.failsafe_map;
    known.nofailover = known.nofailover - memory.failsafe_map;
  }
  const MemberSet members = dcs_->members.exist;
  const Peers current = current_peers();
  // The list of a first view without a lock is added to itself, after the map.
  if (!seen_is_current_) {
    known.names = (known.names - members) | current.names;
    known.nofailover = (known.nofailover - members) | current.nofailover;
  }
  if (!stopped()) {
    memory.seen = known.names;
    memory.seen_nofailover = known.nofailover;
  }
  return known;
}

bool Cycle::ask_peers() {
  if (answered(answers_.peers, Ask::peers)) now_.asked_peers = true;
  return !stopped();
}

bool Cycle::may_promote(MemberName peer) const {
  const PeerStatus& status = answers_.peer[peer.ordinal];
  return status.reachable && !status.nofailover && !status.watchdog_failed;
}

// Of a primary Patroni takes none.
std::uint64_t Cycle::position_of(MemberName peer) const {
  const PeerStatus& status = answers_.peer[peer.ordinal];
  return status.is_primary ? 0 : std::max(status.received, status.replayed);
}

bool Cycle::is_lagging(std::uint64_t lsn) const {
  const auto lag = static_cast<std::int64_t>(dcs_->optime) - static_cast<std::int64_t>(lsn);
  return lag > settings().maximum_lag_on_failover;
}

// H10, H11.
bool Cycle::passes_own_checks(std::uint64_t lsn, bool check_lag) {
  const std::uint32_t timeline = view_.postgres.timeline;
  if (is_v4() && timeline != 0 && !stopped()) now_.after.last_timeline = timeline;
  if (check_lag && is_lagging(lsn)) return false;
  if (settings().standby_cluster || !settings().check_timeline) return true;
  return timeline != 0 && timeline >= dcs_->cluster_timeline;
}

bool Cycle::is_healthiest_among(Peers peers, bool check_lag, MaybeMember old_holder) {
  const std::uint64_t lsn = own_position();
  if (stopped() || !passes_own_checks(lsn, check_lag)) return false;
  const bool by_quorum = is_quorum_active();
  const bool has_vote = by_quorum && is_in_sync(view_.me, true);
  MemberSet excluded = peers.nofailover;
  if (by_quorum) {
    excluded = excluded - dcs_->sync.standbys;
    excluded.erase(*dcs_->sync.leader);
  }
  peers.names = peers.names - excluded;
  peers.names.erase(view_.me);
  if (is_sync_active()) old_holder = dcs_->sync.leader;

  int votes = has_vote ? 0 : -1;
  int ahead = 0;
  if (!peers.names.empty() && !ask_peers()) return false;
  for (MemberSet rest = peers.names; !rest.empty(); rest.erase(rest.first())) {
    if (!lets_me_win(rest.first(), lsn, old_holder, votes, ahead)) return false;
  }
  return !by_quorum || votes >= dcs_->sync.quorum || (ahead == 0 && dcs_->sync.leader == view_.me);
}

// H12.
bool Cycle::lets_me_win(MemberName peer, std::uint64_t lsn, MaybeMember old_holder, int& votes,
                        int& ahead) {
  if (!may_promote(peer)) return true;
  const PeerStatus& status = answers_.peer[peer.ordinal];
  if (status.is_primary) return false;  // "still alive"
  const std::uint64_t theirs = position_of(peer);
  if (lsn < theirs) {
    ++ahead;
    return is_sync_active() && dcs_->sync.leader == peer;
  }
  if (!is_v4() || theirs == 0) return true;
  const bool by_quorum = is_quorum_active();
  const bool votes_for_me = by_quorum && is_in_sync(peer, true);
  const bool is_preferred =
      lsn == theirs && view_.failover_priority < status.failover_priority && !(old_holder == peer);
  if (is_preferred && (!by_quorum || votes_for_me)) return false;
  if (votes_for_me) ++votes;
  return true;
}

// Who could take over. Where a candidate is named only that one, unless it is left out.
MemberSet Cycle::failover_candidates(FailoverCheck check) const {
  const FailoverKey& failover = dcs_->failover;
  const Peers current = current_peers();
  MemberSet candidates = current.names - current.nofailover;
  candidates.erase(view_.me);
  // From 4.0 on a failover, not a switchover, may go to a member that is not synchronous.
  const bool to_anybody = is_v4() && failover.exists() && !failover.leader;
  // 3.1 wants a synchronous one by request even if none is known to be.
  const bool from_standbys =
      is_sync_active() || (!is_v4() && is_sync_mode() && check == FailoverCheck::by_request);
  if (from_standbys && !to_anybody) {
    candidates = dcs_->sync.leader ? candidates & dcs_->sync.standbys : MemberSet{};
  }
  if (!failover.exists() || !failover.candidate) return candidates;
  if (check == FailoverCheck::without_candidate) {
    candidates.erase(*failover.candidate);
    return candidates;
  }
  // In trouble 3.1 takes anybody, whatever is requested.
  if (!is_v4() && check == FailoverCheck::in_trouble) return candidates;
  MemberSet only;
  if (candidates.contains(*failover.candidate)) only.insert(*failover.candidate);
  return only;
}

bool Cycle::is_failover_possible(FailoverCheck check, std::uint64_t shutdown_lsn) {
  const MemberSet candidates = failover_candidates(check);
  if (!candidates.empty() && !ask_peers()) return false;
  int votes = -1;
  for (MemberSet rest = candidates; !rest.empty(); rest.erase(rest.first())) {
    const MemberName peer = rest.first();
    if (!may_promote(peer)) continue;
    const std::uint64_t theirs = position_of(peer);
    if (shutdown_lsn != 0 ? theirs < shutdown_lsn : is_lagging(theirs)) continue;
    const std::uint32_t timeline = answers_.peer[peer.ordinal].timeline;
    const bool is_behind = timeline == 0 || timeline < dcs_->cluster_timeline;
    if (settings().check_timeline && is_behind) continue;
    ++votes;
  }
  // Whom a request names need not gather votes.
  const bool is_named = dcs_->failover.exists() && dcs_->failover.candidate &&
                        check != FailoverCheck::without_candidate;
  if (is_quorum_active() && !is_named && votes < dcs_->sync.quorum) return false;
  return votes >= 0;
}

}  // namespace model::ha
