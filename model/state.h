// The state of the world's parts before anything happened. Plain structs, no pointers, no padding:
// a world is copied, compared and hashed as bytes (`unused` fills what would be padding).
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "charm/types/cluster.h"
#include "charm/types/names.h"
#include "charm/types/state_key.h"
#include "charm/types/status.h"
#include "model/ha/view.h"
#include "model/juju_state.h"
#include "model/member_state.h"
#include "model/relation_state.h"
#include "model/unit_bits.h"

namespace model {

// --- Kubernetes ---

enum class PodPhase : std::uint8_t {
  absent,
  running,
  terminating,       // SIGTERM has been sent
  lost,              // its node is gone: the object stays, nothing runs in it
  lost_terminating,  // the same, and it was asked to end before: once the node is back, it has
};

enum class RoleLabel : std::uint8_t { none, primary, replica };

// In the member record.
enum class Tags : std::uint8_t {
  none,
  nosync,  // Patroni sets it itself while it stops (section 4.4)
  both,    // nosync and nofailover, from patroni.yml
};

struct Pod {
  PodPhase phase = PodPhase::absent;
  bool member_labels =
      false;  // `application` and `cluster-name`: without them Patroni does not see it
  RoleLabel role = RoleLabel::none;
  bool node_lost = false;
  // The member record in the annotation `status`, as last published.
  bool published = false;
  charm::MemberState published_state = charm::MemberState::other;
  std::uint16_t incarnation = 0;
  bool published_primary = false;  // the role in the record
  bool ready = false;              // its condition Ready, as the control plane has it (section 7.7)
  std::uint16_t published_timeline = 0;
  Tags published_tags = Tags::none;
  bool missed = false;            // its node is lost, and the control plane has noticed
  std::uint16_t node_away_s = 0;  // for how long the node is lost; 0: for ever
  std::uint8_t charm = 0;         // the template that it was made from, as Rollout counts them
  std::uint8_t unused = 0;
  std::uint16_t unused_too = 0;
};

// --- Pebble ---

enum class ContainerStage : std::uint8_t { down, starting, up, noticed };

// What Pebble has asked the service to end for.
enum class Ending : std::uint8_t {
  not_asked,
  to_restart,
  for_good,  // nobody but who asks Pebble starts it again
};

struct Container {
  ContainerStage stage = ContainerStage::down;
  bool layer_added = false;      // lost with the container; so is everything else but the files
  bool service_running = false;  // Patroni's process
  bool broken = false;           // Pebble does not answer, the service goes on
  bool held = false;             // it does not come up before the moment that its timer waits for
  std::uint8_t restarts = 0;     // of the service since it last ran for long: doubles its backoff
  Ending ending = Ending::not_asked;
  bool checks_https = false;  // the layer's check asks Patroni so
  // The password of `monitoring`, by its number: in the plan, and of the exporter's process as it
  // was started; 0: there is none, and the exporter does not run. It is never seen to end by
  // itself.
  std::uint16_t exporter_planned = 0;
  std::uint16_t exporter = 0;
};

// maximum_lag_on_failover, in bytes. More than it can hold is as good as the most it can: no run
// writes so much.
using MaximumLag = std::uint32_t;
inline constexpr MaximumLag default_maximum_lag = 1U << 20U;
constexpr MaximumLag maximum_lag(std::int64_t bytes) {
  constexpr std::int64_t most = std::numeric_limits<MaximumLag>::max();
  return static_cast<MaximumLag>(std::min(bytes, most));
}

// wal_keep_size, in MB. As above.
using KeptWal = std::uint16_t;
inline constexpr KeptWal default_kept_wal = 4096;
constexpr KeptWal kept_wal(std::int64_t megabytes) {
  constexpr std::int64_t most = std::numeric_limits<KeptWal>::max();
  return static_cast<KeptWal>(std::min(megabytes, most));
}

// The files on the storage: they survive the pod.
struct Volume {
  bool data_directory = false;
  bool configuration = false;              // patroni.yml has been written
  std::uint16_t bootstrap_node_count = 0;  // its bootstrap section
  bool bootstrap_strict = false;
  bool tagged = false;             // its tags: nofailover and nosync
  bool tls = false;                // it asks for TLS
  std::uint8_t free_percent = 80;  // of its file system, rounded down; 0 is not modelled
  Passwords passwords{};           // in it; that of `monitoring` is not
  UnitBits admitted;               // its pg_hba
  PemFiles pem;                    // key.pem, cert.pem and ca.pem
  // Digests of the parameters that PostgreSQL takes only when it starts: its own, and those of its
  // bootstrap section.
  std::uint32_t parameters = 0;
  std::uint32_t bootstrap_parameters = 0;
  MaximumLag bootstrap_maximum_lag = default_maximum_lag;
  std::uint32_t reloadable = 0;  // a digest of those that it takes at a reload
  KeptWal bootstrap_kept_wal = default_kept_wal;
  // Its pg_hba has the line that says nothing, and makes of one list two.
  bool marked = false;
  std::uint8_t unused_too = 0;
};

// --- Network, clock, processes (patroni-and-kubernetes.md, sections 1.7 and 8) ---

enum class Frozen : std::uint8_t {
  no,
  patroni,  // SIGSTOP: PostgreSQL goes on
  pod,      // the whole of it, agent and database too
  charm,    // the charm container: the agent and the hook that it runs
};

constexpr bool is_stopped(Frozen what) { return what == Frozen::patroni || what == Frozen::pod; }

struct Surroundings {
  bool api_cut = false;  // the API server cannot be reached from this pod
  Frozen frozen = Frozen::no;
  std::uint16_t overdue = 0;        // while frozen: a bit for each timer that has fired
  std::int32_t clock_rate_ppm = 0;  // how much faster than real time its clock runs
  std::int64_t recovered_us = 0;    // before then, no PostgreSQL that starts here is up
  UnitBits cut_to;                  // whom nothing that this pod sends reaches (one way)
  bool controller_cut = false;      // Juju's controller cannot be reached from this pod
  bool lossy = false;               // packets between this pod and the others are late or lost
  bool api_lossy = false;           // and between it and the API server
  bool api_lost = false;            // ... so that it reaches nothing at its present try
  std::uint16_t unused = 0;
};

// --- What there is once ---

// What the API server answers to everybody, though it can be reached (section 7.4).
enum class ApiTrouble : std::uint8_t {
  none,
  throttled,  // 429 with Retry-After
  forbidden,  // 403: the authorisation webhook fails
  late,       // it does what it is asked for, and answers after the client has given up
};

// Whether Juju has the application (juju-and-pebble.md, section 4.8, item 6).
enum class Presence : std::uint8_t {
  deployed,
  leaving,  // its removal was asked for: it goes with its last unit
  removed,
};

// How a refresh goes from pod to pod (patroni-and-kubernetes.md, section 7.7; juju-and-pebble.md,
// section 4.9). Each `juju refresh` makes a charm with the next number, whatever its revision is:
// one back to an older revision, too, is a new template of the StatefulSet.
struct Rollout {
  std::uint8_t charm = 0;    // Juju's charm-modified-version
  std::uint8_t update = 0;   // the StatefulSet's update revision, which follows a while later
  std::uint8_t current = 0;  // ... and its current one: what pods below the partition are made from
  // `dependencies` in the application's bag of `upgrade`: of which charm, counted from 1; 0: none.
  std::uint8_t dependencies = 0;
  std::uint16_t partition = 0;  // the first ordinal that the update goes for
  std::uint16_t broken = 0;     // a bit for each charm whose database starts, and never streams
  std::uint16_t strange = 0;    // a bit for each charm that cannot follow the versions before it
  std::uint16_t unused = 0;
};
inline constexpr std::uint8_t max_refreshes = 15;

// The peer application bag and the application secret, but for `endpoints`, which is a list.
struct Application {
  UnitBits primary_route;          // where the primary Service leads: to each of them
  std::uint16_t scale = 0;         // how many units the operator asked for last
  std::uint16_t scale_target = 0;  // what is being scaled down to; latched until it is reached
  std::uint16_t replicas = 0;      // of the StatefulSet
  charm::MaybeUnit lease_holder;
  charm::MaybeUnit lease_next;  // while the lease is let go: who shall have it, if anybody is named
  // Of its bags in the charm's own relations.
  std::array<std::uint16_t, max_peer_relations> app_data_versions{};
  Passwords passwords{};
  bool initialised = false;
  bool trusted = true;
  bool primary_service = false;
  bool replicas_service = false;
  bool primary_route_held = false;  // the Service routes nowhere yet, whatever the labels say
  ApiTrouble api_trouble = ApiTrouble::none;
  bool primary_worked = false;  // the Service has led to a running primary
  bool renewals_fail = false;   // the holder's, from now until its lease has run out
  bool lapsing = false;         // the holder knows that it could not renew
  bool api_down = false;        // the API server, for everybody
  bool scaling_down = false;
  std::uint8_t configuration = 0;     // the charm's options: an index into the run's configurations
  std::uint16_t secret_revision = 0;  // of the application secret; 0: there is none
  std::uint16_t records_made = 0;     // of units
  Presence presence = Presence::deployed;
  // Of the two Services, whose owner is a StatefulSet that is gone: a bit for each Service.
  std::uint8_t orphaned_services = 0;
  bool upgrade_restricted = false;  // the bag of `upgrade` has `sync-standbys`
  // What another revision has left to all units that this one cannot read.
  charm::StateKey unreadable = charm::StateKey::none;
  UnitBits restart_granted;  // the bag of `restart`
  UnitBits upgrade_standbys;
  Rollout rollout;
};

enum class Initialise : std::uint8_t { absent, bootstrapping, done };

// Patroni's keys, on its Endpoints objects.
struct Dcs {
  std::uint32_t lock_version = 0;  // 0: there is no such object
  charm::MaybeMember lock_holder;
  std::uint16_t transitions = 0;
  std::uint64_t optime = 0;  // the WAL position at the last renewal
  std::uint32_t config_version = 0;
  Initialise initialise = Initialise::absent;
  bool strict = false;
  std::uint16_t system_id = 0;
  std::uint16_t node_count = 0;
  std::uint16_t cluster_timeline = 0;  // by `history`: 0 if there is none
  std::uint32_t sync_version = 0;
  UnitBits sync_standbys;
  charm::MaybeMember sync_leader;
  charm::MaybeMember failover_leader;  // of the failover key: a switchover
  charm::MaybeMember failover_candidate;
  ha::MemberSet failsafe_map;  // on the lock object: who has to agree to go on without the DCS
  bool has_failsafe_map = false;
  bool paused = false;
  std::uint32_t parameters = 0;  // a digest: those that PostgreSQL takes only when it starts
  std::uint8_t origin = 0;       // whose each object is (patroni_objects.h)
  std::uint8_t removed = 0;      // what was deleted, and not made again (patroni_objects.h)
  KeptWal kept_wal = default_kept_wal;
  MaximumLag maximum_lag = default_maximum_lag;
};

enum class Watch : std::uint8_t {
  current,
  lags,    // events come, late
  silent,  // the connection lives, and brings nothing
};

// What a member's LIST+WATCH threads, one for Endpoints and one for Pods, have brought it (section
// 1.6). It means something only while a watch is behind; otherwise the member sees the present.
struct Cache {
  static constexpr std::size_t kept = max_world_units;  // members with their records

  std::int64_t until_us = 0;  // a dead watch is noticed then, a slow one has caught up
  Dcs dcs;
  // As the pass that races has loaded them; but the version of the lock's object, by which it
  // reaches for the lock, is of the last load, and whoever asks its REST API for the cluster loads
  // it, too (section 8.1). Of no meaning while nobody races.
  Dcs raced;
  UnitBits exist;  // Pods with the members' labels, and their records
  UnitBits published;
  UnitBits primaries;
  std::array<std::uint16_t, kept> timelines{};
  std::array<charm::MemberState, kept> states{};
  bool objects_behind = false;
  bool pods_behind = false;
  Watch watch = Watch::current;
  std::uint8_t unused = 0;
  std::uint16_t unused_too = 0;
  std::uint32_t unused_three = 0;
};

struct UnitState {
  bool exists = false;  // has a record in Juju's model
  charm::StatusKind status = charm::StatusKind::unknown;
  std::uint16_t status_text = 0;  // an id in the run's texts
  Pod pod;
  AgentProcess process;
  Staged staged;
  AgentRecord record;
  Surroundings surroundings;
  Container container;
  Volume volume;
  Member member;
  Cache cache;
  Postgres postgres;
};

// A stretch of WAL history: what one timeline wrote before others forked from it. Two promotions
// from one parent make two branches with the same timeline number (section 5), so members are
// compared by branch. Branch 0 is none.
struct Branch {
  std::uint64_t fork_lsn = 0;      // where it left its parent
  std::uint64_t acknowledged = 0;  // up to where the client's commits here were acknowledged
  std::uint64_t confirmed = 0;     // ... with a standby that had confirmed them
  std::uint16_t parent = 0;
  std::uint16_t timeline = 0;  // 0: free
  std::uint32_t serial = 0;  // of all branches that were ever made, from 1: numbers are used again
};
inline constexpr std::size_t max_branches = 32;

// A client that writes on every member that would take it, and remembers who acknowledged.
struct Client {
  std::uint32_t acknowledged = 0;
  charm::MaybeUnit last_acknowledger;
  bool overlap = false;  // two members acknowledged commits in overlapping intervals
  bool lost = false;     // a commit that a standby had confirmed is missing on a later acknowledger
  std::int64_t last_us = 0;           // when the last commit was acknowledged
  std::uint64_t handover_optime = 0;  // that stood with the lock when it last changed hands
  std::uint32_t branches_made = 0;
  bool failed_over_by_hand = false;  // asked for, and no other primary has acknowledged since
  bool unprotected = false;  // `-sync` was swept away, and no primary has written it anew (8.6)
  std::uint16_t unused_too = 0;
  MaximumLag handover_lag = default_maximum_lag;  // that held for whoever took it
  std::uint32_t unused_three = 0;
};

// POST /switchover or /failover, while it is answered (section 3.6).
struct Request {
  std::int64_t asked_us = 0;
  charm::MaybeUnit asked;     // whose REST API it is; nobody: there is no request
  charm::MaybeMember leader;  // that led when it was made
  std::uint32_t unused = 0;
};

struct Shared {
  std::int64_t now_us = 0;
  std::uint16_t units = 0;  // how many units the world has room for
  std::uint16_t next_system_id = 1;
  std::uint32_t story_step = 0;
  std::int64_t initialise_since_us = 0;  // when `initialize` was written last
  Application application;
  Dcs dcs;
  Client client;
  Request request;
  std::array<Branch, max_branches> branches;
  std::array<ClientRelation, max_relations> relations;
  // The newest first. What failovers lose one after the other is told apart only so far back.
  std::array<SystemRoles, 3> roles;
  std::uint16_t passwords_made = 0;  // each has a number
  std::uint16_t pems_made = 0;
  PemNumber authority = 0;  // with which the provider signs now
};

static_assert(std::has_unique_object_representations_v<UnitState>,
              "no padding: it is hashed as bytes");
static_assert(std::has_unique_object_representations_v<Shared>,
              "no padding: it is hashed as bytes");

}  // namespace model
