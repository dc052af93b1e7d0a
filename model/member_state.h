// What a member is: its Patroni, and its PostgreSQL. As model/state.h: plain structs without
// padding.
#pragma once

#include <array>
#include <cstdint>

#include "charm/types/names.h"
#include "charm/types/secret.h"
#include "model/ha/view.h"
#include "model/unit_bits.h"

namespace model {

using ha::Job;
// Starting: there is a postmaster, which answers no query while it recovers (section 2.7).
enum class Database : std::uint8_t { none, stopped, starting, running };

// A number for each, by charm::SystemUser; what they are counts for nothing. 0: there is none.
// Generated ones are counted (Shared::passwords_made); one that an operator gives is in the upper
// half, by its text.
using Passwords = std::array<std::uint16_t, charm::system_user_count>;

// What the Patroni process remembers of its passes, as ha::Memory, with moments for spans.
struct Memory {
  std::int64_t failed_promotion_us = long_ago_us;
  std::int64_t promotion_us = long_ago_us;
  std::int64_t failsafe_us = long_ago_us;
  std::int64_t crash_recovery_us = long_ago_us;  // when the one that runs began
  std::uint32_t last_timeline = 0;
  ha::MemberSet failsafe_map;
  ha::MemberSet seen;
  ha::MemberSet seen_nofailover;
  charm::MaybeMember failsafe_sender;
  charm::MaybeMember seen_holder;
  ha::Response response = ha::Response::none;
  ha::Rewind rewind = ha::Rewind::initial;
  ha::Checkpoint checkpoint = ha::Checkpoint::none;
  bool started = false;
  bool recovering = false;
  bool was_paused = false;
  bool bootstrapping = false;
  bool is_leader = false;
  bool crash_recovery_tried = false;
  bool has_failsafe_map = false;
  bool has_seen_cluster = false;
  std::uint8_t unused = 0;
  std::uint16_t unused_too = 0;
  std::uint32_t unused_as_well = 0;

  static constexpr std::int64_t long_ago_us = -(std::int64_t{1} << 52);
};

// How far a PostgreSQL is that is shut down in good order (sections 2.12 and 2.13).
enum class Stopping : std::uint8_t {
  no,
  rest,        // SIGTERM: its REST API ends first, and PostgreSQL serves on
  checkpoint,  // a switchover begins with one, and serves on
  postmaster,  // told to end; looked at each second
  ended,       // it is gone; where its WAL ends is read, and then the lock is let go
  settled,     // it is down, the lock is let go, and somebody else has 2 s to take it
};

// Of those that PostgreSQL takes only when it starts: digests of patroni.yml's, and of the dynamic
// configuration's.
struct ServerParameters {
  std::uint32_t local = 0;
  std::uint32_t dynamic = 0;

  friend bool operator==(const ServerParameters&, const ServerParameters&) = default;
};

struct Member {
  Job job = Job::none;
  bool lock_valid = false;    // by its own clock: not longer than ttl since the record changed
  bool woken = false;         // the next HA loop comes by a wake-up, not by the schedule
  bool rest_up = false;       // the process has come so far that its REST API answers
  bool handing_over = false;  // SIGTERM: it stops PostgreSQL, and then lets the lock go
  bool renewing = false;      // the API server does not answer, and it tries on (retry_timeout)
  bool asking = false;        // its peers, and waits for their answers (a silent one: 2 s)
  std::uint8_t leaving = 0;   // how often it still looks whether `-sync` lists it (section 4.4)
  ha::PostgresState state = ha::PostgresState::stopped;
  ha::Role role = ha::Role::uninitialized;
  charm::MaybeMember job_upstream;
  std::uint32_t observed_lock = 0;  // the version of the lock record it last saw
  std::int64_t starting_us = 0;     // since when its PostgreSQL starts, if that takes long
  std::int64_t pass_us = 0;         // when the pass of its HA loop has begun
  Stopping stopping = Stopping::no;
  std::uint8_t looks = 0;  // at the postmaster that ends, or whether it is promoted
  bool naming = false;     // new synchronous standbys, and waits 2 s before it looks who confirms
  bool tagged = false;     // as loaded: nofailover and nosync
  std::uint32_t naming_version = 0;  // of `-sync`, before the wait
  // As loaded: whether REST API and PostgreSQL talk TLS, and what with.
  bool tls = false;
  bool admits_by_tls = false;  // pg_hba.conf: over TLS alone
  UnitBits listed;             // patroni.yml's pg_hba, as Patroni has loaded it (pg_hba.cc)
  std::uint32_t certificate = 0;
  Memory memory;
  UnitBits sync_names;          // synchronous_standby_names
  UnitBits admitted;            // pg_hba.conf, as it was written last
  UnitBits unheard;             // while it asks: who does not answer, or what the network has lost
  bool racing = false;          // while it asks: it will reach for the lock, which it saw free
  bool missed_event = false;    // in a pass: the watch brought news, the next one comes at once
  ServerParameters parameters;  // as Patroni has loaded them
  Passwords passwords{};        // as loaded: what it and its PostgreSQL log in with
  bool listed_by_tls = false;   // with `listed`: its lines, and whether it is the other of the two
  bool listed_marked = false;
  std::uint32_t raced_lock = 0;  // while it races: the version of the lock that it saw free
  // A digest, as loaded: what its PostgreSQL is told at once, or when it starts.
  std::uint32_t reloadable = 0;
  bool wrote_pg_hba = false;    // the job at hand: it starts PostgreSQL by now
  bool reload_pending = false;  // asked for: its next pass begins with it
  // Of synchronous_standby_names: whose name is new, and who has not been seen since to have come
  // as far as the WAL was then. Whoever has once keeps it while the name stands.
  UnitBits behind_names;
  std::uint64_t names_lsn = 0;  // how far it was; 0 while nobody is behind
};

struct Postgres {
  Database database = Database::none;
  bool in_recovery = false;
  bool any_standby_syncs = false;  // synchronous_standby_names is `*` (strict, and nobody to name)
  bool write_waits = false;        // the client's last write is not acknowledged yet
  std::uint16_t system_id = 0;
  std::uint16_t timeline = 0;
  std::uint64_t written = 0;             // handed to the operating system; lost with the process
  std::uint64_t lsn = 0;                 // flushed
  std::uint64_t replayed = 0;            // visible to those who read here
  std::uint16_t branch = 0;              // of Shared::branches: which history its data belongs to
  charm::MaybeUnit following;            // whom it is configured to stream from
  charm::MaybeUnit upstream;             // whom it streams from, as both believe
  std::uint16_t stint = 0;               // counts the times that it left recovery
  std::uint16_t acknowledged_stint = 0;  // the last one in which it acknowledged a commit
  bool overtaken = false;                // another member has acknowledged a commit since
  bool clean = false;                    // pg_control says `shut down`
  UnitBits slots;                        // members whose replication slot exists here
  // Shut down, but the postmaster is there until these standbys, whom it does not reach, have all.
  UnitBits unsent;
  // When its leadership was confirmed last, by its own clock: Patroni wrote the lock, or everybody
  // agreed to go on without it (failsafe); and when it last had another right to take commits: it
  // made this database, its clock has jumped, or it goes on after a freeze. For the properties
  // alone.
  std::int64_t confirmed_us = 0;
  std::int64_t excused_us = 0;
  ServerParameters parameters;  // that it has started with
  // Connections that it has to a server, by the numbers that they have there (no_walsender: none):
  // to stream, or two for a base backup, of the data and of what is written meanwhile.
  charm::MaybeUnit backup_of;  // whom it copies
  std::uint8_t walsender = no_walsender;
  std::uint8_t second_walsender = no_walsender;
  std::uint32_t unused = 0;

  static constexpr std::uint8_t no_walsender = 255;
};

}  // namespace model
