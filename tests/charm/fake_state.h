// What the settable world behind the charm's ports is made of. All is well in it, until a test says
// otherwise.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "charm/options/extensions.h"
#include "charm/runtime/unit.h"

namespace charm::fake {

struct State {
  static constexpr std::size_t unit_count = 8;

  struct Pod {
    bool exists = true;
    bool running = true;
    bool labelled = false;
    bool updated = true;      // of the StatefulSet's newest template
    std::uint32_t cores = 4;  // of its node
    std::optional<ApiError> refuses_labels;
  };
  struct Leftover {
    bool exists = false;
    bool older_than_application = true;
    bool owned = false;
    std::uint64_t version = 1;
    int writes_of_others = 0;  // so many times another write comes between look and apply
  };

  // Juju
  UnitName own_name;  // whose bags it writes
  bool leader = false;
  int leadership_answers_left = -1;  // so many times still `leader`, then no more; -1: for ever
  UnitSet peer_units;
  UnitSet planned{UnitName{0}};
  CharmConfig options;
  HostList listed;
  bool initialised = false;
  SystemPasswords secret;
  std::map<UnitName, RestartState> restart_bags;  // of `restart`: this unit and its peers
  UnitSet granted;
  std::map<UnitName, UpgradeState> upgrades;  // of `upgrade`
  UpgradeStack stack;
  UpgradeStandbys standbys;
  std::optional<Dependencies> stored;
  StatusKind status = StatusKind::unknown;
  std::string message;
  std::vector<std::string> statuses;  // each that was set, in order: `waiting: awaiting ...`
  std::string workload_version;
  bool ports_open = false;
  StateKey unreadable = StateKey::none;
  std::set<std::string, std::less<>> known_values;  // to PostgreSQL, and as locales
  Notices queue;
  int queue_writes = 0;
  int endpoints_writes = 0;

  // Kubernetes
  std::optional<ApiError> api_error;  // for every call
  std::optional<ApiError> service_error;
  std::array<Pod, unit_count> pods;
  std::array<bool, 2> services{};
  std::array<Leftover, ports::patroni_object_count> objects;
  std::vector<ports::PatroniObject> deleted;
  int owner_writes = 0;
  bool rolls_out = false;
  std::uint16_t partition = 0;
  int partition_writes = 0;
  std::optional<ApiError> partition_error;
  std::vector<std::uint16_t> deleted_pods;
  std::optional<ApiError> pod_error;                  // of delete_pod
  std::optional<ports::BootstrapRecord> bootstrap;    // none: there is no `-config`
  std::optional<ports::LeaderAnnotation> annotation;  // none: there is no such object

  // Patroni, by unit; nothing: it does not answer
  std::array<std::optional<MemberState>, unit_count> members;
  std::optional<ClusterView> view;
  std::optional<MemberState> primary_endpoint;
  bool takes_switchover = true;
  MaybeMember named_meanwhile;  // from the next switchover on the only synchronous standby
  bool takes_configuration = true;
  std::optional<DynamicConfiguration> dynamic;
  int reloads = 0;
  bool new_parameters = false;  // patroni.yml had others
  bool takes_pg_hba = true;
  std::expected<bool, Unreachable> restart_pending = false;
  int looks_before_pending = 0;  // so many times nothing is pending yet
  bool refuses_restart = false;
  int postgresql_restarts = 0;
  bool takes_reload = true;  // its password is the one that is announced
  int signals = 0;

  // The container
  bool connected = true;
  bool data_directory = false;
  std::uint8_t free_percent = 80;
  bool database = false;  // on the volume
  std::optional<PatroniConfiguration> file;
  bool plan_current = false;
  bool service_running = false;
  int restarts = 0;
  bool takes_stop = true;
  int stops = 0;       // of PostgreSQL alone
  TlsFiles pem_files;  // in the storage
  bool takes_files = true;
  int pushes = 0;
  int layer_updates = 0;
  bool takes_layer = true;
  Secret exporter_planned;
  Secret exporter;  // with which it was started; empty: it does not run
  bool starts_exporter = true;

  // TLS, in Juju
  TlsState tls_state;
  UnitSet announced_by_others;
  std::optional<CertificatesRelation> provider;
  std::uint64_t pems_made = 0;

  // PostgreSQL, the clock
  UnitSet named;  // in synchronous_standby_names
  bool takes_users = true;
  bool users = false;
  DatabasePasswords taken;  // what the primary takes
  bool takes_passwords_at_all = true;
  UnitSet keep_out;  // whose pg_hba does not name the unit whose hook runs
  int login_tries = 0;
  ActionParameters given;            // the action's
  std::vector<std::string> results;  // `primary=pg/0`, in order
  std::string failure;
  std::vector<std::string> action_log;
  // Clients: a relation each
  struct Client {
    ClientRequest request;
    ClientOffer offer;
    std::optional<Secret> user;  // its password
    bool granted = false;
    ExtensionSet extensions;
  };
  ExtensionSet databases_have = enabled_extensions(default_options());
  ExtensionSet depended_on;
  std::map<RelationId, Client> clients;
  std::set<RelationId> users_of_others;  // whose relation is gone
  bool takes_clients = true;             // the primary
  bool takes_databases = true;
  bool answers_sql = true;
  bool answers_version = true;
  bool knows_clients = true;
  int passwords_made = 0;
  bool takes_over = true;  // Patroni, if the own member is a synchronous standby
  bool no_leader = false;  // GET /patroni: cluster_unlocked
  int asked_for_cluster = 0;
  bool overtakes = false;  // the last member takes the lock instead
  Duration slept{};
  Duration deadline{};
  UnitName self{0};
};

}  // namespace charm::fake
