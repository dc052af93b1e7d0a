// What a hook asks of the workload container, through Pebble. Effects are seen at once and are not
// rolled back. Source: charm-hooks.md, sections 1.2 and 1.7; juju-and-pebble.md, section 6.
#pragma once

#include <expected>

#include "charm/types/cluster.h"
#include "charm/types/errors.h"

namespace charm::ports {

class Workload {
 public:
  virtual ~Workload() = default;

  // Whether Pebble answers.
  virtual bool can_connect() = 0;
  // The data directory with its owner and mode; harmless where it exists.
  virtual std::expected<void, Unreachable> create_data_directory() = 0;
  // Whether the data directory holds a database (its PG_VERSION exists).
  virtual std::expected<bool, Unreachable> holds_database() = 0;
  // Key, CA and certificate, as far as they exist.
  virtual std::expected<void, Unreachable> push_tls_files() = 0;
  // Renders patroni.yml.
  virtual std::expected<void, Unreachable> write_patroni_configuration(
      const PatroniConfiguration& configuration) = 0;

  // Whether Pebble's plan already is what the charm's layer asks for.
  virtual std::expected<bool, Unreachable> is_plan_current() = 0;
  // Whether the service that runs Patroni is active.
  virtual std::expected<bool, Unreachable> is_service_running() = 0;
  // Adds the layer and replans: changed services restart, stopped ones start.
  virtual std::expected<void, Unreachable> update_and_restart_service() = 0;
  // Stops it (SIGTERM first) and starts it again, changed or not.
  virtual std::expected<void, Unreachable> restart_service() = 0;
  // Stops PostgreSQL alone, at once (`pg_ctl stop -m immediate`, by exec), and leaves it to Patroni
  // what becomes of it: one that waits for the end of its bootstrap gives that up, moves the data
  // aside, deletes its record and begins anew; any other one starts PostgreSQL again
  // (patroni-and-kubernetes.md, sections 2.4 and 2.8). Harmless where PostgreSQL does not run.
  virtual std::expected<void, Unreachable> stop_database() = 0;
};

}  // namespace charm::ports
