// Patroni's REST API, over the model's members.
#include "model/patroni.h"

#include "model/kubernetes.h"
#include "model/network.h"
#include "model/timing.h"
#include "sim/ports/ports.h"

namespace sim {
namespace {

using charm::Unreachable;

template <class T>
std::expected<T, Unreachable> answer_of(const std::optional<T>& answer) {
  if (!answer) return std::unexpected(Unreachable{});
  return *answer;
}

std::optional<charm::MemberState> health_over_network(model::Step& step, charm::UnitName from,
                                                      charm::UnitName to) {
  if (!model::network::answers_in_time(step, from, to)) return std::nullopt;
  return model::patroni::health(step.world, to);
}

std::expected<void, Unreachable> done_if(bool ok) {
  if (!ok) return std::unexpected(Unreachable{});
  return {};
}

// Of the own member, with the password that the secret has; otherwise it answers 401.
bool is_authenticated(CallGate& gate) {
  const auto at = static_cast<std::size_t>(charm::SystemUser::patroni);
  return model::patroni::authenticates(gate.world(), gate.unit(), gate.application().passwords[at]);
}

}  // namespace

std::expected<bool, Unreachable> PatroniPort::sees_no_leader(charm::HostName host) {
  return gate_.make(
      Call::sees_no_leader, host.ordinal, [this, host]() -> std::expected<bool, Unreachable> {
        if (host.ordinal >= gate_.world().unit_count()) return std::unexpected(Unreachable{});
        const charm::UnitName unit = charm::unit_of(host);
        const bool own = unit == gate_.unit();
        if (!own && !model::network::answers_in_time(gate_.step(), gate_.unit(), unit)) {
          return std::unexpected(Unreachable{});
        }
        return answer_of(model::patroni::sees_no_leader(gate_.world(), unit));
      });
}

std::expected<charm::ClusterView, Unreachable> PatroniPort::cluster() {
  return gate_.make(Call::cluster, 0, [this] {
    return answer_of(model::patroni::cluster(gate_.step(), gate_.unit()));
  });
}

std::expected<charm::ClusterView, Unreachable> PatroniPort::cluster_by(charm::HostName host) {
  return gate_.make(Call::cluster_by, host.ordinal,
                    [this, host]() -> std::expected<charm::ClusterView, Unreachable> {
                      if (host.ordinal >= gate_.world().unit_count())
                        return std::unexpected(Unreachable{});
                      const charm::UnitName unit = charm::unit_of(host);
                      if (!model::network::answers_in_time(gate_.step(), gate_.unit(), unit)) {
                        return std::unexpected(Unreachable{});
                      }
                      return answer_of(model::patroni::cluster(gate_.step(), unit));
                    });
}

std::expected<charm::MemberState, Unreachable> PatroniPort::own_health() {
  return gate_.make(Call::own_health, 0, [this] {
    return answer_of(model::patroni::health(gate_.world(), gate_.unit()));
  });
}

std::expected<charm::MemberState, Unreachable> PatroniPort::primary_endpoint_health() {
  return gate_.make(Call::primary_endpoint_health, 0,
                    [this]() -> std::expected<charm::MemberState, Unreachable> {
                      const charm::MaybeUnit target =
                          model::kubernetes::connect_to_primary(gate_.step(), gate_.unit());
                      if (!target) return std::unexpected(Unreachable{});
                      return answer_of(health_over_network(gate_.step(), gate_.unit(), *target));
                    });
}

std::expected<charm::MemberState, Unreachable> PatroniPort::member_health(charm::HostName host) {
  return gate_.make(
      Call::member_health, host.ordinal,
      [this, host]() -> std::expected<charm::MemberState, Unreachable> {
        if (host.ordinal >= gate_.world().unit_count()) return std::unexpected(Unreachable{});
        return answer_of(health_over_network(gate_.step(), gate_.unit(), charm::unit_of(host)));
      });
}

std::expected<void, Unreachable> PatroniPort::patch_configuration(
    const charm::DynamicConfiguration& configuration) {
  const std::uint64_t arguments =
      model::mix(configuration.synchronous.node_count,
                 model::patroni::parameters_of(configuration)) +
      static_cast<std::uint64_t>(configuration.maximum_lag_on_failover_bytes) +
      static_cast<std::uint64_t>(configuration.wal_keep_size_mb) +
      (configuration.synchronous.strict ? 1U : 0U);
  return gate_.make(Call::patch_configuration, digest(arguments), [this, &configuration] {
    return done_if(is_authenticated(gate_) &&
                   model::patroni::patch_configuration(gate_.step(), gate_.unit(), configuration));
  });
}

std::expected<void, Unreachable> PatroniPort::patch_synchronous(
    const charm::SynchronousSettings& settings) {
  const std::uint32_t arguments = 2U * settings.node_count + (settings.strict ? 1U : 0U);
  return gate_.make(Call::patch_synchronous, arguments, [this, &settings] {
    return done_if(is_authenticated(gate_) &&
                   model::patroni::patch_synchronous(gate_.step(), gate_.unit(), settings));
  });
}

// One request, whose answer Patroni looks for each second (section 3.6).
std::expected<void, Unreachable> PatroniPort::switch_over(charm::MaybeMember candidate) {
  charm::MaybeUnit unit;
  if (candidate) unit = charm::unit_of(*candidate);
  const std::uint32_t argument = candidate ? (*candidate).ordinal : charm::max_units;
  const charm::MemberName own = charm::member_of(gate_.unit());
  const auto asked = gate_.make(Call::switch_over, argument, [this, unit, own] {
    return done_if(is_authenticated(gate_) &&
                   model::patroni::post_switchover(gate_.step(), gate_.unit(), unit, own));
  });
  if (!asked) return asked;
  return done_if(await_request(own) == 200);
}

std::uint32_t PatroniPort::await_request(charm::MemberName leader) {
  const auto look = [this, leader]() -> std::expected<std::uint32_t, Unreachable> {
    const auto status = model::patroni::status_of_request(gate_.step(), gate_.unit(), leader);
    if (status == 0U) return std::unexpected(Unreachable{});
    return status.value_or(0);
  };
  for (auto waited = model::timing::request_poll; waited <= model::timing::request_timeout;
       waited += model::timing::request_poll) {
    const auto status = gate_.make(Call::await_switchover, 0, look);
    if (!status) return 0;
    if (*status != 0) return *status;
  }
  return 0;
}

std::expected<void, charm::ports::TakeOverError> PatroniPort::take_over_from(
    charm::MemberName leader) {
  using charm::ports::TakeOverError;
  using Answer = std::expected<void, TakeOverError>;
  const auto asked = gate_.make(Call::take_over, leader.ordinal, [this, leader]() -> Answer {
    using model::patroni::TakeOver;
    if (!is_authenticated(gate_)) return std::unexpected(TakeOverError::failed);
    switch (model::patroni::post_take_over(gate_.step(), gate_.unit(), leader)) {
      case TakeOver::asked: return {};
      case TakeOver::not_synchronous: return std::unexpected(TakeOverError::not_synchronous);
      case TakeOver::refused: break;
    }
    return std::unexpected(TakeOverError::failed);
  });
  if (!asked) return asked;
  if (await_request(leader) == 200) return {};
  return std::unexpected(TakeOverError::failed);
}

std::expected<void, Unreachable> PatroniPort::switch_over_between(charm::MemberName leader,
                                                                  charm::MemberName candidate) {
  const std::uint32_t arguments = leader.ordinal * 256U + candidate.ordinal;
  const auto asked = gate_.make(Call::switch_over_between, arguments, [this, leader, candidate] {
    return done_if(is_authenticated(gate_) &&
                   model::patroni::post_switchover(gate_.step(), gate_.unit(),
                                                   charm::unit_of(candidate), leader));
  });
  if (!asked) return asked;
  return done_if(await_request(leader) == 200);
}

std::expected<void, Unreachable> PatroniPort::reinitialise() {
  return gate_.make(Call::reinitialise, 0, [this] {
    return done_if(is_authenticated(gate_) &&
                   model::patroni::post_reinitialise(gate_.step(), gate_.unit()));
  });
}

std::expected<void, Unreachable> PatroniPort::reload() {
  return gate_.make(Call::reload, 0, [this] {
    return done_if(is_authenticated(gate_) && model::patroni::reload(gate_.step(), gate_.unit()));
  });
}

std::expected<bool, Unreachable> PatroniPort::is_restart_pending() {
  return gate_.make(Call::is_restart_pending, 0, [this] {
    return answer_of(model::patroni::is_restart_pending(gate_.world(), gate_.unit()));
  });
}

// One request, which is answered when the restart is over (section 3.7).
std::expected<void, Unreachable> PatroniPort::restart(charm::ports::RestartWhen when) {
  const bool pending = when == charm::ports::RestartWhen::pending;
  const auto asked = gate_.make(Call::restart, pending ? 1 : 0, [this, pending] {
    return done_if(is_authenticated(gate_) &&
                   model::patroni::post_restart(gate_.step(), gate_.unit(), pending));
  });
  if (!asked) return asked;
  const auto look = [this]() -> std::expected<std::uint32_t, Unreachable> {
    const auto up = model::patroni::result_of_restart(gate_.world(), gate_.unit());
    if (up == false) return std::unexpected(Unreachable{});
    return up ? 1U : 0U;
  };
  constexpr charm::Duration longest{60'000'000};
  for (charm::Duration waited{0}; waited < longest; waited += model::timing::request_poll) {
    const auto up = gate_.make(Call::await_restart, 0, look);
    if (!up) return std::unexpected(Unreachable{});
    if (*up == 1) return {};
  }
  return std::unexpected(Unreachable{});
}

}  // namespace sim
