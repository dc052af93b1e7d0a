// One step of the world: the world itself, and the facts that the step brought about. The parts of
// the model write facts down as they happen; traces and properties read them.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "charm/types/bounded_vector.h"
#include "model/world.h"

namespace model {

enum class FactKind : std::uint8_t {
  unit_added,
  pod_started,
  pod_terminating,
  pod_stopped,  // its processes are gone
  agent_started,
  leadership_gained,
  leadership_lost,
  container_reachable,
  container_unreachable,
  service_started,
  service_stopped,
  flushed,            // a hook's writes were committed
  flush_refused,      // the unit was not the leader any more
  endpoints_written,  // value: how many units that stay were dropped from the list
  initialised,
  lock_taken,  // value: how often the lock has changed hands
  lock_released,
  lock_expired,  // for this observer
  job_started,   // value: the Job
  job_ended,     // value: the Job
  handing_over,  // asked to end, it stops PostgreSQL first
  promoted,      // value: the timeline
  demoted,
  streaming,   // value: the upstream's ordinal
  role_label,  // value: the RoleLabel
  member_labels,
  route_changed,   // of the primary Service; the unit is the target, or none
  sync_standbys,   // value: how many
  acknowledged,    // the client's write was acknowledged by a new member
  overlap,         // two members acknowledged commits in overlapping intervals
  lock_granted,    // the charm named this unit; value: whether somebody could have won the lock
  object_removed,  // of Patroni's, by the charm; value: whether a running cluster uses it
  commit_lost,     // a confirmed commit is not in the history of a new acknowledger
  node_back,       // its pod begins again, or is made anew
  cut_off,         // something around this pod is cut; value: the Cut
  healed,
  frozen,  // value: the Frozen
  thawed,
  clock_stepped,  // value: how far, in milliseconds
  database_crashed,
  api_stopped,
  api_started,
  unit_dying,
  unit_dead,
  unit_removed,      // its record is gone
  secret_revised,    // value: the revision
  switchover_asked,  // by an operator; the unit is the candidate, or none
  failover_asked,
  request_answered,  // of a switchover or failover; value: the HTTP status, 0: too late, or none
  pause_changed,     // value: whether Patroni is paused now
  // What must not happen, seen where it happens (section 9).
  unentitled,    // it acknowledges, and has not held the lock for ttl of its own clock (S2)
  loss_unbound,  // unconfirmed commits are lost, and more than the bound of S5; value: bytes
  diverged,      // it streams from a server whose history is not its own (S9)
  key_mismatch,  // it was given a certificate that is not its key's, or half of the files
  rewound_acknowledged,  // a rewind took confirmed commits that its source has not (S9)
  watch,                 // how this member's view of the API server is fed; value: the Watch
  lock_stolen,           // it was taken while this member raced for it, and it overwrote it
  conflict,              // a write of this member was refused: its resourceVersion was old
  clock_drifts,          // value: the rate in ppm, as a signed number
  api_refuses,           // value: the ApiTrouble
  endpoints_swept,       // kube-controller-manager has deleted those without a Service
  application_leaving,   // `juju remove-application`
  application_removed,   // its last unit is gone, and its StatefulSet
  application_deployed,  // anew, under the same name
  garbage_collected,     // what a StatefulSet owned that is gone; value: how many objects
  owners_set,            // Patroni's objects belong to the StatefulSet from now on
  action_started,        // value: which of the charm's
  action_ended,          // value: the ActionEnd
  client_related,        // `juju integrate`; value, here and below: which client
  client_requested,      // it has written what it asks for
  client_told,           // our application bag in its relation has changed
  client_unrelated,      // `juju remove-relation`, or an application is being removed
  client_gone,           // everybody has left the scope
  restart_granted,       // the lock of the rolling restart, by the leader
  restart_freed,         // and taken back
  restart_asked,         // PostgreSQL's, by the charm; value: whether nothing was pending
  extensions_set,        // in the databases of this primary
  password_altered,      // on this primary; value: the SystemUser
  passwords_restored,    // on this primary, to what the secret has
  provider_related,      // `juju integrate` with a provider of certificates
  provider_unrelated,
  provider_gone,
  certificates_issued,  // value: how many are new in the provider's bag, or revoked
  tls_switched,         // a member has loaded it; value: whether it talks TLS now
  pod_outdated,         // the StatefulSet replaces it by one of its new template
  refresh_asked,        // `juju refresh`; value: the charm, as Rollout counts them
  partition_set,        // of the StatefulSet, by the charm; value: the first ordinal it goes for
  unit_refreshed,       // its agent begins with a charm that is new to it; value: which
  exporter_restarted,   // by the charm, with what the plan has
  // Quiet: for the properties alone, no part of a trace.
  standby_names,       // synchronous_standby_names as loaded has changed
  initialise_changed,  // value: the Initialise
  history_written,     // value: the timeline
  sync_deleted,        // the key -sync, by Patroni
  service_restarted,   // by the charm, while PostgreSQL ran
  login_refused,       // a standby has loaded another password than its primary takes
  ready,               // the pod's condition; value: whether it is
  client_user_made,    // value: of which client; a primary has taken the statement
  client_user_dropped,
  api_forbade,  // this unit's hook has been told 403 by the API server
  file_read,    // patroni.yml, by a Patroni that was asked to reload it
};
inline constexpr std::size_t fact_kind_count = static_cast<std::size_t>(FactKind::file_read) + 1;

// Facts that no trace records: a run with them has the fingerprint that it has without.
constexpr bool is_quiet(FactKind kind) {
  switch (kind) {
    case FactKind::standby_names:
    case FactKind::initialise_changed:
    case FactKind::history_written:
    case FactKind::sync_deleted:
    case FactKind::service_restarted:
    case FactKind::login_refused:
    case FactKind::ready:
    case FactKind::client_user_made:
    case FactKind::client_user_dropped:
    case FactKind::api_forbade:
    case FactKind::file_read: return true;
    default: return false;
  }
}

struct Fact {
  FactKind kind = FactKind::unit_added;
  charm::MaybeUnit unit;
  std::uint32_t value = 0;

  friend bool operator==(const Fact&, const Fact&) = default;
};

// A step has a handful; a lock that expires in a cluster of max_units wakes everybody.
using Facts = charm::BoundedVector<Fact, 4 * charm::max_units>;

// What a commit waits for on its standbys (patroni-and-kubernetes.md, section 5).
enum class SynchronousCommit : std::uint8_t { off, local, remote_write, on, remote_apply };

// How many actions a story can ask for: a unit's agent keeps a bit for each.
inline constexpr std::size_t max_actions = 32;

// What stays the same for a whole run.
struct Parameters {
  charm::Duration ttl{30'000'000};
  charm::Duration loop_wait{10'000'000};
  charm::Duration primary_start_timeout{300'000'000};
  charm::Duration retry_timeout{10'000'000};
  ha::Version patroni = ha::Version::v3_1;
  // A race goes by what its own pass has loaded, as it does nowhere yet (section 8.1).
  bool race_mended = false;
  charm::Duration client_period{1'000'000};
  SynchronousCommit synchronous_commit = SynchronousCommit::on;
  std::uint8_t relation_count = 1;  // how many peer relations the charm has
  bool has_storage = false;
  bool serves_clients = false;     // it has an endpoint for them, after its peer relations
  bool asks_certificates = false;  // and one for a provider of certificates, after that
  // By the number that the story gives to each action it asks for: which of the charm's it is.
  std::array<std::uint8_t, max_actions> actions{};
  // Juju's update-status-hook-interval; each wait is randomised by 20 % (juju-and-pebble.md, 4.4).
  charm::Duration update_status_interval{300'000'000};
};

// What could go either way beside the moment of an event: asked in the middle of a step.
enum class Fork : std::uint8_t {
  order,             // which of several hooks that are due in no guaranteed order comes next
  unseen,            // which change in the controller the agent's watchers have not delivered yet
  unit_records,      // of new units: all at once, or each when its pod introduces itself
  bag_leftover,      // whether a unit's bag outlives it
  lease_revocation,  // whether a dead leader's lease is taken back, or has to run out
  route,             // to which of several pods a connection through the Service leads
  packet,            // whether what crosses a lossy link is late, or lost
};
inline constexpr std::size_t fork_count = 7;
std::string_view to_text(Fork fork);

// Who answers: option 0 is the calm one.
class Forks {
 public:
  virtual ~Forks() = default;
  virtual std::uint32_t take(Fork fork, charm::MaybeUnit unit, std::uint32_t options) = 0;
};

// Who writes down what the client of PostgreSQL did, as the client saw it (sim/history/).
class ClientLog {
 public:
  virtual ~ClientLog() = default;
  virtual void invoked(const World& world, charm::UnitName member) = 0;
  // `promised`: the server's configuration said that a standby has it on its disk.
  virtual void acknowledged(const World& world, charm::UnitName member, bool promised) = 0;
  // A new branch of WAL begins here: what a server can show goes by branches.
  virtual void forked(std::uint32_t serial, std::uint32_t parent, std::uint64_t lsn) = 0;
  // Its operator has removed the application: the client asks no later one for its commits.
  virtual void given_up(const World& world) = 0;
};

struct Step {
  World& world;
  Facts& facts;
  const Parameters& parameters;
  Forks* forks = nullptr;    // nobody: everything goes the calm way
  ClientLog* log = nullptr;  // nobody: nothing is written down

  void note(FactKind kind, charm::MaybeUnit unit = {}, std::uint32_t value = 0) {
    facts.push_back({kind, unit, value});
  }
  std::uint32_t choose(Fork fork, charm::MaybeUnit unit, std::uint32_t options) {
    return forks == nullptr || options < 2 ? 0 : forks->take(fork, unit, options);
  }
};

}  // namespace model
