// The eight ports over the model: each call is a question to the world, asked through the gate.
#pragma once

#include <span>

#include "charm/options/parameters.h"
#include "charm/ports/action.h"
#include "charm/ports/clock.h"
#include "charm/ports/entropy.h"
#include "charm/ports/juju.h"
#include "charm/ports/kubernetes.h"
#include "charm/ports/patroni.h"
#include "charm/ports/postgresql.h"
#include "charm/ports/workload.h"
#include "model/state.h"
#include "model/text.h"
#include "sim/ports/call_gate.h"
#include "sim/scenario/scenario.h"

namespace sim {

// Hears of what a trace wants to know and the world does not keep.
class StatusListener {
 public:
  virtual ~StatusListener() = default;
  virtual void status_changed(charm::UnitName unit, const charm::Status& status) = 0;
};

// In every password of every run: looked for wherever no password may be.
inline constexpr std::string_view password_canary = "canary-Zk3";

class JujuPort final : public charm::ports::Juju {
 public:
  // The world says which of the configurations stands.
  JujuPort(CallGate& gate, std::span<const charm::CharmConfig> configurations, model::Texts& texts,
           StatusListener& listener, const Scenario& scenario)
      : gate_(gate),
        configurations_(configurations),
        texts_(texts),
        listener_(listener),
        scenario_(scenario) {}

  bool is_leader() override;
  charm::UnitSet peers() override;
  charm::UnitSet planned_units() override;
  charm::CharmConfig config() override;
  charm::HostList endpoints() override;
  std::expected<void, charm::NotLeader> set_endpoints(const charm::HostList& hosts) override;
  bool cluster_initialised() override;
  std::expected<void, charm::NotLeader> set_cluster_initialised() override;
  // As upstream has it (charm-hooks.md, section 6.8), for the tests of its hazards: no hook here
  // can, since the charm's port has no such call.
  std::expected<void, charm::NotLeader> clear_cluster_initialised();
  charm::SystemPasswords passwords() override;
  std::expected<void, charm::NotLeader> set_password(charm::SystemUser user,
                                                     const charm::Secret& password) override;
  charm::RestartStates restart_states() override;
  void set_restart_state(charm::RestartState state) override;
  charm::UnitSet restart_granted() override;
  std::expected<void, charm::NotLeader> set_restart_granted(charm::UnitSet units) override;
  charm::UpgradeMembers upgrade_states() override;
  void set_upgrade_state(charm::UpgradeState state) override;
  charm::UpgradeStack upgrade_stack() override;
  std::expected<void, charm::NotLeader> set_upgrade_stack(
      const charm::UpgradeStack& stack) override;
  charm::UpgradeStandbys upgrade_standbys() override;
  std::expected<void, charm::NotLeader> set_upgrade_standbys(
      const charm::UpgradeStandbys& standbys) override;
  std::optional<charm::Dependencies> dependencies() override;
  std::expected<void, charm::NotLeader> set_dependencies(
      const charm::Dependencies& dependencies) override;
  charm::ClientRelations client_relations() override;
  bool knows_every_client() override;
  charm::ClientRequest client_request(charm::RelationId relation) override;
  std::expected<charm::ClientOffer, charm::NotLeader> client_offer(
      charm::RelationId relation) override;
  std::expected<void, charm::NotLeader> set_client_offer(charm::RelationId relation,
                                                         const charm::ClientOffer& offer) override;
  charm::TlsState tls() override;
  void set_tls(const charm::TlsState& state) override;
  charm::UnitSet tls_units() override;
  std::optional<charm::CertificatesRelation> certificates() override;
  void request_certificate(charm::Pem request) override;
  charm::Status unit_status() override;
  void set_unit_status(const charm::Status& status) override;
  void set_workload_version(std::string_view version) override;
  void open_ports() override;
  charm::StateKey unreadable_state() override;
  charm::Notices notices() override;
  void set_notices(const charm::Notices& notices) override;
  void log(std::string_view line) override;

 private:
  bool ask_leadership();
  // In which order this dispatch is told its queue.
  void pick_order(charm::Notices& queue);
  // A staged write of the application's bag.
  template <class Write>
  std::expected<void, charm::NotLeader> write_as_leader(Call call, std::uint32_t arguments,
                                                        Write write);

  CallGate& gate_;
  std::span<const charm::CharmConfig> configurations_;
  model::Texts& texts_;
  StatusListener& listener_;
  const Scenario& scenario_;
};

class ActionPort final : public charm::ports::Action {
 public:
  ActionPort(CallGate& gate, const Scenario& scenario) : gate_(gate), scenario_(scenario) {}

  charm::ActionParameters parameters() override;
  void set_result(std::string_view key, std::string_view value) override;
  void set_result(std::string_view key, const charm::Secret& value) override;
  void fail(std::string_view text) override;
  void log(std::string_view line) override;

 private:
  void add_result(std::string_view key, std::string_view shown, std::uint32_t arguments);

  CallGate& gate_;
  const Scenario& scenario_;
};

class KubernetesPort final : public charm::ports::Kubernetes {
 public:
  KubernetesPort(CallGate& gate, const Scenario& scenario) : gate_(gate), scenario_(scenario) {}

  std::expected<void, charm::ApiError> apply_service(charm::ports::ServiceKind kind) override;
  std::expected<void, charm::ApiError> label_pod_as_member(charm::PodName pod) override;
  std::expected<bool, charm::ApiError> is_labelled_as_member(charm::PodName pod) override;
  std::expected<bool, charm::ApiError> is_pod_running(charm::PodName pod) override;
  std::expected<charm::ports::LeftoverObject, charm::ApiError> patroni_object(
      charm::ports::PatroniObject object) override;
  std::expected<void, charm::ApiError> delete_patroni_object(
      charm::ports::PatroniObject object, charm::ports::ResourceVersion version) override;
  std::expected<void, charm::ApiError> own_patroni_object(
      charm::ports::PatroniObject object, charm::ports::ResourceVersion version) override;
  std::expected<charm::ports::BootstrapRecord, charm::ApiError> bootstrap_record() override;
  std::expected<charm::ports::LeaderAnnotation, charm::ApiError> leader_annotation() override;
  std::expected<void, charm::ApiError> patch_leader_annotation(
      charm::MemberName leader, charm::ports::ResourceVersion version) override;
  std::expected<charm::ClusterView, charm::ApiError> published_members() override;
  std::expected<charm::ports::Rollout, charm::ApiError> rollout(charm::PodName pod) override;
  std::expected<void, charm::ApiError> set_rolling_partition(std::uint16_t partition) override;
  std::expected<void, charm::ApiError> delete_pod(charm::PodName pod) override;
  std::expected<charm::NodeResources, charm::ApiError> node_resources(charm::PodName pod) override;

 private:
  CallGate& gate_;
  const Scenario& scenario_;
};

class PatroniPort final : public charm::ports::Patroni {
 public:
  explicit PatroniPort(CallGate& gate) : gate_(gate) {}

  std::expected<bool, charm::Unreachable> sees_no_leader(charm::HostName host) override;
  std::expected<charm::ClusterView, charm::Unreachable> cluster() override;
  std::expected<charm::ClusterView, charm::Unreachable> cluster_by(charm::HostName host) override;
  std::expected<charm::MemberState, charm::Unreachable> own_health() override;
  std::expected<charm::MemberState, charm::Unreachable> primary_endpoint_health() override;
  std::expected<charm::MemberState, charm::Unreachable> member_health(
      charm::HostName host) override;
  std::expected<void, charm::Unreachable> patch_configuration(
      const charm::DynamicConfiguration& configuration) override;
  std::expected<void, charm::Unreachable> patch_synchronous(
      const charm::SynchronousSettings& settings) override;
  std::expected<void, charm::Unreachable> switch_over(charm::MaybeMember candidate) override;
  std::expected<void, charm::ports::TakeOverError> take_over_from(
      charm::MemberName leader) override;
  std::expected<void, charm::Unreachable> switch_over_between(charm::MemberName leader,
                                                              charm::MemberName candidate) override;
  std::expected<void, charm::Unreachable> reload() override;
  std::expected<bool, charm::Unreachable> is_restart_pending() override;
  std::expected<void, charm::Unreachable> restart(charm::ports::RestartWhen when) override;
  // POST /reinitialize of the own member, as upstream has it (charm-hooks.md, sections 3.5 and
  // 6.14), for the tests of its hazards: the charm's port has no such call.
  std::expected<void, charm::Unreachable> reinitialise();

 private:
  // The status of the open request, looked for each second; 0: none in time.
  std::uint32_t await_request(charm::MemberName leader);

  CallGate& gate_;
};

class WorkloadPort final : public charm::ports::Workload {
 public:
  WorkloadPort(CallGate& gate, const Scenario& scenario) : gate_(gate), scenario_(scenario) {}

  bool can_connect() override;
  std::expected<void, charm::Unreachable> create_data_directory() override;
  std::expected<bool, charm::Unreachable> holds_database() override;
  std::optional<std::uint8_t> free_percent_of_volume() override;
  std::expected<charm::BoundedText<15>, charm::Unreachable> database_version() override;
  std::expected<charm::TlsFiles, charm::Unreachable> tls_files() override;
  std::expected<void, charm::Unreachable> push_tls_files(const charm::TlsFiles& files) override;
  std::expected<bool, charm::ports::WriteError> write_patroni_configuration(
      const charm::PatroniConfiguration& configuration) override;
  std::expected<bool, charm::Unreachable> has_locale(std::string_view locale) override;
  std::expected<bool, charm::Unreachable> is_pg_hba_taken() override;
  std::expected<bool, charm::Unreachable> is_plan_current() override;
  std::expected<bool, charm::Unreachable> is_service_running() override;
  std::expected<void, charm::Unreachable> update_and_restart_service(
      const charm::Secret& monitoring) override;
  std::expected<void, charm::Unreachable> update_layer(const charm::Secret& monitoring) override;
  std::expected<bool, charm::Unreachable> is_exporter_current(
      const charm::Secret& monitoring) override;
  std::expected<void, charm::Unreachable> stop_exporter() override;
  std::expected<void, charm::Unreachable> start_exporter() override;
  std::expected<void, charm::Unreachable> signal_reload() override;
  std::expected<void, charm::Unreachable> restart_service() override;
  std::expected<void, charm::Unreachable> stop_database() override;

 private:
  CallGate& gate_;
  const Scenario& scenario_;
};

class PostgreSQLPort final : public charm::ports::PostgreSQL {
 public:
  PostgreSQLPort(CallGate& gate, const std::vector<charm::CharmConfig>& configurations,
                 const Scenario& scenario)
      : gate_(gate), configurations_(configurations), scenario_(scenario) {}

  std::expected<void, charm::Unreachable> create_users_and_grants(
      const charm::Secret& monitoring) override;
  std::expected<void, charm::ports::SqlError> create_client_user(
      charm::RelationId relation, const charm::Secret& password,
      const charm::RequestText& extra_user_roles) override;
  std::expected<void, charm::ports::SqlError> create_client_database(
      charm::RelationId relation, const charm::RequestText& database,
      const charm::ExtensionSet& extensions) override;
  std::expected<void, charm::Unreachable> drop_client_user(charm::RelationId relation) override;
  std::expected<charm::ports::ClientUserState, charm::Unreachable> client_user(
      charm::RelationId relation) override;
  std::expected<bool, charm::Unreachable> takes_client_password(
      charm::RelationId relation, const charm::Secret& password) override;
  std::expected<charm::ClientRelations, charm::Unreachable> client_users() override;
  std::expected<charm::BoundedText<15>, charm::Unreachable> version() override;
  std::expected<bool, charm::Unreachable> has_extensions(
      const charm::ExtensionSet& wanted) override;
  std::expected<void, charm::ports::ExtensionError> set_extensions(
      const charm::ExtensionSet& wanted) override;
  std::expected<void, charm::Unreachable> alter_password(charm::SystemUser user,
                                                         const charm::Secret& password) override;
  std::expected<bool, charm::Unreachable> takes_passwords(
      const charm::DatabasePasswords& passwords) override;
  std::expected<void, charm::Unreachable> restore_passwords(
      const charm::DatabasePasswords& passwords) override;
  std::expected<bool, charm::Unreachable> lets_replicate(charm::HostName host,
                                                         const charm::Secret& password) override;
  std::expected<charm::UnitSet, charm::Unreachable> waited_for() override;
  std::expected<bool, charm::Unreachable> knows(charm::ports::SystemValue kind,
                                                std::string_view value) override;

 private:
  struct Statement {  // where it was done, and up to where that has written then
    charm::UnitName primary;
    std::uint16_t unused = 0;
    std::uint32_t stint = 0;
    std::uint64_t lsn = 0;
  };

  // The primary behind the Service, if it answers, and takes the operator's password.
  charm::MaybeUnit connect();
  // What this session has done there, up to that position.
  [[nodiscard]] Statement done_on(charm::UnitName primary, std::uint64_t lsn);
  template <class Change>
  std::expected<void, charm::Unreachable> change(Call call, std::uint32_t arguments,
                                                 charm::RelationId relation, Change change);
  std::expected<void, charm::Unreachable> await_confirmation(const Statement& statement);
  // Of SystemRoles::extensions.
  [[nodiscard]] charm::ExtensionSet extensions_of(std::uint8_t configuration) const;
  [[nodiscard]] std::uint8_t configuration_with(const charm::ExtensionSet& extensions) const;
  // Whether a client has objects that depend on one that it has and shall not have any more.
  [[nodiscard]] bool do_objects_depend(charm::UnitName primary, const charm::ExtensionSet& wanted);

  CallGate& gate_;
  const std::vector<charm::CharmConfig>& configurations_;
  const Scenario& scenario_;
};

class ClockPort final : public charm::ports::Clock {
 public:
  explicit ClockPort(CallGate& gate) : gate_(gate) {}

  void sleep(charm::Duration time) override;
  void set_deadline(charm::Duration from_now) override;
  bool deadline_passed() override;

 private:
  CallGate& gate_;
};

class EntropyPort final : public charm::ports::Entropy {
 public:
  EntropyPort(CallGate& gate, const Scenario& scenario) : gate_(gate), scenario_(scenario) {}

  charm::Secret make_password(charm::SystemUser user) override;
  charm::Secret make_client_password(charm::RelationId relation) override;
  charm::Pem make_private_key() override;
  charm::Pem make_certificate_request(charm::Pem key) override;

 private:
  CallGate& gate_;
  const Scenario& scenario_;
};

// Of the parameters that PostgreSQL takes only when it starts, those of patroni.yml that Patroni
// does not ignore there: a digest.
std::uint32_t digest_of_file(const charm::PostmasterParameters& parameters);

// Whether the workload's image has it beside the defaults: which kind of value it is, is not told
// apart.
bool is_known(const Scenario& scenario, std::string_view value);
// Symbolic: whose it is and its number tell what a password is, no draw does; one that an operator
// gives is the story's. And the other way round; 0 is none.
charm::Secret system_password(charm::SystemUser user, std::uint16_t number,
                              const Scenario& scenario);
std::uint16_t number_of_password(const charm::Secret& password);
// Of a PEM text, by its number; and the other way round.
constexpr charm::Pem pem(model::PemNumber number) { return {number}; }
constexpr model::PemNumber number_of(charm::Pem text) {
  return static_cast<model::PemNumber>(text.digest);
}
charm::TlsFiles pems(const model::PemFiles& files);
model::PemFiles numbers_of(const charm::TlsFiles& files);
// Of a client's user, by its number; and the other way round, 0 of what is no such password.
charm::Secret client_password(std::uint16_t number);
std::uint16_t number_of_client_password(const charm::Secret& password);
// PostgreSQL's rule for `extra-user-roles` (charm-hooks.md, section 5.1): a list, by commas, of the
// roles that there are and of attributes; nothing is trimmed.
bool are_valid_roles(std::string_view list);
// And for `database`: 63 bytes at most, and no template.
bool is_valid_database(std::string_view name);

}  // namespace sim
