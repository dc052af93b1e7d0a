// Pebble and the files behind it, over the model's container and volume.
#include <algorithm>

#include "model/patroni.h"
#include "model/pebble.h"
#include "sim/ports/ports.h"
#include "sim/ports/workload_calls.h"

namespace sim {

using charm::Unreachable;
using charm::ports::WriteError;

bool WorkloadPort::can_connect() {
  return gate_.make(Call::can_connect, 0,
                    [this] { return model::pebble::can_connect(gate_.world(), gate_.unit()); });
}

bool is_known(const Scenario& scenario, std::string_view value) {
  return std::ranges::find(scenario.world.known_values, value) != scenario.world.known_values.end();
}

std::expected<bool, Unreachable> WorkloadPort::has_locale(std::string_view locale) {
  return gate_.make(Call::has_locale, digest(locale), [this, locale] {
    return if_connected<bool>(gate_, [this, locale] { return is_known(scenario_, locale); });
  });
}

std::expected<void, Unreachable> WorkloadPort::create_data_directory() {
  return gate_.make(Call::create_data_directory, 0, [this] {
    return if_connected<void>(gate_, [this] { gate_.state().volume.data_directory = true; });
  });
}

std::expected<bool, Unreachable> WorkloadPort::holds_database() {
  return gate_.make(Call::holds_database, 0, [this] {
    return if_connected<bool>(
        gate_, [this] { return gate_.state().postgres.database != model::Database::none; });
  });
}

std::optional<std::uint8_t> WorkloadPort::free_percent_of_volume() {
  return gate_.make(Call::free_percent_of_volume, 0, [this]() -> std::optional<std::uint8_t> {
    const model::Volume& volume = gate_.state().volume;
    if (!volume.data_directory) return std::nullopt;
    return volume.free_percent;
  });
}

std::expected<charm::BoundedText<15>, Unreachable> WorkloadPort::database_version() {
  return gate_.make(Call::database_version, 0, [this] {
    return if_connected<charm::BoundedText<15>>(
        gate_, [] { return charm::BoundedText<15>(version_of_database); });
  });
}

std::uint32_t digest_of_file(const charm::PostmasterParameters& parameters) {
  std::uint64_t hash = static_cast<std::uint64_t>(parameters.shared_buffers);
  hash = model::mix(hash, static_cast<std::uint64_t>(parameters.max_logical_replication_workers));
  hash = model::mix(hash, static_cast<std::uint64_t>(parameters.track_activity_query_size));
  hash = model::mix(hash, static_cast<std::uint64_t>(parameters.old_snapshot_threshold));
  hash = model::mix(hash, static_cast<std::uint64_t>(parameters.autovacuum_freeze_max_age));
  return digest(hash);
}

std::expected<bool, WriteError> WorkloadPort::write_patroni_configuration(
    const charm::PatroniConfiguration& configuration) {
  const charm::Options& options =
      configuration.options != nullptr ? *configuration.options : charm::default_options();
  const model::pebble::FileParameters parameters{
      .at_start = digest_of_file(charm::postmaster_parameters(options, configuration.node)),
      .reloadable = reloaded_with(scenario_, options, charm::unit_of(configuration.own_host))};
  // By SystemUser; `monitoring` is not in it.
  const model::Passwords passwords{number_of_password(configuration.operator_password),
                                   number_of_password(configuration.replication_password),
                                   number_of_password(configuration.rewind_password), 0,
                                   number_of_password(configuration.patroni_password)};
  const auto write = [this, &configuration, &passwords, parameters] {
    return model::pebble::write_configuration(gate_.step(), gate_.unit(), configuration, passwords,
                                              parameters);
  };
  return gate_.make(Call::write_patroni_configuration, digest(configuration.hosts.size()),
                    [this, &configuration, &write]() -> std::expected<bool, WriteError> {
                      if (!model::pebble::can_connect(gate_.world(), gate_.unit())) {
                        return std::unexpected(WriteError::unreachable);
                      }
                      if (configuration.options == nullptr && !gate_.state().volume.configuration) {
                        return std::unexpected(WriteError::no_file);
                      }
                      return write();
                    });
}

std::expected<bool, Unreachable> WorkloadPort::is_pg_hba_taken() {
  return gate_.make(Call::is_pg_hba_taken, 0, [this] {
    return if_connected<bool>(
        gate_, [this] { return model::patroni::is_pg_hba_taken(gate_.world(), gate_.unit()); });
  });
}

std::expected<bool, Unreachable> WorkloadPort::is_plan_current() {
  return gate_.make(Call::is_plan_current, 0, [this] {
    return if_connected<bool>(
        gate_, [this] { return model::pebble::is_plan_current(gate_.world(), gate_.unit()); });
  });
}

std::expected<bool, Unreachable> WorkloadPort::is_service_running() {
  return gate_.make(Call::is_service_running, 0, [this] {
    return if_connected<bool>(gate_, [this] { return gate_.state().container.service_running; });
  });
}

std::expected<void, Unreachable> WorkloadPort::update_and_restart_service(
    const charm::Secret& monitoring) {
  const std::uint16_t password = number_of_password(monitoring);
  return gate_.make(Call::update_and_restart_service, password, [this, password] {
    return if_connected<void>(gate_, [this, password] {
      model::pebble::update_and_restart(gate_.step(), gate_.unit(), password);
    });
  });
}

std::expected<void, Unreachable> WorkloadPort::update_layer(const charm::Secret& monitoring) {
  const std::uint16_t password = number_of_password(monitoring);
  return gate_.make(Call::update_layer, password, [this, password] {
    return if_connected<void>(gate_, [this, password] {
      model::pebble::update_layer(gate_.step(), gate_.unit(), password);
    });
  });
}

std::expected<bool, Unreachable> WorkloadPort::is_exporter_current(
    const charm::Secret& monitoring) {
  const std::uint16_t password = number_of_password(monitoring);
  return gate_.make(Call::is_exporter_current, password, [this, password] {
    return if_connected<bool>(gate_, [this, password] {
      return model::pebble::is_exporter_current(gate_.world(), gate_.unit(), password);
    });
  });
}

std::expected<void, Unreachable> WorkloadPort::stop_exporter() {
  return gate_.make(Call::stop_exporter, 0, [this] {
    return if_connected<void>(gate_,
                              [this] { model::pebble::stop_exporter(gate_.step(), gate_.unit()); });
  });
}

std::expected<void, Unreachable> WorkloadPort::start_exporter() {
  return gate_.make(Call::start_exporter, 0, [this] {
    return if_connected<void>(
        gate_, [this] { model::pebble::start_exporter(gate_.step(), gate_.unit()); });
  });
}

std::expected<void, Unreachable> WorkloadPort::signal_reload() {
  return gate_.make(Call::signal_reload, 0, [this]() -> std::expected<void, Unreachable> {
    const bool sent = model::pebble::can_connect(gate_.world(), gate_.unit()) &&
                      model::pebble::signal_reload(gate_.step(), gate_.unit());
    return sent ? std::expected<void, Unreachable>() : std::unexpected(Unreachable{});
  });
}

std::expected<void, Unreachable> WorkloadPort::restart_service() {
  return gate_.make(Call::restart_service, 0, [this]() -> std::expected<void, Unreachable> {
    // Pebble knows no service before the layer has told it of one.
    const bool is_known = model::pebble::can_connect(gate_.world(), gate_.unit()) &&
                          gate_.state().container.layer_added;
    if (!is_known) return std::unexpected(Unreachable{});
    model::pebble::restart(gate_.step(), gate_.unit());
    return {};
  });
}

std::expected<void, Unreachable> WorkloadPort::stop_database() {
  return gate_.make(Call::stop_database, 0, [this] {
    return if_connected<void>(
        gate_, [this] { model::patroni::crash_database(gate_.step(), gate_.unit()); });
  });
}

}  // namespace sim
