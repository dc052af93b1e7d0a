#include "charm/live/on_demand.h"

namespace charm::live {

std::expected<void, ApiError> KubernetesOnDemand::apply_service(ports::ServiceKind kind) {
  return on_demand_.get().apply_service(kind);
}
std::expected<void, ApiError> KubernetesOnDemand::label_pod_as_member(PodName pod) {
  return on_demand_.get().label_pod_as_member(pod);
}
std::expected<bool, ApiError> KubernetesOnDemand::is_labelled_as_member(PodName pod) {
  return on_demand_.get().is_labelled_as_member(pod);
}
std::expected<bool, ApiError> KubernetesOnDemand::is_pod_running(PodName pod) {
  return on_demand_.get().is_pod_running(pod);
}
std::expected<ports::LeftoverObject, ApiError> KubernetesOnDemand::patroni_object(
    ports::PatroniObject object) {
  return on_demand_.get().patroni_object(object);
}
std::expected<void, ApiError> KubernetesOnDemand::delete_patroni_object(
    ports::PatroniObject object, ports::ResourceVersion version) {
  return on_demand_.get().delete_patroni_object(object, version);
}
std::expected<void, ApiError> KubernetesOnDemand::own_patroni_object(
    ports::PatroniObject object, ports::ResourceVersion version) {
  return on_demand_.get().own_patroni_object(object, version);
}
std::expected<ports::BootstrapRecord, ApiError> KubernetesOnDemand::bootstrap_record() {
  return on_demand_.get().bootstrap_record();
}
std::expected<ports::LeaderAnnotation, ApiError> KubernetesOnDemand::leader_annotation() {
  return on_demand_.get().leader_annotation();
}
std::expected<void, ApiError> KubernetesOnDemand::patch_leader_annotation(
    MemberName leader, ports::ResourceVersion version) {
  return on_demand_.get().patch_leader_annotation(leader, version);
}
std::expected<ClusterView, ApiError> KubernetesOnDemand::published_members() {
  return on_demand_.get().published_members();
}
std::expected<ports::Rollout, ApiError> KubernetesOnDemand::rollout(PodName pod) {
  return on_demand_.get().rollout(pod);
}
std::expected<void, ApiError> KubernetesOnDemand::set_rolling_partition(std::uint16_t partition) {
  return on_demand_.get().set_rolling_partition(partition);
}
std::expected<void, ApiError> KubernetesOnDemand::delete_pod(PodName pod) {
  return on_demand_.get().delete_pod(pod);
}
std::expected<NodeResources, ApiError> KubernetesOnDemand::node_resources(PodName pod) {
  return on_demand_.get().node_resources(pod);
}

std::expected<bool, Unreachable> PatroniOnDemand::sees_no_leader(HostName host) {
  return on_demand_.get().sees_no_leader(host);
}
std::expected<ClusterView, Unreachable> PatroniOnDemand::cluster() {
  return on_demand_.get().cluster();
}
std::expected<ClusterView, Unreachable> PatroniOnDemand::cluster_by(HostName host) {
  return on_demand_.get().cluster_by(host);
}
std::expected<MemberState, Unreachable> PatroniOnDemand::own_health() {
  return on_demand_.get().own_health();
}
std::expected<MemberState, Unreachable> PatroniOnDemand::primary_endpoint_health() {
  return on_demand_.get().primary_endpoint_health();
}
std::expected<MemberState, Unreachable> PatroniOnDemand::member_health(HostName host) {
  return on_demand_.get().member_health(host);
}
std::expected<void, Unreachable> PatroniOnDemand::patch_configuration(
    const DynamicConfiguration& configuration) {
  return on_demand_.get().patch_configuration(configuration);
}
std::expected<void, Unreachable> PatroniOnDemand::patch_synchronous(
    const SynchronousSettings& settings) {
  return on_demand_.get().patch_synchronous(settings);
}
std::expected<void, Unreachable> PatroniOnDemand::switch_over(MaybeMember candidate) {
  return on_demand_.get().switch_over(candidate);
}
std::expected<void, ports::TakeOverError> PatroniOnDemand::take_over_from(MemberName leader) {
  return on_demand_.get().take_over_from(leader);
}
std::expected<void, Unreachable> PatroniOnDemand::switch_over_between(MemberName leader,
                                                                      MemberName candidate) {
  return on_demand_.get().switch_over_between(leader, candidate);
}
std::expected<void, Unreachable> PatroniOnDemand::reload() { return on_demand_.get().reload(); }
std::expected<bool, Unreachable> PatroniOnDemand::is_restart_pending() {
  return on_demand_.get().is_restart_pending();
}
std::expected<void, Unreachable> PatroniOnDemand::restart(ports::RestartWhen when) {
  return on_demand_.get().restart(when);
}

bool WorkloadOnDemand::can_connect() { return on_demand_.get().can_connect(); }
std::expected<void, Unreachable> WorkloadOnDemand::create_data_directory() {
  return on_demand_.get().create_data_directory();
}
std::expected<bool, Unreachable> WorkloadOnDemand::holds_database() {
  return on_demand_.get().holds_database();
}
std::optional<std::uint8_t> WorkloadOnDemand::free_percent_of_volume() {
  return on_demand_.get().free_percent_of_volume();
}
std::expected<BoundedText<15>, Unreachable> WorkloadOnDemand::database_version() {
  return on_demand_.get().database_version();
}
std::expected<TlsFiles, Unreachable> WorkloadOnDemand::tls_files() {
  return on_demand_.get().tls_files();
}
std::expected<void, Unreachable> WorkloadOnDemand::push_tls_files(const TlsFiles& files) {
  return on_demand_.get().push_tls_files(files);
}
std::expected<bool, ports::WriteError> WorkloadOnDemand::write_patroni_configuration(
    const PatroniConfiguration& configuration) {
  return on_demand_.get().write_patroni_configuration(configuration);
}
std::expected<bool, Unreachable> WorkloadOnDemand::has_locale(std::string_view locale) {
  return on_demand_.get().has_locale(locale);
}
std::expected<bool, Unreachable> WorkloadOnDemand::is_pg_hba_taken() {
  return on_demand_.get().is_pg_hba_taken();
}

std::expected<bool, Unreachable> WorkloadOnDemand::is_plan_current() {
  return on_demand_.get().is_plan_current();
}
std::expected<bool, Unreachable> WorkloadOnDemand::is_service_running() {
  return on_demand_.get().is_service_running();
}
std::expected<void, Unreachable> WorkloadOnDemand::update_and_restart_service(
    const Secret& monitoring) {
  return on_demand_.get().update_and_restart_service(monitoring);
}
std::expected<void, Unreachable> WorkloadOnDemand::update_layer(const Secret& monitoring) {
  return on_demand_.get().update_layer(monitoring);
}
std::expected<bool, Unreachable> WorkloadOnDemand::is_exporter_current(const Secret& monitoring) {
  return on_demand_.get().is_exporter_current(monitoring);
}
std::expected<void, Unreachable> WorkloadOnDemand::stop_exporter() {
  return on_demand_.get().stop_exporter();
}
std::expected<void, Unreachable> WorkloadOnDemand::start_exporter() {
  return on_demand_.get().start_exporter();
}
std::expected<void, Unreachable> WorkloadOnDemand::signal_reload() {
  return on_demand_.get().signal_reload();
}
std::expected<void, Unreachable> WorkloadOnDemand::restart_service() {
  return on_demand_.get().restart_service();
}
std::expected<void, Unreachable> WorkloadOnDemand::stop_database() {
  return on_demand_.get().stop_database();
}

std::expected<void, Unreachable> PostgreSQLOnDemand::create_users_and_grants(
    const Secret& monitoring) {
  return on_demand_.get().create_users_and_grants(monitoring);
}
std::expected<void, ports::SqlError> PostgreSQLOnDemand::create_client_user(
    RelationId relation, const Secret& password, const RequestText& extra_user_roles) {
  return on_demand_.get().create_client_user(relation, password, extra_user_roles);
}
std::expected<void, ports::SqlError> PostgreSQLOnDemand::create_client_database(
    RelationId relation, const RequestText& database, const ExtensionSet& extensions) {
  return on_demand_.get().create_client_database(relation, database, extensions);
}
std::expected<void, Unreachable> PostgreSQLOnDemand::drop_client_user(RelationId relation) {
  return on_demand_.get().drop_client_user(relation);
}
std::expected<ports::ClientUserState, Unreachable> PostgreSQLOnDemand::client_user(
    RelationId relation) {
  return on_demand_.get().client_user(relation);
}
std::expected<bool, Unreachable> PostgreSQLOnDemand::takes_client_password(RelationId relation,
                                                                           const Secret& password) {
  return on_demand_.get().takes_client_password(relation, password);
}
std::expected<ClientRelations, Unreachable> PostgreSQLOnDemand::client_users() {
  return on_demand_.get().client_users();
}
std::expected<BoundedText<15>, Unreachable> PostgreSQLOnDemand::version() {
  return on_demand_.get().version();
}
std::expected<bool, Unreachable> PostgreSQLOnDemand::has_extensions(const ExtensionSet& wanted) {
  return on_demand_.get().has_extensions(wanted);
}
std::expected<void, ports::ExtensionError> PostgreSQLOnDemand::set_extensions(
    const ExtensionSet& wanted) {
  return on_demand_.get().set_extensions(wanted);
}
std::expected<void, Unreachable> PostgreSQLOnDemand::alter_password(SystemUser user,
                                                                    const Secret& password) {
  return on_demand_.get().alter_password(user, password);
}
std::expected<bool, Unreachable> PostgreSQLOnDemand::takes_passwords(
    const DatabasePasswords& passwords) {
  return on_demand_.get().takes_passwords(passwords);
}
std::expected<void, Unreachable> PostgreSQLOnDemand::restore_passwords(
    const DatabasePasswords& passwords) {
  return on_demand_.get().restore_passwords(passwords);
}
std::expected<bool, Unreachable> PostgreSQLOnDemand::lets_replicate(HostName host,
                                                                    const Secret& password) {
  return on_demand_.get().lets_replicate(host, password);
}
std::expected<UnitSet, Unreachable> PostgreSQLOnDemand::waited_for() {
  return on_demand_.get().waited_for();
}
std::expected<bool, Unreachable> PostgreSQLOnDemand::knows(ports::SystemValue kind,
                                                           std::string_view value) {
  return on_demand_.get().knows(kind, value);
}

}  // namespace charm::live
