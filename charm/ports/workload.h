// What a hook asks of the workload container, through Pebble. Effects are seen at once and are not
// rolled back. Source: charm-hooks.md, sections 1.2 and 1.7; juju-and-pebble.md, section 6.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

#include "charm/types/bounded_text.h"
#include "charm/types/cluster.h"
#include "charm/types/errors.h"
#include "charm/types/secret.h"
#include "charm/types/tls.h"

namespace charm::ports {

enum class WriteError : std::uint8_t {
  unreachable,
  no_file,  // no options were given, and no file stands whose parameters can be kept
};

class Workload {
 public:
  virtual ~Workload() = default;

  // Whether Pebble answers.
  virtual bool can_connect() = 0;
  // The data directory with its owner and mode; harmless where it exists.
  virtual std::expected<void, Unreachable> create_data_directory() = 0;
  // Whether the data directory holds a database (its PG_VERSION exists).
  virtual std::expected<bool, Unreachable> holds_database() = 0;
  // Of the volume that the data directory is on, in whole per cent, rounded down; nothing: there is
  // no such directory. The file system is asked, which the charm's own container has mounted, too:
  // Pebble need not answer (charm-hooks.md, section 3.9).
  virtual std::optional<std::uint8_t> free_percent_of_volume() = 0;
  // Of PostgreSQL, as the image's snap.yaml has it, cut to what fits; one that has none is no image
  // of the charm's.
  virtual std::expected<BoundedText<15>, Unreachable> database_version() = 0;
  // Those in the storage; empty: none. An authority that the container does not trust is none.
  virtual std::expected<TlsFiles, Unreachable> tls_files() = 0;
  // All three, each readable for `postgres` alone; and the authority becomes a trusted one.
  virtual std::expected<void, Unreachable> push_tls_files(const TlsFiles& files) = 0;
  // Renders patroni.yml; where there are no options, over the one that stands. Whether the
  // parameters in it are others than those that stood there.
  virtual std::expected<bool, WriteError> write_patroni_configuration(
      const PatroniConfiguration& configuration) = 0;
  // Whether pg_hba.conf in the data directory says what patroni.yml does; where either does not
  // stand, there is nothing to say. Patroni writes it when it starts PostgreSQL, and at a reload
  // with its next cycle, if PostgreSQL is running then and the list is another one.
  virtual std::expected<bool, Unreachable> is_pg_hba_taken() = 0;

  // Whether it is a line of `locale -a`.
  virtual std::expected<bool, Unreachable> has_locale(std::string_view locale) = 0;

  // Whether Pebble's plan already is what the charm's layer asks for, but for the exporter. Its
  // check asks Patroni by the scheme that patroni.yml, as it was written last, makes Patroni serve.
  virtual std::expected<bool, Unreachable> is_plan_current() = 0;
  // Whether the service that runs Patroni is active.
  virtual std::expected<bool, Unreachable> is_service_running() = 0;
  // Adds the layer and replans: changed services restart, stopped ones start; the exporter, which
  // logs in as `monitoring`, with this password. Empty: it is not started.
  virtual std::expected<void, Unreachable> update_and_restart_service(const Secret& monitoring) = 0;
  // Adds the layer without replanning: a changed check counts at once, services go on as they are.
  virtual std::expected<void, Unreachable> update_layer(const Secret& monitoring) = 0;

  // Whether the plan gives the exporter (`metrics_server`) this password, in its DATA_SOURCE_NAME,
  // and it runs; empty: whether neither is so. What a process was started with Pebble does not
  // tell, so whoever changes the plan stops the exporter first.
  virtual std::expected<bool, Unreachable> is_exporter_current(const Secret& monitoring) = 0;
  // Harmless where it does not run, or is in no plan.
  virtual std::expected<void, Unreachable> stop_exporter() = 0;
  // As the plan has it. One that ends within its first second is Pebble's to start again.
  virtual std::expected<void, Unreachable> start_exporter() = 0;

  // Sends it SIGHUP: Patroni reads patroni.yml again, whatever password its REST API asks for. One
  // that is still starting ends by it, and is started again.
  virtual std::expected<void, Unreachable> signal_reload() = 0;
  // Stops it (SIGTERM first) and starts it again, changed or not.
  virtual std::expected<void, Unreachable> restart_service() = 0;
  // Stops PostgreSQL alone, at once (`pg_ctl stop -m immediate`, by exec), and leaves it to Patroni
  // what becomes of it: one that waits for the end of its bootstrap gives that up, moves the data
  // aside, deletes its record and begins anew; any other one starts PostgreSQL again
  // (patroni-and-kubernetes.md, sections 2.4 and 2.8). Harmless where PostgreSQL does not run.
  virtual std::expected<void, Unreachable> stop_database() = 0;
};

}  // namespace charm::ports
