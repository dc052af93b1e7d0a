// What the charm knows of its database cluster: hosts, members, and the settings it asks for.
#pragma once

#include <compare>
#include <cstdint>
#include <string_view>

#include "charm/types/bounded_vector.h"
#include "charm/types/names.h"
#include "charm/types/secret.h"

namespace charm {

// The `endpoints` key of the peer application bag, in its order. It may hold duplicates: the type
// does not forbid what the databag does not. Twice max_units leaves room to see them.
using HostList = BoundedVector<HostName, 2 * max_units>;

// `state` in Patroni's REST answers, as far as a hook tells them apart: `running`, `streaming` and
// `starting` by name, everything else is `other`. Source: charm-hooks.md, section 7.
enum class MemberState : std::uint8_t { running, streaming, starting, other };

// `role` in GET /cluster.
enum class MemberRole : std::uint8_t { leader, sync_standby, replica };

struct ClusterMember {
  MemberName name;
  MemberRole role = MemberRole::replica;
  MemberState state = MemberState::other;

  friend bool operator==(const ClusterMember&, const ClusterMember&) = default;
};

// The answer of GET /cluster: the labelled pods, by name. What a member last published, so a dead
// one looks alive, and one that has not begun yet has no state: `other`. Source: section 3.4 of
// patroni-and-kubernetes.md; `member()` of Patroni's dcs/kubernetes.py.
using ClusterView = BoundedVector<ClusterMember, max_units>;

// The synchronous settings that the charm asks Patroni for. Source: charm-hooks.md, sections 8.1
// and 8.4.
struct SynchronousSettings {
  std::uint16_t node_count = 0;
  bool strict = false;

  friend bool operator==(const SynchronousSettings&, const SynchronousSettings&) = default;
};

// What the charm's PATCH /config carries. The parameters are of those that PostgreSQL takes only
// when it starts, the ones that Patroni controls for the whole cluster (config-and-wire.md, 1.3).
struct DynamicConfiguration {
  SynchronousSettings synchronous;
  std::int64_t maximum_lag_on_failover_bytes = 1048576;
  std::uint32_t max_connections = 100;
  std::uint32_t max_prepared_transactions = 0;
  std::uint32_t max_worker_processes = 0;             // 0: not sent
  std::uint32_t max_logical_replication_workers = 0;  // 0: not sent
  std::int64_t wal_keep_size_mb = 0;

  friend bool operator==(const DynamicConfiguration&, const DynamicConfiguration&) = default;
};

// What a node gives to a pod, from which memory and connection settings follow
// (config-and-wire.md, 1.4).
struct NodeResources {
  std::uint32_t cores = 0;
  std::uint64_t memory_bytes = 0;

  friend bool operator==(const NodeResources&, const NodeResources&) = default;
};

class Options;

// What patroni.yml is rendered from.
struct PatroniConfiguration {
  HostName own_host;
  HostList hosts;  // pg_hba admits replication from these. Source: charm-hooks.md, section 8.3.
  // pg_hba becomes another list than the one that stands, of which Patroni has not written what it
  // says: one line more or less that says nothing.
  bool list_anew = false;
  // The unit is being removed: its member shall not lead any more, nor be waited for (the tags
  // nofailover and nosync).
  bool leaving = false;
  bool tls = false;  // key.pem, ca.pem and cert.pem are in the storage
  // What follows from the charm's options. Nothing: one of them is bad, and of the file that stands
  // `postgresql.parameters` and the dynamic configuration of its bootstrap section are kept.
  const Options* options = nullptr;
  DynamicConfiguration bootstrap;  // with options
  NodeResources node;              // with options
  Secret operator_password;
  Secret replication_password;
  Secret rewind_password;
  Secret patroni_password;
};

// The options of the charm, as its hooks read them. Source: config-and-wire.md, sections 1.1, 1.6.
struct CharmConfig {
  enum class NodeCount : std::uint8_t { all, majority, number };

  NodeCount synchronous_node_count = NodeCount::all;
  std::uint16_t synchronous_node_number = 0;  // with NodeCount::number; at least 1
  bool synchronous_mode_strict = true;
  std::uint32_t experimental_max_connections = 0;  // 0: unset
  std::int64_t maximum_lag_on_failover_bytes = 1048576;
  // No option is of a value that it must not have (config-and-wire.md, 1.2).
  bool valid = true;
  // If one is: `memory_work_mem: Value is not between 64 and 2147483647`. Lives as long as options.
  std::string_view invalid;
  // All of them, for what is rendered; nothing: each at its default. Whoever gives the
  // configuration keeps them for as long as the dispatch lasts.
  const Options* options = nullptr;

  friend bool operator==(const CharmConfig&, const CharmConfig&) = default;
};

}  // namespace charm
