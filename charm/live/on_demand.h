// The ports that a hook may not need at all: each is made when it is first called, so that an event
// that asks nobody opens nothing. And here it is that a hook which is told to end does so, at its
// next call. Nothing else happens between.
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "charm/live/termination.h"
#include "charm/ports/kubernetes.h"
#include "charm/ports/patroni.h"
#include "charm/ports/postgresql.h"
#include "charm/ports/workload.h"

namespace charm::live {

template <class Port>
class OnDemand {
 public:
  using Make = std::function<std::unique_ptr<Port>()>;

  explicit OnDemand(Make make) : make_(std::move(make)) {}

  // Throws HookFailed when the hook is told to end, and what making it throws.
  Port& get() {
    end_if_told();
    if (!port_) port_ = make_();
    return *port_;
  }

 private:
  Make make_;
  std::unique_ptr<Port> port_;
};

class KubernetesOnDemand final : public ports::Kubernetes {
 public:
  explicit KubernetesOnDemand(OnDemand<ports::Kubernetes>::Make make)
      : on_demand_(std::move(make)) {}

  std::expected<void, ApiError> apply_service(ports::ServiceKind kind) override;
  std::expected<void, ApiError> label_pod_as_member(PodName pod) override;
  std::expected<bool, ApiError> is_labelled_as_member(PodName pod) override;
  std::expected<bool, ApiError> is_pod_running(PodName pod) override;
  std::expected<ports::LeftoverObject, ApiError> patroni_object(
      ports::PatroniObject object) override;
  std::expected<void, ApiError> delete_patroni_object(ports::PatroniObject object,
                                                      ports::ResourceVersion version) override;
  std::expected<void, ApiError> own_patroni_object(ports::PatroniObject object,
                                                   ports::ResourceVersion version) override;
  std::expected<ports::BootstrapRecord, ApiError> bootstrap_record() override;
  std::expected<ports::LeaderAnnotation, ApiError> leader_annotation() override;
  std::expected<void, ApiError> patch_leader_annotation(MemberName leader,
                                                        ports::ResourceVersion version) override;
  std::expected<ClusterView, ApiError> published_members() override;
  std::expected<ports::Rollout, ApiError> rollout(PodName pod) override;
  std::expected<void, ApiError> set_rolling_partition(std::uint16_t partition) override;
  std::expected<void, ApiError> delete_pod(PodName pod) override;
  std::expected<NodeResources, ApiError> node_resources(PodName pod) override;

 private:
  OnDemand<ports::Kubernetes> on_demand_;
};

class PatroniOnDemand final : public ports::Patroni {
 public:
  explicit PatroniOnDemand(OnDemand<ports::Patroni>::Make make) : on_demand_(std::move(make)) {}

  std::expected<bool, Unreachable> sees_no_leader(HostName host) override;
  std::expected<ClusterView, Unreachable> cluster() override;
  std::expected<ClusterView, Unreachable> cluster_by(HostName host) override;
  std::expected<MemberState, Unreachable> own_health() override;
  std::expected<MemberState, Unreachable> primary_endpoint_health() override;
  std::expected<MemberState, Unreachable> member_health(HostName host) override;
  std::expected<void, Unreachable> patch_configuration(
      const DynamicConfiguration& configuration) override;
  std::expected<void, Unreachable> patch_synchronous(const SynchronousSettings& settings) override;
  std::expected<void, Unreachable> switch_over(MaybeMember candidate) override;
  std::expected<void, ports::TakeOverError> take_over_from(MemberName leader) override;
  std::expected<void, Unreachable> switch_over_between(MemberName leader,
                                                       MemberName candidate) override;
  std::expected<void, Unreachable> reload() override;
  std::expected<bool, Unreachable> is_restart_pending() override;
  std::expected<void, Unreachable> restart(ports::RestartWhen when) override;

 private:
  OnDemand<ports::Patroni> on_demand_;
};

class WorkloadOnDemand final : public ports::Workload {
 public:
  explicit WorkloadOnDemand(OnDemand<ports::Workload>::Make make) : on_demand_(std::move(make)) {}

  bool can_connect() override;
  std::expected<void, Unreachable> create_data_directory() override;
  std::expected<bool, Unreachable> holds_database() override;
  std::optional<std::uint8_t> free_percent_of_volume() override;
  std::expected<BoundedText<15>, Unreachable> database_version() override;
  std::expected<TlsFiles, Unreachable> tls_files() override;
  std::expected<void, Unreachable> push_tls_files(const TlsFiles& files) override;
  std::expected<bool, ports::WriteError> write_patroni_configuration(
      const PatroniConfiguration& configuration) override;
  std::expected<bool, Unreachable> is_pg_hba_taken() override;
  std::expected<bool, Unreachable> has_locale(std::string_view locale) override;
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
  OnDemand<ports::Workload> on_demand_;
};

class PostgreSQLOnDemand final : public ports::PostgreSQL {
 public:
  explicit PostgreSQLOnDemand(OnDemand<ports::PostgreSQL>::Make make)
      : on_demand_(std::move(make)) {}

  std::expected<void, Unreachable> create_users_and_grants(const Secret& monitoring) override;
  std::expected<void, ports::SqlError> create_client_user(
      RelationId relation, const Secret& password, const RequestText& extra_user_roles) override;
  std::expected<void, ports::SqlError> create_client_database(
      RelationId relation, const RequestText& database, const ExtensionSet& extensions) override;
  std::expected<void, Unreachable> drop_client_user(RelationId relation) override;
  std::expected<ports::ClientUserState, Unreachable> client_user(RelationId relation) override;
  std::expected<bool, Unreachable> takes_client_password(RelationId relation,
                                                         const Secret& password) override;
  std::expected<ClientRelations, Unreachable> client_users() override;
  std::expected<BoundedText<15>, Unreachable> version() override;
  std::expected<bool, Unreachable> has_extensions(const ExtensionSet& wanted) override;
  std::expected<void, ports::ExtensionError> set_extensions(const ExtensionSet& wanted) override;
  std::expected<void, Unreachable> alter_password(SystemUser user, const Secret& password) override;
  std::expected<bool, Unreachable> takes_passwords(const DatabasePasswords& passwords) override;
  std::expected<void, Unreachable> restore_passwords(const DatabasePasswords& passwords) override;
  std::expected<bool, Unreachable> lets_replicate(HostName host, const Secret& password) override;
  std::expected<UnitSet, Unreachable> waited_for() override;
  std::expected<bool, Unreachable> knows(ports::SystemValue kind, std::string_view value) override;

 private:
  OnDemand<ports::PostgreSQL> on_demand_;
};

}  // namespace charm::live
