// What one pass of a member's HA loop can see: its own PostgreSQL, its memory, the cluster in the
// DCS, the settings. Plain values; times are spans counted back or ahead from the moment of the
// pass. Sections are those of patroni-and-kubernetes.md.
#pragma once

#include <array>
#include <cstdint>

#include "charm/types/names.h"
#include "charm/types/time.h"
#include "model/width.h"

namespace model::ha {

using charm::Duration;
using charm::MaybeMember;
using charm::MemberName;

// Members have the ordinals 0 to max_members - 1.
inline constexpr std::size_t max_members = max_world_units;

// What never happened is longer ago than any time that is compared with.
inline constexpr Duration never_ago = std::chrono::hours(1000000);

class MemberSet {
 public:
  constexpr MemberSet() = default;
  constexpr explicit MemberSet(UnitMask bits) : bits_(bits) {}
  constexpr explicit MemberSet(std::uint16_t bits) : bits_(bits) {}  // of the first 16

  constexpr void insert(MemberName name) { bits_.insert(name.ordinal); }
  constexpr void erase(MemberName name) { bits_.erase(name.ordinal); }
  [[nodiscard]] constexpr bool contains(MemberName name) const {
    return bits_.contains(name.ordinal);
  }
  [[nodiscard]] constexpr bool empty() const { return bits_.empty(); }
  [[nodiscard]] constexpr int size() const { return bits_.size(); }
  // Of a set that is not empty.
  [[nodiscard]] constexpr MemberName first() const { return {bits_.first()}; }
  [[nodiscard]] constexpr std::uint16_t bits() const { return bits_.bits(); }  // of the first 16

  friend constexpr MemberSet operator|(MemberSet a, MemberSet b) {
    return MemberSet(a.bits_ | b.bits_);
  }
  friend constexpr MemberSet operator&(MemberSet a, MemberSet b) {
    return MemberSet(a.bits_ & b.bits_);
  }
  // What is in `a` and not in `b`.
  friend constexpr MemberSet operator-(MemberSet a, MemberSet b) {
    return MemberSet(a.bits_ - b.bits_);
  }
  friend constexpr bool operator==(MemberSet, MemberSet) = default;

 private:
  UnitMask bits_;
};

// --- Settings (the `config` annotation, patroni.yml) ---

enum class Version : std::uint8_t { v3_1, v4_1 };
enum class SyncMode : std::uint8_t { off, on, quorum };  // 3.1 takes `quorum` for off

struct Settings {
  Version version = Version::v3_1;
  SyncMode synchronous_mode = SyncMode::off;
  bool strict = false;                 // synchronous_mode_strict
  std::uint8_t node_count = 1;         // synchronous_node_count
  bool paused = false;                 // 2.14
  bool failsafe_mode = false;          // 2.11
  bool check_timeline = false;         // H11
  bool standby_cluster = false;        // 2.15
  bool can_bootstrap = true;           // patroni.yml has a `bootstrap` section (2.4)
  bool clones_without_leader = false;  // a replica method needs no leader (2.4)
  bool can_rewind = true;  // use_pg_rewind, the binary, checksums or wal_log_hints (2.10)
  bool removes_diverged_data = false;  // remove_data_directory_on_diverged_timelines
  Duration ttl = std::chrono::seconds(30);
  Duration loop_wait = std::chrono::seconds(10);
  Duration primary_start_timeout = std::chrono::seconds(300);
  std::int64_t maximum_lag_on_failover = 1048576;
};

// --- Own PostgreSQL ---

enum class DataDirectory : std::uint8_t { filled, empty, inaccessible };

// What pg_control says about the cluster.
enum class ControlState : std::uint8_t {
  shut_down,
  shut_down_in_recovery,
  shutting_down,
  in_crash_recovery,
  in_archive_recovery,
  in_production,
};

// Patroni's own words for it, as in the member record (1.4). Others behave as `stopped`.
enum class PostgresState : std::uint8_t { stopped, starting, running, crashed, restarting };
enum class Role : std::uint8_t {
  uninitialized,
  replica,
  promoted,
  primary,
  demoted,
  standby_leader,
};

enum class Source : std::uint8_t { none, member, remote };  // remote: of a standby cluster (2.15)

struct Upstream {
  Source source = Source::none;
  MaybeMember member;

  friend bool operator==(const Upstream&, const Upstream&) = default;
};

// Who replicates from this primary, as the walsenders and synchronous_standby_names tell (4.2).
struct Standbys {
  MemberSet picked;                  // whom it would name now
  MemberSet confirmed;               // of these, who is synchronous already, and has caught up
  MemberSet confirmed_after_reload;  // the same, 2 s after the names have changed
  MemberSet named;                   // in synchronous_standby_names
  std::uint8_t named_count = 0;      // how many of these have to acknowledge
};

// Of one that is down, pg_control tells: `timeline` and `replayed`, how far recovery must come;
// `control_timeline` and `flushed`, the last checkpoint.
struct Postgres {
  DataDirectory data = DataDirectory::filled;
  std::uint64_t system_id = 1;  // 0: pg_control tells no valid one
  ControlState control = ControlState::in_production;
  bool recovery_configured = false;  // standby.signal or recovery.conf is there
  bool backup_label = false;
  bool runs = true;     // there is a postmaster
  bool answers = true;  // to the monitoring query, which one that is starting does not
  bool in_recovery = true;
  PostgresState state = PostgresState::running;  // `starting`: it still is, as checked by this pass
  Role role = Role::replica;
  Duration in_state{0};
  std::uint32_t timeline = 1;           // 0: a replica that cannot tell
  std::uint32_t received_timeline = 0;  // of the WAL receiver; 0: there is none
  std::uint32_t control_timeline = 1;   // of the last checkpoint: behind it after a promotion
  std::uint64_t flushed = 0;            // of a primary
  std::uint64_t received = 0;
  std::uint64_t replayed = 0;
  bool replay_paused = false;
  bool has_next_history = false;  // the history file of the timeline above the leader's
  Upstream upstream;              // as configured now
  bool settings_differ = false;   // of recovery, such that a restart is needed
  bool reloads_upstream = true;   // from PostgreSQL 13 on
  bool lacks_slots = false;       // logical slots have to be copied from the leader
  Standbys standbys;
};

// --- The memory of the Patroni process: lost with it ---

// The long action that runs aside (2.1); one at most.
enum class Job : std::uint8_t {
  none,
  bootstrap,
  bootstrap_standby_leader,
  post_bootstrap,
  clone_from_leader,
  clone_from_replica,
  clone_without_leader,
  crash_recovery,
  rewind,
  reinitialize,
  start_primary,          // in place, after a crash
  restart_after_failure,  // as a standby, or read-only as the holder
  start_after_demotion,
  promote,
  demote_gracefully,
  demote_to_standby_cluster,
  demote_offline,
  change_upstream,  // with a restart
  restart,
  copy_slots,
};

// What the job at hand has told: pre_promote, and then that there is no way back; bootstrap and
// post_bootstrap.
enum class Response : std::uint8_t { none, succeeded, failed };

// The checkpoint that a new primary runs aside, so that others can rewind from it.
enum class Checkpoint : std::uint8_t { none, runs, succeeded, failed };

// Where the check for divergence and the rewind stand (2.10).
enum class Rewind : std::uint8_t {
  initial,
  checkpointed,  // a primary that has done its checkpoint after promotion
  check,
  needed,
  not_needed,
  succeeded,
  failed,
};

struct Memory {
  Job job = Job::none;
  bool started = true;      // the on_start callback has run: this is not the first pass
  bool recovering = false;  // it has tried to start PostgreSQL (C8)
  bool was_paused = false;
  bool bootstrapping = false;
  bool is_leader = false;  // its own expiry is still ahead: what /primary answers (fact 7)
  Response response = Response::none;
  Rewind rewind = Rewind::initial;
  Checkpoint checkpoint = Checkpoint::none;
  bool crash_recovery_tried = false;  // since it was last up
  Duration crash_recovery_for{0};
  Duration start_timeout{0};                    // of a restart by request; 0: none of its own
  Duration since_failed_promotion = never_ago;  // released the lock as pre_promote failed (H1)
  Duration since_promotion = never_ago;         // first pass as a primary in quorum mode
  std::uint32_t last_timeline = 0;              // own, as a replica; 0: unknown
  MaybeMember failsafe_sender;  // of the last POST /failsafe; none if it went on by itself
  Duration since_failsafe = never_ago;
  // The failsafe map as last read or written. Absent is not the same as empty: H8.
  bool has_failsafe_map = false;
  MemberSet failsafe_map;
  // The members of the last view with a lock, and whoever was seen without one since then: Patroni
  // adds to the list that it keeps, so that who has left goes on to be asked (H9).
  bool has_seen_cluster = false;
  MemberSet seen;
  MemberSet seen_nofailover;
  MaybeMember seen_holder;
  // A restart that was asked for by REST (3.7).
  bool restart_scheduled = false;
  bool restart_matches = true;   // its filters: role, version, pending
  bool restarted_since = false;  // the postmaster is another one than when it was asked for
  Duration restart_in{0};
  Duration restart_timeout{0};  // 0: none of its own
};

// --- The cluster as last loaded (1.1, 1.2) ---

enum class Initialize : std::uint8_t { absent, empty, invalid, system_id };

// The members by their pods, as sets. Without a record (not `published`) a member has neither a
// REST address nor a connection, and the other sets say nothing of it.
struct DcsMembers {
  MemberSet exist;
  MemberSet published;
  MemberSet nofailover;  // the tag
  MemberSet clone_from;  // tagged, and in state running
  MemberSet primaries;   // by the role in the record
  std::array<std::uint32_t, max_members> timeline{};

  // Those that can be asked, or connected to.
  [[nodiscard]] constexpr MemberSet recorded() const { return exist & published; }
};

struct FailoverKey {
  MaybeMember leader;  // set: a switchover
  MaybeMember candidate;
  bool scheduled = false;
  Duration due_in{0};

  // With no name in it, it counts for nothing even if it is scheduled.
  [[nodiscard]] constexpr bool exists() const { return leader || candidate; }
};

struct SyncKey {
  MaybeMember leader;  // none: synchronous mode is not active yet
  MemberSet standbys;
  std::uint8_t quorum = 0;

  friend bool operator==(const SyncKey&, const SyncKey&) = default;
};

struct Dcs {
  MaybeMember lock_holder;  // while the record is valid by this observer's clock (1.7)
  Initialize initialize = Initialize::absent;
  std::uint64_t system_id = 0;  // if `initialize` holds one
  bool has_config = true;
  bool history_complete = true;        // its last line has a member: five items
  std::uint32_t cluster_timeline = 0;  // by `history`: 0 if absent, 1 if empty, the last one's + 1
  std::uint64_t optime = 0;
  FailoverKey failover;
  SyncKey sync;
  DcsMembers members;
};

struct HaView {
  // Who it is: the name and the tags.
  MemberName me;
  bool nofailover = false;
  bool nostream = false;              // 4.x
  std::int8_t failover_priority = 1;  // from 3.2 on
  MaybeMember replicate_from;
  // Not `off`, as in pods, only where a test says so.
  bool watchdog_runs = false;
  bool watchdog_activates = true;
  bool watchdog_healthy = true;

  bool dcs_readable = true;
  Settings settings;
  Postgres postgres;
  Memory memory;
  Dcs dcs;
};

}  // namespace model::ha
