// Pebble and the files behind it, over the model's container and volume.
#include "model/patroni.h"
#include "model/pebble.h"
#include "sim/ports/ports.h"

namespace sim {
namespace {

using charm::Unreachable;

// The effect, if Pebble answers.
template <class Answer, class Effect>
std::expected<Answer, Unreachable> if_connected(CallGate& gate, Effect effect) {
  if (!model::pebble::can_connect(gate.world(), gate.unit())) return std::unexpected(Unreachable{});
  if constexpr (std::is_void_v<Answer>) {
    effect();
    return {};
  } else {
    return effect();
  }
}

}  // namespace

bool WorkloadPort::can_connect() {
  return gate_.make(Call::can_connect, 0,
                    [this] { return model::pebble::can_connect(gate_.world(), gate_.unit()); });
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

std::expected<void, Unreachable> WorkloadPort::push_tls_files() {
  return gate_.make(Call::push_tls_files, 0, [this] { return if_connected<void>(gate_, [] {}); });
}

std::expected<void, Unreachable> WorkloadPort::write_patroni_configuration(
    const charm::PatroniConfiguration& configuration) {
  return gate_.make(Call::write_patroni_configuration, digest(configuration.hosts.size()),
                    [this, &configuration] {
                      return if_connected<void>(gate_, [this, &configuration] {
                        model::pebble::write_configuration(gate_.step(), gate_.unit(),
                                                           configuration);
                      });
                    });
}

std::expected<bool, Unreachable> WorkloadPort::is_plan_current() {
  return gate_.make(Call::is_plan_current, 0, [this] {
    return if_connected<bool>(gate_, [this] { return gate_.state().container.layer_added; });
  });
}

std::expected<bool, Unreachable> WorkloadPort::is_service_running() {
  return gate_.make(Call::is_service_running, 0, [this] {
    return if_connected<bool>(gate_, [this] { return gate_.state().container.service_running; });
  });
}

std::expected<void, Unreachable> WorkloadPort::update_and_restart_service() {
  return gate_.make(Call::update_and_restart_service, 0, [this] {
    return if_connected<void>(
        gate_, [this] { model::pebble::update_and_restart(gate_.step(), gate_.unit()); });
  });
}

std::expected<void, Unreachable> WorkloadPort::restart_service() {
  return gate_.make(Call::restart_service, 0, [this] {
    return if_connected<void>(gate_,
                              [this] { model::pebble::restart(gate_.step(), gate_.unit()); });
  });
}

std::expected<void, Unreachable> WorkloadPort::stop_database() {
  return gate_.make(Call::stop_database, 0, [this] {
    return if_connected<void>(
        gate_, [this] { model::patroni::crash_database(gate_.step(), gate_.unit()); });
  });
}

}  // namespace sim
