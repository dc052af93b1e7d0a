// One pass of the HA loop at work: what it knows at this point, and what it has done. A part of the
// reference's section 2 a file; ha_decision.h is the door.
#pragma once

#include <optional>

#include "model/ha/quorum.h"
#include "model/ha_decision.h"

namespace model::ha {

// The messages of a follower, which depend on why it follows.
struct FollowReason {
  Outcome if_demoted;
  Outcome if_follows;
};

// Why somebody else is looked for.
enum class FailoverCheck : std::uint8_t {
  in_trouble,         // it cannot start, or takes too long
  by_request,         // the failover key
  without_candidate,  // the one that was named is not able
  after_shutdown,
};

class Cycle {
 public:
  Cycle(const HaView& view, const HaAnswers& answers);

  HaDecision run();
  HaDecision step_down(const ShutdownPositions& positions);
  HaDecision shut_down(const ShutdownPositions& positions);

 private:
  // The lock holder as this pass takes it.
  struct Holder {
    MaybeMember name;
    bool by_failsafe = false;  // it has sent POST /failsafe, and the lock is free
  };

  // Why the rest of the pass does not count. Code that runs on after a stop has no effect: every
  // effect goes through the functions below, and they look here first.
  enum class Stop : std::uint8_t { none, asked, dcs_error, postgres_silent, failed };

  // cycle.cc
  Outcome pass();
  Outcome with_data();
  Outcome without_data();
  std::optional<Outcome> check_system_id();
  std::optional<Outcome> after_recovery();
  Outcome finish_cycle(Outcome outcome);
  std::optional<Outcome> scheduled_restart();
  Outcome handle_dcs_error();
  void load(const Dcs& dcs);
  void reload();
  void publish(Write record = Write::member_record);

  // bootstrap.cc
  Outcome bootstrap();
  Outcome post_bootstrap();
  Outcome cancel_bootstrap();

  // jobs.cc
  Outcome long_action();
  std::optional<Outcome> starting();

  // recover.cc
  Outcome recover();
  bool starts_in_place(bool renewed) const;
  std::optional<Outcome> crash_recovery();
  std::optional<Outcome> rewind_or_reinitialize();
  bool is_rewind_needed_and_possible(const Upstream& leader);
  void check_divergence(const Upstream& leader);
  void trigger_divergence_check();
  void reset_rewind();
  bool knows_local_position(bool& in_recovery, std::uint32_t& timeline, std::uint64_t& lsn);

  // holder.cc
  Outcome keep_to_holder();
  Outcome hold();
  std::optional<Outcome> manual_failover_as_holder();
  void ensure_checkpoint();
  Outcome enforce_primary(Outcome if_primary, Outcome if_promoted);
  Outcome promote(Outcome if_promoted);
  void update_history();

  // race.cc
  Outcome race();
  Outcome acquired();
  bool is_healthiest();
  bool is_primary_healthiest();
  std::optional<bool> manual_failover_without_holder();
  bool is_candidate_able(MemberName candidate);

  // peers.cc
  // Members with a REST address, and which of them are not to be promoted.
  struct Peers {
    MemberSet names;
    MemberSet nofailover;
  };
  Peers all_known();
  Peers current_peers() const;
  bool is_healthiest_among(Peers peers, bool check_lag, MaybeMember old_holder);
  bool passes_own_checks(std::uint64_t lsn, bool check_lag);
  bool lets_me_win(MemberName peer, std::uint64_t lsn, MaybeMember old_holder, int& votes,
                   int& ahead);
  bool is_failover_possible(FailoverCheck check, std::uint64_t shutdown_lsn = 0);
  MemberSet failover_candidates(FailoverCheck check) const;
  // What a peer's answer says.
  bool may_promote(MemberName peer) const;
  std::uint64_t position_of(MemberName peer) const;
  bool is_lagging(std::uint64_t lsn) const;
  bool ask_peers();

  // follow.cc
  Outcome follow(FollowReason reason, bool refresh = true);
  Outcome follow_upstream(const Upstream& upstream, Outcome if_follows);
  Upstream node_to_follow(const Dcs& dcs, const Holder& holder) const;
  Upstream leader_to_rewind_from() const;
  bool has_connection(const Upstream& upstream) const;
  // What primary_conninfo leads to.
  Upstream connection_to(const Upstream& upstream, const Dcs& dcs, const Holder& holder) const;
  void demote(Demotion mode);

  // hand_over.cc
  std::uint64_t optime_of(const ShutdownPositions& positions) const;

  // sync.cc
  bool is_sync_mode() const;
  bool is_quorum_mode() const;
  bool is_sync_active() const;
  bool is_quorum_active() const;
  bool is_in_sync(MemberName name, bool with_leader) const;
  void manage_sync();
  void manage_sync_names();
  void manage_quorum();
  bool take_quorum_steps(const QuorumSteps& steps, SyncKey& key, QuorumState& state);
  void disable_sync();
  bool prepare_sync_for_promotion();
  // Nothing: refused, or asked.
  std::optional<SyncKey> write_sync(const SyncKey& key);
  void name_standbys(MemberSet members, int count);

  // effects.cc
  bool stopped() const { return stop_ != Stop::none; }
  void stop(Stop why);
  void ask(Ask what);
  bool answered(Answer answer, Ask what);
  bool update_lock(bool with_status);
  bool acquire_lock();
  void release_lock();
  void release_lock_voluntarily();
  void write(Write what);
  bool start_job(Job job, const Upstream& upstream = {});
  void set_role(Role role);
  void set_state(PostgresState state);
  void set_is_leader(bool value);
  void stop_postgres();

  const Settings& settings() const { return view_.settings; }
  bool is_v4() const { return view_.settings.version == Version::v4_1; }
  bool paused() const { return view_.settings.paused; }
  bool is_unlocked() const { return !holder_.name; }
  bool has_lock() const { return holder_.name == view_.me; }
  bool is_running() const { return runs_; }
  bool is_starting() const { return now_.state == PostgresState::starting; }
  bool can_query() const { return runs_ && view_.postgres.answers; }
  bool is_primary() const;
  bool needs_answer();
  std::uint64_t own_position();
  bool is_busy() const { return now_.after.job != Job::none; }
  bool can_repair() const { return settings().can_rewind || settings().removes_diverged_data; }
  bool is_rewind_due() const;
  bool rewind_executed() const;
  bool is_failsafe_fresh() const { return now_.after.since_failsafe < settings().ttl; }
  bool is_member(MemberName name) const { return dcs_->members.exist.contains(name); }

  const HaView& view_;
  const HaAnswers& answers_;
  const Dcs* dcs_;
  Holder holder_;
  std::uint32_t leader_timeline_ = 0;  // by its record; 0: unknown
  bool seen_is_current_ = false;       // `seen` are the members as loaded just now
  bool runs_;
  Stop stop_ = Stop::none;
  HaDecision now_;  // what has been decided so far
};

}  // namespace model::ha
