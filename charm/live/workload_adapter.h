// The workload container, through Pebble. Every answer that is none is one line in the log.
// Source: charm-hooks.md, sections 1.2 and 1.7; juju-and-pebble.md, section 6.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "charm/live/log.h"
#include "charm/live/pebble.h"
#include "charm/live/pem_store.h"
#include "charm/ports/workload.h"
#include "charm/rendering/deployment.h"

namespace charm::live {

class WorkloadAdapter final : public ports::Workload {
 public:
  WorkloadAdapter(Pebble& pebble, PemStore& pems, Log& log, Deployment deployment, UnitName own);

  bool can_connect() override;
  std::expected<void, Unreachable> create_data_directory() override;
  std::expected<bool, Unreachable> holds_database() override;
  std::optional<std::uint8_t> free_percent_of_volume() override;
  std::expected<BoundedText<15>, Unreachable> database_version() override;
  std::expected<TlsFiles, Unreachable> tls_files() override;
  std::expected<void, Unreachable> push_tls_files(const TlsFiles& files) override;
  std::expected<bool, ports::WriteError> write_patroni_configuration(
      const PatroniConfiguration& configuration) override;
  std::expected<bool, Unreachable> has_locale(std::string_view locale) override;
  std::expected<bool, Unreachable> is_pg_hba_taken() override;
  std::expected<bool, Unreachable> is_plan_current() override;
  std::expected<bool, Unreachable> is_service_running() override;
  std::expected<void, Unreachable> update_and_restart_service(const Secret& monitoring) override;
  std::expected<void, Unreachable> update_layer(const Secret& monitoring) override;
  std::expected<bool, Unreachable> is_exporter_current(const Secret& monitoring) override;
  std::expected<void, Unreachable> stop_exporter() override;
  std::expected<void, Unreachable> start_exporter() override;
  std::expected<void, Unreachable> signal_reload() override;
  std::expected<void, Unreachable> restart_service() override;
  std::expected<void, Unreachable> stop_database() override;

 private:
  std::unexpected<Unreachable> cannot(std::string_view what, std::string_view why);
  template <class T>
  std::expected<T, Unreachable> told(std::string_view what, FromPebble<T> answer);

  std::expected<Executed, Unreachable> execute(std::string_view what, const Command& command);
  // The command has to end with 0.
  std::expected<void, Unreachable> run(std::string_view what, const Command& command);
  // The layer for the patroni.yml that stands.
  std::expected<std::string, Unreachable> layer(const Secret& monitoring);
  // Nothing: the plan does not name it.
  std::expected<std::optional<ServiceInfo>, Unreachable> service(const char* name);
  // Nothing: there is none.
  std::expected<std::optional<std::string>, Unreachable> read_patroni_yml();
  // The version in the image, which does not change while this container lives.
  std::expected<std::string, Unreachable> postgresql_version();
  std::expected<std::string, Unreachable> postgresql_major();

  Pebble& pebble_;
  PemStore& pems_;
  Log& log_;
  Deployment deployment_;
  UnitName own_;
  std::optional<std::string> postgresql_version_;
};

}  // namespace charm::live
