// Juju, by its hook tools. What is staged here is in Juju's hands at once: it is Juju that drops it
// when the hook fails. A tool that fails, prints what it never prints, or does not end fails the
// hook (HookFailed), but for what the port tells apart. Source: juju-and-pebble.md, sections 2, 3.
//
// The calls are in several files: juju.cc (the unit and the peer relation's bags), and what is
// about the queue, coordination, clients and certificates in those named after that.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "charm/live/databags.h"
#include "charm/live/hook_tools.h"
#include "charm/live/identity.h"
#include "charm/live/pem_store.h"
#include "charm/live/secrets.h"
#include "charm/options/options.h"
#include "charm/ports/juju.h"
#include "charm/runtime/definition.h"
#include "charm/wire/client.h"
#include "charm/wire/tls.h"
#include "charm/wire/unreadable.h"

namespace charm::live {

class Juju final : public ports::Juju {
 public:
  Juju(const CharmDefinition& charm, const Identity& who, HookTools& tools, PemStore& pems)
      : charm_(charm), who_(who), tools_(tools), pems_(pems), bags_(tools, who), secrets_(tools) {}

  bool is_leader() override;
  UnitSet peers() override;
  UnitSet planned_units() override;
  CharmConfig config() override;
  HostList endpoints() override;
  std::expected<void, NotLeader> set_endpoints(const HostList& hosts) override;
  bool cluster_initialised() override;
  std::expected<void, NotLeader> set_cluster_initialised() override;
  SystemPasswords passwords() override;
  std::expected<void, NotLeader> set_password(SystemUser user, const Secret& password) override;
  Status unit_status() override;
  void set_unit_status(const Status& status) override;
  void set_workload_version(std::string_view version) override;
  void open_ports() override;
  void log(std::string_view line) override;

  // With what a database may let `operator` in: the password that this hook has set, if it has one,
  // and the one that was there before. The newest first.
  std::vector<Secret> operator_passwords();

  // --- juju_coordination.cc ---
  RestartStates restart_states() override;
  void set_restart_state(RestartState state) override;
  UnitSet restart_granted() override;
  std::expected<void, NotLeader> set_restart_granted(UnitSet units) override;
  UpgradeMembers upgrade_states() override;
  void set_upgrade_state(UpgradeState state) override;
  UpgradeStack upgrade_stack() override;
  std::expected<void, NotLeader> set_upgrade_stack(const UpgradeStack& stack) override;
  UpgradeStandbys upgrade_standbys() override;
  std::expected<void, NotLeader> set_upgrade_standbys(const UpgradeStandbys& standbys) override;
  std::optional<Dependencies> dependencies() override;
  std::expected<void, NotLeader> set_dependencies(const Dependencies& dependencies) override;

  // --- juju_clients.cc ---
  ClientRelations client_relations() override;
  bool knows_every_client() override;
  ClientRequest client_request(RelationId relation) override;
  std::expected<ClientOffer, NotLeader> client_offer(RelationId relation) override;
  std::expected<void, NotLeader> set_client_offer(RelationId relation,
                                                  const ClientOffer& offer) override;

  // --- juju_certificates.cc ---
  TlsState tls() override;
  void set_tls(const TlsState& state) override;
  UnitSet tls_units() override;
  std::optional<CertificatesRelation> certificates() override;
  void request_certificate(Pem request) override;

  // --- juju_queue.cc ---
  StateKey unreadable_state() override;
  Notices notices() override;
  void set_notices(const Notices& notices) override;

 private:
  using Written = std::expected<void, NotLeader>;

  Written set_application(std::string_view endpoint, const wire::Bag& changes);
  // The peers of that relation, and this unit.
  UnitSet members(std::string_view endpoint);
  static std::string secret_label(RelationId relation, std::string_view group);
  const wire::Bag& unit_secret();
  std::optional<std::string> certificates_relation();
  // Of the secret, or of the bag where it stands in clear.
  wire::UnitSecret stored_tls();
  // What this application has told a client.
  wire::ClientAnswer told_to_client(RelationId relation);
  // What the provider has for that request, if it can be used.
  std::optional<wire::IssuedCertificate> issued_for(const std::string& relation,
                                                    const std::string& request);

  Status keep_status(StatusKind kind, std::string message);

  // The state store, read once.
  const wire::Bag& state();
  // What of the charm's own state this unit may read.
  wire::StoredState stored_state();
  std::vector<wire::Bag> unit_bags(std::string_view endpoint);
  struct StoredQueue {
    Notices notices;
    std::string unreadable;           // those lines of it, as they stand there
    std::vector<std::string> of_ops;  // the keys of upstream's queue, which has been taken over
  };
  StoredQueue read_queue();

  const CharmDefinition& charm_;
  const Identity& who_;
  HookTools& tools_;
  PemStore& pems_;
  Databags bags_;
  Secrets secrets_;
  bool told_not_leader_ = false;
  std::optional<Options> options_;  // as configured; none if invalid
  std::optional<CharmConfig> config_;
  std::string invalid_option_;
  std::optional<Status> status_;  // that stands now: as read, or as set here
  std::deque<std::string> status_messages_;
  std::optional<Secret> operator_before_;  // this hook has set another one
  std::optional<wire::Bag> state_;
  std::optional<wire::Bag> unit_secret_;  // which nobody else writes
};

}  // namespace charm::live
