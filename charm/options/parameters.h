// From the charm's options and the node to PostgreSQL's parameters. Source: config-and-wire.md,
// sections 1.3, 1.4 and 1.6.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "charm/options/options.h"
#include "charm/types/cluster.h"

namespace charm {

struct Parameter {
  std::string name;   // `shared_buffers`
  std::string value;  // as PostgreSQL reads it: `on`, `137438`

  friend bool operator==(const Parameter&, const Parameter&) = default;
};
using Parameters = std::vector<Parameter>;  // by name

// The parameter that an option sets, `work_mem` of `memory_work_mem`; empty if it sets none.
std::string parameter_of(std::string_view option);

// What this node cannot give: more shared buffers than 40 % of its memory, more workers than ten
// for each core. And more connections than PostgreSQL counts beside them: of its 262,143 processes
// 25 are WAL senders, 4 see to autovacuum, and max_worker_processes are others; the table has room
// for the 8 of `auto`.
std::optional<OptionError> too_much_for(const NodeResources& node, const Options& options);

// `postgresql.parameters` of patroni.yml, of a node that is not asked for too much.
Parameters postgresql_parameters(const Options& options, const NodeResources& node);

// Those that Patroni takes from the dynamic configuration only, `max_connections` among them
// (section 1.3, 7 and 8). `shared_buffers` is none: upstream sends it both ways, and so it reaches
// a member whose node cannot give it.
struct DynamicParameter {
  std::string name;
  std::string value;

  friend bool operator==(const DynamicParameter&, const DynamicParameter&) = default;
};
std::vector<DynamicParameter> dynamic_parameters(const Options& options, const NodeResources& node);

// Of all these, those that PostgreSQL takes only when it starts (section 1.1, "Restart"), and that
// reach it: as patroni.yml has them, or the dynamic configuration. 0: none.
struct PostmasterParameters {
  std::int64_t shared_buffers = 0;  // in 8 kB
  std::int64_t max_connections = 0;
  std::int64_t max_prepared_transactions = 0;
  std::int64_t max_worker_processes = 0;
  std::int64_t max_logical_replication_workers = 0;
  std::int64_t track_activity_query_size = 0;  // in bytes
  std::int64_t old_snapshot_threshold = 0;     // in minutes
  std::int64_t autovacuum_freeze_max_age = 0;

  friend bool operator==(const PostmasterParameters&, const PostmasterParameters&) = default;
};
PostmasterParameters postmaster_parameters(const Options& options, const NodeResources& node);

}  // namespace charm
