// A settable world behind the charm's ports: a test brings it into the wanted state, runs the
// charm, and looks at what has become of it. Nothing in it happens by itself, except that sleeping
// passes time.
#pragma once

#include <stdexcept>
#include <string>

#include "charm/runtime/unit.h"
#include "tests/charm/fake_observer.h"
#include "tests/charm/fake_state.h"

namespace charm::fake {

struct World final : State,
                     ports::Juju,
                     ports::Kubernetes,
                     ports::Patroni,
                     ports::Workload,
                     ports::PostgreSQL,
                     ports::Clock,
                     ports::Entropy,
                     ports::Action {
  using ApiResult = std::expected<void, ApiError>;

  bool is_leader() override {
    if (leadership_answers_left == 0) leader = false;
    if (leadership_answers_left > 0) --leadership_answers_left;
    return leader;
  }
  UnitSet peers() override { return peer_units; }
  UnitSet planned_units() override { return planned; }
  CharmConfig config() override { return options; }
  HostList endpoints() override { return listed; }
  std::expected<void, NotLeader> set_endpoints(const HostList& hosts) override {
    if (!is_leader()) return std::unexpected(NotLeader{});
    listed = hosts;
    ++endpoints_writes;
    return {};
  }
  StateKey unreadable_state() override { return unreadable; }
  bool cluster_initialised() override { return initialised; }
  std::expected<void, NotLeader> set_cluster_initialised() override {
    if (!is_leader()) return std::unexpected(NotLeader{});
    initialised = true;
    return {};
  }
  SystemPasswords passwords() override { return secret; }
  std::expected<void, NotLeader> set_password(SystemUser user, const Secret& password) override {
    if (!is_leader()) return std::unexpected(NotLeader{});
    secret.all[static_cast<std::size_t>(user)] = password;
    return {};
  }
  RestartStates restart_states() override {
    RestartStates states;
    for (const auto& [unit, state] : restart_bags) {
      if (state == RestartState::acquire) states.acquire.insert(unit);
      if (state == RestartState::release) states.release.insert(unit);
    }
    return states;
  }
  void set_restart_state(RestartState state) override { restart_bags[own_name] = state; }
  UnitSet restart_granted() override { return granted; }
  std::expected<void, NotLeader> set_restart_granted(UnitSet units) override {
    if (!is_leader()) return std::unexpected(NotLeader{});
    granted = units;
    return {};
  }
  UpgradeMembers upgrade_states() override {
    UpgradeMembers states;
    for (const auto& [unit, state] : upgrades) states.push_back({.unit = unit, .state = state});
    return states;
  }
  void set_upgrade_state(UpgradeState state) override { upgrades[own_name] = state; }
  UpgradeStack upgrade_stack() override { return stack; }
  std::expected<void, NotLeader> set_upgrade_stack(const UpgradeStack& to) override {
    if (!is_leader()) return std::unexpected(NotLeader{});
    stack = to;
    return {};
  }
  std::optional<Dependencies> dependencies() override { return stored; }
  std::expected<void, NotLeader> set_dependencies(const Dependencies& to) override {
    if (!is_leader()) return std::unexpected(NotLeader{});
    stored = to;
    return {};
  }
  UpgradeStandbys upgrade_standbys() override { return standbys; }
  std::expected<void, NotLeader> set_upgrade_standbys(const UpgradeStandbys& to) override {
    if (!is_leader()) return std::unexpected(NotLeader{});
    standbys = to;
    return {};
  }
  ClientRelations client_relations() override {
    ClientRelations relations;
    for (const auto& [relation, client] : clients) relations.push_back(relation);
    return relations;
  }
  bool knows_every_client() override { return knows_clients; }
  ClientRequest client_request(RelationId relation) override {
    return clients.at(relation).request;
  }
  std::expected<ClientOffer, NotLeader> client_offer(RelationId relation) override {
    if (!is_leader()) return std::unexpected(NotLeader{});
    return clients.at(relation).offer;
  }
  std::expected<void, NotLeader> set_client_offer(RelationId relation,
                                                  const ClientOffer& offer) override {
    if (!is_leader()) return std::unexpected(NotLeader{});
    clients.at(relation).offer = offer;
    return {};
  }
  TlsState tls() override { return tls_state; }
  void set_tls(const TlsState& state) override { tls_state = state; }
  UnitSet tls_units() override {
    UnitSet units = announced_by_others;
    if (tls_state.announced) units.insert(self);
    return units;
  }
  std::optional<CertificatesRelation> certificates() override { return provider; }
  void request_certificate(Pem request) override {
    provider = CertificatesRelation{.asked = request};
  }
  Status unit_status() override { return {status, message}; }
  void set_unit_status(const Status& to) override {
    status = to.kind;
    message = to.message;
    statuses.push_back(std::string(to_text(to.kind)).append(": ").append(message));
  }
  void set_workload_version(std::string_view version) override { workload_version = version; }
  void open_ports() override { ports_open = true; }
  Notices notices() override { return queue; }
  void set_notices(const Notices& notices) override {
    queue = notices;
    ++queue_writes;
  }
  void log(std::string_view line) override { action_log.emplace_back(line); }  // Juju's, too

  ApiResult apply_service(ports::ServiceKind kind) override {
    if (api_error) return std::unexpected(*api_error);
    if (service_error) return std::unexpected(*service_error);
    if (!pods[0].exists) return std::unexpected(ApiError::not_found);
    services[static_cast<std::size_t>(kind)] = true;
    return {};
  }
  ApiResult label_pod_as_member(PodName name) override {
    Pod& pod = pods[name.ordinal];
    if (api_error) return std::unexpected(*api_error);
    if (!pod.exists) return std::unexpected(ApiError::not_found);
    if (pod.refuses_labels) return std::unexpected(*pod.refuses_labels);
    pod.labelled = true;
    return {};
  }
  std::expected<bool, ApiError> is_labelled_as_member(PodName name) override {
    if (api_error) return std::unexpected(*api_error);
    if (!pods[name.ordinal].exists) return std::unexpected(ApiError::not_found);
    return pods[name.ordinal].labelled;
  }
  std::expected<bool, ApiError> is_pod_running(PodName name) override {
    if (api_error) return std::unexpected(*api_error);
    if (!pods[name.ordinal].exists) return std::unexpected(ApiError::not_found);
    return pods[name.ordinal].running;
  }
  std::expected<ports::LeftoverObject, ApiError> patroni_object(
      ports::PatroniObject name) override {
    const Leftover& object = objects[static_cast<std::size_t>(name)];
    if (api_error) return std::unexpected(*api_error);
    if (!object.exists) return std::unexpected(ApiError::not_found);
    return ports::LeftoverObject{object.older_than_application, object.owned, {object.version}};
  }
  ApiResult own_patroni_object(ports::PatroniObject name, ports::ResourceVersion version) override {
    Leftover& object = objects[static_cast<std::size_t>(name)];
    ++owner_writes;
    if (api_error) return std::unexpected(*api_error);
    if (!pods[0].exists || !object.exists) return std::unexpected(ApiError::not_found);
    if (object.writes_of_others > 0) {
      --object.writes_of_others;
      ++object.version;
    }
    if (object.version != version.value) return std::unexpected(ApiError::conflict);
    object.owned = true;
    ++object.version;
    return {};
  }
  ApiResult delete_patroni_object(ports::PatroniObject name, ports::ResourceVersion) override {
    if (api_error) return std::unexpected(*api_error);
    objects[static_cast<std::size_t>(name)].exists = false;
    deleted.push_back(name);
    return {};
  }
  std::expected<ports::BootstrapRecord, ApiError> bootstrap_record() override {
    if (api_error) return std::unexpected(*api_error);
    if (!bootstrap) return std::unexpected(ApiError::not_found);
    return *bootstrap;
  }
  std::expected<ports::LeaderAnnotation, ApiError> leader_annotation() override {
    if (api_error) return std::unexpected(*api_error);
    if (!annotation) return std::unexpected(ApiError::not_found);
    return *annotation;
  }
  ApiResult patch_leader_annotation(MemberName member, ports::ResourceVersion version) override {
    if (!(annotation->version == version)) return std::unexpected(ApiError::conflict);
    annotation->leader = member;
    return {};
  }
  std::expected<ClusterView, ApiError> published_members() override {
    ++asked_for_cluster;
    if (api_error) return std::unexpected(*api_error);
    if (!view) return std::unexpected(ApiError::unavailable);
    return *view;
  }
  std::expected<ports::Rollout, ApiError> rollout(PodName name) override {
    if (api_error) return std::unexpected(*api_error);
    const Pod& pod = pods[name.ordinal];
    if (!pod.exists) return std::unexpected(ApiError::not_found);
    return ports::Rollout{
        .under_way = rolls_out, .pod_updated = pod.updated, .partition = partition};
  }
  ApiResult set_rolling_partition(std::uint16_t to) override {
    if (partition_error) return std::unexpected(*partition_error);
    partition = to;
    ++partition_writes;
    return {};
  }
  ApiResult delete_pod(PodName name) override {
    if (pod_error) return std::unexpected(*pod_error);
    if (!pods[name.ordinal].exists) return std::unexpected(ApiError::not_found);
    deleted_pods.push_back(name.ordinal);
    return {};
  }
  std::expected<NodeResources, ApiError> node_resources(PodName name) override {
    if (api_error) return std::unexpected(*api_error);
    if (!pods[name.ordinal].exists) return std::unexpected(ApiError::not_found);
    return NodeResources{.cores = pods[name.ordinal].cores,
                         .memory_bytes = std::uint64_t{8} << 30U};
  }

  std::expected<bool, Unreachable> sees_no_leader(HostName host) override {
    if (!members[host.ordinal]) return std::unexpected(Unreachable{});
    return no_leader;
  }
  std::expected<ClusterView, Unreachable> cluster() override {
    throw std::logic_error("a hook asks a member for GET /cluster");
  }
  std::expected<ClusterView, Unreachable> cluster_by(HostName) override { return cluster(); }
  std::expected<void, ports::TakeOverError> take_over_from(MemberName from_whom) override {
    if (!members[self.ordinal] || !view || !takes_over) {
      return std::unexpected(ports::TakeOverError::failed);
    }
    ClusterMember* from = nullptr;
    ClusterMember* to = nullptr;
    for (ClusterMember& member : *view) {
      if (member.name == from_whom) from = &member;
      if (member.name == member_of(self)) to = &member;
    }
    if (to == nullptr || to->role != MemberRole::sync_standby) {
      return std::unexpected(ports::TakeOverError::not_synchronous);
    }
    if (from != nullptr) from->role = MemberRole::replica;
    if (overtakes) to = &(*view)[view->size() - 1];
    to->role = MemberRole::leader;
    return {};
  }
  std::expected<MemberState, Unreachable> own_health() override {
    return member_health(host_of(self));
  }
  std::expected<MemberState, Unreachable> primary_endpoint_health() override {
    if (!primary_endpoint) return std::unexpected(Unreachable{});
    return *primary_endpoint;
  }
  std::expected<MemberState, Unreachable> member_health(HostName host) override {
    if (!members[host.ordinal]) return std::unexpected(Unreachable{});
    return *members[host.ordinal];
  }
  std::expected<void, Unreachable> patch_configuration(
      const DynamicConfiguration& configuration) override {
    if (!members[self.ordinal] || !takes_configuration) return std::unexpected(Unreachable{});
    dynamic = configuration;
    return {};
  }
  std::expected<void, Unreachable> patch_synchronous(const SynchronousSettings& settings) override {
    if (!members[self.ordinal] || !takes_configuration) return std::unexpected(Unreachable{});
    if (!dynamic) dynamic.emplace();
    dynamic->synchronous = settings;
    return {};
  }
  std::expected<void, Unreachable> switch_over(MaybeMember candidate) override {
    if (!members[self.ordinal] || !view || !takes_switchover) return std::unexpected(Unreachable{});
    if (named_meanwhile && candidate) {
      for (ClusterMember& member : *view) {
        if (member.role == MemberRole::leader) continue;
        const bool is_named = member.name == *named_meanwhile;
        member.role = is_named ? MemberRole::sync_standby : MemberRole::replica;
      }
      if (*candidate != *named_meanwhile) return std::unexpected(Unreachable{});
    }
    for (ClusterMember& member : *view) {
      if (member.role == MemberRole::leader) member.role = MemberRole::replica;
      if (candidate && member.name == *candidate) member.role = MemberRole::leader;
    }
    return {};
  }
  std::expected<bool, Unreachable> is_restart_pending() override {
    if (looks_before_pending > 0) {
      --looks_before_pending;
      return false;
    }
    return restart_pending;
  }
  std::expected<void, Unreachable> restart(ports::RestartWhen when) override {
    if (when == ports::RestartWhen::pending && restart_pending != true) {
      return std::unexpected(Unreachable{});
    }
    ++postgresql_restarts;
    if (refuses_restart) return std::unexpected(Unreachable{});
    restart_pending = false;
    return {};
  }
  std::expected<void, Unreachable> switch_over_between(MemberName from,
                                                       MemberName candidate) override {
    if (!members[self.ordinal] || !view || !takes_switchover) return std::unexpected(Unreachable{});
    for (ClusterMember& member : *view) {
      if (member.name == from) member.role = MemberRole::replica;
      if (member.name == candidate && !overtakes) member.role = MemberRole::leader;
    }
    if (overtakes) (*view)[view->size() - 1].role = MemberRole::leader;
    return {};
  }
  std::expected<void, Unreachable> reload() override {
    if (!members[self.ordinal] || !takes_reload) return std::unexpected(Unreachable{});
    ++reloads;
    return {};
  }

  bool can_connect() override { return connected; }
  std::expected<void, Unreachable> create_data_directory() override {
    if (!connected) return std::unexpected(Unreachable{});
    data_directory = true;
    return {};
  }
  std::optional<std::uint8_t> free_percent_of_volume() override {
    return data_directory ? std::optional(free_percent) : std::nullopt;
  }
  std::expected<BoundedText<15>, Unreachable> database_version() override {
    if (!connected) return std::unexpected(Unreachable{});
    return BoundedText<15>("14.13");
  }
  std::expected<bool, Unreachable> holds_database() override {
    if (!connected) return std::unexpected(Unreachable{});
    return database;
  }
  std::expected<TlsFiles, Unreachable> tls_files() override {
    if (!connected) return std::unexpected(Unreachable{});
    return pem_files;
  }
  std::expected<void, Unreachable> push_tls_files(const TlsFiles& files) override {
    if (!connected || !takes_files) return std::unexpected(Unreachable{});
    pem_files = files;
    ++pushes;
    return {};
  }
  std::expected<bool, ports::WriteError> write_patroni_configuration(
      const PatroniConfiguration& configuration) override {
    if (!connected) return std::unexpected(ports::WriteError::unreachable);
    if (configuration.options == nullptr && !file) {
      return std::unexpected(ports::WriteError::no_file);
    }
    PatroniConfiguration written = configuration;
    if (written.options == nullptr) {
      written.options = file->options;
      written.bootstrap = file->bootstrap;
      written.node = file->node;
    }
    file = written;
    return configuration.options != nullptr && new_parameters;
  }
  std::expected<bool, Unreachable> is_pg_hba_taken() override {
    if (!connected) return std::unexpected(Unreachable{});
    return takes_pg_hba;
  }
  std::expected<bool, Unreachable> is_plan_current() override {
    if (!connected) return std::unexpected(Unreachable{});
    return plan_current;
  }
  std::expected<bool, Unreachable> is_service_running() override {
    if (!connected) return std::unexpected(Unreachable{});
    return service_running;
  }
  std::expected<void, Unreachable> update_and_restart_service(const Secret& monitoring) override {
    if (!connected) return std::unexpected(Unreachable{});
    plan_current = true;
    exporter_planned = exporter = monitoring;
    service_running = true;
    ++restarts;
    return {};
  }

  std::expected<void, Unreachable> update_layer(const Secret& monitoring) override {
    if (!connected || !takes_layer) return std::unexpected(Unreachable{});
    plan_current = true;
    exporter_planned = monitoring;
    ++layer_updates;
    return {};
  }
  std::expected<bool, Unreachable> is_exporter_current(const Secret& monitoring) override {
    if (!connected) return std::unexpected(Unreachable{});
    return exporter_planned == monitoring && exporter.empty() == monitoring.empty();
  }
  std::expected<void, Unreachable> stop_exporter() override {
    if (!connected) return std::unexpected(Unreachable{});
    exporter = {};
    return {};
  }
  std::expected<void, Unreachable> start_exporter() override {
    if (!connected || !starts_exporter) return std::unexpected(Unreachable{});
    exporter = exporter_planned;
    return {};
  }
  std::expected<void, Unreachable> signal_reload() override {
    if (!connected || !service_running) return std::unexpected(Unreachable{});
    ++signals;
    return {};
  }
  std::expected<void, Unreachable> restart_service() override {
    if (!connected) return std::unexpected(Unreachable{});
    ++restarts;
    return {};
  }

  std::expected<void, Unreachable> stop_database() override {
    if (!connected || !takes_stop) return std::unexpected(Unreachable{});
    ++stops;
    return {};
  }

  std::expected<void, Unreachable> create_users_and_grants(const Secret& monitoring) override {
    if (!takes_users) return std::unexpected(Unreachable{});
    users = true;
    taken[static_cast<std::size_t>(SystemUser::monitoring)] = monitoring;
    return {};
  }
  std::expected<void, Unreachable> alter_password(SystemUser user,
                                                  const Secret& password) override {
    if (!takes_passwords_at_all) return std::unexpected(Unreachable{});
    taken[static_cast<std::size_t>(user)] = password;
    return {};
  }
  std::expected<bool, Unreachable> takes_passwords(const DatabasePasswords& wanted) override {
    if (!answers_sql) return std::unexpected(Unreachable{});
    ++login_tries;
    return taken == wanted;
  }
  std::expected<void, Unreachable> restore_passwords(const DatabasePasswords& wanted) override {
    if (!takes_passwords_at_all) return std::unexpected(Unreachable{});
    taken = wanted;
    return {};
  }

  std::expected<void, ports::SqlError> create_client_user(RelationId relation,
                                                          const Secret& password,
                                                          const RequestText& roles) override {
    if (!answers_sql || !takes_clients) return std::unexpected(ports::SqlError::unreachable);
    if (roles.view() == "invalid") return std::unexpected(ports::SqlError::invalid_roles);
    clients.at(relation).user = password;
    return {};
  }
  std::expected<bool, Unreachable> has_extensions(const ExtensionSet& wanted) override {
    if (!answers_sql) return std::unexpected(Unreachable{});
    return databases_have == wanted;
  }
  std::expected<void, ports::ExtensionError> set_extensions(const ExtensionSet& wanted) override {
    if (!answers_sql || !takes_databases) {
      return std::unexpected(ports::ExtensionError::unreachable);
    }
    if ((depended_on & ~wanted).any()) {
      return std::unexpected(ports::ExtensionError::objects_depend);
    }
    databases_have = wanted;
    return {};
  }
  std::expected<void, ports::SqlError> create_client_database(
      RelationId relation, const RequestText& /*name*/, const ExtensionSet& extensions) override {
    if (!answers_sql || !takes_databases) return std::unexpected(ports::SqlError::unreachable);
    clients.at(relation).granted = true;
    clients.at(relation).extensions = extensions;
    return {};
  }
  std::expected<void, Unreachable> drop_client_user(RelationId relation) override {
    if (!answers_sql || !takes_clients) return std::unexpected(Unreachable{});
    if (clients.contains(relation)) clients.at(relation).user = {};
    users_of_others.erase(relation);
    return {};
  }
  std::expected<ports::ClientUserState, Unreachable> client_user(RelationId relation) override {
    if (!answers_sql) return std::unexpected(Unreachable{});
    if (users_of_others.contains(relation)) return ports::ClientUserState::complete;
    if (!clients.contains(relation) || !clients.at(relation).user) {
      return ports::ClientUserState::none;
    }
    return clients.at(relation).granted ? ports::ClientUserState::complete
                                        : ports::ClientUserState::without_database;
  }
  std::expected<bool, Unreachable> takes_client_password(RelationId relation,
                                                         const Secret& password) override {
    if (!answers_sql) return std::unexpected(Unreachable{});
    return clients.contains(relation) && clients.at(relation).user == password;
  }
  std::expected<ClientRelations, Unreachable> client_users() override {
    if (!answers_sql) return std::unexpected(Unreachable{});
    ClientRelations known;
    for (const auto& [relation, client] : clients) {
      if (client.user) known.push_back(relation);
    }
    for (RelationId relation : users_of_others) known.push_back(relation);
    return known;
  }
  std::expected<BoundedText<15>, Unreachable> version() override {
    if (!answers_sql || !answers_version) return std::unexpected(Unreachable{});
    return BoundedText<15>("14.13");
  }

  std::expected<bool, Unreachable> lets_replicate(HostName host,
                                                  const Secret& /*password*/) override {
    if (!members[host.ordinal]) return std::unexpected(Unreachable{});
    return !keep_out.contains(unit_of(host));
  }
  std::expected<UnitSet, Unreachable> waited_for() override {
    if (!members[self.ordinal]) return std::unexpected(Unreachable{});
    return named;
  }
  std::expected<bool, Unreachable> knows(ports::SystemValue /*kind*/,
                                         std::string_view value) override {
    if (!members[self.ordinal]) return std::unexpected(Unreachable{});
    return known_values.contains(value);
  }
  std::expected<bool, Unreachable> has_locale(std::string_view locale) override {
    if (!connected) return std::unexpected(Unreachable{});
    return known_values.contains(locale);
  }

  ActionParameters parameters() override { return given; }
  void set_result(std::string_view key, std::string_view value) override {
    results.push_back(std::string(key).append("=").append(value));
  }
  void set_result(std::string_view key, const Secret& value) override {
    set_result(key, value.reveal());
  }
  void fail(std::string_view text) override { failure = text; }

  void sleep(Duration time) override { slept += time; }
  void set_deadline(Duration from_now) override { deadline = slept + from_now; }
  bool deadline_passed() override { return slept >= deadline; }
  Pem make_private_key() override { return {++pems_made}; }
  Pem make_certificate_request(Pem key) override { return {key.digest * 100 + ++pems_made}; }
  Secret make_password(SystemUser user) override { return Secret(to_text(user)); }
  Secret make_client_password(RelationId relation) override {
    return Secret("of-" + std::to_string(relation.number) + "-" + std::to_string(++passwords_made));
  }
};

// A unit of the application `pg` in that world.
struct FakeUnit {
  explicit FakeUnit(World& world, UnitName name = {0})
      : unit{app, name, world, world, world, world, world, world, world, world, path} {
    world.self = name;
  }

  AppName app{"pg"};
  Path path;
  Unit unit;
};

}  // namespace charm::fake
