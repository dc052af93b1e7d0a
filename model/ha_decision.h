// The decision of one pass of Patroni's HA loop, as a pure function of what it can see and of the
// answers to what it has asked so far. Patroni 3.1.2 and 4.1; checked against the real package by
// tests/differential/ha. Source: patroni-and-kubernetes.md, sections 2 and 4.
//
// A pass acts, and goes on by the result. So the caller asks, does what `asks` says, writes the
// answer down, and asks again; what was decided before it is decided alike. With all answers given
// beforehand one call is enough.
#pragma once

#include "model/ha/view.h"

namespace model::ha {

// --- Answers ---

// error: the DCS did not answer, which ends the pass; of the lock and of loading again only.
enum class Answer : std::uint8_t { pending, no, yes, error };

// A member's answer to GET /patroni within 2 s (H12). Without positions it counts as silent.
struct PeerStatus {
  bool reachable = false;
  bool is_primary = false;  // by its role or its xlog.location
  bool nofailover = false;
  bool watchdog_failed = false;
  std::int8_t failover_priority = 1;
  std::uint32_t timeline = 0;
  std::uint64_t received = 0;
  std::uint64_t replayed = 0;
};

// What the leader tells to who checks whether it has diverged (2.10).
struct LeaderHistory {
  bool reachable = true;
  bool in_recovery = false;
  std::uint32_t timeline = 1;
  bool has_my_timeline = true;    // in its history
  std::uint64_t switchpoint = 0;  // where it left my timeline
  // Of a former primary that was shut down: its last checkpoint ends at the switchpoint.
  bool ends_at_switchpoint = true;
};

inline constexpr std::size_t max_sync_writes = 8;

struct HaAnswers {
  Answer update_lock = Answer::pending;
  Answer acquire_lock = Answer::pending;
  Answer initialize = Answer::pending;               // the race for `initialize`
  Answer peers = Answer::pending;                    // yes: `peer` has them
  Answer failsafe = Answer::pending;                 // every other member of the map accepted
  Answer reload = Answer::pending;                   // yes: `reloaded` is what was loaded again
  Answer history = Answer::pending;                  // yes: `leader` has it
  std::array<Answer, max_sync_writes> write_sync{};  // in the order they are written
  std::array<PeerStatus, max_members> peer;
  LeaderHistory leader;
  Dcs reloaded;
};

enum class Ask : std::uint8_t {
  nothing,
  update_lock,
  acquire_lock,
  initialize,
  peers,
  failsafe,
  reload,
  history,
  write_sync,
};

// --- The decision ---

// What a pass reports at its end; Patroni's log line stands in to_text().
enum class Outcome : std::uint8_t {
  undecided,
  // 2.11
  dcs_inaccessible,
  continues_in_failsafe,
  demoting_without_dcs,
  demoted_without_dcs,
  postgres_silent,
  fails_by_itself,  // an error inside of Patroni, which it reports as a bug
  // The process ends.
  exits_system_id_mismatch,
  exits_joining_as_replica,
  exits_bootstrap_failed,
  // 2.6, 2.7
  updated_lock_during_job,
  crash_recovery_timed_out,
  lost_lock_before_promotion,
  lost_lock_during_job,
  job_in_progress,
  lost_lock_while_starting,
  start_timed_out,
  start_timed_out_but_waits,
  still_starting,
  // 2.4
  bootstraps_cluster,
  bootstraps_standby_leader,
  lost_initialize_race,
  clones_from_leader,
  clones_from_replica,
  clones_without_leader,
  awaits_bootstrap,
  awaits_end_of_recovery,
  runs_post_bootstrap,
  initialized_cluster,
  // C8 to C11
  removed_lock_after_failed_start,
  failed_to_start,
  released_lock_without_data,
  data_inaccessible,
  paused_without_data,
  invalid_system_id,
  released_lock_system_id_mismatch,
  removed_lock_postgres_down,
  postgres_down,
  // 2.8, 2.10
  failed_over_after_crash,
  starts_primary,
  recovers_from_crash,
  rewinds,
  reinitializes,
  starts_read_only,
  starts_standby_leader,
  starts_from_remote,
  starts_as_secondary,
  // 2.5, 2.12: the holder
  awaits_promotion,
  removed_lock_not_primary,
  demotes_gracefully,
  continues_without_update,
  demoted_without_update,
  not_promoting_without_update,
  keeps_lock,
  promotes_with_lock,
  keeps_lock_as_standby_leader,
  becomes_standby_leader_with_lock,
  demoted_by_watchdog,
  released_lock_by_watchdog,
  cancelled_promotion,
  postponed_promotion,
  // 2.9
  acquired_lock_as_primary,
  promotes_by_acquiring,
  becomes_standby_leader_by_acquiring,
  // Followers: demoted if it was a primary
  demoted_after_lost_race,
  follows_after_lost_race,
  demoted_nofailover,
  follows_nofailover,
  demoted_not_healthiest,
  follows_not_healthiest,
  demoted_without_lock,
  follows_holder,
  demoted_in_standby_cluster,
  follows_standby_leader,
  demoted_as_standby_leader,
  follows_old_standby_leader,
  continues_as_primary_without_lock,
  paused_idle,
  // C13 and 3.7
  initiates_restart,
  copies_slots,
};

enum class Demotion : std::uint8_t { none, offline, immediate, immediate_nolock };  // 2.13

// What it wrote to the DCS. Those with an answer are written even if the answer was no.
enum class Write : std::uint8_t {
  member_record,
  initialize_race,
  initialize,  // = its system id, and be it invalid
  cancel_initialize,
  config,
  update_lock,
  update_lock_with_status,  // with optime, if it could be asked for
  acquire_lock,
  take_lock,  // after bootstrap
  release_lock,
  clear_failover,
  clear_failover_if_unchanged,  // conditional on the version that was read
  keep_candidate,               // paused: the failover key without its leader
  history,
  empty_history,
  write_sync,
  delete_sync,
  nosync,  // a member record with this tag
  optime,
};

class Writes {
 public:
  constexpr void insert(Write write) { bits_ |= 1U << static_cast<unsigned>(write); }
  [[nodiscard]] constexpr bool contains(Write write) const {
    return (bits_ & (1U << static_cast<unsigned>(write))) != 0;
  }

 private:
  std::uint32_t bits_ = 0;
};

// How the upstream changes in this pass, aside of a job.
enum class Follow : std::uint8_t { keep, reload, start };

// synchronous_standby_names after the pass, if it has set them.
struct SyncNames {
  bool set = false;
  bool anybody = false;        // `*`
  bool as_configured = false;  // back to what the user has configured, from 4.0 on
  std::int8_t count = 0;       // how many have to acknowledge; 0: all of them
  MemberSet members;
};

struct HaDecision {
  Outcome outcome = Outcome::undecided;
  Ask asks = Ask::nothing;  // anything else: undecided, as this answer is missing
  Demotion demotion = Demotion::none;
  Job job = Job::none;  // begun in this pass
  Follow follow = Follow::keep;
  Upstream upstream;  // of `job` or `follow`
  Writes writes;
  bool stopped_postgres = false;
  bool cancelled_job = false;
  bool asked_peers = false;  // it took up to 2 s
  bool resumed_replay = false;
  bool checkpoint = false;  // after promotion, begun
  bool kept_failsafe = false;
  bool released_early = false;       // while the postmaster was still there (2.12)
  bool awaits_standbys = false;      // 2 s after it has named others, before it looks who confirms
  bool awaits_leaving_sync = false;  // up to two loop_wait, until `-sync` names it no more (4.4)
  Role role = Role::replica;
  PostgresState state = PostgresState::running;
  std::uint64_t released_at = 0;  // optime, as written with the release
  SyncNames sync_names;
  std::uint8_t sync_writes = 0;
  std::array<SyncKey, max_sync_writes> sync_key;  // as written, in this order
  Memory after;
};

HaDecision decide(const HaView& view, const HaAnswers& answers);

// Where the WAL ends after a clean shutdown: its checkpoint's position, and the record before.
struct ShutdownPositions {
  std::uint64_t checkpoint = 0;
  std::uint64_t previous = 0;
};

// The job demote_gracefully (2.12), and the end of the process by SIGTERM (2.13). They see what the
// last pass has loaded. The outcome stays undecided.
HaDecision step_down(const HaView& view, const HaAnswers& answers,
                     const ShutdownPositions& positions);
HaDecision shut_down(const HaView& view, const HaAnswers& answers,
                     const ShutdownPositions& positions);

}  // namespace model::ha
