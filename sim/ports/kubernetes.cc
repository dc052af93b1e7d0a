// The Kubernetes API, over the model's pods, Services and Patroni's Endpoints.
#include "model/kubernetes.h"

#include <optional>

#include "model/network.h"
#include "model/patroni_objects.h"
#include "sim/ports/ports.h"

namespace sim {
namespace {

using charm::ApiError;
using charm::ports::PatroniObject;
using model::patroni_objects::Object;

std::unexpected<ApiError> error(ApiError error) { return std::unexpected(error); }

bool pod_exists(model::World& world, charm::PodName pod) {
  return pod.ordinal < world.unit_count() &&
         world.unit(charm::unit_of(pod)).pod.phase != model::PodPhase::absent;
}

// Patroni makes the Endpoints and the Service of its configuration; nobody makes the other
// Services. Those two are one here: with the Service its Endpoints go (kube-apiserver sees to it),
// and a Service that alone is left over hinders nobody (Patroni takes "it exists" for made).
std::optional<Object> modelled(PatroniObject object) {
  switch (object) {
    case PatroniObject::service:
    case PatroniObject::sync_service: return std::nullopt;
    case PatroniObject::endpoints: return Object::lock;
    case PatroniObject::config_service:
    case PatroniObject::config_endpoints: return Object::config;
    case PatroniObject::sync_endpoints: return Object::sync;
  }
  return std::nullopt;
}

std::uint32_t version_of(const model::World& world, PatroniObject object) {
  const auto found = modelled(object);
  return found ? model::patroni_objects::version(world, *found) : 0;
}

charm::ports::BootstrapState state_of(model::Initialise initialise) {
  switch (initialise) {
    case model::Initialise::absent: return charm::ports::BootstrapState::absent;
    case model::Initialise::bootstrapping: return charm::ports::BootstrapState::begun;
    case model::Initialise::done: break;
  }
  return charm::ports::BootstrapState::done;
}

// Why the API server answers nothing else, if it does not.
std::optional<ApiError> refusal(CallGate& gate) {
  if (!model::network::reaches_api(gate.world(), gate.unit())) return ApiError::unavailable;
  switch (model::network::api_trouble(gate.world())) {
    case model::ApiTrouble::none:
    case model::ApiTrouble::late: break;  // the gate loses the answer
    case model::ApiTrouble::throttled: return ApiError::throttled;
    case model::ApiTrouble::forbidden:
      if (!gate.loses_answer()) gate.step().note(model::FactKind::api_forbade, gate.unit());
      return ApiError::forbidden;
  }
  return std::nullopt;
}

}  // namespace

std::expected<void, ApiError> KubernetesPort::apply_service(charm::ports::ServiceKind kind) {
  return gate_.make(Call::apply_service, static_cast<std::uint32_t>(kind),
                    [this, kind]() -> std::expected<void, ApiError> {
                      if (const auto why = refusal(gate_)) return error(*why);
                      if (!pod_exists(gate_.world(), {0})) return error(ApiError::not_found);
                      using model::kubernetes::Service;
                      const bool primary = kind == charm::ports::ServiceKind::primary;
                      model::kubernetes::apply_service(
                          gate_.step(), primary ? Service::primary : Service::replicas);
                      return {};
                    });
}

std::expected<void, ApiError> KubernetesPort::label_pod_as_member(charm::PodName pod) {
  return gate_.make(Call::label_pod_as_member, pod.ordinal,
                    [this, pod]() -> std::expected<void, ApiError> {
                      if (const auto why = refusal(gate_)) return error(*why);
                      if (!pod_exists(gate_.world(), pod)) return error(ApiError::not_found);
                      model::kubernetes::label_as_member(gate_.step(), charm::unit_of(pod));
                      return {};
                    });
}

std::expected<bool, ApiError> KubernetesPort::is_labelled_as_member(charm::PodName pod) {
  return gate_.make(Call::is_labelled_as_member, pod.ordinal,
                    [this, pod]() -> std::expected<bool, ApiError> {
                      if (const auto why = refusal(gate_)) return error(*why);
                      if (!pod_exists(gate_.world(), pod)) return error(ApiError::not_found);
                      return gate_.world().unit(charm::unit_of(pod)).pod.member_labels;
                    });
}

std::expected<bool, ApiError> KubernetesPort::is_pod_running(charm::PodName pod) {
  return gate_.make(Call::is_pod_running, pod.ordinal,
                    [this, pod]() -> std::expected<bool, ApiError> {
                      if (const auto why = refusal(gate_)) return error(*why);
                      if (!pod_exists(gate_.world(), pod)) return error(ApiError::not_found);
                      return model::kubernetes::is_told_to_run(gate_.world(), charm::unit_of(pod));
                    });
}

std::expected<charm::ports::LeftoverObject, ApiError> KubernetesPort::patroni_object(
    PatroniObject object) {
  return gate_.make(Call::patroni_object, static_cast<std::uint32_t>(object),
                    [this, object]() -> std::expected<charm::ports::LeftoverObject, ApiError> {
                      if (const auto why = refusal(gate_)) return error(*why);
                      const std::uint32_t version = version_of(gate_.world(), object);
                      if (version == 0) return error(ApiError::not_found);
                      const Object found = *modelled(object);
                      const bool older = model::patroni_objects::is_left_over(gate_.world(), found);
                      const bool owned = model::patroni_objects::has_owner(gate_.world(), found);
                      // The owner of what is older is a StatefulSet that is gone.
                      return charm::ports::LeftoverObject{older, owned && !older, {version}};
                    });
}

std::expected<void, ApiError> KubernetesPort::delete_patroni_object(
    PatroniObject object, charm::ports::ResourceVersion version) {
  return gate_.make(Call::delete_patroni_object, digest(version.value),
                    [this, object, version]() -> std::expected<void, ApiError> {
                      if (const auto why = refusal(gate_)) return error(*why);
                      const std::uint32_t now = version_of(gate_.world(), object);
                      if (now == 0) return error(ApiError::not_found);
                      if (now != version.value) return error(ApiError::conflict);
                      model::patroni_objects::remove(gate_.step(), *modelled(object));
                      return {};
                    });
}

std::expected<void, ApiError> KubernetesPort::own_patroni_object(
    PatroniObject object, charm::ports::ResourceVersion version) {
  return gate_.make(Call::own_patroni_object, digest(version.value),
                    [this, object, version]() -> std::expected<void, ApiError> {
                      if (const auto why = refusal(gate_)) return error(*why);
                      if (!pod_exists(gate_.world(), {0})) return error(ApiError::not_found);
                      const std::uint32_t now = version_of(gate_.world(), object);
                      if (now == 0) return error(ApiError::not_found);
                      if (now != version.value) return error(ApiError::conflict);
                      model::patroni_objects::set_owner(gate_.step(), *modelled(object));
                      return {};
                    });
}

std::expected<charm::ports::BootstrapRecord, ApiError> KubernetesPort::bootstrap_record() {
  return gate_.make(
      Call::bootstrap_record, 0,
      [this]() -> std::expected<charm::ports::BootstrapRecord, ApiError> {
        if (const auto why = refusal(gate_)) return error(*why);
        const model::World& world = gate_.world();
        const std::uint32_t version = version_of(world, PatroniObject::config_endpoints);
        if (version == 0) return error(ApiError::not_found);
        const model::Shared& shared = world.shared();
        return charm::ports::BootstrapRecord{
            .state = state_of(shared.dcs.initialise),
            .unchanged_for = charm::Duration{shared.now_us - shared.initialise_since_us},
            .version = {version}};
      });
}

std::expected<charm::ports::LeaderAnnotation, ApiError> KubernetesPort::leader_annotation() {
  return gate_.make(Call::leader_annotation, 0,
                    [this]() -> std::expected<charm::ports::LeaderAnnotation, ApiError> {
                      if (const auto why = refusal(gate_)) return error(*why);
                      const std::uint32_t version =
                          version_of(gate_.world(), PatroniObject::endpoints);
                      if (version == 0) return error(ApiError::not_found);
                      const charm::MaybeMember holder = gate_.world().shared().dcs.lock_holder;
                      return charm::ports::LeaderAnnotation{holder, {version}};
                    });
}

std::expected<void, ApiError> KubernetesPort::patch_leader_annotation(
    charm::MemberName leader, charm::ports::ResourceVersion version) {
  return gate_.make(Call::patch_leader_annotation, leader.ordinal,
                    [this, leader, version]() -> std::expected<void, ApiError> {
                      if (const auto why = refusal(gate_)) return error(*why);
                      const std::uint32_t now = version_of(gate_.world(), PatroniObject::endpoints);
                      if (now == 0) return error(ApiError::not_found);
                      if (now != version.value) return error(ApiError::conflict);
                      model::patroni_objects::name_lock_holder(gate_.step(), leader);
                      return {};
                    });
}

std::expected<charm::ClusterView, ApiError> KubernetesPort::published_members() {
  return gate_.make(Call::published_members, 0,
                    [this]() -> std::expected<charm::ClusterView, ApiError> {
                      if (const auto why = refusal(gate_)) return error(*why);
                      return model::patroni_objects::published_members(gate_.world());
                    });
}

std::expected<charm::ports::Rollout, ApiError> KubernetesPort::rollout(charm::PodName pod) {
  return gate_.make(
      Call::rollout, pod.ordinal, [this, pod]() -> std::expected<charm::ports::Rollout, ApiError> {
        if (const auto why = refusal(gate_)) return error(*why);
        if (!pod_exists(gate_.world(), pod)) return error(ApiError::not_found);
        const model::Rollout& rollout = gate_.application().rollout;
        const std::uint8_t made_from = gate_.world().unit(charm::unit_of(pod)).pod.charm;
        return charm::ports::Rollout{.under_way = model::kubernetes::is_rolling_out(gate_.world()),
                                     .pod_updated = made_from == rollout.update,
                                     .partition = rollout.partition};
      });
}

std::expected<void, ApiError> KubernetesPort::set_rolling_partition(std::uint16_t partition) {
  return gate_.make(Call::set_rolling_partition, partition,
                    [this, partition]() -> std::expected<void, ApiError> {
                      if (const auto why = refusal(gate_)) return error(*why);
                      model::kubernetes::set_partition(gate_.step(), partition);
                      return {};
                    });
}

std::expected<void, ApiError> KubernetesPort::delete_pod(charm::PodName pod) {
  return gate_.make(Call::delete_pod, pod.ordinal, [this, pod]() -> std::expected<void, ApiError> {
    if (const auto why = refusal(gate_)) return error(*why);
    if (!pod_exists(gate_.world(), pod)) return error(ApiError::not_found);
    model::kubernetes::delete_pod(gate_.step(), charm::unit_of(pod));
    return {};
  });
}

std::expected<charm::NodeResources, ApiError> KubernetesPort::node_resources(charm::PodName pod) {
  return gate_.make(Call::node_resources, pod.ordinal,
                    [this, pod]() -> std::expected<charm::NodeResources, ApiError> {
                      if (const auto why = refusal(gate_)) return error(*why);
                      if (!pod_exists(gate_.world(), pod)) return error(ApiError::not_found);
                      return node_of(scenario_, charm::unit_of(pod));
                    });
}

}  // namespace sim
